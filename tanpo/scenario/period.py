# SPDX-License-Identifier: MIT
"""When a trade starts and ends: its dates moved to business days, its term counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from tanpo.calendar import Calendar
from tanpo.scenario.moments import Moment
from tanpo.scenario.schema import EventEntry, ScenarioEntry, TradeEntry


class Period(NamedTuple):
    """From `start` to `end`; None: open."""

    start: Moment
    end: Moment | None


def calendar_of(trade: TradeEntry, file: ScenarioEntry) -> Calendar:
    """Return the trade's calendar; one of Mondays to Fridays where the file names none."""
    return trade.calendar or file.calendar or Calendar()


def period(trade: TradeEntry, file: ScenarioEntry) -> Period:
    """Return the period of a trade with a term, an end or neither.

    A start on a holiday moves to the next business day, an end by the convention; times of day
    stay. Without a term and a calendar nothing moves. Raises ValueError for dates beyond the years
    that the calendar knows.
    """
    calendar = calendar_of(trade, file)
    convention = trade.convention or file.convention
    term = None if trade.term == "open" else trade.term
    if term is None and calendar.name is None:
        return Period(trade.start, trade.end)
    start = _on(trade.start, calendar.adjust(trade.start.day, "following"))
    if trade.end is not None:
        return Period(start, _on(trade.end, calendar.adjust(trade.end.day, convention)))
    if term is None:
        return Period(start, None)
    end = calendar.end_of(start.day, term, convention)
    if term == "intraday" and not start.is_date:
        # The date alone would be its midnight, before the start.
        return Period(start, Moment(datetime.combine(end, time(23, 59, 59), UTC), is_date=False))
    return Period(start, Moment(datetime.combine(end, time(), UTC), is_date=True))


def changed_end(event: EventEntry, trade: TradeEntry, file: ScenarioEntry) -> Moment | None:
    """Return the end that an event gives its trade; None where it gives none.

    It moves as a trade's end does. A recall that names none ends the trade after its notice. Raises
    ValueError for dates beyond the years that the calendar knows.
    """
    calendar = calendar_of(trade, file)
    if event.do == "recall" and event.end is None:
        notice = trade.notice or 0
        end = calendar.add_business_days(event.date, notice) if notice else event.date
        return Moment(datetime.combine(end, time(), UTC), is_date=True)
    if event.end is None or calendar.name is None:
        return event.end
    return _on(event.end, calendar.adjust(event.end.day, trade.convention or file.convention))


def _on(moment: Moment, day: date) -> Moment:
    """The same time of another day."""
    return replace(moment, at=datetime.combine(day, moment.at.timetz()))
