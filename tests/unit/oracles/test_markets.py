# SPDX-License-Identifier: MIT
"""When values are there, as the markets published their sessions and hours."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles.markets import MARKETS, SETTLING, final_at, is_due, is_session, last_session
from tanpo.calendar import MARKETS as CALENDARS
from tanpo.calendar import Calendar

DAYS = st.dates(date(2016, 1, 11), date(2026, 12, 31))
NAMES = st.sampled_from(sorted(MARKETS))


def on(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(count) for count in range((last - first).days + 1)]


def test_markets__names__are_the_calendars_and_fx() -> None:
    assert sorted(MARKETS) == sorted([*CALENDARS, "FX"])


@pytest.mark.parametrize(
    ("market", "first", "apart"),
    [
        ("JP", 2013, ["2020-10-01"]),  # the exchange was down; banks were open
        ("US", 2013, []),
        ("USGS", 2013, []),
        ("DE", 2016, []),
        ("TARGET", 2013, []),
    ],
)
def test_is_session__every_day_to_2026__as_the_calendar_but_where_the_docstring_says(
    market: str, first: int, apart: list[str]
) -> None:
    calendar = Calendar(market)
    found = [
        day.isoformat()
        for day in days(date(first, 1, 1), date(2026, 12, 31))
        if is_session(market, day) != calendar.is_business_day(day)
    ]
    assert found == apart


@pytest.mark.parametrize(
    ("market", "day", "expected"),
    [
        ("JP", "2024-05-02", "2024-05-02"),
        ("JP", "2024-05-06", "2024-05-02"),  # Golden Week
        ("JP", "2019-05-06", "2019-04-26"),  # ten days of it
        ("JP", "2020-10-01", "2020-09-30"),
        ("JP", "2025-01-05", "2024-12-30"),  # over the year's end
        ("US", "2024-03-29", "2024-03-28"),
        ("US", "2025-01-09", "2025-01-08"),  # a day of mourning
        ("USGS", "2023-04-07", "2023-04-07"),  # Good Friday, but figures of employment
        ("USGS", "2024-11-11", "2024-11-08"),
        ("DE", "2013-10-03", "2013-10-03"),  # before the calendar's first year
        ("DE", "2024-12-26", "2024-12-23"),
        ("DE", "2025-01-01", "2024-12-30"),
        ("TARGET", "2024-12-31", "2024-12-31"),
        ("TARGET", "2024-04-01", "2024-03-28"),
        ("FX", "2024-12-25", "2024-12-25"),
        ("FX", "2024-12-29", "2024-12-27"),
    ],
)
def test_last_session__known_days__on_or_before(market: str, day: str, expected: str) -> None:
    assert last_session(market, on(day)) == on(expected)
    assert is_session(market, on(day)) is (day == expected)


@pytest.mark.parametrize(
    ("market", "day", "expected"),
    [
        # Tokyo's close moved from 15:00 to 15:30.
        ("JP", "2024-11-01", "2024-11-01 06:30"),
        ("JP", "2024-11-05", "2024-11-05 07:00"),
        # New York before and after the clocks change, and an early close.
        ("US", "2024-03-08", "2024-03-08 21:30"),
        ("US", "2024-03-11", "2024-03-11 20:30"),
        ("US", "2024-11-29", "2024-11-29 18:30"),
        ("USGS", "2024-11-29", "2024-11-29 22:30"),
        ("USGS", "2024-07-01", "2024-07-01 21:30"),
        # Frankfurt: 17:30, on the year's last day 14:00.
        ("DE", "2024-03-28", "2024-03-28 17:00"),
        ("DE", "2024-04-02", "2024-04-02 16:00"),
        ("DE", "2024-12-30", "2024-12-30 13:30"),
        # The ECB: 16:00.
        ("TARGET", "2024-03-28", "2024-03-28 15:30"),
        ("TARGET", "2024-04-02", "2024-04-02 14:30"),
        # Between the changes of New York's clocks and Frankfurt's.
        ("FX", "2024-03-15", "2024-03-15 21:30"),
        ("TARGET", "2024-03-15", "2024-03-15 15:30"),
        # Holidays: once the date has begun.
        ("JP", "2024-05-06", "2024-05-06 00:00"),
        ("FX", "2024-12-28", "2024-12-28 00:00"),
    ],
)
def test_final_at__known_closes__and_half_an_hour(market: str, day: str, expected: str) -> None:
    assert final_at(market, on(day)) == at(expected)
    assert final_at(market, on(day)).utcoffset() == timedelta(0)


def test_is_due__boundary__from_that_instant_on_in_any_zone() -> None:
    due = at("2024-11-29 18:30")
    day = on("2024-11-29")
    assert not is_due("US", day, due - timedelta(microseconds=1))
    assert is_due("US", day, due)
    assert is_due("US", day, due.astimezone(timezone(timedelta(hours=9))))
    assert not is_due("US", on("2024-12-02"), due)


def test_is_due__time_without_zone__is_refused() -> None:
    with pytest.raises(ValueError, match=r"^2024-11-29T18:30:00 has no time zone$"):
        is_due("US", on("2024-11-29"), datetime(2024, 11, 29, 18, 30))


@pytest.mark.parametrize("market", ["", "us", "XNYS", "JP+US"])
def test_last_session__unknown_market__is_refused(market: str) -> None:
    with pytest.raises(ValueError, match=f'^unknown market "{market}"$'.replace("+", r"\+")):
        last_session(market, on("2024-11-29"))


def test_last_session__year_without_sessions__is_refused() -> None:
    with pytest.raises(ValueError, match=r"^sessions of XTKS are not known in 1996$"):
        last_session("JP", on("1997-01-01"))


@given(NAMES, DAYS)
@settings(deadline=None)  # a year's first use makes its sessions
def test_final_at__any_day__on_that_date_and_after_the_session(market: str, day: date) -> None:
    final = final_at(market, day)
    session = last_session(market, day)
    assert session <= day <= session + timedelta(10)
    assert is_session(market, session)
    assert not any(is_session(market, each) for each in days(session + timedelta(1), day))
    assert final.date() == day
    assert (session == day) is (final > datetime.combine(day, time(), UTC) + SETTLING)
