# SPDX-License-Identifier: MIT
"""The platform on a chain, and who acts on it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from eth_account import Account

from support import SETTLED, at, attached
from tanpo.chain.base import Chain
from tanpo.deployer import ENFORCER, FEEDER, TOKEN_ADMINISTRATOR, Platform


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--quick",
        action="store_true",
        help="unit tests on revm, not ape's chain, where it is there",
    )


@pytest.hookimpl(trylast=True)  # fixtures that are registered after ape's stand in for them
def pytest_configure(config: pytest.Config) -> None:
    # pyrevm has no wheel for Python 3.13.
    quick = config.getoption("--quick") and find_spec("pyrevm")
    config.pluginmanager.register(import_module("chains.on_revm" if quick else "chains.on_ape"))


def _account(number: int) -> Any:
    """A fixture: the account of this number."""

    @pytest.fixture(scope="session")
    def account(accounts: Any) -> Any:
        return accounts[number]

    return account


blockchain_administrator = _account(0)
token_administrator = _account(1)
feeder = _account(2)
lender = _account(3)
borrower = _account(4)
keeper = _account(5)
stranger = _account(6)
enforcer = _account(7)
helper = _account(9)
"""Who acts in a party's place, or takes it: it has tokens too."""


@pytest.fixture(scope="session")
def platform(
    library_chain: Callable[[], Chain],
    chain: Any,
    blockchain_administrator: Any,
    token_administrator: Any,
    feeder: Any,
    enforcer: Any,
) -> Platform:
    """Deployed and its roles granted, at noon of the date on which the sample trade settles."""
    chain.pending_timestamp = at(SETTLED, 12)
    deployed = Platform.deploy(
        library_chain(), Account.from_key(blockchain_administrator.private_key)
    )
    deployed.grant(TOKEN_ADMINISTRATOR, token_administrator.address)
    deployed.grant(FEEDER, feeder.address)
    deployed.grant(ENFORCER, enforcer.address)
    return deployed


@pytest.fixture(scope="session")
def escrow(platform: Platform, project: Any) -> Any:
    return project.IEscrow.at(platform.escrow.address)


@pytest.fixture(scope="session")
def fixings(platform: Platform, project: Any) -> Any:
    return project.Fixings.at(platform.fixings.address)


@pytest.fixture(scope="session")
def roles(platform: Platform, project: Any) -> Any:
    return project.Roles.at(platform.roles.address)


@pytest.fixture
def own_platform(platform: Platform, library_chain: Callable[[], Chain]) -> Platform:
    """The platform, for what sends through it."""
    return attached(platform, library_chain())
