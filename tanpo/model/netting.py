# SPDX-License-Identifier: MIT
"""Trades come into their netting set and leave it: what `INettingSets` says."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from tanpo.model.setcalls import SetCalls
from tanpo.model.sets import Holding, NettingSet, SetId, key_of
from tanpo.model.trade import Event, Refused, Status, Trade, TradeId
from tanpo.terms import NOBODY

MAX_TOKENS = 32


class Netting(SetCalls):
    """Membership in sets. See `Ledger`."""

    def set_of(self, trade: Trade) -> SetId:
        """The set that a trade belongs to. Refused: NotNetted."""
        if not trade.terms.agreement.netting:
            raise Refused("NotNetted", id=trade.id)
        return self.identify(key_of(trade.terms))

    def _join(self, trade: Trade, date: int) -> list[Event]:
        """An open trade becomes part of its set; a set without a trade gives everything back."""
        if not trade.terms.agreement.netting:
            return []
        id_ = self.set_of(trade)
        set_ = self.sets.setdefault(id_, NettingSet(id_, key_of(trade.terms)))
        if trade.status is not Status.OPEN:
            return [] if set_.trades else self._give_all_back(set_, date)
        self._require_no_set_default(set_)
        if not set_.holdings:
            set_.last_marked = max(set_.last_marked, date)
        set_.trades.append(trade.id)
        self._holding(set_, trade.terms.loan_token)
        self._daily_e18(trade)  # refused where there is no fixing from which it counts
        self._use_start(trade)
        for index in range(len(trade.basket)):
            if trade.basket[index]:
                self._hold(set_, trade, index)
                trade.basket[index] = 0
        for holding in set_.holdings:
            self._require_no_action(set_, holding.token, date)
        set_.last_marked = max(set_.last_marked, date - 1)
        return [Event("Joined", {"id": id_, "trade": trade.id, "date": date})]

    def _leave(self, trade: Trade, date: int) -> list[Event]:
        """A trade's loan and interest do not count in its set any more."""
        if not trade.terms.agreement.netting:
            return []
        set_ = self._set(trade)
        self._require_no_set_default(set_)
        set_.trades.remove(trade.id)
        return [Event("Left", {"id": set_.id, "trade": trade.id, "date": date})]

    def _hold(self, set_: NettingSet, trade: Trade, index: int) -> None:
        leg, for_first = trade.terms.collateral[index], trade.terms.lender == set_.key.first
        holding = self._holding(set_, leg.token)
        if not any(holding.given.values()):
            holding.haircut_bps = leg.haircut_bps
        elif holding.haircut_bps != leg.haircut_bps:
            args = {"found": leg.haircut_bps, "needed": holding.haircut_bps}
            raise Refused("HaircutDiffers", id=set_.id, token=leg.token, **args)
        holding.given[not for_first] = True
        holding.held[for_first] += trade.basket[index]

    def _holding(self, set_: NettingSet, token: str) -> Holding:
        """What the set has of a token; a new one where it has none."""
        found = set_.holding(token)
        if found is None:
            if len(set_.holdings) == MAX_TOKENS:
                raise Refused("TooManyTokens", id=set_.id, most=MAX_TOKENS)
            found = Holding(token)
            set_.holdings.append(found)
        return found

    def _give_all_back(self, set_: NettingSet, date: int) -> list[Event]:
        """Each gets back what it gave."""
        events: list[Event] = []
        for holding in set_.holdings:
            self._require_no_action(set_, holding.token, date)
        for holding in set_.holdings:
            for for_first in (True, False):
                events += self._give_back_held(set_, holding, for_first, date)
        set_.holdings, set_.deficit, set_.missed_e6_days = [], None, 0
        return events

    def _require_no_set_default(self, set_: NettingSet) -> None:
        if set_.in_default:
            raise Refused("SetInDefault", id=set_.id)

    # ------------------------------------------------------------------ all of a set's trades

    def _require_all(self, set_: NettingSet, ids: Sequence[TradeId]) -> list[Trade]:
        """All open trades of the set, each once, in ascending order of identities."""
        if len(ids) != len(set_.trades):
            args = {"found": len(ids), "needed": len(set_.trades)}
            raise Refused("NotAllTrades", id=set_.id, **args)
        for index, id_ in enumerate(ids):
            if id_ not in set_.trades or not is_next(ids, index):
                raise Refused("NotAllTrades", id=set_.id, found=index, needed=len(ids))
        return [self.trades[id_] for id_ in ids]


def is_next(ids: Sequence[Hashable], index: int) -> bool:
    """Whether a list ascends there; identities must be such as have an order."""
    return index == 0 or ids[index] > ids[index - 1]  # type: ignore[operator]


def paying(trades: Sequence[Trade]) -> Trade:
    """The first that has a rate token, which pays for the set; the first where none has."""
    return next((trade for trade in trades if trade.terms.rate_token != NOBODY), trades[0])
