# SPDX-License-Identifier: MIT
"""Trades with round figures whose parties can be kept from delivering."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from market import MARKED_PRICES, Desk, Market, under

from support import MARKED, SETTLED, at
from tanpo.terms import Change, Terms, Verb


@dataclass(frozen=True)
class FailureDesk(Desk):
    """Publishes, keeps parties from delivering, and brings trades to where they fail."""

    prices = MARKED_PRICES | {"STOCK": "100", "LOTS": "40", "EURUSD": "1.25"}
    """The basket of `lent` is worth its loan, and a euro cent is 1.25 of the dollar's."""

    def in_deficit(self, terms: Terms, allowed: int = 0, **prices: str) -> Any:
        """A trade of which a call was not met on 20 April; by default 100,000 USD are missing."""
        trade = self.market.open(terms)
        self.allow("STOCK", self.market.borrower, allowed)
        self.publish(**({"STOCK": "90"} | prices))
        self.market.mark(trade)
        assert self.market.escrow.trade(trade).inDeficit is True
        return trade

    def lender_in_deficit(self, terms: Terms) -> Any:
        """A trade by title whose lender gave back none of what 125 for a share leaves too much."""
        trade = self.market.open(terms)
        self.allow("STOCK", self.market.lender)
        self.publish(STOCK="125")
        self.market.mark(trade)
        assert self.market.escrow.trade(trade).inDeficit is True
        return trade

    def late(self, terms: Terms, symbol: str, party: Any, **prices: str) -> Any:
        """A trade that ended on 20 April, and whose `party` could not return `symbol`."""
        trade = self.market.open(replace(terms, end=at(MARKED)))
        self.allow(symbol, party)
        self.publish(**prices)
        self.market.escrow.noteLate(trade, MARKED, sender=self.market.keeper)
        return trade

    def change(self, trade: bytes, verb: Verb, day: int, **fields: int) -> None:
        """Both agree to the trade's first change, on the morning of `day` or at once."""
        market = self.market
        market.chain.pending_timestamp = max(at(day, 9), market.chain.pending_timestamp)
        change = Change(trade, 1, verb, **fields).as_tuple()
        market.escrow.agree(change, sender=market.lender)
        market.escrow.make(change, day, sender=market.borrower)

    def life(self, trade: bytes) -> Any:
        """What only some trades have."""
        return self.market.escrow.trade(trade).life

    def deficit(self, trade: bytes) -> tuple[int, int, bool, int]:
        """Since when, charged to when, by the lender, and how much at E6."""
        return tuple(self.life(trade).deficit)  # type: ignore[return-value]

    def lateness(self, trade: bytes) -> tuple[int, int, bool, int]:
        """The same of a leg that was to return at the end."""
        return tuple(self.life(trade).late)  # type: ignore[return-value]


@pytest.fixture
def desk(market: Market) -> FailureDesk:
    return FailureDesk(market)


@pytest.fixture
def lent(market: Market, cash_loan: Terms) -> Terms:
    """1,000,000.00 USD for 30 days without interest; the basket is worth as much on 20 April.

    Penalty interest is 3.6 %, in EUR: 10 USD a day on 100,000, which is 800 euro cents. There are
    two days to cure, then both may declare default.
    """
    terms = replace(
        cash_loan,
        day_count_basis=360,
        rate_token=market.tokens["EUR"].address,
        end=at(SETTLED + 30),
    )
    return under(
        terms,
        cure_days=2,
        penalty_rate_e9=36_000_000,
        lender_may=1 << Verb.DEFAULT,
        borrower_may=1 << Verb.DEFAULT,
    )


@pytest.fixture
def failures_part(core: Any, project: Any) -> Any:
    """The part at its own address, where it has no trades."""
    return project.Failures.at(core.FAILURES())


@pytest.fixture
def every(market: Market) -> Callable[[], list[Any]]:
    """All tokens, for `untouched`."""
    return lambda: list(market.tokens.values())
