# SPDX-License-Identifier: MIT
"""`tanpo.study.engine.exact`: calls in whole numbers."""

from __future__ import annotations

import numpy as np
import pytest

from tanpo.study.engine.exact import call, division_round_up


def objects(*values):
    return np.array(values, dtype=object)


def called(required, values, quantities, lots, threshold_bps=0, mta=0):
    """Of one trade: whether it moves, and the lots if it does."""
    baskets = (np.array(each, dtype=object)[:, None] for each in (values, quantities, lots))
    limits = (objects(threshold_bps), objects(mta))
    found = call(objects(required), *baskets, *limits)
    return bool(found.moves[0]), found.lots[:, 0].tolist()


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(0, 3, 0), (1, 3, 1), (3, 3, 1), (4, 3, 2), (-1, 3, 0), (-3, 3, -1), (-4, 3, -1)],
)
def test_division_round_up__any_sign__is_the_next_whole_number(numerator, denominator, expected):
    assert division_round_up(objects(numerator), objects(denominator)).tolist() == [expected]


def test_division_round_up__beyond_64_bits__stays_exact():
    assert division_round_up(objects(10**60 + 1), objects(10**30)).tolist() == [10**30 + 1]


@pytest.mark.parametrize(
    ("required", "lots"),
    [
        (1_000, [0, 0]),
        (1_001, [1, 1]),
        (1_100, [5, 1]),
        (1_102, [6, 2]),
        (999, [0, 0]),
        (900, [-5, -1]),
        (898, [-5, -1]),
    ],
)
def test_call__basket_of_two__is_pro_rata_in_whole_lots(required, lots):
    """50 at 10 in lots of 1, and 100 at 5 in lots of 10: worth 500 each."""
    expected = (required != 1_000, lots)
    assert called(required, [500, 500], [50, 100], [1, 10]) == expected


@pytest.mark.parametrize(
    ("required", "threshold_bps", "mta", "moves"),
    [
        (1_000, 0, 0, False),
        (1_250, 2_000, 0, False),
        (1_250, 1_999, 0, True),
        (800, 2_500, 0, False),
        (800, 2_499, 0, True),
        (1_250, 0, 250, True),
        (1_250, 0, 251, False),
        (750, 0, 250, True),
        (750, 0, 251, False),
        (1_250, 2_000, 1, False),
    ],
)
def test_call__exposure_is_just_the_limit__exceeds_no_threshold_and_reaches_an_mta(
    required, threshold_bps, mta, moves
):
    assert called(required, [1_000], [10], [1], threshold_bps, mta)[0] is moves


def test_call__beyond_64_bits__stays_exact():
    huge = 10**40
    assert called(huge + 1, [huge], [10**15], [1]) == (True, [1])
    assert called(huge - 1, [huge], [10**15], [1]) == (True, [0])


def test_call__many_paths__each_is_its_own():
    found = call(
        objects(120, 100, 70),
        np.array([[100, 100, 100]], dtype=object),
        np.array([[10, 10, 10]], dtype=object),
        np.array([[1, 1, 1]], dtype=object),
        objects(0, 0, 5_000),
        objects(0, 0, 0),
    )

    assert found.moves.dtype == bool
    assert found.moves.tolist() == [True, False, False]
    assert found.lots[0].tolist() == [2, 0, -3]
