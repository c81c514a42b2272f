# SPDX-License-Identifier: MIT
"""`tanpo.study.market.series`."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpo.study.market.series import Series, latest

DAY = date(2024, 3, 1)
OFFSETS = st.lists(st.integers(0, 60), unique=True).map(sorted)


def series_at(offsets):
    """Each value tells its day: 1 on DAY, 2 a day later."""
    days = tuple(DAY + timedelta(offset) for offset in offsets)
    return Series(days, tuple(offset + 1 for offset in offsets))


@pytest.mark.parametrize(
    ("offset", "at_close", "at_opening"),
    [(-1, 0, 0), (0, 1, 0), (1, 1, 1), (7, 1, 1), (8, 0, 0), (20, 21, 0), (27, 21, 21), (28, 0, 0)],
)
def test_latest__date__is_the_last_of_seven_days(offset, at_close, at_opening):
    series, asked = series_at([0, 20]), [DAY + timedelta(offset)]
    assert latest(series, asked).tolist() == [at_close]
    assert latest(series, asked, before=True).tolist() == [at_opening]


def test_latest__no_value_at_all__is_none():
    assert latest(Series((), ()), [DAY, DAY]).tolist() == [0, 0]


@given(OFFSETS, st.booleans())
def test_latest__any_gaps__is_never_old_nor_of_the_future(offsets, before):
    asked = range(-3, 80)
    found = latest(series_at(offsets), [DAY + timedelta(day) for day in asked], before=before)
    for day, value in zip(asked, found.tolist(), strict=True):
        newest = day - 1 if before else day
        allowed = [offset for offset in offsets if day - 7 <= offset <= newest]
        assert value == (allowed[-1] + 1 if allowed else 0)
