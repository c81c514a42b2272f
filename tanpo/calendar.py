# SPDX-License-Identifier: MIT
"""Business days of markets, and the dates on which terms end.

The holidays come from the package `holidays`, each market's from its first year there on: JP 1949,
US 1863, USGS 1996, DE 2016, TARGET 1999, to 2099 or 2100. Those to come are by today's rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, reduce
from operator import add
from typing import Literal

from dateutil.relativedelta import relativedelta
from holidays import HolidayBase, financial_holidays

MARKETS = {
    "JP": "XJPX",  # Japan Exchange; Japan's banks keep the same days
    "US": "XNYS",  # New York Stock Exchange
    "USGS": "XSIF",  # US government securities, as SIFMA recommends
    "DE": "XETR",  # Xetra and the Frankfurt exchange
    "TARGET": "XECB",  # euro payments
}
"""Names of calendars, and the package's codes of their markets."""

Convention = Literal["modified_following", "following", "preceding", "unadjusted"]
"""Where a date goes that falls on a holiday. Modified following: to the next business day, or, if
that is in another month, to the one before."""

_PERIOD = re.compile("([1-9][0-9]{0,3})([dwm])")


def is_tenor(text: str) -> bool:
    """Whether `Calendar.end_of` knows the tenor."""
    return text in ("intraday", "overnight", "month_end") or _PERIOD.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The business days of a market, or of several, joined by `+`: then those that all share.

    Without a name every Monday to Friday is a business day. Raises ValueError for a name that
    stands for no market; every method does so for dates beyond the years that are known.
    """

    name: str | None = None

    def __post_init__(self) -> None:
        """Refuse an unknown name."""
        _holidays(self.name)

    def is_business_day(self, day: date) -> bool:
        """Whether all the markets are open."""
        return _holidays(self.name).is_working_day(self._known(day))

    def add_business_days(self, day: date, count: int) -> date:
        """Return the business day `count` after `day`, before it where `count` is negative.

        With a count of 0 it is `day`, or the next business day where that is a holiday.
        """
        return self._known(_holidays(self.name).get_nth_working_day(self._known(day), count))

    def adjust(self, day: date, convention: Convention = "modified_following") -> date:
        """Return `day`, or where it is a holiday the date to which the convention moves it."""
        if convention == "unadjusted" or self.is_business_day(day):
            return self._known(day)
        if convention == "preceding":
            return self.add_business_days(day, -1)
        following = self.add_business_days(day, 0)
        if convention == "modified_following" and following.month != day.month:
            return self.add_business_days(day, -1)
        return following

    def end_of(
        self, start: date, tenor: str, convention: Convention = "modified_following"
    ) -> date:
        """Return the date on which a term ends that starts on `start`, a business day.

        `intraday`: the same date. `overnight`: the next business day. `month_end`: the first
        business day after the month. `10d`, `3w`, `1m` count days, weeks and months of the
        calendar, then the convention applies. Months keep the month's end unless `unadjusted`:
        from its last business day to the last of another. Raises ValueError for other tenors.
        """
        start = self._known(start)
        if tenor == "intraday":
            return start
        if tenor == "overnight":
            return self.add_business_days(start, 1)
        if tenor == "month_end":
            return self.add_business_days(_last_day(start), 1)
        match = _PERIOD.fullmatch(tenor)
        if match is None:
            raise ValueError(f'unknown tenor "{tenor}"')
        count, unit = int(match[1]), match[2]
        if unit != "m":
            return self.adjust(start + timedelta(count * (7 if unit == "w" else 1)), convention)
        landing: date = start + relativedelta(months=count)
        keeps_end = self.add_business_days(start, 1).month != start.month
        if keeps_end and convention != "unadjusted":
            return self.adjust(_last_day(landing), "preceding")
        return self.adjust(landing, convention)

    def _known(self, day: date) -> date:
        first, last = _years(self.name)
        if not first <= day.year <= last:
            which = f" of {self.name}" if self.name else ""
            raise ValueError(f"business days{which} are known from {first} to {last}, not on {day}")
        return day


def _last_day(day: date) -> date:
    """The last date of the month."""
    last: date = day + relativedelta(day=31)
    return last


def _markets(name: str | None) -> list[HolidayBase]:
    if name is None:
        return [HolidayBase()]
    try:
        return [financial_holidays(MARKETS[part]) for part in name.split("+")]
    except KeyError:
        raise ValueError(f'unknown calendar "{name}"') from None


@cache
def _holidays(name: str | None) -> HolidayBase:
    return reduce(add, _markets(name))


@cache
def _years(name: str | None) -> tuple[int, int]:
    """The first and the last year that all the markets have: a sum of them does not tell."""
    markets = _markets(name)
    return max(each.start_year for each in markets), min(each.end_year for each in markets)
