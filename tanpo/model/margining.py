# SPDX-License-Identifier: MIT
"""A margin call through the tokens of a basket."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from tanpo.model.penalties import Penalties
from tanpo.model.trade import Event, Refused, Trade
from tanpo.model.values import (
    Valuation,
    delivery_in_order_round_up,
    delivery_round_up,
    return_in_order_round_down,
    return_round_down,
)
from tanpo.terms import Order


@dataclass
class Call:
    """One that restores the required value, and what it has done so far."""

    trade: Trade
    date: int
    worth: Valuation
    holder: str
    """Who delivers."""
    receiver: str
    left: Fraction
    """The exposure without sign; in order, what of it is left."""
    missing: Fraction = Fraction(0)
    """Value of what did not move."""
    events: list[Event] = field(default_factory=list)

    @property
    def delivers(self) -> bool:
        """Whether collateral is short; otherwise it goes back."""
        return self.worth.exposure > 0

    @property
    def in_order(self) -> bool:
        """Whether the tokens move one after another; otherwise all pro rata."""
        return self.trade.terms.agreement.order is Order.AS_LISTED


class Margining(Penalties):
    """Calls. See `Ledger`."""

    def _call(self, trade: Trade, worth: Valuation, date: int, payer: str | None = None) -> Call:
        """Move what restores the required value, at the fixings of `date`.

        `payer` delivers in the place of who should. Refused: WorthlessBasket.
        """
        custodian, borrower = self._custodian(trade.terms), trade.terms.borrower
        holder, receiver = (borrower, custodian) if worth.exposure > 0 else (custodian, borrower)
        call = Call(trade, date, worth, payer or holder, receiver, abs(worth.exposure))
        if worth.collateral == 0 and not call.in_order:
            raise Refused("WorthlessBasket", id=trade.id)
        for index in range(len(trade.basket)):
            if call.left:
                self._call_one(call, index)
        return call

    def _call_one(self, call: Call, index: int) -> None:
        """Move one token's share; what cannot move is missing, or the next token's turn."""
        trade = call.trade
        leg, held = trade.terms.collateral[index], trade.basket[index]
        lot = self.instruments[leg.token].lot
        unit = self._line(trade.terms, leg.token, 1, call.date, leg.haircut_bps).value
        called = _called(call, held, unit, lot)
        moved = self._move_available(leg.token, call.holder, call.receiver, called, lot)
        trade.basket[index] += moved if call.delivers else -moved

        common = {"id": trade.id, "date": call.date, "token": leg.token}
        if moved:
            name = "Delivered" if call.delivers else "Returned"
            call.events.append(Event(name, {**common, "quantity": moved}))
        if call.in_order:
            exhausted = not call.delivers and trade.basket[index] < lot
            done = moved == called and not exhausted
            call.left = Fraction(0) if done else max(Fraction(0), call.left - moved * unit)
        is_last = index == len(trade.basket) - 1
        if moved < called and (is_last or not call.in_order):
            call.missing += (called - moved) * unit
            args = {**common, "party": call.holder, "missing": called - moved}
            call.events.append(Event("Deficit", args))


def _called(call: Call, held: int, unit: Fraction, lot: int) -> int:
    """The whole lots that are a token's part in the call."""
    if call.in_order and call.delivers:
        return delivery_in_order_round_up(call.left, unit, lot)
    if call.in_order:
        return return_in_order_round_down(held, call.left, unit, lot)
    round_ = delivery_round_up if call.delivers else return_round_down
    return round_(held, call.left, call.worth.collateral, lot)
