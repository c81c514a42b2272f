# SPDX-License-Identifier: MIT
"""What each change does, once it is agreed: what `IChanges` says of the verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import ceil

from tanpo.instrument import Kind
from tanpo.model.closing import Closing
from tanpo.model.fixings import DAY
from tanpo.model.substitution import Substitution
from tanpo.model.trade import Event, Refused, Trade
from tanpo.model.values import delivery_round_up, return_round_down, supported_loan_round_down
from tanpo.terms import NOBODY, Change, Custody, Verb

USED = {
    Verb.PARTIAL_RETURN: {"quantity"},
    Verb.RECALL: {"end"},
    Verb.TERMINATE: set(),
    Verb.EXTEND: {"end"},
    Verb.RERATE: {"rate_e9"},
    Verb.REPRICE: set(),
    Verb.SUBSTITUTE: {"outgoing", "incoming"},
    Verb.INCREASE: {"quantity"},
    Verb.NOVATE: {"from_", "to"},
    Verb.CORRECT: set(),
}
"""The fields that each verb uses; in all others of them there is nothing."""

Step = Callable[[Trade, Change, int, bool], list[Event]]


class Verbs(Substitution, Closing):
    """A method for each verb; `alone` where one party makes it without the other."""

    def _carry_out(self, trade: Trade, change: Change, date: int, alone: bool) -> list[Event]:
        unused = set().union(*USED.values()) - USED.get(change.verb, set())
        stray = any(getattr(change, name) not in (0, (), NOBODY) for name in unused)
        if stray or change.verb not in USED:
            raise bad_change(change)
        step: Step = getattr(self, f"_{change.verb.name.lower()}")
        return step(trade, change, date, alone)

    # ------------------------------------------------------------------ quantity

    def _partial_return(self, trade: Trade, change: Change, date: int, alone: bool) -> list[Event]:
        terms, quantity, whole = trade.terms, change.quantity, trade.terms.loan_quantity
        if 0 in (quantity, whole):
            raise Refused("ZeroQuantity", token=terms.loan_token)
        if quantity >= whole:
            raise Refused("NotAPart", id=trade.id, found=quantity, whole=whole)
        interest = self._interest(trade, quantity, date)
        events = _paid(trade, date, interest) + self._change_loan(trade, whole - quantity, date)
        if trade.late and not trade.late.by_lender:
            events += self._charge_late(trade, date)
            left = ceil(Fraction(trade.late.missing_e6 * (whole - quantity), whole))
            trade.late = replace(trade.late, missing_e6=left)
        self._move_loan(terms, quantity, interest)
        if terms.agreement.netting:
            return events
        for index, leg in enumerate(terms.collateral):
            held, lot = trade.basket[index], self.instruments[leg.token].lot
            back = return_round_down(held, Fraction(quantity), Fraction(whole), lot)
            trade.basket[index] -= back
            events += self._give_back(trade, leg.token, back, date)
        return events

    def _increase(self, trade: Trade, change: Change, date: int, alone: bool) -> list[Event]:
        terms, quantity, whole = trade.terms, change.quantity, trade.terms.loan_quantity
        if 0 in (quantity, whole):
            raise Refused("ZeroQuantity", token=terms.loan_token)
        events = self._pay_interest(trade, date)
        self._accrue_anew(trade, date)
        events += self._change_loan(trade, whole + quantity, date)
        self._move(terms.loan_token, terms.lender, terms.borrower, quantity)
        if terms.agreement.netting:
            return events
        for index, leg in enumerate(terms.collateral):
            held, lot = trade.basket[index], self.instruments[leg.token].lot
            more = delivery_round_up(held, Fraction(quantity), Fraction(whole), lot)
            trade.basket[index] += more
            events += self._take_in(trade, leg.token, more, date)
        return events

    # ------------------------------------------------------------------ time

    def _recall(self, trade: Trade, change: Change, date: int, alone: bool) -> list[Event]:
        end, present, notice = change.end, trade.terms.end, trade.terms.agreement.notice_days
        if end // DAY < date:
            raise _bad_end(trade, end, date * DAY)
        if present and end >= present:
            raise _bad_end(trade, end, present)
        earliest = (date + notice) * DAY
        if alone and end < earliest:
            raise _bad_end(trade, end, earliest)
        trade.terms = replace(trade.terms, end=end)
        return []

    def _extend(self, trade: Trade, change: Change, date: int, alone: bool) -> list[Event]:
        if trade.terms.end == 0 or change.end <= trade.terms.end:
            raise _bad_end(trade, change.end, trade.terms.end)
        events = self._charge_late(trade, date)
        trade.late = None
        trade.terms = replace(trade.terms, end=change.end)
        return events

    def _terminate(self, trade: Trade, change: Change, date: int, alone: bool) -> list[Event]:
        return self._close(trade, date)

    def _correct(self, trade: Trade, change: Change, date: int, alone: bool) -> list[Event]:
        return self._undo(trade, date)

    # ------------------------------------------------------------------ rate and price

    def _rerate(self, trade: Trade, change: Change, date: int, alone: bool) -> list[Event]:
        terms = replace(trade.terms, rate_e9=change.rate_e9)
        events = self._pay_interest(trade, date)
        if terms.rate_token == NOBODY and terms.rate_e9:
            args = {"rateE9": terms.rate_e9, "rateToken": NOBODY, "dayCountBasis": 0}
            raise Refused("BadRate", **args)
        self._require_quote(terms, trade.valued_on)
        trade.terms = terms
        return events

    def _reprice(self, trade: Trade, change: Change, date: int, alone: bool) -> list[Event]:
        terms = trade.terms
        if terms.agreement.netting:
            raise bad_change(change)
        if terms.loan_quantity == 0:
            raise Refused("ZeroQuantity", token=terms.loan_token)
        events = self._pay_interest(trade, date)
        self._accrue_anew(trade, date)
        events += self._charge_deficit(trade, date)
        trade.in_deficit, trade.deficit = False, None
        worth = self.value(trade.id, date)
        if self.instruments[terms.loan_token].kind is Kind.CASH:
            return events + self._reprice_loan(trade, worth.collateral, date)
        if worth.exposure:
            call = self._call(trade, worth, date)
            if call.missing:
                raise Refused("NotMet", id=trade.id)
            events += call.events
        return events

    def _reprice_loan(self, trade: Trade, collateral: Fraction, date: int) -> list[Event]:
        """The loan becomes what the basket supports."""
        terms = trade.terms
        unit = self._line(terms, terms.loan_token, 1, date).value
        quantity = supported_loan_round_down(collateral, terms.ratio_bps, unit)
        more = quantity - terms.loan_quantity
        if quantity == 0:
            raise Refused("ZeroQuantity", token=terms.loan_token)
        self._move_signed(terms.loan_token, terms.lender, terms.borrower, more)
        return self._change_loan(trade, quantity, date) if more else []

    # ------------------------------------------------------------------ parties

    def _novate(self, trade: Trade, change: Change, date: int, alone: bool) -> list[Event]:
        terms, to = trade.terms, change.to
        parties = (terms.lender, terms.borrower)
        if terms.agreement.netting:
            raise bad_change(change)
        if change.from_ not in parties or to in (*parties, NOBODY):
            raise Refused("BadParties", lender=change.from_, borrower=to)
        if change.from_ == terms.borrower:
            trade.terms = replace(terms, borrower=to)
            return []
        trade.terms = replace(terms, lender=to)
        if terms.agreement.custody is Custody.TITLE_TRANSFER:
            for leg, held in zip(terms.collateral, trade.basket, strict=True):
                self._move(leg.token, terms.lender, to, held)
        return []

    # ------------------------------------------------------------------ what verbs share

    def _pay_interest(self, trade: Trade, date: int) -> list[Event]:
        """Interest until `date` is paid, and counts from there."""
        terms = trade.terms
        interest = self._interest(trade, terms.loan_quantity, date)
        self._move_signed(terms.rate_token, terms.borrower, terms.lender, interest)
        trade.accrues_from = max(trade.accrues_from, date)
        return _paid(trade, date, interest)

    def _accrue_anew(self, trade: Trade, date: int) -> None:
        """Interest counts on the loan's value of `date`."""
        self._require_quote(trade.terms, date)
        trade.valued_on = date


def bad_change(change: Change) -> Refused:
    """The verb cannot be used like this."""
    return Refused("BadChange", id=change.trade, verb=change.verb)


def _bad_end(trade: Trade, found: int, limit: int) -> Refused:
    return Refused("BadEnd", id=trade.id, found=found, limit=limit)


def _paid(trade: Trade, date: int, interest: int) -> list[Event]:
    args = {"id": trade.id, "date": date, "interest": interest}
    return [Event("Paid", args)] if interest else []
