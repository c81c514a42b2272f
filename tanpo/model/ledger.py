# SPDX-License-Identifier: MIT
"""The escrow as a state machine over exact numbers: what `IEscrow` says, without a chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from tanpo.model.consent import Consent, require_party
from tanpo.model.fixings import DAY
from tanpo.model.soundness import ZERO_ADDRESS
from tanpo.model.terms import Custody, Event, Refused, Status, Terms, Trade, TradeId
from tanpo.model.tokens import Token
from tanpo.model.values import (
    Line,
    Valuation,
    accrued_round_up,
    call_moves,
    delivery_round_up,
    interest,
    interest_round_half_up,
    precision,
    required_value,
    return_round_down,
    to_e18,
)


class Ledger(Consent):
    """All trades of one escrow.

    Every action returns its events in order, or raises Refused and changes nothing. In `settle`,
    `mark` and `close` one trade's trouble is a `Failed` event, whose `reason` is the Refused.
    Dates are days since 1970-01-01, moments Unix seconds, quantities smallest units. Quantities
    are taken to stay below 2**96 and values within `fits_256_bits`.
    """

    def open(
        self, terms: Terms, lender_signer: str | None, borrower_signer: str | None, date: int
    ) -> list[Event]:
        """Relay and settle, both or neither. Refused: as either."""
        self._require_current(date)
        id_ = self.identify(terms)
        events = self.relay(terms, lender_signer, borrower_signer)
        try:
            return events + self._all_or_nothing(id_, lambda: self._settle(id_, date))
        except Refused:
            del self.trades[id_]
            raise

    # ------------------------------------------------------------------ batches

    def settle(self, ids: Sequence[TradeId], date: int) -> list[Event]:
        """Exchange the legs of approved trades. Refused: DateInFuture, DatePassed."""
        self._require_current(date)
        return self._batch("settle", ids, date, lambda id_: self._settle(id_, date))

    def mark(self, ids: Sequence[TradeId], date: int) -> list[Event]:
        """Value open trades and move the calls. Refused: DateInFuture."""
        self._require_begun(date)
        return self._batch("mark", ids, date, lambda id_: self._mark(id_, date))

    def close(self, caller: str, ids: Sequence[TradeId], date: int) -> list[Event]:
        """Return both legs of open trades. Refused: DateInFuture, DatePassed."""
        self._require_current(date)
        return self._batch("close", ids, date, lambda id_: self._close(caller, id_, date))

    def _batch(
        self,
        action: str,
        ids: Sequence[TradeId],
        date: int,
        one: Callable[[TradeId], list[Event]],
    ) -> list[Event]:
        events: list[Event] = []
        for id_ in ids:
            try:
                events += self._all_or_nothing(id_, lambda id_=id_: one(id_))  # type: ignore[misc]
            except Refused as reason:
                args = {"id": id_, "date": date, "action": action, "reason": reason}
                events.append(Event("Failed", args))
        return events

    def _all_or_nothing(self, id_: TradeId, step: Callable[[], list[Event]]) -> list[Event]:
        """Carry out a step of one trade; Refused leaves the trade and its tokens as they were."""
        trade = self.trades.get(id_)
        kept = dict(vars(trade), basket=list(trade.basket)) if trade else {}
        saved = [(token, token.save()) for token in self._tokens_of(trade)]
        try:
            return step()
        except Refused:
            for token, state in saved:
                token.restore(state)
            if trade:
                vars(trade).update(kept)
            raise

    def _tokens_of(self, trade: Trade | None) -> list[Token]:
        if trade is None or not trade.basket:
            return []
        terms = trade.terms
        names = {terms.loan_token, terms.rate_token, *(leg.token for leg in terms.collateral)}
        return [self.tokens[name] for name in names - {ZERO_ADDRESS}]

    # ------------------------------------------------------------------ one trade

    def _settle(self, id_: TradeId, date: int) -> list[Event]:
        trade = self._require_status(id_, Status.APPROVED)
        terms = trade.terms
        self._require_unexpired(terms)
        self._require_reached(terms.start, date)
        if terms.end != 0 and date > terms.end // DAY:
            raise Refused("Ended", id=id_, end=terms.end)
        if terms.rate_e9:
            # Interest counts on the loan's value at the start: without it no mark or close could.
            self._line(terms.loan_token, terms.loan_quantity, terms, date)

        trade.status, trade.opened, trade.last_marked = Status.OPEN, date, date
        self._move(terms.loan_token, terms.lender, terms.borrower, terms.loan_quantity)
        for leg in terms.collateral:
            self._move(leg.token, terms.borrower, self._custodian(terms), leg.quantity)
        return [Event("Opened", {"id": id_, "date": date})]

    def _mark(self, id_: TradeId, date: int) -> list[Event]:
        trade = self._require_status(id_, Status.OPEN)
        _require_forward(trade, date, trade.last_marked + 1)
        worth = self.value(id_, date)
        trade.last_marked, trade.in_deficit = date, False
        events = [Event("Marked", {"id": id_, "date": date, **e18(worth)})]
        terms = trade.terms
        if call_moves(worth.required, worth.collateral, terms.threshold_bps, terms.mta_e6):
            if worth.collateral == 0:
                raise Refused("WorthlessBasket", id=id_)
            for index in range(len(trade.basket)):
                events += self._call(trade, index, worth, date)
        return events

    def _call(self, trade: Trade, index: int, worth: Valuation, date: int) -> list[Event]:
        """Move one token's share of a margin call, as far as its holder can deliver."""
        terms, held = trade.terms, trade.basket[index]
        name = terms.collateral[index].token
        lot = self.instruments[name].lot
        custodian = self._custodian(terms)
        if worth.exposure > 0:
            event, sign, holder, receiver = "Delivered", 1, terms.borrower, custodian
            called = delivery_round_up(held, worth.exposure, worth.collateral, lot)
        else:
            event, sign, holder, receiver = "Returned", -1, custodian, terms.borrower
            called = return_round_down(held, -worth.exposure, worth.collateral, lot)

        moved = self._move_available(name, holder, receiver, called, lot)
        trade.basket[index] += sign * moved
        common = {"id": trade.id, "date": date, "token": name}
        events = []
        if moved:
            events.append(Event(event, {**common, "quantity": moved}))
        if moved < called:
            trade.in_deficit = True
            args = {**common, "party": holder, "missing": called - moved}
            events.append(Event("Deficit", args))
        return events

    def _close(self, caller: str, id_: TradeId, date: int) -> list[Event]:
        trade = self._require_status(id_, Status.OPEN)
        terms = trade.terms
        if terms.end == 0:
            require_party(id_, terms, caller)
        else:
            self._require_reached(terms.end, date)
        _require_forward(trade, date, trade.last_marked)

        owed = self._interest(trade, date)
        basket, trade.basket = trade.basket, [0] * len(trade.basket)
        trade.status, trade.last_marked, trade.in_deficit = Status.CLOSED, date, False
        loan, rest = terms.loan_quantity, owed
        if terms.rate_token == terms.loan_token:
            loan, rest = loan + owed, 0
        self._move_signed(terms.loan_token, terms.borrower, terms.lender, loan)
        self._move_signed(terms.rate_token, terms.borrower, terms.lender, rest)
        for leg, quantity in zip(terms.collateral, basket, strict=True):
            self._move(leg.token, self._custodian(terms), terms.borrower, quantity)
        return [Event("Closed", {"id": id_, "date": date, "interest": owed})]

    # ------------------------------------------------------------------ values

    def value(self, id_: TradeId, date: int) -> Valuation:
        """What a booked trade is worth at the fixings of `date`, before any call of that date.

        Refused: MissingFixing, MissingRate, StaleFixing.
        """
        trade = self.trades[id_]
        terms = trade.terms
        lines = self.lines(id_, date)
        accrued = Fraction(0)
        if terms.rate_e9 and trade.opened:
            days = date - trade.opened
            start = self._start(trade).value
            exact = interest(start, terms.rate_e9, days, terms.day_count_basis)
            accrued = accrued_round_up(exact, precision(lines))
        loan, *collateral = (line.value for line in lines)
        required = required_value(loan, accrued, terms.ratio_bps)
        return Valuation(loan, accrued, required, sum(collateral, start=loan * 0))

    def lines(self, id_: TradeId, date: int) -> list[Line]:
        """The loan leg and then the basket, with the fixings of `date`."""
        trade = self.trades[id_]
        terms = trade.terms
        legs = [(terms.loan_token, terms.loan_quantity)]
        legs += zip((leg.token for leg in terms.collateral), trade.basket, strict=True)
        return [self._line(*leg, terms, date) for leg in legs]

    def _start(self, trade: Trade) -> Line:
        """The loan leg with the fixings of the opening."""
        terms = trade.terms
        return self._line(terms.loan_token, terms.loan_quantity, terms, trade.opened)

    def _line(self, token: str, quantity: int, terms: Terms, date: int) -> Line:
        instrument = self.instruments[token]
        return self.fixings.line(quantity, token, instrument, terms.valuation_currency, date)

    def _interest(self, trade: Trade, date: int) -> int:
        """What the borrower pays at the close, in smallest units; negative: the lender."""
        terms = trade.terms
        if terms.rate_e9 == 0:
            return 0
        token = self.instruments[terms.rate_token]
        rate = self.fixings.rate(token.currency, terms.valuation_currency, date)
        exact = interest(
            self._start(trade).value, terms.rate_e9, date - trade.opened, terms.day_count_basis
        )
        return interest_round_half_up(exact, token.decimals, rate)

    # ------------------------------------------------------------------ tokens

    def _custodian(self, terms: Terms) -> str:
        return self.escrow if terms.custody is Custody.SEGREGATED else terms.lender

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

    # ------------------------------------------------------------------ checks

    def _require_status(self, id_: TradeId, needed: Status) -> Trade:
        trade = self.trades.get(id_)
        if trade is None or trade.status is not needed:
            found = trade.status if trade else Status.NONE
            raise Refused("WrongStatus", id=id_, found=found, needed=needed)
        return trade

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


def e18(worth: Valuation) -> dict[str, int]:
    """The figures of `ValuationE18`, by name."""
    return {
        "loanE18": to_e18(worth.loan),
        "accruedE18": to_e18(worth.accrued),
        "requiredE18": to_e18(worth.required),
        "collateralE18": to_e18(worth.collateral),
    }


def _require_forward(trade: Trade, date: int, earliest: int) -> None:
    if date < earliest:
        args = {"id": trade.id, "lastMarked": trade.last_marked, "date": date}
        raise Refused("AlreadyMarked", **args)
