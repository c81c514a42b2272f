# SPDX-License-Identifier: MIT
"""The dates and times that stand in a scenario file. Times are in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tanpo.units import date_number

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(rf"({_DAY.pattern})[T ]([0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}})?)Z?")


@dataclass(frozen=True, slots=True)
class Moment:
    """When a trade starts or ends: a time, or a date without one (then `at` is its midnight)."""

    at: datetime
    is_date: bool

    @property
    def day(self) -> date:
        """The date, in UTC."""
        return self.at.date()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}" if self.is_date else f"{self.at:%Y-%m-%dT%H:%M:%S}"


def day(text: object) -> date:
    """Read a date of 1970 or later. Raises ValueError with what the text must do."""
    return _day(text, "be a date such as 2023-04-19")


def moment(text: object) -> Moment:
    """Read a date, or a time to the minute or second. Raises ValueError as `day` does."""
    requirement = "be a date or a time such as 2023-04-19T10:30"
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    on = _day(match[1] if match else text, requirement)
    try:
        at = datetime.fromisoformat(f"{on.isoformat()} {match[2] if match else '00:00'}")
    except ValueError:
        raise ValueError(requirement) from None
    return Moment(at.replace(tzinfo=UTC), is_date=match is None)


def _day(text: object, requirement: str) -> date:
    try:
        on = date.fromisoformat(text) if isinstance(text, str) and _DAY.fullmatch(text) else None
    except ValueError:
        on = None
    if on is None:
        raise ValueError(requirement)
    try:
        date_number(on)
    except ValueError:
        raise ValueError("not be before 1970-01-01") from None
    return on
