# SPDX-License-Identifier: MIT
"""When a party of a netting set does not deliver: what `INettingSets` says."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

from tanpo.model.book import require_forward, require_party
from tanpo.model.closeout import CloseOut
from tanpo.model.netting import Netting, paying
from tanpo.model.penalties import has_lasted
from tanpo.model.setcalls import is_title, set_event
from tanpo.model.sets import Holding, NettingSet, SetId, SetWorth
from tanpo.model.trade import Event, Refused, Status, Trade, TradeId
from tanpo.model.values import ONE_BPS, accrued_round_up, to_e18
from tanpo.terms import Verb


class SetDefaults(CloseOut, Netting):
    """Cures, defaults and close-outs of sets. See `Ledger`."""

    def cure_set(self, caller: str, id_: SetId, date: int) -> list[Event]:
        """Deliver what the set's last mark called in vain, at its fixings.

        Refused: DateInFuture, DatePassed, SetInDefault, SetNotFailed, NotMet, or the fixings'
        errors.
        """
        return self._all_or_nothing((), lambda: self._cure_set(caller, id_, date))

    def declare_set_default(self, caller: str, trade: TradeId, date: int) -> list[Event]:
        """Declare the other party of a trade's set in default.

        Refused: DateInFuture, DatePassed, WrongStatus, NotNetted, NotAParty, NotEntitled,
        SetInDefault, SetNotFailed.
        """
        self._require_current(date)
        found = self._require_status(trade, Status.OPEN)
        set_ = self.sets[self.set_of(found)]
        agreement = found.terms.agreement
        by_lender = require_party(trade, found.terms, caller)
        may = agreement.lender_may if by_lender else agreement.borrower_may
        if not may >> Verb.DEFAULT & 1:
            raise Refused("NotEntitled", id=trade, caller=caller)
        self._require_no_set_default(set_)
        other_is_first = caller != set_.key.first
        if not has_lasted(agreement, set_.deficit, other_is_first, date) and not has_lasted(
            agreement, found.late, not by_lender, date
        ):
            raise Refused("SetNotFailed", id=set_.id)
        set_.in_default, set_.default_by_first = True, other_is_first
        args = {"id": set_.id, "date": date, "party": set_.party(other_is_first)}
        return [Event("SetDefaulted", args)]

    def close_out_set(self, id_: SetId, trades: Sequence[TradeId], date: int) -> list[Event]:
        """End all trades of a set in default.

        Refused: DateInFuture, DatePassed, SetNotInDefault, NotAllTrades, or the fixings' or the
        token's error.
        """
        return self._all_or_nothing(trades, lambda: self._close_out_set(id_, trades, date))

    def _cure_set(self, caller: str, id_: SetId, date: int) -> list[Event]:
        self._require_current(date)
        set_ = self.sets.get(id_)
        if set_ and set_.in_default:
            raise Refused("SetInDefault", id=id_)
        if set_ is None or set_.deficit is None:
            raise Refused("SetNotFailed", id=id_)
        marked = set_.called_on
        self._charge_set(set_, date)
        if set_.caught_up_to > marked:
            raise Refused("MarkFirst", id=id_)
        worth = self.set_worth(id_, marked)
        call = self._new_set_call(set_, worth, marked, payer=caller)
        if call.exposure and call.by_first == set_.deficit.by_lender:
            self._carry_out_set(call, worth)
        if call.missing:
            raise Refused("NotMet", id=id_)
        set_.deficit = None
        return [*call.events, Event("SetCured", {"id": id_, "date": date, "payer": caller})]

    # ------------------------------------------------------------------ close-out

    def _close_out_set(self, id_: SetId, trades: Sequence[TradeId], date: int) -> list[Event]:
        self._require_current(date)
        set_ = self.sets.get(id_)
        if set_ is None or not set_.in_default:
            raise Refused("SetNotInDefault", id=id_)
        ended = self._require_all(set_, trades)
        worth = self.set_worth(id_, date)
        events, claim = self._end_all(set_, ended, worth, date)
        units = [
            unit / Fraction(ONE_BPS - holding.haircut_bps, ONE_BPS)
            for unit, holding in zip(worth.units, set_.holdings, strict=True)
        ]
        held = {
            side: sum(
                (h.held[side] * unit for h, unit in zip(set_.holdings, units, strict=True)),
                start=Fraction(0),
            )
            for side in (True, False)
        }
        divided, rest = self._divide_held(set_, units, claim, held[claim >= 0], date)
        terms = paying(ended).terms
        residual, paid = self._settle_residual(
            terms, rest, date, debtor=set_.key.second, creditor=set_.key.first
        )
        del self.sets[id_]
        figures = {
            "claimE18": to_e18(claim),
            "heldForFirstE18": to_e18(held[True]),
            "heldForSecondE18": to_e18(held[False]),
            "token": terms.rate_token,
            "residual": residual,
            "paid": paid,
        }
        return [*events, *divided, Event("SetClosedOut", {"id": id_, "date": date, **figures})]

    def _end_all(
        self, set_: NettingSet, trades: Sequence[Trade], worth: SetWorth, date: int
    ) -> tuple[list[Event], Fraction]:
        """End the trades; returns what the second party owes the first for them."""
        events: list[Event] = []
        claim = worth.loan
        for trade in trades:
            require_forward(trade, date)
            exact = self._accrued(trade, trade.terms.loan_quantity, date)
            owed = accrued_round_up(exact, worth.denominator)
            events += self._charge_all(trade, date)
            owed += self._due_value(trade, worth.denominator, date)
            claim += owed if trade.terms.lender == set_.key.first else -owed
            self._end(trade, Status.CLOSED_OUT, date)
            self._forget_loan(trade)
        return events, claim

    def _divide_held(
        self,
        set_: NettingSet,
        units: Sequence[Fraction],
        claim: Fraction,
        held: Fraction,
        date: int,
    ) -> tuple[list[Event], Fraction]:
        """Who has a claim keeps of `held` what it is worth; the rest goes back to who gave it.

        Also returns what of the claim is left, with what a holder by title could not give back.
        """
        by_first, size = claim >= 0, abs(claim)
        keeps_all = size >= held
        rest = (size - held if by_first else held - size) if keeps_all else Fraction(0)
        round_ = floor if set_.default_by_first == by_first else ceil
        events: list[Event] = []
        for holding, unit in zip(set_.holdings, units, strict=True):
            quantity = holding.held[by_first]
            kept = quantity if keeps_all else round_(quantity * size / held)
            events += self._keep_held(set_, holding, by_first, kept, date)
            for for_first in (True, False):
                events += self._release_held(set_, holding, for_first, date)
                missing = holding.held[for_first]
                rest += (-missing if for_first else missing) * unit
        return events, rest

    def _keep_held(
        self, set_: NettingSet, holding: Holding, for_first: bool, quantity: int, date: int
    ) -> list[Event]:
        party = set_.party(for_first)
        holding.held[for_first] -= quantity
        if not is_title(set_):
            self._move(holding.token, self.escrow, party, quantity)
        return set_event("SetKept", set_, party, holding.token, quantity, date)

    def _release_held(
        self, set_: NettingSet, holding: Holding, for_first: bool, date: int
    ) -> list[Event]:
        """What is still held for one goes back; from a holder by title as far as it has it."""
        if not is_title(set_):
            return self._give_back_held(set_, holding, for_first, date)
        holder, giver = set_.party(for_first), set_.party(not for_first)
        quantity = holding.held[for_first]
        moved = self._move_available(holding.token, holder, giver, quantity, lot=1)
        holding.held[for_first] -= moved
        return set_event("SetReturned", set_, giver, holding.token, moved, date)
