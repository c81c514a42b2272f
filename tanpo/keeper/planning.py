# SPDX-License-Identifier: MIT
"""What is to be done on a business date, from the state alone (the package says why)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator

from tanpo.keeper.book import DAY, Book, SetState, TradeState
from tanpo.keeper.work import Action, Work

_SATURDAY = 5
_EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday."""


def is_weekend(date: int) -> bool:
    """Whether the date is a Saturday or a Sunday."""
    return (date + _EPOCH_WEEKDAY) % 7 >= _SATURDAY


def business_dates(book: Book, day: int) -> list[int]:
    """The dates to work through: those with fixings from the first that is not marked, and `day`,
    on which what has ended closes and what starts opens, with fixings or without.
    """
    first = min((_first(book, subject) for subject in _subjects(book)), default=day)
    return sorted({date for date in book.dates if first <= date <= day} | {day})


def plan(
    book: Book, action: Action, at: int, day: int, held: Collection[bytes], skips: bool
) -> list[Work]:
    """What `action` is to be done for when it is the turn of date `at` in the run of `day`.

    `held` are the trades and sets that wait for a fixing of an earlier date; with `skips` nothing
    waits.
    """
    match action:
        case Action.CATCH_UP:
            found = _catch_ups(book, at)
        case Action.CATCH_UP_SET:
            found = _set_catch_ups(book, at)
        case Action.CLOSE:
            found = _closes(book, at, day)
        case Action.NOTE_LATE:
            found = _lates(book, at, day)
        case Action.MARK:
            found = _marks(book, at, held)
        case Action.MARK_SETS:
            found = _set_marks(book, at, held)
        case Action.SETTLE:
            found = _openings(book, at, day, skips)
    return list(found)


def is_due(trade: TradeState, at: int, now: int) -> bool:
    """Whether the trade's end has come by the clock and on date `at`."""
    return trade.is_open and trade.end != 0 and trade.end <= now and trade.end // DAY <= at


def awaits(book: Book, day: int) -> bool:
    """Whether a trade or set would be marked on `day` if that had fixings."""
    return any(
        subject.last_marked < day
        and not (isinstance(subject, TradeState) and is_due(subject, day, book.now))
        for subject in _subjects(book)
    )


def _subjects(book: Book) -> list[TradeState | SetState]:
    """All that is marked."""
    trades = [trade for trade in book.trades if trade.is_open and trade.set_id is None]
    return [*trades, *(each for each in book.sets if not each.is_in_default)]


def _first(book: Book, subject: TradeState | SetState) -> int:
    """The first date on which the trade or set is still to be marked; never: the largest."""
    never = 2**24
    index = bisect_right(book.dates, subject.last_marked)
    date = book.dates[index] if index < len(book.dates) else never
    if isinstance(subject, TradeState) and is_due(subject, date, book.now):
        return never
    return date


# ------------------------------------------------------------------ before the marks


def _catch_ups(book: Book, at: int) -> Iterator[Work]:
    if at > book.latest:  # its acts can still be declared
        return
    for trade in book.trades:
        since = max(trade.last_marked, trade.caught_up_to)
        is_own = trade.is_open and trade.set_id is None
        if is_own and _acted_on(book, trade.tokens, since, at):
            yield Work(Action.CATCH_UP, trade.id, at, at, len(trade.tokens))


def _set_catch_ups(book: Book, at: int) -> Iterator[Work]:
    if at > book.latest:
        return
    for each in book.sets:
        since = max(each.last_marked, each.caught_up_to)
        if _acted_on(book, each.tokens, since, at):
            tokens = len(each.tokens)
            yield Work(Action.CATCH_UP_SET, each.id, at, at, tokens, each.trades)


def _acted_on(book: Book, tokens: tuple[str, ...], since: int, at: int) -> bool:
    return any(since < date <= at for token in tokens for date in book.actions.get(token, ()))


def _closes(book: Book, at: int, day: int) -> Iterator[Work]:
    for trade in book.trades:
        if is_due(trade, at, book.now):
            yield Work(Action.CLOSE, trade.id, at, day, len(trade.tokens))


def _lates(book: Book, at: int, day: int) -> Iterator[Work]:
    """What has not closed on the last date of the run."""
    if at != day or day < book.latest:
        return
    for trade in book.trades:
        if is_due(trade, at, book.now) and not trade.is_late:
            yield Work(Action.NOTE_LATE, trade.id, at, day, 0)


# ------------------------------------------------------------------ marks and openings


def _marks(book: Book, at: int, held: Collection[bytes]) -> Iterator[Work]:
    if at not in book.dates:
        return
    for trade in book.trades:
        is_own = trade.is_open and trade.set_id is None and trade.id not in held
        if is_own and trade.last_marked < at and not is_due(trade, at, book.now):
            yield Work(Action.MARK, trade.id, at, at, len(trade.tokens))


def _set_marks(book: Book, at: int, held: Collection[bytes]) -> Iterator[Work]:
    if at not in book.dates:
        return
    for each in book.sets:
        if not each.is_in_default and each.last_marked < at and each.id not in held:
            yield Work(Action.MARK_SETS, each.id, at, at, len(each.tokens))


def _openings(book: Book, at: int, day: int, skips: bool) -> Iterator[Work]:
    """Only on the last date of the run, and in no set that is behind."""
    if at != day:
        return
    behind = {each.id for each in book.sets if not skips and _first(book, each) < day}
    for trade in book.trades:
        has_started = trade.start <= book.now and trade.start // DAY <= day
        if not trade.is_open and has_started and trade.set_id not in behind:
            yield Work(Action.SETTLE, trade.id, at, day, len(trade.tokens))
