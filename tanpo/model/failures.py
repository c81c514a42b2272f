# SPDX-License-Identifier: MIT
"""What happens when a party does not deliver: what `IFailures` says."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from tanpo.model.book import require_forward, require_party
from tanpo.model.lateness import Lateness
from tanpo.model.penalties import has_lasted
from tanpo.model.soundness import require_listed
from tanpo.model.trade import Event, Failure, Refused, Status, Trade, TradeId
from tanpo.terms import NOBODY, Custody, Verb


class Failures(Lateness):
    """Lateness, cures, buy-ins and defaults. See `Ledger`."""

    def note_late(self, id_: TradeId, date: int) -> list[Event]:
        """Note that a party cannot return its leg.

        Refused: DateInFuture, DatePassed, WrongStatus, AlreadyMarked, BadEnd, TooEarly,
        NotFailed, or the fixings' errors.
        """
        return self._all_or_nothing([id_], lambda: self._note_late(id_, date))

    def cure(self, caller: str, id_: TradeId, date: int) -> list[Event]:
        """Deliver what the last mark called in vain, at its fixings; nothing where it has turned.

        Refused: DateInFuture, DatePassed, WrongStatus, AlreadyMarked, NotFailed, MarkFirst, NotMet,
        or the fixings' errors.
        """
        return self._all_or_nothing([id_], lambda: self._cure(caller, id_, date))

    def buy_in(
        self, caller: str, id_: TradeId, token: str, quantity: int, date: int
    ) -> list[Event]:
        """Sell what a late party has not returned; who should have had it sells it to itself.

        Refused: DateInFuture, DatePassed, WrongStatus, AlreadyMarked, NotFailed, BadRate,
        NotListed, TooMuch, or the fixings' or the token's error.
        """
        return self._all_or_nothing([id_], lambda: self._buy_in(caller, id_, token, quantity, date))

    def declare_default(self, caller: str, id_: TradeId, date: int) -> list[Event]:
        """Declare the other party in default.

        Refused: DateInFuture, DatePassed, WrongStatus, AlreadyMarked, NotAParty, NotEntitled,
        NotFailed, Netted, or the fixings' errors.
        """
        return self._all_or_nothing([id_], lambda: self._declare_default(caller, id_, date))

    # ------------------------------------------------------------------ one trade

    def _note_late(self, id_: TradeId, date: int) -> list[Event]:
        self._require_current(date)
        trade = self._require_status(id_, Status.OPEN)
        require_forward(trade, date)
        events = self._catch_up(trade, date)
        terms = trade.terms
        if terms.end == 0:
            raise Refused("BadEnd", id=id_, found=0, limit=0)
        self._require_reached(terms.end, date)
        events += self._charge_from_set(trade, date) + self._charge_deficit(trade, date)
        late = self._late_party(trade, date)
        by_lender = late == terms.lender
        party = terms.lender if by_lender else terms.borrower
        if late is None or trade.late:
            raise Refused("NotFailed", id=id_, party=party)
        missing_e6 = self._missing_e6(trade, by_lender, date)
        trade.late = Failure(date, date, by_lender, missing_e6)
        args = {"id": id_, "date": date, "party": party, "missingE6": missing_e6}
        return [*events, Event("Late", args)]

    def _cure(self, caller: str, id_: TradeId, date: int) -> list[Event]:
        self._require_current(date)
        trade = self._require_status(id_, Status.OPEN)
        require_forward(trade, date)
        if trade.deficit is None:
            raise Refused("NotFailed", id=id_, party=trade.terms.borrower)
        events = self._charge_deficit(trade, date) + self._catch_up(trade, date)
        if trade.caught_up_to > trade.called_on:
            raise Refused("MarkFirst", id=id_)
        worth = self.value(id_, trade.called_on)
        if worth.exposure and (worth.exposure < 0) == trade.deficit.by_lender:
            call = self._call(trade, worth, trade.called_on, payer=caller)
            if call.missing:
                raise Refused("NotMet", id=id_)
            events += call.events
        trade.in_deficit, trade.deficit = False, None
        return [*events, Event("Cured", {"id": id_, "date": date, "payer": caller})]

    def _buy_in(
        self, caller: str, id_: TradeId, token: str, quantity: int, date: int
    ) -> list[Event]:
        self._require_current(date)
        trade = self._require_status(id_, Status.OPEN)
        require_forward(trade, date)
        events = self._catch_up(trade, date)
        terms, late = trade.terms, trade.late
        by_lender = late is not None and late.by_lender
        failed, other = terms.borrower, terms.lender
        if by_lender:
            failed, other = other, failed
        if not has_lasted(terms.agreement, late, by_lender, date):
            raise Refused("NotFailed", id=id_, party=failed)
        if terms.rate_token == NOBODY:
            raise Refused("BadRate", rateE9=terms.rate_e9, rateToken=NOBODY, dayCountBasis=0)
        events += self._charge_late(trade, date)
        require_listed(token, self.instruments)
        value = self._line(terms, token, quantity, date).value
        cost = ceil(value / self._rate_unit(terms, date))
        args = {"party": failed, "seller": caller, "token": token, "quantity": quantity}
        events.append(Event("BoughtIn", {"id": id_, "date": date, **args, "cost": cost}))
        events += self._leave(trade, date)
        if by_lender:
            events += self._buy_collateral(trade, token, quantity, date)
        else:
            events += self._buy_loan(trade, token, quantity, date)
        events += self._join(trade, date)
        assert trade.late is not None
        missing_e6 = self._missing_e6(trade, by_lender, date)
        trade.late = replace(trade.late, missing_e6=missing_e6)
        if caller != other:
            self._move(token, caller, other, quantity)
        self._move(terms.rate_token, failed, caller, cost)
        return events

    def _buy_loan(self, trade: Trade, token: str, quantity: int, date: int) -> list[Event]:
        """So much of the loan need not come back any more; its interest is due."""
        terms = trade.terms
        most = terms.loan_quantity if token == terms.loan_token else 0
        if quantity > most:
            raise Refused("TooMuch", id=trade.id, token=token, found=quantity, most=most)
        trade.due += self._interest(trade, quantity, date)
        return self._change_loan(trade, most - quantity, date)

    def _buy_collateral(self, trade: Trade, token: str, quantity: int, date: int) -> list[Event]:
        """So much of the basket has come back."""
        terms = trade.terms
        tokens = [leg.token for leg in terms.collateral]
        is_held = token in tokens and terms.agreement.custody is Custody.TITLE_TRANSFER
        most = trade.basket[tokens.index(token)] if is_held else 0
        if not is_held or quantity > most:
            raise Refused("TooMuch", id=trade.id, token=token, found=quantity, most=most)
        trade.basket[tokens.index(token)] -= quantity
        args = {"id": trade.id, "date": date, "token": token, "quantity": quantity}
        return [Event("Returned", args)]

    def _declare_default(self, caller: str, id_: TradeId, date: int) -> list[Event]:
        self._require_current(date)
        trade = self._require_status(id_, Status.OPEN)
        require_forward(trade, date)
        events = self._catch_up(trade, date)
        terms = trade.terms
        if terms.agreement.netting:
            raise Refused("Netted", id=id_)
        by_lender = require_party(id_, terms, caller)
        may = terms.agreement.lender_may if by_lender else terms.agreement.borrower_may
        if not may >> Verb.DEFAULT & 1:
            raise Refused("NotEntitled", id=id_, caller=caller)
        party = terms.borrower if by_lender else terms.lender
        failures = (trade.deficit, trade.late)
        if not any(
            has_lasted(terms.agreement, failure, not by_lender, date) for failure in failures
        ):
            raise Refused("NotFailed", id=id_, party=party)
        events += self._charge_deficit(trade, date) + self._charge_late(trade, date)
        trade.status, trade.default_by_lender = Status.DEFAULTED, not by_lender
        return [*events, Event("Defaulted", {"id": id_, "date": date, "party": party})]
