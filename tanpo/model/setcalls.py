# SPDX-License-Identifier: MIT
"""What a netting set is worth, and its one call: what `INettingSets` says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from tanpo.instrument import Kind
from tanpo.model.action import ActionKind
from tanpo.model.penalties import Penalties
from tanpo.model.sets import Holding, NettingSet, SetId, SetWorth
from tanpo.model.trade import Event, Failure, Refused, Trade
from tanpo.model.values import (
    ONE_BPS,
    Line,
    Rate,
    delivery_in_order_round_up,
    delivery_round_up,
    interest,
    precision,
    return_round_down,
    round_away,
    to_e6_round_up,
    to_e18,
)
from tanpo.terms import Custody


@dataclass
class SetCall:
    """A call of a set, and what it has done so far."""

    set_: NettingSet
    date: int
    by_first: bool
    """Who owes it."""
    payer: str
    """Who delivers: the one that owes it, or who cures."""
    exposure: Fraction
    """Without sign."""
    missing: Fraction = Fraction(0)
    """Value of what did not move."""
    events: list[Event] = field(default_factory=list)


class SetCalls(Penalties):
    """Values and calls of sets. See `Ledger`."""

    def set_worth(self, id_: SetId, date: int) -> SetWorth:
        """The set at the fixings of `date`.

        Refused: ActionPending, MissingFixing, MissingRate, StaleFixing.
        """
        set_ = self.sets[id_]
        currency, lines = set_.key.agreement.valuation_currency, []
        for holding in set_.holdings:
            self._require_no_action(set_, holding.token, date)
            lines.append(self._unit_line(holding.token, currency, date))
        denominator = precision(lines)
        unit_of = {h.token: line.value for h, line in zip(set_.holdings, lines, strict=True)}
        loan = required = accrued_e18 = Fraction(0)
        for trade in map(self.trades.__getitem__, set_.trades):
            sign = 1 if trade.terms.lender == set_.key.first else -1
            owed = sign * trade.terms.loan_quantity * unit_of[trade.terms.loan_token]
            loan += owed
            required += owed * Fraction(trade.terms.ratio_bps, ONE_BPS)
            accrued_e18 += sign * self._daily_e18(trade) * (date - trade.accrues_from)
        step = denominator * ONE_BPS
        required += Fraction(round_away(accrued_e18 * step / 10**18), step)
        units = [
            line._replace(haircut_bps=holding.haircut_bps).value
            for holding, line in zip(set_.holdings, lines, strict=True)
        ]
        collateral = sum(
            (
                (holding.held[True] - holding.held[False]) * unit
                for holding, unit in zip(set_.holdings, units, strict=True)
            ),
            start=Fraction(0),
        )
        return SetWorth(loan, required, collateral, units, denominator)

    def _unit_line(self, token: str, currency: str, date: int) -> Line:
        """What has been repaid has no fixing any more; nothing of it is left."""
        instrument = self.instruments[token]
        if self._is_repaid(token, date):
            nothing = replace(instrument, kind=Kind.CASH, decimals=0)
            return Line(1, nothing, 0, Rate(1, 1))
        return self.fixings.line(1, token, instrument, currency, date)

    def _is_repaid(self, token: str, date: int) -> bool:
        declared = self.actions.get(token)
        return bool(
            declared and declared[-1].kind is ActionKind.REDEMPTION and declared[-1].date <= date
        )

    def _daily_e18(self, trade: Trade) -> int:
        """Interest of one day times the ratio, with 18 decimals, rounded away from zero."""
        terms = trade.terms
        if terms.rate_e9 == 0:
            return 0
        start = self._line(terms, terms.loan_token, terms.loan_quantity, trade.valued_on).value
        daily = interest(start, terms.rate_e9, 1, terms.day_count_basis)
        return round_away(daily * Fraction(terms.ratio_bps, ONE_BPS) * 10**18)

    def _use_set(self, set_: NettingSet, date: int) -> None:
        """What a mark of the set has read is final."""
        currency = set_.key.agreement.valuation_currency
        for holding in set_.holdings:
            if not self._is_repaid(holding.token, date):
                instrument = self.instruments[holding.token]
                self.fixings.use(holding.token, instrument, currency, date)

    def _require_no_action(self, set_: NettingSet, token: str, date: int) -> None:
        """Nothing declared on the token up to `date` is still to be done for the set."""
        if self._actions_between(token, set_.done_until, date):
            raise Refused("ActionPending", id=set_.id, token=token)

    # ------------------------------------------------------------------ mark

    def _mark_set(self, id_: SetId, date: int) -> list[Event]:
        set_ = self.sets.get(id_)
        if set_ is None or not set_.trades:
            raise Refused("EmptySet", id=id_)
        if set_.in_default:
            raise Refused("SetInDefault", id=id_)
        if date <= set_.last_marked:
            args = {"lastMarked": set_.last_marked, "date": date}
            raise Refused("SetAlreadyMarked", id=id_, **args)
        worth = self.set_worth(id_, date)
        figures = {
            "loanE18": to_e18(worth.loan),
            "requiredE18": to_e18(worth.required),
            "collateralE18": to_e18(worth.collateral),
        }
        events = [Event("SetMarked", {"id": id_, "date": date, **figures})]
        self._charge_set(set_, date)
        earlier, set_.deficit, set_.last_marked = set_.deficit, None, date
        if not set_call_moves(set_, worth):
            return events
        call = self._new_set_call(set_, worth, date)
        self._carry_out_set(call, worth)
        if call.missing:
            goes_on = earlier is not None and earlier.by_lender == call.by_first
            since = earlier.since if earlier and goes_on else date
            set_.called_on = date
            set_.deficit = Failure(since, date, call.by_first, to_e6_round_up(call.missing))
        return events + call.events

    def _new_set_call(
        self, set_: NettingSet, worth: SetWorth, date: int, payer: str | None = None
    ) -> SetCall:
        by_first = worth.exposure < 0
        return SetCall(set_, date, by_first, payer or set_.party(by_first), abs(worth.exposure))

    def _carry_out_set(self, call: SetCall, worth: SetWorth) -> None:
        """First what is held for the one that owes the call goes back, then that one delivers.

        Refused: WorthlessBasket.
        """
        held = list(zip(call.set_.holdings, worth.units, strict=True))
        by_first = call.by_first
        returnable = sum((each.held[by_first] * unit for each, unit in held), start=Fraction(0))
        given = sum((each.held[not by_first] * unit for each, unit in held), start=Fraction(0))
        returned = min(call.exposure, returnable)
        for holding, unit in held if returned else ():
            self._return_held(call, holding, unit, returned, returnable)
        left = call.exposure - returned
        if left == 0:
            return
        if given:
            for holding, unit in held:
                lot = self.instruments[holding.token].lot
                called = delivery_round_up(holding.held[not by_first], left, given, lot)
                self._deliver_held(call, holding, unit, called)
            return
        # What has been repaid has no value any more.
        fresh = [(holding, unit) for holding, unit in held if unit and holding.given[by_first]]
        if not fresh:
            raise Refused("WorthlessBasket", id=call.set_.id)
        holding, unit = fresh[0]
        lot = self.instruments[holding.token].lot
        self._deliver_held(call, holding, unit, delivery_in_order_round_up(left, unit, lot))

    def _return_held(
        self, call: SetCall, holding: Holding, unit: Fraction, returned: Fraction, all_: Fraction
    ) -> None:
        held, lot = holding.held[call.by_first], self.instruments[holding.token].lot
        called = held if returned == all_ else return_round_down(held, returned, all_, lot)
        holder = call.payer if is_title(call.set_) else self.escrow
        party = call.set_.party(not call.by_first)
        moved = self._move_available(holding.token, holder, party, called, lot)
        holding.held[call.by_first] -= moved
        call.events += set_event("SetReturned", call.set_, party, holding.token, moved, call.date)
        self._miss(call, holding.token, called - moved, unit)

    def _deliver_held(self, call: SetCall, holding: Holding, unit: Fraction, called: int) -> None:
        lot = self.instruments[holding.token].lot
        other = call.set_.party(not call.by_first)
        receiver = other if is_title(call.set_) else self.escrow
        moved = self._move_available(holding.token, call.payer, receiver, called, lot)
        holding.held[not call.by_first] += moved
        owes = call.set_.party(call.by_first)
        call.events += set_event("SetDelivered", call.set_, owes, holding.token, moved, call.date)
        self._miss(call, holding.token, called - moved, unit)

    def _miss(self, call: SetCall, token: str, missing: int, unit: Fraction) -> None:
        call.missing += missing * unit
        args = {"id": call.set_.id, "date": call.date, "party": call.set_.party(call.by_first)}
        if missing:
            call.events.append(Event("SetDeficit", {**args, "token": token, "missing": missing}))

    def _give_back_held(
        self, set_: NettingSet, holding: Holding, for_first: bool, date: int
    ) -> list[Event]:
        """All that is held for one goes back to the other."""
        quantity, holding.held[for_first] = holding.held[for_first], 0
        holder = set_.party(for_first) if is_title(set_) else self.escrow
        giver = set_.party(not for_first)
        self._move(holding.token, holder, giver, quantity)
        return set_event("SetReturned", set_, giver, holding.token, quantity, date)


def is_title(set_: NettingSet) -> bool:
    """Whether the parties hold what secures them; otherwise the escrow does."""
    return set_.key.agreement.custody is Custody.TITLE_TRANSFER


def set_event(
    name: str, set_: NettingSet, party: str, token: str, quantity: int, date: int
) -> list[Event]:
    """What of a set's token has moved; no event of nothing."""
    args = {"id": set_.id, "date": date, "party": party, "token": token, "quantity": quantity}
    return [Event(name, args)] if quantity else []


def set_call_moves(set_: NettingSet, worth: SetWorth) -> bool:
    """Whether the exposure exceeds the threshold and reaches the minimum transfer amount."""
    size, agreement = abs(worth.exposure), set_.key.agreement
    threshold = abs(worth.required) * Fraction(agreement.threshold_bps, ONE_BPS)
    return size > threshold and size >= Fraction(agreement.mta_e6, 10**6)
