# SPDX-License-Identifier: MIT
"""What an event says about its trade, and about the rest of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from tanpo.instrument import Instrument
from tanpo.scenario.agreements import agreement_of
from tanpo.scenario.checks import amount_problems
from tanpo.scenario.errors import Path, Problem
from tanpo.scenario.period import changed_end, period
from tanpo.scenario.schema import EventEntry, ScenarioEntry, TradeEntry
from tanpo.scenario.spelling import KEYS
from tanpo.scenario.terms import substitutes
from tanpo.scenario.tokens import find

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "partial_return": ("quantity",),
    "extend": ("end",),
    "rerate": ("rate",),
    "substitute": ("out", "in"),
    "increase": ("quantity",),
    "novate": ("from", "to"),
    "default": ("party",),
    "buy_in": ("quantity", "seller"),
}
"""The arguments of each verb that has any."""

_ALONE = frozenset({"default", "buy_in", "close_out"})
"""The verbs that take no `by`: one side's by nature."""

_PAYING = frozenset({"rerate", "default", "buy_in", "close_out"})


def may_pay(trade: TradeEntry, file: ScenarioEntry) -> bool:
    """Whether a trade may pay cash beside its legs: for its terms, for what happens to it or to
    the trades that margin with it, or for income that a party may fail to pass on.
    """
    agreement = agreement_of(trade, file)
    ids = {trade.id}
    if agreement and agreement.netting:
        ids |= {other.id for other in file.trades if agreement_of(other, file) is agreement}
    owing = {*trade.loan}
    if trade.custody == "title":
        owing |= {*trade.collateral, *substitutes(trade, file)}
    return bool(
        trade.rate
        or trade.penalty
        or any(event.trade in ids and event.do in _PAYING for event in file.events)
        or any(income.token in owing for income in file.income)
    )


def check_events(file: ScenarioEntry, instruments: Mapping[str, Instrument]) -> Iterator[Problem]:
    """Every event's problems, in a file whose trades are right."""
    trades = {trade.id: trade for trade in file.trades}
    for index, event in enumerate(file.events):
        at = ("events", index)
        yield from _check_arguments(event, at)
        if event.trade in trades:
            trade = trades[event.trade]
            yield from _check_dates(event, trade, file, at)
            yield from _check_parties(event, trade, file, at)
            yield from _check_tokens(event, trade, file, instruments, at)
        else:
            yield Problem((*at, "trade"), f'unknown trade "{event.trade}"')


def _check_arguments(event: EventEntry, at: Path) -> Iterator[Problem]:
    """Those that the verb needs, and no others."""
    given = {key for key, name in KEYS.items() if name in event.model_fields_set}
    needed = _NEEDED.get(event.do, ())
    possible = {"date", "trade", "do", *needed}
    if event.do not in _ALONE:
        possible.add("by")
    if event.do == "recall":
        possible.add("end")
    for key in needed:
        if key not in given:
            yield Problem((*at, "do"), f'{event.do} needs the key "{key}"')
    for key in sorted(given - possible):
        yield Problem((*at, key), f'{event.do} takes no "{key}"', on_key=True)


def _check_dates(
    event: EventEntry, trade: TradeEntry, file: ScenarioEntry, at: Path
) -> Iterator[Problem]:
    if event.date not in file.fixings:
        yield Problem((*at, "date"), f"{event.date} is no business date of the file")
    start = period(trade, file).start.day
    opening = next(day for day in file.fixings if day >= start)
    if event.date < opening:
        reason = f"{event.date} is before trade {trade.id} opens on {opening}"
        yield Problem((*at, "date"), reason)
    try:
        end = changed_end(event, trade, file)
    except ValueError as error:
        yield Problem((*at, "end"), str(error))
        return
    if end is not None and end.day < event.date:
        yield Problem((*at, "end"), f"end {end} is before the event's date {event.date}")


def _check_parties(
    event: EventEntry, trade: TradeEntry, file: ScenarioEntry, at: Path
) -> Iterator[Problem]:
    """Names of the file; where they act for a trade, of those that are or become its parties."""
    joining = (other.to for other in file.events if other.trade == trade.id)
    sides = {trade.lender, trade.borrower, *joining}
    own = {"from": event.leaver, "party": event.party}
    any_ = {"to": event.to, "seller": event.seller}
    (any_ if event.do == "cure" else own)["by"] = event.by
    for key, name in (own | any_).items():
        if name is None:
            continue
        if name not in file.parties:
            yield Problem((*at, key), f'unknown party "{name}"')
        elif key in own and name not in sides:
            yield Problem((*at, key), f"{name} is no party of trade {trade.id}")
    if event.to is not None and event.to == event.leaver:
        yield Problem((*at, "to"), f'from and to must differ, both are "{event.to}"')


def _check_tokens(
    event: EventEntry,
    trade: TradeEntry,
    file: ScenarioEntry,
    instruments: Mapping[str, Instrument],
    at: Path,
) -> Iterator[Problem]:
    basket = {*trade.collateral, *substitutes(trade, file)}
    for key, amounts in (("quantity", event.quantity), ("out", event.out), ("in", event.into)):
        for symbol, amount in (amounts or {}).items():
            here = (*at, key, symbol)
            token = find(symbol, instruments)
            if token is None:
                yield Problem(here, f'unknown token "{symbol}"', on_key=True)
                continue
            if isinstance(amount, Decimal):
                yield from amount_problems(f"quantity of {symbol}", amount, token.decimals, here)
            reason = _misplaced(event.do, key, symbol, trade, basket)
            if reason:
                yield Problem(here, reason, on_key=True)
    if event.quantity is not None and len(event.quantity) != 1:
        reason = f"{event.do} takes one token, found {len(event.quantity)}"
        yield Problem((*at, "quantity"), reason)
    if event.into and len(event.into) > 1 and "auto" in event.into.values():
        yield Problem((*at, "in"), "auto is for one token: several take quantities")


def _misplaced(
    action: str, key: str, symbol: str, trade: TradeEntry, basket: set[str]
) -> str | None:
    """Why the trade has not this token where the event names it."""
    is_loan = symbol in trade.loan
    if key == "in":
        return f"{symbol} is what trade {trade.id} lends" if is_loan else None
    if key == "out" or (action == "buy_in" and not is_loan):
        return None if symbol in basket else f"{symbol} is no collateral of trade {trade.id}"
    return None if is_loan else f"{symbol} is not what trade {trade.id} lends"
