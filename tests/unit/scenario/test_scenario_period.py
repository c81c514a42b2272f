# SPDX-License-Identifier: MIT
"""Terms, calendars, conventions and notice: what they come to, and what is refused."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tanpo.calendar import Calendar
from tanpo.scenario import TradeSpec, parse_scenario

Refusal = Callable[[str], str]


def file(trade: str, keys: str = "calendar: JP") -> str:
    """A file with fixings from March to June 2024, whose trade's keys start on line 9."""
    lines = "\n    ".join(trade.split(", "))
    return f"""\
name: Periods
{keys}
instruments:
  JGB: {{kind: bond, currency: JPY}}
parties: {{A: {{JPY: 100}}, B: {{JGB: 100}}}}
fixings: {{2024-03-01: {{JGB: 100}}, 2024-06-28: {{JGB: 100}}}}
trades:
  - id: T1
    {lines}
    lender: A
    borrower: B
    loan: {{JPY: 1}}
    collateral: {{JGB: auto}}
"""


def trade(written: str, keys: str = "calendar: JP") -> TradeSpec:
    (spec,) = parse_scenario(file(written, keys), "trades.yaml").trades
    return spec


def shown(at: datetime | None, is_date: bool) -> str | None:
    if at is None:
        return None
    assert at.tzinfo is UTC
    return f"{at:%Y-%m-%d}" if is_date else f"{at:%Y-%m-%dT%H:%M:%S}"


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("start: 2024-05-02, term: intraday", "2024-05-02", "2024-05-02"),
        ("start: 2024-05-02, term: overnight", "2024-05-02", "2024-05-07"),
        ("start: 2024-04-26, term: 1w", "2024-04-26", "2024-05-07"),
        ("start: 2024-04-22, term: 3w", "2024-04-22", "2024-05-13"),
        ("start: 2024-03-29, term: 1m", "2024-03-29", "2024-04-30"),
        ("start: 2024-04-26, term: month_end", "2024-04-26", "2024-05-01"),
        ("start: 2024-04-26, term: open", "2024-04-26", None),
        ("start: 2024-04-26", "2024-04-26", None),
        ("start: 2024-04-26, term: 1w, convention: preceding", "2024-04-26", "2024-05-02"),
        ("start: 2024-04-26, term: 1w, convention: unadjusted", "2024-04-26", "2024-05-03"),
        ("start: 2024-04-26, term: 1w, calendar: TARGET", "2024-04-26", "2024-05-03"),
        ("start: 2024-04-30, term: overnight, calendar: JP+TARGET", "2024-04-30", "2024-05-02"),
        # An end that is given moves as well, and keeps its time.
        ("start: 2024-04-26, end: 2024-05-03", "2024-04-26", "2024-05-07"),
        ("start: 2024-04-26, end: 2024-05-03T15:00", "2024-04-26", "2024-05-07T15:00:00"),
        ("start: 2024-04-26, end: 2024-05-02", "2024-04-26", "2024-05-02"),
        ("start: 2024-04-26, end: 2024-06-30", "2024-04-26", "2024-06-28"),
        ("start: 2024-04-26, end: 2024-06-30, convention: following", "2024-04-26", "2024-07-01"),
        # A start on a holiday moves on, and its term counts from there.
        ("start: 2024-05-03, term: overnight", "2024-05-07", "2024-05-08"),
        ("start: 2024-03-30, term: 1w, convention: preceding", "2024-04-01", "2024-04-08"),
        ("start: 2024-05-03T10:30", "2024-05-07T10:30:00", None),
        # From a time: to the day's end, or to a later date.
        ("start: 2024-05-02T10:30, term: intraday", "2024-05-02T10:30:00", "2024-05-02T23:59:59"),
        ("start: 2024-05-02T10:30, term: overnight", "2024-05-02T10:30:00", "2024-05-07"),
    ],
)
def test_parse__on_a_calendar__start_and_end_on_its_business_days(
    written: str, start: str, end: str | None
) -> None:
    spec = trade(written)
    assert shown(spec.start, spec.start_is_date) == start
    assert shown(spec.end, spec.end_is_date) == end


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        # A term knows weekends, and no holidays.
        ("start: 2024-04-26, term: overnight", "2024-04-26", "2024-04-29"),
        ("start: 2024-04-26, term: 1w", "2024-04-26", "2024-05-03"),
        ("start: 2024-05-31, term: 1m", "2024-05-31", "2024-06-28"),
        ("start: 2024-04-27, term: overnight", "2024-04-29", "2024-04-30"),
        # Dates that are given stay.
        ("start: 2024-04-27, end: 2024-05-04", "2024-04-27", "2024-05-04"),
        ("start: 2024-04-27, term: open", "2024-04-27", None),
    ],
)
def test_parse__no_calendar__only_terms_mind_weekends(
    written: str, start: str, end: str | None
) -> None:
    spec = trade(written, "valuation_currency: JPY")
    assert shown(spec.start, spec.start_is_date) == start
    assert shown(spec.end, spec.end_is_date) == end


