# SPDX-License-Identifier: MIT
"""An issuer's agent, and trades in what it issues."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from market import INCOME, MARKED_PRICES, REDEMPTION, SPLIT, Desk, Market, under

from support import MARKED, publish
from tanpo.terms import NOBODY, Terms, Verb


@dataclass(frozen=True)
class Issuer(Desk):
    """Declares actions; its agent has every token and lets the escrow take it."""

    prices = MARKED_PRICES | {"STOCK": "100", "LOTS": "40", "BUND": "100", "EURUSD": "1.25"}
    """A euro cent is 1.25 of the dollar's."""
    agent: Any

    def declare(
        self, symbol: str, day: int, kind: int, cash: str | None, above: int, below: int = 0
    ) -> Any:
        token = self.market.tokens[symbol]
        paid = self.market.tokens[cash].address if cash else NOBODY
        return self.market.escrow.declare(token, day, kind, paid, above, below, sender=self.agent)

    def income(self, symbol: str, day: int, each_e8: int, cash: str = "USD") -> Any:
        return self.declare(symbol, day, INCOME, cash, each_e8)

    def split(self, symbol: str, day: int, above: int, below: int) -> Any:
        return self.declare(symbol, day, SPLIT, None, above, below)

    def redemption(self, symbol: str, day: int, price_e8: int, cash: str = "EUR") -> Any:
        return self.declare(symbol, day, REDEMPTION, cash, price_e8)

    def fix(self, day: int = MARKED) -> None:
        """Let `day` have a fixing, of nothing that anybody trades: no action of it can follow."""
        if self.market.fixings.latest() < day:
            fixing = (self.market.key("AAABBB"), 10**8, day)
            publish(self.market.fixings, day, [fixing], self.market.feeder)

    def catch_up(self, trade: bytes, day: int = MARKED) -> Any:
        self.fix(day)
        return self.market.escrow.catchUp(trade, day, sender=self.market.keeper)

    def paid(self, trade: bytes, day: int, symbol: str, *moved: Any, **more: Any) -> Any:
        """`IncomePaid` of payer, receiver, cash and quantity; `IncomeMissed` with `missed`."""
        payer, receiver, cash, quantity = moved
        missed = more.get("missed", False)
        return (
            "IncomeMissed" if missed else "IncomePaid",
            {
                "id": trade,
                "date": day,
                "token": self.market.tokens[symbol].address,
                "payer": payer,
                "receiver": receiver,
                "cash": self.market.tokens[cash].address,
                "missing" if missed else "quantity": quantity,
            },
        )

    def exchanged(self, trade: bytes, day: int, before: tuple[str, int], after: Any) -> Any:
        """`Exchanged` of a symbol and quantity into another."""
        return (
            "Exchanged",
            {
                "id": trade,
                "date": day,
                "token": self.market.tokens[before[0]].address,
                "before": before[1],
                "successor": self.market.tokens[after[0]].address,
                "quantity": after[1],
            },
        )


@pytest.fixture
def issuer(market: Market, token_administrator: Any) -> Issuer:
    return Issuer(market, token_administrator)


@pytest.fixture
def lent(market: Market, cash_loan: Terms) -> Terms:
    """1,000,000.00 USD for 30 days without interest, against 10,000 shares.

    What is missed is due in EUR; either party may declare default at once.
    """
    terms = replace(
        cash_loan,
        day_count_basis=360,
        rate_token=market.tokens["EUR"].address,
        end=0,
    )
    both = 1 << Verb.DEFAULT
    return under(terms, lender_may=both, borrower_may=both)


@pytest.fixture
def netted(market: Market, lent: Terms) -> Terms:
    """As `lent`, margined with its netting set."""
    return under(lent, netting=True)


@pytest.fixture
def actions_part(core: Any, project: Any) -> Any:
    """The part at its own address, where it has no trades."""
    return project.CorporateActions.at(core.ACTIONS())
