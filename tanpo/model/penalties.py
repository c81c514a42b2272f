# SPDX-License-Identifier: MIT
"""Penalty interest on what a party has not delivered."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import trunc

from tanpo.model.trade import Event, Failure, Trade
from tanpo.model.values import interest, round_half_up
from tanpo.model.worth import Worth
from tanpo.terms import NOBODY, Agreement, Terms


class Penalties(Worth):
    """What failures make due. See `Ledger`."""

    def _charge_deficit(self, trade: Trade, date: int) -> list[Event]:
        """Count the penalty on a call that was not met until `date`."""
        events = self._charge(trade, trade.deficit, date)
        trade.deficit = _charged(trade, trade.deficit, date)
        return events

    def _charge_late(self, trade: Trade, date: int) -> list[Event]:
        """Count the penalty on a leg that did not return until `date`."""
        events = self._charge(trade, trade.late, date)
        trade.late = _charged(trade, trade.late, date)
        return events

    def _charge(self, trade: Trade, failure: Failure | None, date: int) -> list[Event]:
        terms = trade.terms
        rate_e9 = terms.agreement.penalty_rate_e9
        if failure is None or rate_e9 == 0:
            return []
        unit = self._rate_unit(terms, date)
        days = max(0, date - failure.charged_to)
        missing = Fraction(failure.missing_e6, 10**6)
        penalty = round_half_up(interest(missing, rate_e9, days, terms.day_count_basis) / unit)
        if penalty == 0:
            return []
        trade.due += -penalty if failure.by_lender else penalty
        party = terms.lender if failure.by_lender else terms.borrower
        args = {"id": trade.id, "date": date, "party": party, "penalty": penalty}
        return [Event("Charged", args)]

    def _due_value(self, trade: Trade, denominator: int, date: int) -> Fraction:
        """What is due in multiples of 1 / denominator, rounded toward zero."""
        if trade.due == 0:
            return Fraction(0)
        due = trade.due * self._rate_unit(trade.terms, date)
        return Fraction(trunc(due * denominator), denominator)

    def _settle_residual(
        self, terms: Terms, rest: Fraction, date: int, debtor: str, creditor: str
    ) -> tuple[int, int]:
        """What `debtor` owes in the rate token (negative: is owed), and what of it was paid."""
        if rest == 0 or terms.rate_token == NOBODY:
            return 0, 0
        residual = round_half_up(rest / self._rate_unit(terms, date))
        if residual < 0:
            debtor, creditor = creditor, debtor
        return residual, self._move_available(
            terms.rate_token, debtor, creditor, abs(residual), lot=1
        )


def has_lasted(agreement: Agreement, failure: Failure | None, by_lender: bool, date: int) -> bool:
    """Whether it is that party's failure, and the days of cure are over."""
    if failure is None or failure.by_lender != by_lender:
        return False
    return date >= failure.since + agreement.cure_days


def _charged(trade: Trade, failure: Failure | None, date: int) -> Failure | None:
    if failure is None or trade.terms.agreement.penalty_rate_e9 == 0:
        return failure
    return replace(failure, charged_to=max(failure.charged_to, date))
