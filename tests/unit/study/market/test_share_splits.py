# SPDX-License-Identifier: MIT
"""`tanpo.study.market.splits`: what is a split, what is a fall, and the path without it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpo.errors import InputError
from tanpo.study.market.own import own_market
from tanpo.study.market.rules import filled
from tanpo.study.market.splits import RATIOS, Split, find_splits, undo_splits

from .files import column, day, path_of, rows_of, write


@pytest.fixture
def market_of(tmp_path):
    """The market of a file with these columns; the others stay at 100."""

    def make(columns, names="ABCDEF", **options):
        rows = rows_of(list(names), columns)
        return own_market(write(tmp_path / "prices.csv", rows), **options)

    return make


def ratios_of(*columns):
    """The rows and ratios of the splits in the first of some columns, one price a day."""
    raw = np.array([[int(value * 10**8) for value in row] for row in zip(*columns, strict=True)])
    dates = [day(number) for number in range(len(raw))]
    found = find_splits(dates, raw, filled(dates, raw))
    own = [split for split in found if split.column == 0]
    return [(split.row, split.ratio) for split in own if split.ratio != 1]


def test_own_market__nvidia_in_2021__is_continuous(market_of):
    market = market_of({"A": path_of("726.44", {9: "751.19", 10: "186.12", 11: "194.10"})})
    found = column(market, "A")
    assert found[8:12] == [181_61000000, 187_79750000, 186_12000000, 194_10000000]
    assert market.notes == (
        "A: 751.19 on 2024-01-10 and 186.12 on 2024-01-11 are taken as a split:"
        " all earlier prices are multiplied by 1/4.",
    )
    assert column(market, "B") == [100_00000000] * 22


def test_own_market__apple_in_2020__is_a_split(market_of):
    market = market_of({"A": path_of("499.23", {10: "129.04"})})
    assert column(market, "A")[9:11] == [124_80750000, 129_04000000]


def test_own_market__move_that_is_near_no_ratio__is_noted_and_left(market_of):
    market = market_of({"A": path_of("100", {10: "40"})})
    assert column(market, "A")[9:11] == [100_00000000, 40_00000000]
    assert market.notes == (
        "A: 100 on 2024-01-10 and 40 on 2024-01-11 are left as they are, for the move is no split.",
    )


def test_own_market__keep_splits__leaves_the_prices(market_of):
    market = market_of({"A": path_of("500", {10: "125"})}, keep_splits=True)
    assert column(market, "A") == [500_00000000] * 10 + [125_00000000] * 12
    assert market.notes == ()


def test_own_market__two_splits_in_a_column__are_multiplied_and_rounded_once(market_of):
    market = market_of({"A": path_of("10.00000001", {5: "3.33333334", 10: "1.11111111"})})
    found = column(market, "A")
    assert found[0] == round(Fraction(10_00000001, 9)) == 1_11111111
    assert found[5] == round(Fraction(3_33333334, 3)) == 1_11111111
    assert found[10] == 1_11111111
    assert market.notes == (
        "A: 10.00000001 on 2024-01-05 and 3.33333334 on 2024-01-06 are taken as a split:"
        " all earlier prices are multiplied by 1/3.",
        "A: 3.33333334 on 2024-01-10 and 1.11111111 on 2024-01-11 are taken as a split:"
        " all earlier prices are multiplied by 1/3.",
    )


def test_own_market__one_bad_price__comes_back_to_the_path(market_of):
    market = market_of({"A": path_of("100", {5: "50", 6: "100"})})
    assert column(market, "A") == [100_00000000] * 22


def test_own_market__ten_into_one__multiplies_what_was_before(market_of):
    market = market_of({"A": path_of("1.5", {5: "15.2"})})
    assert column(market, "A")[4:6] == [15_00000000, 15_20000000]
    assert market.notes[0].endswith("all earlier prices are multiplied by 10.")


def test_own_market__split_over_a_gap__fills_the_gap_with_the_new_price(market_of):
    gap = dict.fromkeys(range(5, 11), "")
    market = market_of({"A": path_of("90", {**gap, 11: "45"})})
    assert column(market, "A") == [45_00000000] * 22
    assert market.notes == (
        "A: 90 on 2024-01-05 and 45 on 2024-01-12 are taken as a split:"
        " all earlier prices are multiplied by 1/2.",
        "A: 6 dates from 2024-01-06 to 2024-01-11 filled with the last price, at most 7 days old.",
    )


def test_own_market__split_over_a_longer_gap__is_left(market_of):
    gap = dict.fromkeys(range(5, 12), "")
    market = market_of({"A": path_of("90", {**gap, 12: "45"})})
    assert column(market, "A") == [90_00000000] * 12 + [45_00000000] * 10
    assert len(market.notes) == 1


def test_own_market__crash_of_all__is_no_split(market_of):
    crash = {name: path_of("100", {10: "50"}) for name in "ABCDEF"}
    market = market_of(crash)
    assert column(market, "A") == [100_00000000] * 10 + [50_00000000] * 12
    assert market.notes == ()


def test_own_market__crash_while_others_are_on_holiday__is_no_split(market_of):
    # Two of the six have a close on the day of the crash; the carried ones say nothing.
    columns = {name: path_of("100", {10: "50"}) for name in "AB"}
    columns |= {name: path_of("100", {10: ""}) for name in "CDEF"}
    assert column(market_of(columns), "A")[9:11] == [100_00000000, 50_00000000]


def test_own_market__split_while_all_others_are_on_holiday__is_one(market_of):
    columns = {name: path_of("100", {10: ""}) for name in "BCDEF"}
    market = market_of({"A": path_of("100", {10: "50"}), **columns})
    assert column(market, "A") == [50_00000000] * 22


def test_own_market__nothing_else_has_a_price_yet__is_no_split(market_of):
    columns = {name: [""] * 11 + ["100"] * 11 for name in "BCDEF"}
    market = market_of({"A": path_of("100", {10: "50"}), **columns})
    assert column(market, "A")[9:11] == [100_00000000, 50_00000000]


@pytest.mark.parametrize(
    ("last", "close", "ratio"),
    [
        (100, 50, Fraction(1, 2)),
        (100, 52.5, Fraction(1, 2)),
        (100, 52.51, None),
        (100, 47.5, Fraction(1, 2)),
        (100, 47.49, None),
        (100, 40, None),
        (100, 200, Fraction(2)),
        (100, 210, Fraction(2)),
        (100, 210.01, None),
        (300, 200, Fraction(2, 3)),
        (300, 210, Fraction(2, 3)),
        (300, 210.01, None),
        (200, 300, Fraction(3, 2)),
        (200, 284.99, None),
        (100, 1, Fraction(1, 100)),
        (1, 95, Fraction(100)),
        (1, 94.99, None),
        (100, 5, Fraction(1, 20)),
        (1, 22, None),
        (1, 19.4, Fraction(19)),
        (1, 19.6, Fraction(20)),
        (1, 24.3, Fraction(25)),
    ],
)
def test_find_splits__move_of_a_column_alone__is_one_within_5_percent(last, close, ratio):
    expected = [(1, ratio)] if ratio else []
    assert ratios_of([last, close], [100, 100], [100, 100]) == expected


@pytest.mark.parametrize(
    ("others", "is_split"),
    [
        ([90.01, 90.01, 50], True),
        ([90, 90, 100], False),
        ([110, 110, 100], False),
        ([109.99, 109.99, 50], True),
        ([80, 100, 100], True),
        ([80, 80, 100], False),
        # The median of an even number is between the two in the middle.
        ([70, 85, 97, 100], True),
        ([70, 80, 97, 100], False),
    ],
)
def test_find_splits__others_moved__is_one_below_10_percent(others, is_split):
    columns = [[100, close] for close in others]
    assert ratios_of([100, 50], *columns) == ([(1, Fraction(1, 2))] if is_split else [])


def test_find_splits__others_moved_over_the_gap__are_measured_over_it():
    # On the last day alone the others did not move; since the first price they fell by half.
    fall = [100, 70, 50, 50]
    assert ratios_of([100, 0, 0, 50], fall, fall) == []


@given(st.sampled_from(RATIOS), st.integers(-49, 49))
def test_find_splits__any_ratio_and_move_within_5_percent__is_a_ratio_as_near(ratio, permille):
    close = 1000 * ratio * (1000 + permille) / 1000
    ((row, found),) = ratios_of([1000, close], [1, 1])
    assert row == 1
    assert abs(close / 1000 / found - 1) <= abs(Fraction(permille, 1000)) + Fraction(1, 10**9)


@given(
    st.lists(st.integers(10**4, 10**12), min_size=4, max_size=4),
    st.lists(st.sampled_from([Fraction(1, 7), Fraction(2, 3), Fraction(40)]), max_size=3),
)
def test_undo_splits__any_splits__are_the_product_of_all_later_ones(prices_e8, ratios):
    splits = [Split(0, row, row + 1, ratio) for row, ratio in enumerate(ratios)]
    found = undo_splits(prices_e8, splits)
    for row, (price_e8, value) in enumerate(zip(prices_e8, found, strict=True)):
        exact = Fraction(price_e8)
        for ratio in ratios[row:]:
            exact *= ratio
        assert value == round(exact)


def test_undo_splits__halves__are_rounded_to_even_and_gaps_stay():
    assert undo_splits([3, 5, 0, 7, 7], [Split(0, 3, 4, Fraction(1, 2))]) == [2, 2, 0, 4, 7]


@pytest.mark.parametrize(
    ("price_e8", "ratio"), [(1, Fraction(1, 2)), (2**62, Fraction(2))], ids=["nothing", "too_much"]
)
def test_undo_splits__price_that_no_fixing_holds__is_refused(price_e8, ratio):
    with pytest.raises(ValueError, match=rf"^times {ratio} for splits does not fit a fixing$"):
        undo_splits([price_e8, 10], [Split(0, 0, 1, ratio)])


def test_own_market__price_becomes_nothing__says_to_keep_the_splits(market_of, tmp_path):
    with pytest.raises(InputError) as info:
        market_of({"A": path_of("0.00000001", {5: "1", 10: "0.5"})})
    assert info.value.message == (
        f"{tmp_path}/prices.csv:1: column A: a price times 1/2 for splits does not fit a fixing;"
        " give --keep-splits"
    )
