# SPDX-License-Identifier: MIT
"""A trade in default ends with one residual: claim against collateral."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from tanpo.model.book import require_forward
from tanpo.model.closing import Closing, moved_event
from tanpo.model.effects import Effects
from tanpo.model.trade import Event, Status, Trade, TradeId
from tanpo.model.values import accrued_round_up, precision, to_e18
from tanpo.terms import Custody


class CloseOut(Closing, Effects):
    """The end of a trade in default. See `Ledger`."""

    def close_out(self, id_: TradeId, date: int) -> list[Event]:
        """Set the lender's claim against the basket.

        Refused: DateInFuture, DatePassed, WrongStatus, AlreadyMarked, or the fixings' or the
        token's error.
        """
        return self._all_or_nothing([id_], lambda: self._close_out(id_, date))

    def _close_out(self, id_: TradeId, date: int) -> list[Event]:
        self._require_current(date)
        trade = self._require_status(id_, Status.DEFAULTED)
        require_forward(trade, date)
        events = self._catch_up(trade, date)
        events += self._charge_all(trade, date)
        claim, collateral = self._sums(trade, date)
        divided, missing = self._divide(trade, claim, collateral, date)
        events += divided
        rest = min(claim, Fraction(0)) + max(Fraction(0), claim - collateral) - missing
        self._end(trade, Status.CLOSED_OUT, date)
        self._forget_loan(trade)
        terms = trade.terms
        residual, paid = self._settle_residual(terms, rest, date, terms.borrower, terms.lender)
        args = {"claimE18": to_e18(claim), "collateralE18": to_e18(collateral)}
        args |= {"residual": residual, "paid": paid}
        return [*events, Event("ClosedOut", {"id": id_, "date": date, **args})]

    def _sums(self, trade: Trade, date: int) -> tuple[Fraction, Fraction]:
        """The lender's claim (loan, interest and penalty), and the basket without haircuts.

        Interest is rounded as in a mark; penalties to the same precision, toward zero.
        """
        lines = [line._replace(haircut_bps=0) for line in self.lines(trade.id, date)]
        denominator = precision(lines)
        exact = self._accrued(trade, trade.terms.loan_quantity, date)
        loan, *collateral = (line.value for line in lines)
        claim = loan + accrued_round_up(exact, denominator)
        claim += self._due_value(trade, denominator, date)
        return claim, sum(collateral, start=Fraction(0))

    def _divide(
        self, trade: Trade, claim: Fraction, collateral: Fraction, date: int
    ) -> tuple[list[Event], Fraction]:
        """The lender keeps of each token what its claim is worth; the borrower gets the rest.

        Also returns the value of what a lender by title could not return.
        """
        round_ = floor if trade.default_by_lender else ceil
        events: list[Event] = []
        missing = Fraction(0)
        for leg, held in zip(trade.terms.collateral, trade.basket, strict=True):
            keeps_all = claim >= collateral
            kept = held if keeps_all else round_(held * max(claim, Fraction(0)) / collateral)
            if trade.terms.agreement.custody is Custody.SEGREGATED:
                self._move(leg.token, self.escrow, trade.terms.lender, kept)
            events += moved_event("Kept", trade, leg.token, kept, date)
            returned = self._release(trade, leg.token, held - kept)
            events += moved_event("Returned", trade, leg.token, returned, date)
            unit = self._line(trade.terms, leg.token, 1, date).value
            missing += (held - kept - returned) * unit
        return events, missing

    def _release(self, trade: Trade, token: str, quantity: int) -> int:
        """Return to the borrower; from a lender by title as far as it has it."""
        terms = trade.terms
        if terms.agreement.custody is Custody.TITLE_TRANSFER:
            return self._move_available(token, terms.lender, terms.borrower, quantity, lot=1)
        self._move(token, self.escrow, terms.borrower, quantity)
        return quantity
