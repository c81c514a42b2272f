# SPDX-License-Identifier: MIT
"""The escrow as a state machine over exact numbers: what `IEscrow` says, without a chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tanpo.model.actions import Actions
from tanpo.model.book import require_party
from tanpo.model.changes import Changes
from tanpo.model.consent import Consent
from tanpo.model.failures import Failures
from tanpo.model.fixings import DAY
from tanpo.model.margining import Call
from tanpo.model.setdefaults import SetDefaults
from tanpo.model.sets import SetId
from tanpo.model.trade import Event, Failure, Refused, Status, TradeId
from tanpo.model.values import Valuation, call_moves, to_e6_round_up, to_e18
from tanpo.terms import Terms


class Ledger(Consent, Changes, Failures, SetDefaults, Actions):
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
            return events + self._all_or_nothing([id_], lambda: self._settle(id_, date))
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

        def one(id_: TradeId) -> list[Event]:
            events = self._mark(id_, date)
            self._use(self.trades[id_], date)
            return events

        return self._batch("mark", ids, date, one)

    def close(self, caller: str, ids: Sequence[TradeId], date: int) -> list[Event]:
        """Return both legs of open trades. Refused: DateInFuture, DatePassed."""
        self._require_current(date)
        return self._batch("close", ids, date, lambda id_: self._close_at_end(caller, id_, date))

    def mark_sets(self, ids: Sequence[SetId], date: int) -> list[Event]:
        """Value netting sets and move their calls. Refused: DateInFuture."""
        self._require_begun(date)

        def one(id_: SetId) -> list[Event]:
            events = self._mark_set(id_, date)
            self._use_set(self.sets[id_], date)
            return events

        return self._batch("markSets", ids, date, one)

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
                events += self._all_or_nothing([id_], lambda id_=id_: one(id_))  # type: ignore[misc]
            except Refused as reason:
                args = {"id": id_, "date": date, "action": action, "reason": reason}
                events.append(Event("Failed", args))
        return events

    # ------------------------------------------------------------------ one trade

    def _settle(self, id_: TradeId, date: int) -> list[Event]:
        trade = self._require_status(id_, Status.APPROVED)
        terms = trade.terms
        self._require_unexpired(terms.expiry)
        self._require_reached(terms.start, date)
        if terms.end != 0 and date > terms.end // DAY:
            raise Refused("Ended", id=id_, end=terms.end)
        self._require_quote(terms, date)

        trade.status = Status.OPEN
        trade.valued_on = trade.accrues_from = trade.last_marked = date
        self._move(terms.loan_token, terms.lender, terms.borrower, terms.loan_quantity)
        for leg in terms.collateral:
            self._move(leg.token, terms.borrower, self._custodian(terms), leg.quantity)
        return [Event("Opened", {"id": id_, "date": date}), *self._join(trade, date)]

    def _mark(self, id_: TradeId, date: int) -> list[Event]:
        trade = self._require_status(id_, Status.OPEN)
        if trade.terms.agreement.netting:
            raise Refused("Netted", id=id_)
        if date <= trade.last_marked:
            raise Refused("AlreadyMarked", id=id_, lastMarked=trade.last_marked, date=date)
        events = self._charge_deficit(trade, date) + self._catch_up(trade, date)
        worth = self.value(id_, date)
        earlier, trade.deficit = trade.deficit, None
        trade.last_marked, trade.in_deficit = date, False
        events.append(Event("Marked", {"id": id_, "date": date, **e18(worth)}))
        if call_moves(worth, trade.terms):
            call = self._call(trade, worth, date)
            events += call.events
            if call.missing:
                trade.in_deficit = True
                trade.deficit = self._failure(call, earlier)
                trade.called_on = date if trade.deficit else trade.called_on
        return events

    def _failure(self, call: Call, earlier: Failure | None) -> Failure | None:
        """What a party did not deliver; what the escrow cannot return is nobody's failure."""
        if call.holder == self.escrow:
            return None
        by_lender = not call.delivers
        goes_on = earlier is not None and earlier.by_lender == by_lender
        since = earlier.since if earlier and goes_on else call.date
        return Failure(since, call.date, by_lender, to_e6_round_up(call.missing))

    def _close_at_end(self, caller: str, id_: TradeId, date: int) -> list[Event]:
        trade = self._require_status(id_, Status.OPEN)
        events = self._leave(trade, date)
        if trade.terms.end == 0:
            require_party(id_, trade.terms, caller)
        else:
            self._require_reached(trade.terms.end, date)
        events += self._catch_up(trade, date) + self._close(trade, date)
        return events + self._join(trade, date)


def e18(worth: Valuation) -> dict[str, int]:
    """The figures of `ValuationE18`, by name."""
    return {
        "loanE18": to_e18(worth.loan),
        "accruedE18": to_e18(worth.accrued),
        "requiredE18": to_e18(worth.required),
        "collateralE18": to_e18(worth.collateral),
    }
