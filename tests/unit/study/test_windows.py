# SPDX-License-Identifier: MIT
"""`tanpo.study.windows`: on markets where it is known what is calm, falls, rises and swings."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tanpo.errors import InputError
from tanpo.study.market import Security
from tanpo.study.windows import Regime, market_returns, windows_of

from .made import alike, days, equity, universe, walks

SWING = np.array([0.05, -0.05 / 1.05])
"""Up and back down."""


def steps(found, regime):
    return [(window.first, window.last) for window in found if window.regime is regime]


def test_windows__22_dates__are_of_4_dates_and_of_quarters():
    returns = np.zeros(21)
    returns[2] = -0.1  # into date 3
    returns[9] = 0.1  # into date 10
    found = windows_of(universe(alike(returns)))
    assert steps(found, Regime.NORMAL) == [(10, 15), (15, 21)]
    assert all(window.last - window.first == 4 for window in found[2:])
    # Of windows alike the earliest, then those that do not overlap; a shared close is no overlap.
    assert steps(found, Regime.SHARP_FALL) == [(0, 4), (4, 8), (10, 14)]
    assert steps(found, Regime.SHARP_RISE) == [(6, 10), (10, 14), (14, 18)]
    fall = next(window for window in found if window.regime is Regime.SHARP_FALL)
    assert (fall.start, fall.end) == (date(2020, 1, 1), date(2020, 1, 5))
    assert fall.market_return == pytest.approx(-0.1, abs=1e-12)
    assert fall.volatility == pytest.approx(0.05, abs=1e-12)  # of 0, 0, -0.1, 0
    assert (fall.regime, str(fall.start)) == ("sharp_fall", "2020-01-01")
    assert fall.regime.label == "sharp fall"


def test_windows__one_of_each_kind_planted__are_found():
    returns = np.tile([0.0001, -0.0001], 300)
    returns[100:163] = -0.004
    returns[200:263] = 0.004
    returns[300:363] = np.resize(SWING, 63)
    found = windows_of(universe(alike(returns)))
    # A return at index n leads into step n + 1.
    assert (100, 163) in steps(found, Regime.SHARP_FALL)
    assert (200, 263) in steps(found, Regime.SHARP_RISE)
    assert (300, 363) in steps(found, Regime.HIGH_VOLATILITY)
    assert [len(steps(found, regime)) for regime in Regime][1:] == [3, 3, 3]


def test_windows__five_years__are_normal_up_to_the_median():
    dates = days(5 * 365, date(2021, 1, 1))
    size = {2021: 0.01, 2022: 0.002, 2023: 0.004, 2024: 0.003, 2025: 0.02}
    signs = np.resize([1, -1], len(dates))
    returns = [sign * size[day.year] for sign, day in zip(signs, dates, strict=True)][1:]
    found = windows_of(universe(alike(returns), dates=dates))
    normal = [window for window in found if window.regime is Regime.NORMAL]
    # 2024 ends a day early: it is a leap year.
    assert [(window.start, window.end) for window in normal] == [
        (date(2022, 1, 1), date(2022, 12, 31)),
        (date(2023, 1, 1), date(2023, 12, 31)),
        (date(2024, 1, 1), date(2024, 12, 31)),
    ]
    assert normal[0].volatility == pytest.approx(0.002, rel=0.01)


@pytest.mark.parametrize(("last", "whole"), [(199, False), (200, True)])
def test_windows__four_years__count_with_200_dates_each(last, whole):
    dates = tuple(
        day
        for year, count in ((2021, 200), (2022, 200), (2023, 200), (2024, last))
        for day in days(count, date(year, 1, 1))
    )
    found = windows_of(universe(walks(1, len(dates)), dates=dates))
    normal = [window for window in found if window.regime is Regime.NORMAL]
    assert len(normal) == 2
    assert all(window.start.month == window.start.day == 1 for window in normal) is whole
    quarters = {(0, 199), (199, 399), (399, 598), (599, 798), (598, 798)}
    assert (set(steps(found, Regime.NORMAL)) <= quarters) is (not whole)


def test_windows__two_moments_a_date__begin_and_end_with_a_close():
    dates = tuple(
        day for year in range(2021, 2025) for day in days(210, date(year, 1, 1)) for _ in range(2)
    )
    found = windows_of(universe(walks(2, len(dates)), dates=dates, per_date=2))
    assert {window.first % 2 for window in found} == {1}
    assert {window.last % 2 for window in found} == {1}
    assert [window.last - window.first for window in found] == [2 * 209] * 2 + [2 * 63] * 9


def test_windows__two_moments__count_a_year_by_its_dates():
    dates = tuple(
        day for year in range(2021, 2025) for day in days(110, date(year, 1, 1)) for _ in range(2)
    )
    found = windows_of(universe(walks(2, len(dates)), dates=dates, per_date=2))
    # Quarters: the first begins with the first close.
    assert set(steps(found, Regime.NORMAL)) <= {(1, 219), (219, 439), (439, 659), (659, 879)}


def test_windows__two_moments_and_few_dates__are_whole_dates():
    found = windows_of(universe(walks(3, 44), per_date=2))
    assert set(steps(found, Regime.NORMAL)) <= {(1, 11), (11, 21), (21, 31), (31, 43)}
    assert {window.last - window.first for window in found[2:]} == {8}
    assert {window.first % 2 for window in found} == {1}


def extremes(prices, length, regime, per_date):
    """The rule once more, window by window."""

    def returns(first, last):
        means = []
        for step in range(first + 1, last + 1):
            both = (prices[step] > 0) & (prices[step - 1] > 0)
            ratios = prices[step, both] / prices[step - 1, both] - 1
            means.append(ratios.mean() if both.any() else 0.0)
        return np.array(means)

    ranks = []
    for first in range(per_date - 1, len(prices) - length, per_date):
        of_window = returns(first, first + length)
        growth = np.prod(1 + of_window)
        rank = {
            Regime.SHARP_FALL: growth,
            Regime.SHARP_RISE: -growth,
            Regime.HIGH_VOLATILITY: -of_window.std(ddof=1),
        }[regime]
        if (prices[first : first + length + 1] > 0).all(axis=0).sum() >= 6:
            ranks.append((rank, first))
    chosen = []
    for _, first in sorted(ranks):
        if all(abs(first - other) >= length for other in chosen):
            chosen.append(first)
    return sorted((first, first + length) for first in chosen[:3])


@pytest.mark.parametrize("per_date", [1, 2])
@pytest.mark.parametrize("with_gaps", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_windows__random_market__are_those_of_a_plain_search(seed, with_gaps, per_date):
    random = np.random.default_rng(seed)
    dates = int(random.integers(80, 160)) if seed < 3 else 340
    prices = walks(seed, dates * per_date, 7)
    if with_gaps:
        prices[random.integers(0, len(prices), 3), random.integers(0, 7, 3)] = 0
        # Two at once are missing for a week in the middle.
        prices[len(prices) // 2 :][: 5 * per_date, :2] = 0
    prices = np.rint(prices * 1e8) / 1e8
    found = windows_of(universe(prices, per_date=per_date))
    length = min(63, dates // 5) * per_date
    for regime in list(Regime)[1:]:
        assert steps(found, regime) == extremes(prices, length, regime, per_date)


def test_windows__missing_prices__make_a_window_unusable():
    returns = np.zeros(21)
    returns[2], returns[9] = -0.1, 0.1
    prices = alike(returns)
    prices[7, 0] = 0  # of six that are needed
    found = windows_of(universe(prices))
    assert all(not window.first <= 7 <= window.last for window in found)
    assert steps(found, Regime.NORMAL) == [(10, 15), (15, 21)]
    assert steps(found, Regime.SHARP_FALL) == [(0, 4), (10, 14), (14, 18)]


def test_windows__calm_quarter_without_prices__does_not_count_for_the_median():
    returns = np.zeros(21)
    returns[2], returns[9] = -0.1, 0.05
    prices = alike(returns)
    prices[12, 0] = 0
    assert steps(windows_of(universe(prices)), Regime.NORMAL) == [(5, 10), (15, 21)]


@pytest.mark.parametrize(
    "missing",
    [
        slice(None, None, 4),
        [5, 10, 15],  # in every quarter, but not in the last 4 dates
    ],
)
def test_windows__a_kind_without_a_window__is_refused(missing):
    prices = np.full((22, 6), 100.0)
    prices[missing, 0] = 0
    with pytest.raises(InputError) as info:
        windows_of(universe(prices))
    assert info.value.message == (
        "some kind of window has no 5 securities with prices on all its dates"
    )


def test_market_returns__gaps__are_in_no_mean():
    prices = np.full((4, 6), 100.0)
    prices[1:] = [[110, 90, 0, 100, 100, 100], [121, 0, 50, 100, 100, 100], [0, 0, 0, 0, 0, 0]]
    assert market_returns(universe(prices)).tolist() == pytest.approx(
        [0, (0.1 - 0.1) / 5, 0.1 / 4, 0], abs=1e-15
    )


def test_market_returns__securities_outside_the_pool__do_not_count():
    listed = [Security(equity(f"S{at}")) for at in range(6)]
    listed += [Security(equity("L"), is_collateral=False), Security(equity("X", "EUR"))]
    prices = np.full((2, 8), 100.0)
    prices[1] = [101] * 6 + [200, 300]
    assert market_returns(universe(prices, securities=listed)).tolist() == pytest.approx([0, 0.01])
