# SPDX-License-Identifier: MIT
"""Both legs go back."""

from __future__ import annotations

from dataclasses import replace

from tanpo.model.book import require_forward
from tanpo.model.margining import Margining
from tanpo.model.trade import Event, Status, Trade
from tanpo.terms import Terms


class Closing(Margining):
    """The end of a trade. See `Ledger`."""

    def _close(self, trade: Trade, date: int) -> list[Event]:
        """Close an open trade with its interest and penalties."""
        require_forward(trade, date)
        events = self._charge_all(trade, date)
        interest = self._interest(trade, trade.terms.loan_quantity, date)
        return [*events, self._return_legs(trade, date, interest + trade.due)]

    def _undo(self, trade: Trade, date: int) -> list[Event]:
        """Close an open trade without interest and penalties."""
        require_forward(trade, date)
        return [self._return_legs(trade, date, 0)]

    def _return_legs(self, trade: Trade, date: int, owed: int) -> Event:
        """Return both legs as they stand; the borrower pays `owed` (negative: the lender)."""
        terms, basket = trade.terms, trade.basket
        self._end(trade, Status.CLOSED, date)
        self._move_loan(terms, terms.loan_quantity, owed)
        for leg, quantity in zip(terms.collateral, basket, strict=True):
            self._move(leg.token, self._custodian(terms), terms.borrower, quantity)
        return Event("Closed", {"id": trade.id, "date": date, "interest": owed})

    def _end(self, trade: Trade, status: Status, date: int) -> None:
        """Nothing is held, missing or due any more."""
        trade.basket = [0] * len(trade.basket)
        trade.status, trade.last_marked, trade.due = status, date, 0
        trade.in_deficit, trade.deficit, trade.late = False, None, None

    def _forget_loan(self, trade: Trade) -> None:
        """Nothing is lent any more."""
        trade.terms = replace(trade.terms, loan_quantity=0)

    def _move_loan(self, terms: Terms, quantity: int, interest: int) -> None:
        """The borrower gives back `quantity` and pays interest: one move of one token."""
        if terms.rate_token == terms.loan_token:
            quantity, interest = quantity + interest, 0
        self._move_signed(terms.loan_token, terms.borrower, terms.lender, quantity)
        self._move_signed(terms.rate_token, terms.borrower, terms.lender, interest)

    def _change_loan(self, trade: Trade, quantity: int, date: int) -> list[Event]:
        trade.terms = replace(trade.terms, loan_quantity=quantity)
        return [Event("LoanChanged", {"id": trade.id, "date": date, "quantity": quantity})]

    def _give_back(self, trade: Trade, token: str, quantity: int, date: int) -> list[Event]:
        """Move out of the basket to the borrower."""
        self._move(token, self._custodian(trade.terms), trade.terms.borrower, quantity)
        return moved_event("Returned", trade, token, quantity, date)

    def _take_in(self, trade: Trade, token: str, quantity: int, date: int) -> list[Event]:
        """Move from the borrower into the basket."""
        self._move(token, trade.terms.borrower, self._custodian(trade.terms), quantity)
        return moved_event("Delivered", trade, token, quantity, date)


def moved_event(name: str, trade: Trade, token: str, quantity: int, date: int) -> list[Event]:
    """What of a basket's token has moved; no event of nothing."""
    args = {"id": trade.id, "date": date, "token": token, "quantity": quantity}
    return [Event(name, args)] if quantity else []
