# SPDX-License-Identifier: MIT
"""The business day: issuers act, what is due closes, what is open is marked, events happen, trades
open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import chain

from tanpo.chain.abi import Reverted
from tanpo.chain.base import Receipt
from tanpo.replay.accounts import ACTS, Accounts
from tanpo.replay.auto import basket_value
from tanpo.replay.booking import Booking, as_it_stands
from tanpo.replay.catching_up import CatchingUp
from tanpo.replay.entry import ESCROW, Balances, Entry
from tanpo.replay.events import ENDING, Events
from tanpo.replay.issuer import Issuer
from tanpo.replay.journal import Doings, doings
from tanpo.replay.world import World
from tanpo.scenario import EventSpec, TradeSpec
from tanpo.terms import NONE
from tanpo.units import date_number

BATCH = 60
"""Tokens that a transaction moves at the most: what its gas is enough for, twice (Escrow: `_each`),
where each goes to somebody who held none of it."""


class Replay:
    """One run of a scenario; `entries` carries it out and tells what happens, in order."""

    def __init__(self, world: World) -> None:
        """Start before the scenario's first business date."""
        self._world = world
        self._booking = Booking(world)
        self._accounts = Accounts(world)
        self._events = Events(world, self._accounts)
        self._issuer = Issuer(world)
        self._catching_up = CatchingUp(world, self._accounts)
        self._specs: dict[bytes, TradeSpec] = {}
        self._ids: dict[str, bytes] = {}
        self._open: dict[bytes, None] = {}
        self._starting: defaultdict[date, list[TradeSpec]] = defaultdict(list)
        for spec in world.scenario.trades:
            self._starting[world.scenario.opening_date(spec)].append(spec)
        self._held = {name: dict.fromkeys(held) for name, held in world.scenario.parties.items()}
        self._held[ESCROW] = {}

    def entries(self) -> Iterator[Entry]:
        """Carry out the scenario, one business date after another (scenario file: order)."""
        for day in self._world.scenario.fixings:
            self._world.chain.advance_to(_timestamp(_midnight(day)))
            declared = list(self._issuer.declare(day))
            self._world.publish(day)
            for entry in chain(declared, self._business_day(day)):
                for symbol, moved in entry.moved:
                    self._held.get(moved.receiver, {})[symbol] = None
                if entry.interest:
                    self._held[entry.interest.receiver][entry.interest.symbol] = None
                yield entry

    def balances(self) -> Balances:
        """What everyone holds of each token that it ever held."""
        found = self._world.balances()
        order = list(self._world.scenario.instruments)
        return {
            name: {symbol: found[name][symbol] for symbol in sorted(symbols, key=order.index)}
            for name, symbols in self._held.items()
        }

    def _business_day(self, day: date) -> Iterator[Entry]:
        yield from self._catch_up(day)
        due = [trade_id for trade_id in self._open if self._is_due(trade_id, day)]
        others = [trade_id for trade_id in self._open if trade_id not in due]
        yield from self._close(due, day)
        yield from self._mark([one for one in others if not self._specs[one].account], day)
        yield from self._accounts.mark(day)
        scenario = self._world.scenario
        starting = {spec.id for spec in self._starting[day]}
        events = [event for event in scenario.events if event.date == day]
        yield from self._happen([event for event in events if event.trade not in starting])
        yield from self._open_and_close_within(day)
        yield from self._happen([event for event in events if event.trade in starting])

    def _catch_up(self, day: date) -> Iterator[Entry]:
        """First of all, what issuers have done."""
        if not self._world.scenario.actions_on(day):
            return
        for trade_id in self._open:
            if not self._specs[trade_id].account:
                yield from self._catching_up.trade(trade_id, self._specs[trade_id], day)
        for account in self._accounts.with_trades():
            yield from self._catching_up.account(account, self._specs, day)
        for trade_id in self._open:
            spec = self._specs[trade_id]
            self._specs[trade_id] = as_it_stands(self._world, trade_id, spec)

    def _is_due(self, trade_id: bytes, day: date) -> bool:
        end = self._specs[trade_id].end
        return end is not None and end.date() <= day

    def _close(self, due: Sequence[bytes], day: date) -> Iterator[Entry]:
        for end in filter(None, (self._specs[trade_id].end for trade_id in due)):
            self._world.chain.advance_to(_timestamp(end))
        yield from self._carry_out("close", due, day)

    # ------------------------------------------------------------------ events

    def _happen(self, events: Sequence[EventSpec]) -> Iterator[Entry]:
        """One event after another. A trade that one lets end at once closes right then."""
        for event in events:
            trade_id = self._ids.get(event.trade, NONE)
            spec = self._specs.get(trade_id) or self._world.scenario.trade(event.trade)
            try:
                entries = self._events.carry_out(event, trade_id, spec)
            except Reverted as reverted:
                yield self._refused(spec, event.date, event.action, reverted)
                continue
            yield from entries
            self._specs[trade_id] = self._events.spec_after(event, trade_id, spec)
            if event.action in ENDING:
                self._end(trade_id, event.action)
            elif event.action == "recall" and self._is_due(trade_id, event.date):
                yield from self._close([trade_id], event.date)

    def _end(self, trade_id: bytes, action: str) -> None:
        """A default or close-out of a trade in an account ends all of that."""
        account = self._specs[trade_id].account
        if account is None or action not in ACTS:
            self._open.pop(trade_id, None)
            self._accounts.leave(trade_id, self._specs[trade_id])
            return
        for each in self._accounts.trades(account):
            self._open.pop(each, None)

    # ------------------------------------------------------------------ marks

    def _mark(self, ids: Sequence[bytes], day: date) -> Iterator[Entry]:
        for batch in self._batches(ids):
            receipt = self._keep("mark", batch, day)
            for doing in doings(self._world, receipt):
                yield from self._marked(doing, day)

    def _marked(self, doing: Doings, day: date) -> Iterator[Entry]:
        mark = doing.first("Marked")
        if mark is None:
            yield self._failed(doing, day, "mark")
            return
        spec = self._specs[doing.trade_id]
        loan, required = (_e18(mark.args[key]) for key in ("loanE18", "requiredE18"))
        values = {"loan_value": loan}
        if spec.rate_e9:
            values["accrued"] = required * 10_000 / spec.ratio_bps - loan
        values["required_value"] = required
        values["collateral_value"] = _e18(mark.args["collateralE18"])
        values["exposure"] = values["required_value"] - values["collateral_value"]
        yield Entry(day, "marked", spec.id, values)

        if doing.moves:
            event = "returned" if doing.first("Returned") else "delivered"
            after = self._world.valuation(doing.trade_id, day)
            after = {"collateral_value": after["collateral_value"]}
            yield Entry(day, event, spec.id, after, doing.moved(spec))
        missing = {
            self._world.symbol(event.args["token"]): event.args["missing"]
            for event in doing.named("Deficit")
        }
        if missing:
            (party, *_) = (event.args["party"] for event in doing.named("Deficit"))
            details = {"party": self._world.name(party)}
            yield Entry(day, "deficit", spec.id, missing=missing, details=details)

    # ------------------------------------------------------------------ opening and closing

    def _open_and_close_within(self, day: date) -> Iterator[Entry]:
        """Open what starts on `day`, and close what also ends on it, each at its time."""
        starting = self._starting[day]
        scenario = self._world.scenario
        intraday = [spec for spec in starting if scenario.closing_date(spec) == day]
        openings = {_opening(spec, day) for spec in starting}
        moments = sorted(openings | {_closing(spec, day) for spec in intraday})
        for moment in moments:
            self._world.chain.advance_to(_timestamp(min(moment, _last_second(day))))
            yield from self._close_at(intraday, moment, day, opened_now=False)
            yield from self._open_at(starting, moment, day)
            yield from self._close_at(intraday, moment, day, opened_now=True)

    def _open_at(self, specs: Sequence[TradeSpec], moment: datetime, day: date) -> Iterator[Entry]:
        ids = []
        for spec in specs:
            if _opening(spec, day) == moment:
                try:
                    ids.append(self._book(spec, day))
                except Reverted as reverted:
                    yield self._refused(spec, day, "register", reverted)
        yield from self._carry_out("settle", ids, day)

    def _close_at(
        self, specs: Sequence[TradeSpec], moment: datetime, day: date, opened_now: bool
    ) -> Iterator[Entry]:
        """Those that opened before `moment`, or those that also opened at it."""
        due = {
            spec.id
            for spec in specs
            if _closing(spec, day) == moment and (_opening(spec, day) == moment) == opened_now
        }
        ids = [trade_id for trade_id in self._open if self._specs[trade_id].id in due]
        yield from self._carry_out("close", ids, day)

    def _book(self, spec: TradeSpec, day: date) -> bytes:
        trade_id = self._booking.book(spec, day)
        self._specs[trade_id] = spec
        self._ids[spec.id] = trade_id
        return trade_id

    def _carry_out(self, action: str, ids: Sequence[bytes], day: date) -> Iterator[Entry]:
        """Settle or close, again for those that failed as long as one more succeeds: a token that
        one trade returns may be what another needs.
        """
        describe = self._opened if action == "settle" else self._closed
        waiting: dict[bytes, Doings | None] = dict.fromkeys(ids)
        succeeded = True
        while waiting and succeeded:
            succeeded = False
            for batch in self._batches(list(waiting)):
                for doing in doings(self._world, self._keep(action, batch, day)):
                    if account := self._accounts.of_set(doing.trade_id):
                        yield from self._accounts.moves(account, doing.events, day)
                        continue
                    waiting[doing.trade_id] = doing
                    if doing.first("Failed") is None:
                        del waiting[doing.trade_id]
                        succeeded = True
                        yield describe(doing, day)
        for doing in filter(None, waiting.values()):
            yield self._failed(doing, day, action)
            if action == "close":
                self._note_late(doing.trade_id, day)

    def _note_late(self, trade_id: bytes, day: date) -> None:
        """Penalties and default count from here; refused where nobody is short of a leg."""
        with suppress(Reverted):
            self._world.escrow.send(
                self._world.administrator, "noteLate", trade_id, date_number(day)
            )

    def _opened(self, doing: Doings, day: date) -> Entry:
        self._open[doing.trade_id] = None
        spec = self._specs[doing.trade_id]
        self._accounts.join(doing.trade_id, spec)
        values = self._world.valuation(doing.trade_id, day)
        if spec.account:
            # It is the account's already.
            scenario = self._world.scenario
            values["collateral_value"] = basket_value(scenario, spec, scenario.fixings[day])
        return Entry(day, "opened", spec.id, values, doing.moved(spec), account=_account(spec))

    def _closed(self, doing: Doings, day: date) -> Entry:
        del self._open[doing.trade_id]
        spec = self._specs[doing.trade_id]
        self._accounts.leave(doing.trade_id, spec)
        moved, interest = doing.moved(spec), doing.interest(spec)
        return Entry(day, "closed", spec.id, moved=moved, interest=interest, account=_account(spec))

    # ------------------------------------------------------------------ the escrow's words

    def _keep(self, action: str, ids: Sequence[bytes], day: date) -> Receipt:
        """Call the escrow as a keeper does."""
        receipt = self._world.escrow.send(self._world.administrator, action, ids, date_number(day))
        self._world.progress(1)
        return receipt

    def _batches(self, ids: Sequence[bytes]) -> Iterator[list[bytes]]:
        batch: list[bytes] = []
        tokens = 0
        for trade_id in ids:
            more = len(self._specs[trade_id].tokens)
            if batch and tokens + more > BATCH:
                yield batch
                batch, tokens = [], 0
            batch.append(trade_id)
            tokens += more
        if batch:
            yield batch

    def _failed(self, doing: Doings, day: date, action: str) -> Entry:
        (failed,) = doing.named("Failed")
        reverted = self._world.escrow.interface.decode_error(failed.args["reason"])
        return self._refused(self._specs[doing.trade_id], day, action, reverted)

    def _refused(self, spec: TradeSpec, day: date, action: str, reverted: Reverted) -> Entry:
        reason = self._world.reason(reverted)
        return Entry(day, "failed", spec.id, action=action, reason=reason, account=_account(spec))


def _account(spec: TradeSpec) -> str:
    return spec.account.name if spec.account else ""


def _e18(value: int) -> Fraction:
    return Fraction(value, 10**18)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _last_second(day: date) -> datetime:
    return _midnight(day) + timedelta(days=1, seconds=-1)


def _timestamp(moment: datetime) -> int:
    return int(moment.timestamp())


def _opening(spec: TradeSpec, day: date) -> datetime:
    """When on `day` the trade opens: its start, or at once where that was a holiday."""
    return max(spec.start, _midnight(day))


def _closing(spec: TradeSpec, day: date) -> datetime:
    """When on `day` the intraday trade closes: its time, or after all others without one."""
    assert spec.end is not None
    return _last_second(day) if spec.end_is_date else max(spec.end, _opening(spec, day))
