# SPDX-License-Identifier: MIT
"""What the ledger keeps, what every part of it checks, and how it moves tokens."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from copy import deepcopy

from tanpo.instrument import Instrument
from tanpo.model.action import CorporateAction
from tanpo.model.fixings import DAY, Fixings
from tanpo.model.sets import NettingSet, SetId, SetKey
from tanpo.model.tokens import Token
from tanpo.model.trade import Event, Refused, Status, Trade, TradeId
from tanpo.terms import Agreement, Change, Custody, Terms

Digest = Hashable
"""What a party signs: 32 bytes of EIP-712 on a chain; without one, the message itself."""


def _itself(message: Terms | Change | SetKey) -> Digest:
    return message


class Book:
    """The ledger's state. See `Ledger`."""

    def __init__(
        self,
        escrow: str,
        max_age_days: int,
        now: int = 0,
        identify: Callable[[Terms | Change | SetKey], Digest] = _itself,
    ) -> None:
        self.escrow = escrow
        self.now = now
        self.identify = identify
        self.fixings = Fixings(max_age_days)
        self.instruments: dict[str, Instrument] = {}
        self.tokens: dict[str, Token] = {}
        self.agreements: set[Agreement] = set()
        self.trades: dict[TradeId, Trade] = {}
        self.consents: dict[tuple[Digest, str], bool] = {}
        """Who has agreed to a change; False: has taken that back."""
        self.guardians: dict[str, str] = {}
        self.sets: dict[SetId, NettingSet] = {}
        self.actions: dict[str, list[CorporateAction]] = {}
        """By token, in the order of their dates."""

    def list_token(self, address: str, instrument: Instrument, token: Token | None = None) -> None:
        """Enter a token; `token` where it is none that behaves."""
        self.instruments[address] = instrument
        self.tokens[address] = token or Token(address, self.escrow)

    # ------------------------------------------------------------------ checks

    def _require_status(self, id_: TradeId, needed: Status) -> Trade:
        trade = self.trades.get(id_)
        if trade is None or trade.status is not needed:
            found = trade.status if trade else Status.NONE
            raise Refused("WrongStatus", id=id_, found=found, needed=needed)
        return trade

    def _require_unexpired(self, expiry: int) -> None:
        if self.now > expiry:
            raise Refused("Expired", expiry=expiry, now_=self.now)

    def _require_reached(self, moment: int, date: int) -> None:
        """Both the clock and the business date have come to `moment`."""
        if self.now < moment:
            raise Refused("TooEarly", found=self.now, needed=moment)
        if date < moment // DAY:
            raise Refused("TooEarly", found=date * DAY, needed=moment)

    def _require_begun(self, date: int) -> None:
        if date > self.now // DAY:
            raise Refused("DateInFuture", date=date, today=self.now // DAY)

    def _require_current(self, date: int) -> None:
        self._require_begun(date)
        if date < self.fixings.latest:
            raise Refused("DatePassed", date=date, latest=self.fixings.latest)

    # ------------------------------------------------------------------ corporate actions

    def _last_action(self, token: str) -> int:
        """The date of the last one declared; 0 where there is none."""
        declared = self.actions.get(token)
        return declared[-1].date if declared else 0

    def _actions_between(self, token: str, since: int, date: int) -> list[CorporateAction]:
        """Those later than `since`, up to `date`."""
        return [each for each in self.actions.get(token, ()) if since < each.date <= date]

    # ------------------------------------------------------------------ tokens

    def _custodian(self, terms: Terms) -> str:
        segregated = terms.agreement.custody is Custody.SEGREGATED
        return self.escrow if segregated else terms.lender

    def _move_signed(self, name: str, holder: str, receiver: str, quantity: int) -> None:
        if quantity < 0:
            holder, receiver = receiver, holder
        self._move(name, holder, receiver, abs(quantity))

    def _move(self, name: str, holder: str, receiver: str, quantity: int) -> None:
        """Move exactly `quantity`. Refused: NotReceived, or the token's own."""
        if quantity == 0:
            return
        token = self.tokens[name]
        before = token.balances[receiver]
        token.pull(holder, receiver, quantity)
        received = token.balances[receiver] - before
        if received != quantity:
            raise Refused(
                "NotReceived", token=name, receiver=receiver, found=received, needed=quantity
            )

    def _move_available(
        self, name: str, holder: str, receiver: str, quantity: int, lot: int
    ) -> int:
        """Move what the holder can deliver in whole lots; 0 where the token does not let it."""
        token = self.tokens[name]
        available = token.available(holder)
        if holder != self.escrow and available < quantity:
            quantity = available // lot * lot
        saved = token.save()
        try:
            self._move(name, holder, receiver, quantity)
        except Refused:
            token.restore(saved)
            return 0
        return quantity

    # ------------------------------------------------------------------ undoing

    def _all_or_nothing(
        self, ids: Iterable[TradeId], step: Callable[[], list[Event]]
    ) -> list[Event]:
        """Carry out a step; Refused leaves those trades, all sets and all tokens as they were."""
        trades = [self.trades[id_] for id_ in ids if id_ in self.trades]
        kept = [dict(vars(trade), basket=list(trade.basket)) for trade in trades]
        saved = [(token, token.save()) for token in self.tokens.values()]
        sets, used = deepcopy(self.sets), set(self.fixings.used)
        try:
            return step()
        except Refused:
            for token, moved in saved:
                token.restore(moved)
            for trade, state in zip(trades, kept, strict=True):
                vars(trade).update(state)
            self.sets, self.fixings.used = sets, used
            raise


def require_party(id_: TradeId, terms: Terms, caller: str) -> bool:
    """True where the caller is the lender, False where it is the borrower."""
    if caller not in (terms.lender, terms.borrower):
        raise Refused("NotAParty", id=id_, caller=caller)
    return caller == terms.lender


def require_forward(trade: Trade, date: int) -> None:
    """Not before the last date that was marked, nor before the one from which interest counts."""
    last = max(trade.last_marked, trade.accrues_from)
    if date < last:
        raise Refused("AlreadyMarked", id=trade.id, lastMarked=last, date=date)


def forbid_earlier_marks(trade: Trade, date: int) -> None:
    """No date before `date` is marked any more."""
    trade.last_marked = max(trade.last_marked, date - 1)