@pytest.mark.parametrize(
    ("written", "calendar", "notice_days"),
    [
        ("start: 2024-04-26", "JP", 0),
        ("start: 2024-04-26, notice: 3", "JP", 3),
        ("start: 2024-04-26, term: open, notice: 0", "JP", 0),
        ("start: 2024-04-26, notice: 999, calendar: JP+US", "JP+US", 999),
    ],
)
def test_parse__open_trade__calendar_and_notice(
    written: str, calendar: str, notice_days: int
) -> None:
    spec = trade(written)
    assert (spec.calendar, spec.notice_days) == (Calendar(calendar), notice_days)


def test_parse__open_trade_without_a_calendar__weekdays_count() -> None:
    spec = trade("start: 2024-04-26, notice: 2", "valuation_currency: JPY")
    assert spec.calendar == Calendar(None)
    assert spec.calendar.add_business_days(spec.start.date(), 2).isoformat() == "2024-04-30"


def test_parse__files_convention__of_trades_without_their_own() -> None:
    written = "start: 2024-04-26, end: 2024-06-30"
    keys = "calendar: JP\nconvention: following"
    assert shown(trade(written, keys).end, True) == "2024-07-01"
    own = f"{written}, convention: modified_following"
    assert shown(trade(own, keys).end, True) == "2024-06-28"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("start: 2024-04-26, end: 2024-05-02, term: 1w",
         "11: a trade has a term or an end, found both"),
        ("start: 2024-04-26, term: open, end: 2024-05-02",
         "10: a trade has a term or an end, found both"),
        ("start: 2024-04-26, term: 1y",
         "10: term must be intraday, overnight, month_end, open or a period such as 3d, 1w or 2m, "
         'found "1y"'),
        ("start: 2024-04-26, term: 0w",
         "10: term must be intraday, overnight, month_end, open or a period such as 3d, 1w or 2m, "
         'found "0w"'),
        ("start: 2024-04-26, calendar: UK",
         "10: calendar must be JP or US or USGS or DE or TARGET, or several such as JP+US, "
         'found "UK"'),
        ("start: 2024-04-26, calendar: JP+",
         "10: calendar must be JP or US or USGS or DE or TARGET, or several such as JP+US, "
         'found "JP+"'),
        ("start: 2024-04-26, calendar: [JP]",
         "10: calendar must be JP or US or USGS or DE or TARGET, or several such as JP+US, "
         "found a list"),
        ("start: 2024-04-26, term: 1w, convention: modified",
         "11: convention must be modified_following or following or preceding or unadjusted, "
         'found "modified"'),
        ("start: 2024-04-26, convention: following",
         "10: a convention needs a term, or an end on a calendar"),
        ("start: 2024-04-26, term: open, convention: following",
         "11: a convention needs a term, or an end on a calendar"),
        ("start: 2024-04-26, notice: -1",
         '10: notice must be an integer from 0 to 999, found "-1"'),
        ("start: 2024-04-26, notice: 1.5",
         '10: notice must be an integer from 0 to 999, found "1.5"'),
        ("start: 2024-04-26, notice: 1000",
         '10: notice must be an integer from 0 to 999, found "1000"'),
        ("start: 2024-04-26, notice:",
         "10: notice must be an integer from 0 to 999, found nothing"),
        ("start: 2024-04-26, term: 1w, notice: 0", "11: only an open trade has a notice"),
        ("start: 2024-04-26, notice: 2, end: 2024-05-02",
         "10: only an open trade has a notice"),
        # What does not fit after the dates have moved.
        ("start: 2024-03-31, end: 2024-03-31", "10: end 2024-03-29 is before start 2024-04-01"),
        ("start: 2024-03-29T10:30, term: 1d",
         "10: end 2024-03-29 is before start 2024-03-29T10:30:00"),
        ("start: 2024-06-29", "9: start 2024-07-01 is after the last business date 2024-06-28"),
        # Years that a calendar does not know.
        ("start: 2024-04-26, term: 999m",
         "10: business days of JP are known from 1949 to 2099, not on 2107-07-26"),
        ("start: 2024-04-26, end: 2100-01-04",
         "10: business days of JP are known from 1949 to 2099, not on 2100-01-04"),
        ("start: 2015-12-30, calendar: DE",
         "8: business days of DE are known from 2016 to 2100, not on 2015-12-30"),
    ],
)  # fmt: skip
def test_parse__period_wrong__named_with_its_line(
    refusal: Refusal, written: str, expected: str
) -> None:
    assert refusal(file(written)) == expected


def test_parse__end_without_a_calendar__takes_no_convention(refusal: Refusal) -> None:
    written = "start: 2024-04-26, end: 2024-05-04, convention: following"
    expected = "11: a convention needs a term, or an end on a calendar"
    assert refusal(file(written, "valuation_currency: JPY")) == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("calendar: TOKYO", "2: calendar must be JP or US or USGS or DE or TARGET, "
         'or several such as JP+US, found "TOKYO"'),
        ("convention: none", "2: convention must be modified_following or following or preceding "
         'or unadjusted, found "none"'),
    ],
)  # fmt: skip
def test_parse__files_calendar_or_convention_wrong__named_with_its_line(
    refusal: Refusal, keys: str, expected: str
) -> None:
    assert refusal(file("start: 2024-04-26", keys)) == expected
