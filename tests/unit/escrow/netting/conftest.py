# SPDX-License-Identifier: MIT
"""Trades both ways between two parties that margin as one.

The borrower of `netted` has the lower address and is its set's first party: what is lent to it
counts as negative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from market import MARKED_PRICES, Desk, Market, under

from support import MARKED, SETTLED, at, failures
from tanpo.terms import Terms, Verb


@dataclass(frozen=True)
class SetDesk(Desk):
    """Publishes, marks sets, and keeps parties from delivering."""

    prices = MARKED_PRICES | {"STOCK": "100", "LOTS": "40", "BUND": "100", "EURUSD": "1.25"}
    """`netted` is worth its basket, and a euro cent is 1.25 of the dollar's."""

    def open(self, *several: Terms) -> Any:
        """Open trades of one set, each on its own; the set and the trades in ascending order."""
        trades = [self.market.open(terms) for terms in several]
        return self.market.escrow.setOf(trades[0]), sorted(trades)

    def mark(self, set_id: bytes, day: int = MARKED) -> Any:
        return self.market.escrow.markSets([set_id], day, sender=self.market.keeper)

    def marked(self, set_id: bytes, day: int = MARKED, **prices: str) -> Any:
        """Publish and mark; the receipt."""
        self.publish(day, **prices)
        receipt = self.mark(set_id, day)
        assert failures(receipt) == []
        return receipt

    def holdings(self, set_id: bytes) -> list[tuple[int, int, int, int]]:
        """Instrument, what is held of it for the first and the second, and lent."""
        return [
            (each.instrument, each.heldForFirst, each.heldForSecond, each.loan)
            for each in self.market.escrow.nettingSet(set_id).holdings
        ]

    def deficit(self, set_id: bytes) -> tuple[int, int, bool, int]:
        """Since when, charged to when, by the first, and how much at E6."""
        return tuple(self.market.escrow.nettingSet(set_id).deficit)  # type: ignore[return-value]

    def in_deficit(self, *several: Terms) -> Any:
        """A set whose first party has not delivered on 20 April: 100,000 USD are missing."""
        set_id, trades = self.open(*several)
        self.allow("STOCK", self.market.borrower)
        self.marked(set_id, STOCK="90")
        assert self.deficit(set_id)[0] == MARKED
        return set_id, trades


@pytest.fixture
def desk(market: Market) -> SetDesk:
    return SetDesk(market)


@pytest.fixture
def netted(market: Market, cash_loan: Terms) -> Terms:
    """1,000,000.00 USD against 10,000 shares, netted, residuals in EUR, at no interest."""
    both = 1 << Verb.DEFAULT
    terms = replace(cash_loan, day_count_basis=360, rate_token=market.tokens["EUR"].address, end=0)
    return under(terms, netting=True, lender_may=both, borrower_may=both)


@pytest.fixture
def back(market: Market, netted: Terms) -> Terms:
    """The other way: 1,000 LOTS, worth 40,000, against 400 shares, for a day."""
    return replace(
        netted,
        lender=netted.borrower,
        borrower=netted.lender,
        loan_token=market.tokens["LOTS"].address,
        loan_quantity=1_000,
        collateral=market.basket(STOCK=400),
        end=at(SETTLED + 1),
    )


@pytest.fixture
def another(netted: Terms) -> Terms:
    """The same trade once more."""
    return replace(netted, uti=b"another".ljust(32, b"\0"))


@pytest.fixture
def netting_part(core: Any, project: Any) -> Any:
    """The part at its own address, where it has no sets."""
    return project.NettingSets.at(core.NETTING())
