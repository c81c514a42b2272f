# SPDX-License-Identifier: MIT
"""A market with JSF's sample trade."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from market import ENOUGH, INSTRUMENTS, SETTLED_PRICES, UNLIMITED, Market

from support import SETTLED, at, attached
from tanpo.chain.base import Chain
from tanpo.deployer import Platform
from tanpo.instrument import Kind
from tanpo.terms import Agreement, Terms


@pytest.fixture(scope="session")
def market(
    platform: Platform,
    library_chain: Callable[[], Chain],
    project: Any,
    chain: Any,
    escrow: Any,
    fixings: Any,
    feeder: Any,
    lender: Any,
    borrower: Any,
    keeper: Any,
    helper: Any,
    token_administrator: Any,
) -> Market:
    """Tokens in the hands of `holders`, the escrow allowed to move them, prices of 19 April."""
    holders = (lender, borrower, helper, token_administrator)
    own, tokens = attached(platform, library_chain()), {}
    for instrument in INSTRUMENTS:
        container = project.CashToken if instrument.kind is Kind.CASH else project.SecurityToken
        token = container.at(own.issue_instrument(instrument).address)
        for holder in holders:
            token.issue(holder, ENOUGH, sender=token_administrator)
            token.approve(escrow, UNLIMITED, sender=holder)
        tokens[instrument.symbol] = token
    made = Market(chain, escrow, fixings, feeder, lender, borrower, keeper, tokens)
    made.publish(SETTLED, SETTLED_PRICES, hour=12)
    return made


@pytest.fixture(scope="session")
def sample(market: Market) -> Terms:
    """JSF (2023), sample transaction: Bunds against US stock, valued in USD at 100 %."""
    agreement = Agreement("USD")
    market.enter(agreement)
    return Terms(
        lender=market.lender.address,
        borrower=market.borrower.address,
        loan_token=market.tokens["BUND"].address,
        loan_quantity=50_000_000,
        collateral=market.basket(STOCK=335_240),
        agreement=agreement,
        start=at(SETTLED),
        expiry=at(SETTLED, 18),
    )


@pytest.fixture
def mock(market: Market, project: Any, token_administrator: Any) -> Callable[..., Any]:
    """Deploys, lists and hands out a mock token by its contract's name; an equity in USD."""

    def make(name: str, *args: Any, lot: int = 1) -> Any:
        token = token_administrator.deploy(getattr(project, name), *args)
        market.escrow.list(token, Kind.EQUITY, b"USD", lot, sender=token_administrator)
        market.supply(token)
        return token

    return make
