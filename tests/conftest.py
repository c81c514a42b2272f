# SPDX-License-Identifier: MIT
"""The platform on ape's chain, and who acts on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ape.api.transactions import ReceiptAPI
from eth_account import Account

from support import SETTLED, at, attached
from tanpo.chain.web3 import Web3Chain
from tanpo.deployer import ENFORCER, FEEDER, TOKEN_ADMINISTRATOR, Platform


@pytest.fixture(scope="session")
def blockchain_administrator(accounts: Any) -> Any:
    return accounts[0]


@pytest.fixture(scope="session")
def token_administrator(accounts: Any) -> Any:
    return accounts[1]


@pytest.fixture(scope="session")
def feeder(accounts: Any) -> Any:
    return accounts[2]


@pytest.fixture(scope="session")
def lender(accounts: Any) -> Any:
    return accounts[3]


@pytest.fixture(scope="session")
def borrower(accounts: Any) -> Any:
    return accounts[4]


@pytest.fixture(scope="session")
def keeper(accounts: Any) -> Any:
    return accounts[5]


@pytest.fixture(scope="session")
def stranger(accounts: Any) -> Any:
    return accounts[6]


@pytest.fixture(scope="session")
def enforcer(accounts: Any) -> Any:
    return accounts[7]


@pytest.fixture(scope="session")
def quick_receipts() -> Iterator[None]:
    """ape carries out every transaction again in search of console.log, an eighth of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReceiptAPI, "show_debug_logs", lambda receipt: None)
        yield


@pytest.fixture(scope="session")
def platform(
    quick_receipts: None,
    networks: Any,
    chain: Any,
    blockchain_administrator: Any,
    token_administrator: Any,
    feeder: Any,
    enforcer: Any,
) -> Platform:
    """Deployed and its roles granted, at noon of the date on which the sample trade settles."""
    chain.pending_timestamp = at(SETTLED, 12)
    deployed = Platform.deploy(
        Web3Chain(networks.provider.web3), Account.from_key(blockchain_administrator.private_key)
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
def own_platform(platform: Platform, networks: Any) -> Platform:
    """The platform, for what sends through it."""
    return attached(platform, networks)
