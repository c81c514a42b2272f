# SPDX-License-Identifier: MIT
"""The devnet of real prices with its open trade."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integration.devnet import anvil
from integration.feeders import MONDAY, START, Devnet
from integration.lending import Lending, begin_lending


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lending]:
    """One node for all tests, on Friday evening: published, and the trade is open."""
    with anvil(*START) as url:
        yield begin_lending(url, tmp_path_factory.mktemp("devnet") / "lending")


@pytest.fixture
def lent(begun: Lending) -> Iterator[Lending]:
    """The same as if no other test had been there."""
    with begun.unchanged():
        yield begun


@pytest.fixture
def devnet(lent: Lending) -> Devnet:
    """On Monday evening, with Monday's files at all feeders."""
    lent.devnet.at(MONDAY)
    lent.receive(MONDAY)
    return lent.devnet
