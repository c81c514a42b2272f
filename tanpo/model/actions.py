# SPDX-License-Identifier: MIT
"""What issuers do to securities, and when a trade catches up with it: `ICorporateActions`."""

from __future__ import annotations

from collections.abc import Sequence

from tanpo.instrument import Kind
from tanpo.model.action import ActionKind, CorporateAction
from tanpo.model.effects import Effects
from tanpo.model.netting import is_next, paying
from tanpo.model.setcalls import is_title
from tanpo.model.sets import SetId
from tanpo.model.soundness import require_listed
from tanpo.model.trade import Event, Refused, Status, Trade, TradeId
from tanpo.terms import NOBODY, Custody


class Actions(Effects):
    """Declarations, catching up, and seizures. See `Ledger`."""

    def declare(self, token: str, action: CorporateAction) -> list[Event]:
        """Declare an action; who may is not the model's matter.

        Refused: NotListed, TooLate, BadAction.
        """
        require_listed(token, self.instruments)
        earliest = max(self.fixings.latest + 1, self._last_action(token))
        if action.date < earliest:
            is_known = action.date <= self.fixings.latest
            latest = self.fixings.latest if is_known else earliest
            raise Refused("TooLate", token=token, date=action.date, latest=latest)
        if action.cash != NOBODY:
            require_listed(action.cash, self.instruments)
        if not self._is_sound(token, action):
            raise Refused("BadAction", kind=action.kind, token=token)
        self.actions.setdefault(token, []).append(action)
        return [Event("Declared", {"token": token, **vars(action)})]

    def catch_up(self, id_: TradeId, date: int) -> list[Event]:
        """Carry out what is declared on an open trade's securities up to `date`.

        Refused: NotFixed, WrongStatus, ActionPending, or the fixings' or the token's error.
        """
        self._require_fixed(date)
        trade = self._require_status(id_, Status.OPEN)
        return self._all_or_nothing([id_], lambda: self._catch_up_one(trade, date))

    def catch_up_set(self, id_: SetId, trades: Sequence[TradeId], date: int) -> list[Event]:
        """The same for all trades of a set, in ascending order, and what it holds.

        Refused: NotFixed, EmptySet, NotAllTrades, or the fixings' or the token's error.
        """
        return self._all_or_nothing(trades, lambda: self._catch_up_set(id_, trades, date))

    def book_seizure(
        self,
        id_: TradeId,
        token: str,
        quantity: int,
        trades: Sequence[TradeId],
        sets: Sequence[SetId] = (),
    ) -> list[Event]:
        """Book a forced transfer out of the escrow; who may is not the model's matter.

        Refused: ZeroQuantity, NotListed, NotAHolder, NotSeized, NotHeld.
        """
        self._require_seized(token, quantity, trades, sets)
        trade = self.trades.get(id_)
        legs = trade.terms.collateral if trade and _is_held_by_escrow(trade) else ()
        tokens = [leg.token for leg in legs]
        found = trade.basket[tokens.index(token)] if trade and token in tokens else 0
        if trade is None or found < quantity:
            raise Refused("NotHeld", id=id_, token=token, found=found, needed=quantity)
        trade.basket[tokens.index(token)] -= quantity
        return [Event("Seized", {"id": id_, "token": token, "quantity": quantity})]

    def book_set_seizure(
        self,
        id_: SetId,
        secured: str,
        token: str,
        quantity: int,
        trades: Sequence[TradeId],
        sets: Sequence[SetId],
    ) -> list[Event]:
        """The same out of what a set holds for one of its parties.

        Refused: ZeroQuantity, NotListed, NotAHolder, NotSeized, NotInSet, SetNotHeld.
        """
        self._require_seized(token, quantity, trades, sets)
        set_ = self.sets.get(id_)
        if set_ is None or secured not in (set_.key.first, set_.key.second):
            raise Refused("NotInSet", id=id_, found=secured)
        holding, for_first = set_.holding(token), secured == set_.key.first
        found = 0 if holding is None or is_title(set_) else holding.held[for_first]
        if holding is None or found < quantity:
            raise Refused("SetNotHeld", id=id_, token=token, found=found, needed=quantity)
        holding.held[for_first] -= quantity
        args = {"secured": secured, "token": token, "quantity": quantity}
        return [Event("SetSeized", {"id": id_, **args})]

    # ------------------------------------------------------------------ details

    def _require_fixed(self, date: int) -> None:
        """Until a date has fixings an action of it can still be declared."""
        if date > self.fixings.latest:
            raise Refused("NotFixed", date=date, latest=self.fixings.latest)

    def _is_sound(self, token: str, action: CorporateAction) -> bool:
        """The action says what its kind needs, of a security."""
        is_paid = action.kind is not ActionKind.SPLIT
        return (
            action.numerator != 0
            and (action.denominator == 0) == is_paid
            and (action.cash != NOBODY) == is_paid
            and self.instruments[token].kind is not Kind.CASH
            and (not is_paid or self.instruments[action.cash].kind is Kind.CASH)
        )

    def _catch_up_set(self, id_: SetId, trades: Sequence[TradeId], date: int) -> list[Event]:
        self._require_fixed(date)
        set_ = self.sets.get(id_)
        if set_ is None or not set_.trades:
            raise Refused("EmptySet", id=id_)
        caught_up = self._require_all(set_, trades)
        since, events = set_.done_until, list[Event]()
        tokens = [holding.token for holding in set_.holdings]
        if not any(list(self._actions_between(token, since, date)) for token in tokens):
            return []
        in_default, set_.in_default = set_.in_default, False
        for trade in caught_up:
            events += self._leave(trade, date)
            events += self._act_on_loan(trade, since, date)
        events += self._act_on_holdings(set_, paying(caught_up), since, date)
        set_.caught_up_to = date
        set_.last_marked = max(set_.last_marked, date - 1)
        for trade in caught_up:
            events += self._join(trade, date)
        set_.in_default = in_default
        return events

    def _require_seized(
        self, token: str, quantity: int, trades: Sequence[TradeId], sets: Sequence[SetId]
    ) -> None:
        """The escrow has less of the token than those named hold, by `quantity` at the least."""
        if quantity == 0:
            raise Refused("ZeroQuantity", token=token)
        require_listed(token, self.instruments)
        booked = self._held_by_trades(token, trades) + self._held_by_sets(token, sets)
        balance = self.tokens[token].balances[self.escrow]
        if booked < balance + quantity:
            args = {"booked": booked, "balance": balance, "quantity": quantity}
            raise Refused("NotSeized", token=token, **args)

    def _held_by_trades(self, token: str, trades: Sequence[TradeId]) -> int:
        booked = 0
        for index, id_ in enumerate(trades):
            trade = self.trades.get(id_)
            if trade is None or not is_next(trades, index) or not _is_held_by_escrow(trade):
                raise Refused("NotAHolder", id=id_)
            legs = zip(trade.terms.collateral, trade.basket, strict=True)
            booked += sum(held for leg, held in legs if leg.token == token)
        return booked

    def _held_by_sets(self, token: str, sets: Sequence[SetId]) -> int:
        booked = 0
        for index, id_ in enumerate(sets):
            set_ = self.sets.get(id_)
            is_holder = set_ is not None and set_.holdings and not is_title(set_)
            if set_ is None or not is_next(sets, index) or not is_holder:
                raise Refused("NotAHolder", id=id_)
            holding = set_.holding(token)
            booked += sum(holding.held.values()) if holding else 0
        return booked


def _is_held_by_escrow(trade: Trade) -> bool:
    agreement = trade.terms.agreement
    is_segregated = agreement.custody is Custody.SEGREGATED and not agreement.netting
    return is_segregated and trade.status in (Status.OPEN, Status.DEFAULTED)
