# SPDX-License-Identifier: MIT
"""A trade in default ends with one residual: claim against collateral."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor, trunc

from tanpo.model.book import require_forward
from tanpo.model.closing import Closing
from tanpo.model.trade import Event, Status, Trade, TradeId
from tanpo.model.values import accrued_round_up, precision, round_half_up, to_e18
from tanpo.terms import NOBODY, Custody


class CloseOut(Closing):
    """The end of a trade in default. See `Ledger`."""

    def close_out(self, id_: TradeId, date: int) -> list[Event]:
        """Set the lender's claim against the basket.

        Refused: DateInFuture, DatePassed, WrongStatus, AlreadyMarked, or the fixings' or the
        token's error.
        """
        return self._all_or_nothing(id_, lambda: self._close_out(id_, date))

    def _close_out(self, id_: TradeId, date: int) -> list[Event]:
        self._require_current(date)
        trade = self._require_status(id_, Status.DEFAULTED)
        require_forward(trade, date, trade.last_marked)
        events = self._charge_deficit(trade, date) + self._charge_late(trade, date)
        claim, collateral = self._sums(trade, date)
        if trade.terms.agreement.custody is Custody.TITLE_TRANSFER:
            # The lender has it, and may have used it: the borrower is owed its value.
            events += [_kept(trade, index, held, date) for index, held in enumerate(trade.basket)]
            rest = claim - collateral
        else:
            events += self._divide(trade, claim, collateral, date)
            rest = claim if claim < 0 else max(Fraction(0), claim - collateral)
        self._end(trade, Status.CLOSED_OUT, date)
        trade.terms = replace(trade.terms, loan_quantity=0)
        residual, paid = self._settle_residual(trade, rest, date)
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
        if trade.due:
            due = trade.due * self._rate_unit(trade.terms, date)
            claim += Fraction(trunc(due * denominator), denominator)
        return claim, sum(collateral, start=Fraction(0))

    def _divide(
        self, trade: Trade, claim: Fraction, collateral: Fraction, date: int
    ) -> list[Event]:
        """The lender takes of each token what its claim is worth; the borrower gets the rest."""
        round_ = floor if trade.default_by_lender else ceil
        events: list[Event] = []
        for index, held in enumerate(trade.basket):
            token = trade.terms.collateral[index].token
            takes_all = claim >= collateral
            taken = held if takes_all else round_(held * max(claim, Fraction(0)) / collateral)
            self._move(token, self.escrow, trade.terms.lender, taken)
            if taken:
                events.append(_kept(trade, index, taken, date))
            events += self._give_back(trade, token, held - taken, date)
        return events

    def _settle_residual(self, trade: Trade, rest: Fraction, date: int) -> tuple[int, int]:
        """What the borrower owes in the rate token (negative: the lender), and what was paid."""
        terms = trade.terms
        if rest == 0 or terms.rate_token == NOBODY:
            return 0, 0
        residual = round_half_up(rest / self._rate_unit(terms, date))
        debtor, creditor = terms.borrower, terms.lender
        if residual < 0:
            debtor, creditor = creditor, debtor
        return residual, self._move_available(
            terms.rate_token, debtor, creditor, abs(residual), lot=1
        )


def _kept(trade: Trade, index: int, quantity: int, date: int) -> Event:
    token = trade.terms.collateral[index].token
    return Event("Kept", {"id": trade.id, "date": date, "token": token, "quantity": quantity})
