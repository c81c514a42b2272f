# SPDX-License-Identifier: MIT
"""When the value of a business date is there: sessions of markets, and when their values are final.

The exchanges' sessions and closing times (early closes, daylight saving, days without trading) come
from the package `exchange_calendars`; the other markets' days from `tanpo.calendar`, at a fixed
local time. For JP, US and DE both packages know the days; here `exchange_calendars` counts, because
a fixing needs a close and not a day on which payments can be made. They agree on every day from
2013 (DE 2016, where `tanpo.calendar` begins) to 2026 but one: on 2020-10-01 the Tokyo exchange was
down all day, which stays a business day of terms and is no session.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from tanpo.calendar import Calendar

SETTLING = timedelta(minutes=30)
"""What a source is given after the close: closing auctions last some minutes, delayed quotes 15 to
20, and the ECB publishes its rates *around* 16:00."""


@dataclass(frozen=True, slots=True)
class _Exchange:
    """An exchange by its ISO 10383 code, whose closing prices are the values."""

    code: str

    def close(self, day: date) -> datetime | None:
        return _closes(self.code, day.year).get(day)


@dataclass(frozen=True, slots=True)
class _Daily:
    """Values at the same local time of every business day."""

    calendar: Calendar
    at: time
    zone: str

    def close(self, day: date) -> datetime | None:
        if not self.calendar.is_business_day(day):
            return None
        return datetime.combine(day, self.at, ZoneInfo(self.zone)).astimezone(UTC)


MARKETS: dict[str, _Exchange | _Daily] = {
    "JP": _Exchange("XTKS"),  # closes at 15:00, from 2024-11-05 at 15:30
    "US": _Exchange("XNYS"),
    # Early closes of bonds, 14:00, are before this hour and need no list of their own.
    "USGS": _Daily(Calendar("USGS"), time(17), "America/New_York"),
    "DE": _Exchange("XETR"),  # Frankfurt's floor (XFRA) keeps the same days
    # The ECB's reference rates: of about 14:10, published around 16:00.
    "TARGET": _Daily(Calendar("TARGET"), time(16), "Europe/Berlin"),
    "FX": _Daily(Calendar(), time(17), "America/New_York"),
}
"""The markets of `tanpo.calendar`, and FX: Monday to Friday, after the US close."""


def is_session(market: str, day: date) -> bool:
    """Whether the market has values of `day`. Raises ValueError as `last_session` does."""
    return _close(market, day) is not None


def last_session(market: str, day: date) -> date:
    """Return the last session on or before `day`: on a holiday the day whose value counts.

    Raises ValueError for an unknown market, and for days whose sessions are not known.
    """
    while _close(market, day) is None:
        day -= timedelta(1)
    return day


def final_at(market: str, day: date) -> datetime:
    """Return the instant in UTC from which on the market's value for `day` is final and there.

    That is the close of the last session plus `SETTLING`. On a holiday the value is older, but is
    for a date that must have begun (in UTC) before anything is published for it. Raises ValueError
    as `last_session` does.
    """
    close = _close(market, last_session(market, day))
    assert close is not None  # of a session
    return max(close + SETTLING, datetime.combine(day, time(), UTC))


def is_due(market: str, day: date, now: datetime) -> bool:
    """Whether the market's value for `day` is final at `now`, which must know its time zone.

    Raises ValueError for a time without one, and as `last_session` does.
    """
    if now.utcoffset() is None:
        raise ValueError(f"{now.isoformat()} has no time zone")
    return now >= final_at(market, day)


def _close(market: str, day: date) -> datetime | None:
    if market not in MARKETS:
        raise ValueError(f'unknown market "{market}"')
    return MARKETS[market].close(day)


@cache
def _closes(code: str, year: int) -> dict[date, datetime]:
    """The sessions of a year with their closes in UTC; 0.1 s for one year, 1 s for the default."""
    # Imported here: it takes 0.5 s, which commands without a feed should not cost.
    from exchange_calendars import get_calendar  # has no py.typed

    try:
        sessions = get_calendar(code, start=f"{year}-01-01", end=f"{year}-12-31").closes
    except ValueError:  # before 1997 (XTKS), or beyond what the package can reckon with
        raise ValueError(f"sessions of {code} are not known in {year}") from None
    return {session.date(): close.to_pydatetime() for session, close in sessions.items()}
