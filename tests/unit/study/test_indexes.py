# SPDX-License-Identifier: MIT
"""`tanpo.study.indexes`: ratios of means, and how far off they may be."""

from __future__ import annotations

import numpy as np
import pytest

from tanpo.study.engine.outcome import MEASURES
from tanpo.study.indexes import indexes


def window(*settings):
    """Every measure the same: of each setting the figures (types, draws)."""
    return np.tile(np.array(settings, dtype=float), (len(MEASURES), 1, 1, 1))


def simulated(random, windows=12, draws=20, ratio=0.5):
    """Windows differ by 30 %, draws by 20 %; the second setting is `ratio` of the first."""
    levels = 100 * np.exp(random.normal(0, 0.3, windows))
    found = []
    for level in levels:
        base = level * np.exp(random.normal(0, 0.2, (1, draws)))
        noise = np.exp(random.normal(0, 0.2, (1, draws)) + random.normal(0, 0.2))
        found.append(window(base, ratio * base * noise / np.exp(0.04)))
    return found


def test_indexes__two_windows__are_ratios_of_means():
    found = indexes(
        [window([[2, 4], [6, 8]], [[1, 1], [1, 5]]), window([[10, 0], [5, 5]], [[3, 3], [3, 3]])],
        0, (1,), ["calls"],
    )  # fmt: skip
    assert found.value.tolist() == [[5.0, 2.5]]  # (5 + 5) / 2 and (2 + 3) / 2
    assert found.index.tolist() == [[1.0, 0.5]]


def test_indexes__measures__are_those_asked_in_their_order():
    figures = np.arange(1.0, len(MEASURES) + 1)[:, None, None, None] * np.ones((1, 2, 1, 3))
    found = indexes([figures], 1, (1,), [MEASURES[4], MEASURES[1]])
    assert found.value.tolist() == [[5, 5], [2, 2]]
    assert indexes([figures], 1, (1,)).value.shape == (len(MEASURES), 2)


@pytest.mark.filterwarnings("error")
def test_indexes__base_of_nothing__has_no_index():
    figures = window([[0, 0]], [[1, 2]])
    figures[1] = 1
    found = indexes([figures], 0, (1,), MEASURES[:2])
    assert found.value.tolist() == [[0, 1.5], [1, 1]]
    for part in (found.index, found.low, found.high):
        assert np.isnan(part[0]).all()
        assert part[1].tolist() == [1, 1]


def test_indexes__base__is_exactly_1_with_its_interval():
    found = indexes(simulated(np.random.default_rng(1)), 1, (1,))
    for part in (found.index, found.low, found.high):
        assert part[:, 1].tolist() == [1.0] * len(MEASURES)
    assert (found.low[:, 0] < found.index[:, 0]).all()
    assert (found.index[:, 0] < found.high[:, 0]).all()


def test_indexes__same_seed__is_the_same():
    windows = simulated(np.random.default_rng(1))
    once, again, other = (indexes(windows, 0, (seed,)) for seed in (1, 1, 2))
    assert once.low.tolist() == again.low.tolist()
    assert once.high.tolist() == again.high.tolist()
    assert once.low.tolist() != other.low.tolist()


def test_indexes__known_ratio__is_in_most_intervals():
    covered = 0
    for trial in range(200):
        found = indexes(simulated(np.random.default_rng(trial)), 0, (trial,), ["calls"])
        covered += found.low[0, 1] <= 0.5 <= found.high[0, 1]
    assert 170 <= covered <= 200


@pytest.mark.parametrize("windows", [1, 4])
def test_indexes__more_draws__narrow_the_interval(windows):
    def width(draws):
        random = np.random.default_rng(5)
        bases = [np.exp(random.normal(0, 0.3, (1, draws))) for _ in range(windows)]
        figures = [window(base, base * np.exp(random.normal(0, 0.3, base.shape))) for base in bases]
        found = indexes(figures, 0, (1,), ["calls"])
        return found.high[0, 1] - found.low[0, 1]

    # The square root of 16.
    assert width(80) / width(1280) == pytest.approx(4, rel=0.3)


def test_indexes__more_windows__narrow_the_interval():
    def width(windows):
        found = indexes(simulated(np.random.default_rng(3), windows), 0, (1,), ["calls"])
        return found.high[0, 1] - found.low[0, 1]

    assert width(8) / width(128) == pytest.approx(4, rel=0.4)


def test_indexes__one_draw_in_one_window__has_no_width():
    found = indexes([window([[2]], [[3]])], 0, (1,), ["calls"])
    assert (found.low[0, 1], found.index[0, 1], found.high[0, 1]) == (1.5, 1.5, 1.5)


def test_indexes__one_window_of_known_draws__has_the_bootstrap_of_these():
    # The second setting's mean of two draws, 0 and 2, is 0, 1 or 2 with 1/4, 1/2 and 1/4.
    found = indexes([window([[1, 1]], [[0, 2]])], 0, (1,), ["calls"])
    assert (found.low[0, 1], found.index[0, 1], found.high[0, 1]) == (0, 1, 2)
