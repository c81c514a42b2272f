# SPDX-License-Identifier: MIT
"""Tokens leave a basket against others: the verb Substitute of `IChanges`."""

from __future__ import annotations

from dataclasses import replace

from tanpo.model.closing import Closing
from tanpo.model.soundness import require_basket_size, require_haircut, require_listed
from tanpo.model.trade import Event, Refused, Trade
from tanpo.model.values import to_e18
from tanpo.terms import Change, Collateral


class Substitution(Closing):
    """See `Verbs`."""

    def _substitute(self, trade: Trade, change: Change, date: int, alone: bool) -> list[Event]:
        if trade.terms.agreement.netting or not (change.outgoing or change.incoming):
            raise Refused("BadChange", id=trade.id, verb=change.verb)
        before = self.value(trade.id, date)
        self._exchange(trade, change, alone)
        after = self.value(trade.id, date)
        found, needed = (
            to_e18(after.collateral),
            min(to_e18(before.collateral), to_e18(after.required)),
        )
        if found < needed:
            raise Refused("Undercollateralised", id=trade.id, foundE18=found, neededE18=needed)
        events: list[Event] = []
        for leg in change.outgoing:
            events += self._give_back(trade, leg.token, leg.quantity, date)
        for leg in change.incoming:
            events += self._take_in(trade, leg.token, leg.quantity, date)
        return events

    def _exchange(self, trade: Trade, change: Change, alone: bool) -> None:
        """The basket after it: what stays in its order, then what is new."""
        held = dict(zip((leg.token for leg in trade.terms.collateral), trade.basket, strict=True))
        legs = {leg.token: leg for leg in trade.terms.collateral}
        for leg in change.outgoing:
            self._require_quantity(leg)
            found = held.get(leg.token, 0)
            if found < leg.quantity:
                args = {"token": leg.token, "found": found, "needed": leg.quantity}
                raise Refused("NotHeld", id=trade.id, **args)
            _require_haircut(trade, leg, legs[leg.token])
            held[leg.token] -= leg.quantity
        for leg in change.incoming:
            self._require_quantity(leg)
            if leg.token not in held:
                if alone:
                    raise Refused("BadChange", id=trade.id, verb=change.verb)
                require_haircut(leg)
                if leg.token == trade.terms.loan_token:
                    raise Refused("DuplicateToken", token=leg.token)
                legs[leg.token] = leg
            _require_haircut(trade, leg, legs[leg.token])
            held[leg.token] = held.get(leg.token, 0) + leg.quantity
        left = {token: quantity for token, quantity in held.items() if quantity}
        require_basket_size(len(left))
        collateral = tuple(replace(legs[token], quantity=left[token]) for token in left)
        trade.terms = replace(trade.terms, collateral=collateral)
        trade.basket = list(left.values())

    def _require_quantity(self, leg: Collateral) -> None:
        if leg.quantity == 0:
            raise Refused("ZeroQuantity", token=leg.token)
        require_listed(leg.token, self.instruments)


def _require_haircut(trade: Trade, leg: Collateral, held: Collateral) -> None:
    if leg.haircut_bps != held.haircut_bps:
        args = {"token": leg.token, "found": leg.haircut_bps, "needed": held.haircut_bps}
        raise Refused("HaircutDiffers", id=trade.id, **args)
