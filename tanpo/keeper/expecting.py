# SPDX-License-Identifier: MIT
"""What the state will be when work is done: how a dry run goes on to the next step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from tanpo.keeper.book import Book, SetState, TradeState
from tanpo.keeper.work import Action, Work


def expected(book: Book, works: Collection[Work]) -> Book:
    """The book with `works` done; calls and prices, which only the contracts compute, are not in
    it.
    """
    by_subject = {work.subject: work for work in works}
    trades = [_after(trade, by_subject.get(trade.id)) for trade in book.trades]
    kept = tuple(trade for trade in trades if trade is not None)
    left = {trade.id for trade in kept}
    sets = (_set_after(each, by_subject.get(each.id), left) for each in book.sets)
    return replace(book, trades=kept, sets=tuple(each for each in sets if each.trades))


def _after(trade: TradeState, work: Work | None) -> TradeState | None:
    if work is None:
        return trade
    match work.action:
        case Action.CLOSE:
            return None
        case Action.MARK:
            return replace(trade, last_marked=work.date)
        case Action.SETTLE:
            return replace(trade, is_open=True, last_marked=work.date)
        case Action.CATCH_UP:
            return replace(trade, caught_up_to=work.date)
        case Action.NOTE_LATE:
            return replace(trade, is_late=True)
    return trade


def _set_after(each: SetState, work: Work | None, left: Collection[bytes]) -> SetState:
    each = replace(each, trades=tuple(trade for trade in each.trades if trade in left))
    if work is None:
        return each
    if work.action is Action.MARK_SETS:
        return replace(each, last_marked=work.date)
    return replace(each, caught_up_to=work.date)
