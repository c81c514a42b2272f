# SPDX-License-Identifier: MIT
"""`mark`: a call waits for its level, and then restores the ratio."""

from dataclasses import replace

import pytest
from market import under

from support import MARKED, events


@pytest.fixture
def banded(cash_loan):
    """1,000,000 at 105 %; called below 103 %, returned above 107 %."""
    return replace(cash_loan, ratio_bps=10_500, call_below_bps=10_300, return_above_bps=10_700)


@pytest.fixture
def moved(market):
    """Opens and marks at a price of the 10,000 shares; what moved as (event, quantity)."""

    def mark(terms, price):
        trade = market.open(terms)
        market.publish_marked(STOCK=price)
        marked, *others = events(market.mark(trade))
        assert marked[0] == "Marked"
        quantities = [args["quantity"] for _, args in others]
        signs = [1 if name == "Delivered" else -1 for name, _ in others]
        changes = [sign * each for sign, each in zip(signs, quantities, strict=True)]
        assert market.held(trade) == [10_000 + sum(changes)]
        return [(name, args["quantity"]) for name, args in others]

    return mark


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("103", []),
        ("102.99999999", [("Delivered", 195)]),  # 20,000.0001 / 102.99999999 = 194.17
        ("105", []),
        ("107", []),
        ("107.00000001", [("Returned", 186)]),  # 20,000.0001 / 107.00000001 = 186.92
    ],
)
def test_mark__between_the_levels__moves_nothing(moved, banded, price, expected):
    assert moved(banded, price) == expected


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("102.99999999", []),  # below the level, and 20,000.0001 short
        ("102.9", []),  # 21,000 short
        ("102.89999999", [("Delivered", 205)]),  # 21,000.0001 / 102.89999999 = 204.08
        ("107.00000001", []),
        ("107.1", []),
        ("107.10000001", [("Returned", 196)]),  # 21,000.0001 / 107.10000001 = 196.08
    ],
)
def test_mark__threshold_outside_the_levels__must_be_exceeded_too(moved, banded, price, expected):
    # 2 % of 1,050,000 is 21,000
    assert moved(under(banded, threshold_bps=200), price) == expected


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("103", []),  # 20,000 short: above the threshold of 10,500
        ("102.99999999", [("Delivered", 195)]),
        ("107", []),
        ("107.00000001", [("Returned", 186)]),
    ],
)
def test_mark__threshold_within_the_levels__does_not_count(moved, banded, price, expected):
    assert moved(under(banded, threshold_bps=100), price) == expected


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("102.50000001", []),  # 24,999.9999 short
        ("102.5", [("Delivered", 244)]),  # 25,000 / 102.5 = 243.90
        ("107.49999999", []),
        ("107.5", [("Returned", 232)]),  # 25,000 / 107.5 = 232.56
    ],
)
def test_mark__mta_outside_the_levels__must_be_reached_too(moved, banded, price, expected):
    assert moved(under(banded, mta_e6=25_000_000_000), price) == expected


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("102.9", []),  # 21,000 short: at the threshold of 21,000, below the minimum
        ("102.85", []),  # 21,500 short: only above the threshold
        ("102.78000001", []),
        ("102.78", [("Delivered", 216)]),  # 22,200 / 102.78 = 215.996
        ("107.21999999", []),
        ("107.22", [("Returned", 207)]),  # 22,200 / 107.22 = 207.05
    ],
)
def test_mark__levels_threshold_and_mta__need_all(moved, banded, price, expected):
    terms = under(banded, threshold_bps=200, mta_e6=22_200_000_000)
    assert moved(terms, price) == expected


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("103", []),
        ("102.99999999", [("Delivered", 195)]),
        ("105", []),
        ("105.02", [("Returned", 1)]),  # 200 / 105.02 = 1.90
    ],
)
def test_mark__no_level_above__returns_from_the_ratio_on(moved, banded, price, expected):
    assert moved(replace(banded, return_above_bps=0), price) == expected


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("104.99999999", [("Delivered", 1)]),
        ("105", []),
        ("107", []),
        ("107.00000001", [("Returned", 186)]),
    ],
)
def test_mark__no_level_below__calls_from_the_ratio_on(moved, banded, price, expected):
    assert moved(replace(banded, call_below_bps=0), price) == expected


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("103.0103", []),
        # (1,050,105 - 1,030,102.9999) / 103.01029999 = 194.18
        ("103.01029999", [("Delivered", 195)]),
        ("107.0107", []),
        # (1,070,107.0001 - 1,050,105) / 107.01070001 = 186.92
        ("107.01070001", [("Returned", 186)]),
    ],
)
def test_mark__interest_owed__is_part_of_what_the_levels_are_of(
    moved, market, banded, price, expected
):
    # 3.6 % on 1,000,000 is 100 a day: levels at 103 % and 107 % of 1,000,100
    usd = market.tokens["USD"].address
    terms = replace(banded, rate_e9=36_000_000, day_count_basis=360, rate_token=usd)
    assert moved(terms, price) == expected


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("102.99999999", [("Delivered", 195)]),
        ("103", []),
    ],
)
def test_mark__haircut__lowers_what_is_compared_with_the_levels(
    market, banded, price, expected, escrow
):
    # 20,000 shares at half of their value
    (stock,) = market.basket(STOCK=20_000)
    trade = market.open(replace(banded, collateral=(replace(stock, haircut_bps=5_000),)))
    market.publish_marked(STOCK=price)
    _, *calls = events(market.mark(trade))
    # the same shortfall, in tokens that count half
    assert [(name, args["quantity"]) for name, args in calls] == [
        (name, 2 * quantity - 1) for name, quantity in expected
    ]
    assert escrow.trade(trade).lastMarked == MARKED
