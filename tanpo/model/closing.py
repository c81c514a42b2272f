# SPDX-License-Identifier: MIT
"""Both legs go back."""

from __future__ import annotations

from tanpo.model.book import require_forward
from tanpo.model.margining import Margining
from tanpo.model.trade import Event, Status, Trade
from tanpo.terms import Terms


class Closing(Margining):
    """The end of a trade. See `Ledger`."""

    def _close(self, trade: Trade, date: int) -> list[Event]:
        """Close an open trade, on no date before it was last marked."""
        require_forward(trade, date, trade.last_marked)
        terms = trade.terms
        owed = self._interest(trade, terms.loan_quantity, date) + trade.due
        basket, trade.basket = trade.basket, [0] * len(trade.basket)
        trade.status, trade.last_marked, trade.due = Status.CLOSED, date, 0
        trade.deficit = trade.late = None
        self._move_loan(terms, terms.loan_quantity, owed)
        for leg, quantity in zip(terms.collateral, basket, strict=True):
            self._move(leg.token, self._custodian(terms), terms.borrower, quantity)
        return [Event("Closed", {"id": trade.id, "date": date, "interest": owed})]

    def _move_loan(self, terms: Terms, quantity: int, interest: int) -> None:
        """The borrower gives back `quantity` (negative: gets more) and pays interest.

        One move where they are the same token.
        """
        if terms.rate_token == terms.loan_token:
            quantity, interest = quantity + interest, 0
        self._move_signed(terms.loan_token, terms.borrower, terms.lender, quantity)
        self._move_signed(terms.rate_token, terms.borrower, terms.lender, interest)
