# SPDX-License-Identifier: MIT
"""A trade with round figures beside JSF's, and one that uses every field."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from market import MARKED_PRICES, Market, under

from support import SETTLED, THIRD, at
from tanpo.deployer import Platform
from tanpo.terms import Agreement, Custody, Order, Terms, Verb


@pytest.fixture
def core(project: Any, platform: Platform) -> Any:
    """The escrow with what it has beside the manual."""
    return project.Escrow.at(platform.escrow.address)


@pytest.fixture(scope="session")
def cash_loan(market: Market, sample: Terms) -> Terms:
    """1,000,000.00 USD against 10,000 shares, from 19 April for a day, at no interest."""
    return replace(
        sample,
        loan_token=market.tokens["USD"].address,
        loan_quantity=100_000_000,
        collateral=market.basket(STOCK=10_000),
        end=at(SETTLED + 1),
    )


@pytest.fixture
def stock_loan(market: Market, lent: Terms) -> Terms:
    """10,000 shares against 1,000,000.00 USD; otherwise as the folder's `lent`."""
    return replace(
        lent,
        loan_token=market.tokens["STOCK"].address,
        loan_quantity=10_000,
        collateral=market.basket(USD=100_000_000),
    )


@pytest.fixture(scope="session")
def full(market: Market, sample: Terms) -> Terms:
    """Terms in which nothing is zero, nor in their agreement, which has been entered."""
    stock, jpy = market.basket(STOCK=7, JPY=8)
    agreement = Agreement(
        "EUR",
        threshold_bps=200,
        mta_e6=5_000_000,
        order=Order.AS_LISTED,
        custody=Custody.TITLE_TRANSFER,
        netting=True,
        lender_may=1 << Verb.RECALL | 1 << Verb.DEFAULT,
        borrower_may=1 << Verb.TERMINATE,
        notice_days=3,
        cure_days=2,
        penalty_rate_e9=30_000_000,
        name=b"GMRA 2011".ljust(32, b"\0"),
    )
    market.enter(agreement)
    return replace(
        sample,
        collateral=(replace(stock, haircut_bps=500), replace(jpy, haircut_bps=200)),
        agreement=agreement,
        ratio_bps=10_200,
        call_below_bps=10_100,
        return_above_bps=10_500,
        rate_e9=-25_000_000,
        day_count_basis=365,
        rate_token=market.tokens["EUR"].address,
        end=at(SETTLED + 30),
        uti=b"TANPO".ljust(32, b"\0"),
    )


@pytest.fixture
def emptied(market: Market, cash_loan: Terms) -> Callable[..., bytes]:
    """Opens a trade under this agreement whose basket has been returned in full by 20 April.

    At -400 a year the lender owes more than the loan after a day, so nothing is required. On 21
    April the loan is worth nine times as much, and something is.
    """

    def make(**standing: Any) -> bytes:
        terms = replace(
            under(cash_loan, valuation_currency="EUR", **standing),
            loan_token=market.tokens["BUND"].address,
            collateral=market.basket(EUR=1_000),
            rate_e9=-400_000_000_000,
            day_count_basis=360,
            rate_token=market.tokens["EUR"].address,
            end=0,
        )
        trade: bytes = market.open(terms)
        market.publish_marked()
        market.mark(trade)
        assert market.held(trade) == [0]
        market.publish(THIRD, MARKED_PRICES | {"BUND": "900"})
        return trade

    return make
