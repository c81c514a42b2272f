# SPDX-License-Identifier: MIT
"""Values by date, and which of them stands on a date, as the escrow takes fixings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tanpo.deployer import MAX_AGE_DAYS


@dataclass(frozen=True)
class Series:
    """Values as they were observed: what has none on a date is not in it."""

    dates: tuple[date, ...]
    """Ascending."""
    values_e8: tuple[int, ...]
    """One a date, positive."""


def latest(series: Series, on: Sequence[date], *, before: bool = False) -> NDArray[np.int64]:
    """Return, for each date of `on`, the last value observed by then, at the scale 1e8.

    A value observed more than MAX_AGE_DAYS calendar days earlier does not count: then it is 0.
    With `before`, values of the date itself do not count either: it is the date's opening, and
    they come later in the day.
    """
    observed, asked = day_numbers(series.dates), day_numbers(on)
    last = np.searchsorted(observed, asked, side="left" if before else "right") - 1
    # An appended value stands for "none", which is index -1 of a series that begins later.
    age_days = asked - np.append(observed, np.iinfo(np.int64).min // 2)[last]
    values = np.append(np.array(series.values_e8, np.int64), 0)[last]
    return np.where(age_days <= MAX_AGE_DAYS, values, 0)


def day_numbers(dates: Sequence[date]) -> NDArray[np.int64]:
    """Return the dates as calendar days, of which differences are ages."""
    return np.array([day.toordinal() for day in dates], np.int64)
