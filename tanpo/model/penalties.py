# SPDX-License-Identifier: MIT
"""Penalty interest on what a party has not delivered."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import trunc

from tanpo.model.sets import NettingSet, key_of
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
        if failure is None or date <= failure.charged_to:
            return []
        days = date - failure.charged_to
        return self._add_penalty(trade, failure.by_lender, failure.missing_e6 * days, date)

    def _add_penalty(
        self, trade: Trade, by_lender: bool, missed_e6_days: int, date: int
    ) -> list[Event]:
        """A penalty on values, each times its days, becomes due."""
        terms = trade.terms
        rate_e9 = terms.agreement.penalty_rate_e9
        if rate_e9 == 0:
            return []
        missed = Fraction(missed_e6_days, 10**6)
        exact = interest(missed, rate_e9, 1, terms.day_count_basis)
        penalty = round_half_up(exact / self._rate_unit(terms, date))
        if penalty == 0:
            return []
        trade.due += -penalty if by_lender else penalty
        party = terms.lender if by_lender else terms.borrower
        args = {"id": trade.id, "date": date, "party": party, "penalty": penalty}
        return [Event("Charged", args)]

    def _charge_set(self, set_: NettingSet, date: int) -> None:
        """Count for how long the set's deficit has lasted."""
        deficit = set_.deficit
        if deficit is None or date <= deficit.charged_to or not set_.key.agreement.penalty_rate_e9:
            return
        missed = deficit.missing_e6 * (date - deficit.charged_to)
        set_.missed_e6_days += -missed if deficit.by_lender else missed
        set_.deficit = replace(deficit, charged_to=date)

    def _charge_from_set(self, trade: Trade, date: int) -> list[Event]:
        """The trade takes over what its set's deficits have made due."""
        if not trade.terms.agreement.netting:
            return []
        set_ = self._set(trade)
        self._charge_set(set_, date)
        missed, set_.missed_e6_days = set_.missed_e6_days, 0
        by_lender = (trade.terms.lender == set_.key.first) == (missed < 0)
        return self._add_penalty(trade, by_lender, abs(missed), date) if missed else []

    def _set(self, trade: Trade) -> NettingSet:
        """The netting set that a trade is in."""
        return self.sets[self.identify(key_of(trade.terms))]

    def _charge_all(self, trade: Trade, date: int) -> list[Event]:
        """Count all that failures have made due until `date`."""
        events = self._charge_from_set(trade, date)
        return events + self._charge_deficit(trade, date) + self._charge_late(trade, date)

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
