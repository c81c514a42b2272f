# SPDX-License-Identifier: MIT
"""Business days as the markets published them, and the dates that follow from them."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpo.calendar import MARKETS, Calendar, Convention, is_tenor


def on(text: str) -> date:
    return date.fromisoformat(text)


def holidays(name: str | None, first: str, last: str) -> list[str]:
    """The holidays from Monday to Friday, as month and day."""
    days = ((on(first) + timedelta(count)) for count in range((on(last) - on(first)).days + 1))
    closed = (day for day in days if day.weekday() < 5 and not Calendar(name).is_business_day(day))
    return [f"{day:%m-%d}" for day in closed]


@pytest.mark.parametrize(
    ("name", "first", "last", "expected"),
    [
        # Golden Week: 29 April 2023 is a Saturday; in 2024 two Sundays have substitutes.
        ("JP", "2023-04-24", "2023-05-12", ["05-03", "05-04", "05-05"]),
        ("JP", "2024-04-22", "2024-05-10", ["04-29", "05-03", "05-06"]),
        # The emperor's accession made ten days of it.
        ("JP", "2019-04-22", "2019-05-10",
         ["04-29", "04-30", "05-01", "05-02", "05-03", "05-06"]),
        ("JP", "2023-12-25", "2024-01-10", ["01-01", "01-02", "01-03", "01-08"]),
        ("JP", "2024-12-25", "2025-01-08", ["12-31", "01-01", "01-02", "01-03"]),
        # Equinoxes, and the day between two holidays.
        ("JP", "2026-09-14", "2026-09-30", ["09-21", "09-22", "09-23"]),
        ("US", "2023-01-01", "2023-12-31",
         ["01-02", "01-16", "02-20", "04-07", "05-29", "06-19", "07-04", "09-04", "11-23",
          "12-25"]),
        ("US", "2024-11-25", "2024-12-31", ["11-28", "12-25"]),
        # A day of mourning.
        ("US", "2025-01-01", "2025-01-20", ["01-01", "01-09", "01-20"]),
        # Bonds rest on Columbus and Veterans Day too, but traded on Good Friday 2023.
        ("USGS", "2023-04-03", "2023-12-31",
         ["05-29", "06-19", "07-04", "09-04", "10-09", "11-23", "12-25"]),
        ("USGS", "2024-03-25", "2024-11-15", ["03-29", "05-27", "06-19", "07-04", "09-02",
                                              "10-14", "11-11"]),
        # 24 and 31 December; Whit Monday and 3 October only until 2021.
        ("DE", "2024-01-01", "2024-12-31",
         ["01-01", "03-29", "04-01", "05-01", "12-24", "12-25", "12-26", "12-31"]),
        ("DE", "2019-06-01", "2019-12-31",
         ["06-10", "10-03", "12-24", "12-25", "12-26", "12-31"]),
        ("TARGET", "2023-01-01", "2023-12-31", ["04-07", "04-10", "05-01", "12-25", "12-26"]),
        ("TARGET", "2024-01-01", "2024-12-31",
         ["01-01", "03-29", "04-01", "05-01", "12-25", "12-26"]),
        ("JP+US", "2023-11-01", "2023-11-30", ["11-03", "11-23"]),
        ("US+TARGET", "2024-03-25", "2024-05-31", ["03-29", "04-01", "05-01", "05-27"]),
        (None, "2024-12-01", "2025-01-31", []),
    ],
)  # fmt: skip
def test_is_business_day__published_holidays__closed(
    name: str | None, first: str, last: str, expected: list[str]
) -> None:
    assert holidays(name, first, last) == expected


@pytest.mark.parametrize("name", [None, *MARKETS])
@pytest.mark.parametrize("day", ["2024-06-29", "2024-06-30"])
def test_is_business_day__weekend__closed(name: str | None, day: str) -> None:
    assert not Calendar(name).is_business_day(on(day))


@pytest.mark.parametrize(
    ("name", "day", "convention", "expected"),
    [
        # Easter 2024: Good Friday is the last weekday of March.
        ("TARGET", "2024-03-29", "modified_following", "2024-03-28"),
        ("TARGET", "2024-03-29", "following", "2024-04-02"),
        ("TARGET", "2024-03-29", "preceding", "2024-03-28"),
        ("TARGET", "2024-03-29", "unadjusted", "2024-03-29"),
        ("JP", "2024-03-29", "modified_following", "2024-03-29"),
        # Weekends at a month end, and within one.
        (None, "2024-06-30", "modified_following", "2024-06-28"),
        ("JP", "2024-06-29", "modified_following", "2024-06-28"),
        ("JP", "2024-06-30", "following", "2024-07-01"),
        ("JP", "2024-06-22", "modified_following", "2024-06-24"),
        ("JP", "2024-06-22", "preceding", "2024-06-21"),
        # Year ends.
        ("JP", "2024-12-31", "modified_following", "2024-12-30"),
        ("JP", "2024-12-31", "following", "2025-01-06"),
        ("DE", "2024-12-31", "modified_following", "2024-12-30"),
        ("TARGET", "2024-12-31", "modified_following", "2024-12-31"),
        # The joint calendar goes on where only one of them is open.
        ("JP", "2023-05-03", "modified_following", "2023-05-08"),
        ("TARGET", "2023-04-07", "modified_following", "2023-04-11"),
        ("JP+TARGET", "2024-04-29", "modified_following", "2024-04-30"),
        ("JP+TARGET", "2024-05-01", "modified_following", "2024-05-02"),
        ("US+JP", "2023-11-23", "preceding", "2023-11-22"),
    ],
)
def test_adjust__known_dates__by_convention(
    name: str | None, day: str, convention: Convention, expected: str
) -> None:
    assert Calendar(name).adjust(on(day), convention) == on(expected)


@pytest.mark.parametrize(
    ("name", "day", "count", "expected"),
    [
        ("JP", "2024-04-26", 1, "2024-04-30"),
        ("JP", "2024-05-02", 2, "2024-05-08"),
        ("JP", "2024-05-07", -1, "2024-05-02"),
        ("JP", "2024-05-07", 0, "2024-05-07"),
        ("JP", "2024-05-03", 0, "2024-05-07"),
        ("JP", "2024-05-03", 1, "2024-05-07"),
        ("US", "2024-11-27", 3, "2024-12-03"),
        ("JP+US", "2023-11-22", 1, "2023-11-24"),
        (None, "2024-12-24", 10, "2025-01-07"),
    ],
)
def test_add_business_days__known_dates__skips_holidays(
    name: str | None, day: str, count: int, expected: str
) -> None:
    assert Calendar(name).add_business_days(on(day), count) == on(expected)


@pytest.mark.parametrize(
    ("name", "start", "tenor", "expected"),
    [
        ("JP", "2024-05-02", "intraday", "2024-05-02"),
        ("JP", "2024-05-02", "overnight", "2024-05-07"),
        ("US", "2024-05-02", "overnight", "2024-05-03"),
        ("DE", "2024-12-30", "overnight", "2025-01-02"),
        ("TARGET", "2024-12-30", "overnight", "2024-12-31"),
        ("US", "2024-11-21", "1w", "2024-11-29"),
        ("DE", "2024-03-22", "1w", "2024-03-28"),  # Good Friday, and April beyond Easter
        ("JP", "2024-12-24", "1w", "2024-12-30"),
        ("TARGET", "2024-03-11", "3w", "2024-04-02"),
        ("JP", "2024-03-11", "3w", "2024-04-01"),
        ("US", "2024-06-28", "10d", "2024-07-08"),
        ("JP", "2024-04-22", "7d", "2024-04-30"),
        # Over the month end, from its last business day too.
        ("JP", "2024-03-26", "month_end", "2024-04-01"),
        ("TARGET", "2024-03-28", "month_end", "2024-04-02"),
        ("TARGET", "2024-04-30", "month_end", "2024-05-02"),
        ("JP", "2024-12-30", "month_end", "2025-01-06"),
        # Months: the end of a month stays one, also before it where the month ends on holidays.
        ("JP", "2024-04-15", "1m", "2024-05-15"),
        ("JP", "2024-02-13", "12m", "2025-02-13"),
        ("JP", "2024-01-31", "1m", "2024-02-29"),
        ("JP", "2024-02-29", "1m", "2024-03-29"),
        ("TARGET", "2024-02-29", "1m", "2024-03-28"),
        ("US", "2024-06-28", "1m", "2024-07-31"),
        ("JP", "2024-01-30", "1m", "2024-02-29"),
        ("JP", "2024-05-31", "1m", "2024-06-28"),
        ("JP", "2024-05-30", "1m", "2024-06-28"),
    ],
)
def test_end_of__known_terms__modified_following(
    name: str, start: str, tenor: str, expected: str
) -> None:
    assert Calendar(name).end_of(on(start), tenor) == on(expected)


@pytest.mark.parametrize(
    ("convention", "week", "month"),
    [
        ("modified_following", "2024-03-28", "2024-03-28"),
        ("following", "2024-04-02", "2024-03-28"),
        ("preceding", "2024-03-28", "2024-03-28"),
        ("unadjusted", "2024-03-29", "2024-03-29"),
    ],
)
def test_end_of__conventions__a_months_end_only_unadjusted_is_left(
    convention: Convention, week: str, month: str
) -> None:
    target = Calendar("TARGET")
    assert target.end_of(on("2024-03-22"), "1w", convention) == on(week)
    assert target.end_of(on("2024-02-29"), "1m", convention) == on(month)


@pytest.mark.parametrize("text", ["intraday", "overnight", "month_end", "1d", "3w", "9999m"])
def test_is_tenor__tenor__known(text: str) -> None:
    assert is_tenor(text)
    Calendar("JP").end_of(date(2024, 3, 1), text if text != "9999m" else "900m")


@pytest.mark.parametrize("text", ["", "open", "0w", "01w", "1W", "-1w", "1y", "10000d", "w", "1 w"])
def test_end_of__no_tenor__refused(text: str) -> None:
    assert not is_tenor(text)
    with pytest.raises(ValueError, match=f'^unknown tenor "{text}"$'):
        Calendar("JP").end_of(date(2024, 3, 1), text)


@pytest.mark.parametrize("name", ["", "jp", "XX", "JP+", "JP+XX", "JP, US"])
def test_calendar__no_market__refused(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f'unknown calendar "{name}"')):
        Calendar(name)


@pytest.mark.parametrize(
    ("name", "day", "known"),
    [
        ("DE", "2015-12-31", "of DE are known from 2016 to 2100"),
        ("TARGET", "1998-12-31", "of TARGET are known from 1999 to 2100"),
        ("USGS", "1995-12-29", "of USGS are known from 1996 to 2100"),
        ("JP", "2100-01-04", "of JP are known from 1949 to 2099"),
        ("US", "2101-01-03", "of US are known from 1863 to 2100"),
        ("JP+DE", "2015-12-31", "of JP+DE are known from 2016 to 2099"),
        ("JP+DE", "2100-01-04", "of JP+DE are known from 2016 to 2099"),
        (None, "9999-12-31", "are known from 1901 to 2100"),
    ],
)
def test_every_method__beyond_the_known_years__refused(
    name: str | None, day: str, known: str
) -> None:
    calendar = Calendar(name)
    reason = re.escape(f"business days {known}, not on {day}")
    with pytest.raises(ValueError, match=reason):
        calendar.is_business_day(on(day))
    with pytest.raises(ValueError, match=reason):
        calendar.add_business_days(on(day), 1)
    with pytest.raises(ValueError, match=reason):
        calendar.end_of(on(day), "1w")
    for convention in ("modified_following", "unadjusted"):
        with pytest.raises(ValueError, match=reason):
            calendar.adjust(on(day), convention)


def test_every_method__result_beyond_the_known_years__refused() -> None:
    known = "business days of JP are known from 1949 to 2099"
    with pytest.raises(ValueError, match=f"^{known}, not on 2100-01-01$"):
        Calendar("JP").add_business_days(date(2099, 12, 30), 1)
    with pytest.raises(ValueError, match=f"^{known}, not on 2933-03-01$"):
        Calendar("JP").end_of(date(2099, 12, 1), "9999m", "unadjusted")


names = st.lists(st.sampled_from([*MARKETS]), max_size=3).map(lambda some: "+".join(some) or None)
days = st.dates(date(2016, 2, 1), date(2098, 12, 1))
"""All calendars know them."""


@given(names, days)
def test_adjust__any_date__a_business_day_of_that_month_and_stays(
    name: str | None, day: date
) -> None:
    calendar = Calendar(name)
    adjusted = calendar.adjust(day)
    assert calendar.is_business_day(adjusted)
    assert (adjusted.year, adjusted.month) == (day.year, day.month)
    assert calendar.adjust(adjusted) == adjusted
    assert calendar.adjust(day, "preceding") <= day <= calendar.adjust(day, "following")


@given(names, days)
def test_is_business_day__joint_calendar__all_its_markets_are_open(
    name: str | None, day: date
) -> None:
    each = [Calendar(market) for market in name.split("+")] if name else [Calendar()]
    assert Calendar(name).is_business_day(day) == all(
        market.is_business_day(day) for market in each
    )


@given(names, days, st.integers(1, 40))
def test_add_business_days__forth_and_back__the_same_business_day(
    name: str | None, day: date, count: int
) -> None:
    calendar = Calendar(name)
    start = calendar.adjust(day)
    later = calendar.add_business_days(start, count)
    passed = (start + timedelta(step + 1) for step in range((later - start).days))
    assert sum(calendar.is_business_day(between) for between in passed) == count
    assert calendar.add_business_days(later, -count) == start


@given(names, days, st.sampled_from(["overnight", "month_end", "1w", "3w", "1m", "6m"]))
def test_end_of__any_start__a_business_day_after_it(
    name: str | None, day: date, tenor: str
) -> None:
    calendar = Calendar(name)
    start = calendar.adjust(day)
    end = calendar.end_of(start, tenor)
    assert calendar.is_business_day(end)
    assert end > start
    if tenor == "month_end":
        next_month = start.replace(day=1) + timedelta(31)
        assert end == calendar.adjust(next_month.replace(day=1), "following")
