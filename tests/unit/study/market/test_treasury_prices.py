# SPDX-License-Identifier: MIT
"""`tanpo.study.market.treasuries`."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpo.study.market.treasuries import index_e8, par_bond_price, treasury_prices

FIRST = date(1999, 1, 4)
PERCENTS = st.decimals("0.01", "16", places=2)


def by_coupons(coupon: str | Decimal, percent: str | Decimal, years: int) -> Fraction:
    """The clean price for 100 of face as the sum of what is paid, each discounted."""
    growth = 1 + Fraction(percent) / 200
    half_years = range(1, 2 * years + 1)
    return (
        sum(Fraction(coupon) / 2 / growth**number for number in half_years)
        + 100 / growth ** half_years[-1]
    )


@given(PERCENTS, PERCENTS, st.sampled_from([2, 3, 5, 7, 10, 20]))
def test_par_bond_price__any_yields__is_the_sum_of_discounted_coupons(coupon, percent, years):
    with localcontext(prec=40):
        found = par_bond_price(coupon, percent, years)
    assert abs(Fraction(found) - by_coupons(coupon, percent, years)) < Fraction(1, 10**30)


@given(PERCENTS)
def test_par_bond_price__yield_is_the_coupon__is_exactly_100(percent):
    assert par_bond_price(percent, percent, 20) == 100


def test_par_bond_price__yield_of_nothing__is_all_that_is_paid():
    assert par_bond_price(Decimal("1.25"), Decimal("0.00"), 10) == Decimal("112.50")


@pytest.mark.parametrize(
    ("symbol", "before", "after"),
    [
        ("UST2", "4.58", "4.64"),
        ("UST3", "4.57", "4.64"),
        ("UST5", "4.57", "4.62"),
        ("UST7", "4.75", "4.8"),
        ("UST10", "4.69", "4.74"),
        ("UST20", "5.42", "5.48"),
    ],
)
def test_treasury_prices__second_date__is_the_repriced_par_bond(symbol, before, after):
    series = treasury_prices(FIRST)[symbol]
    assert series.dates[:2] == (FIRST, date(1999, 1, 5))
    assert series.values_e8[0] == 100_00000000
    assert series.values_e8[1] == round(by_coupons(before, after, int(symbol[3:])) * 10**8)


def test_treasury_prices__line_without_yields__chains_over_it():
    series = treasury_prices(date(2010, 10, 8))["UST10"]
    assert series.dates[:2] == (date(2010, 10, 8), date(2010, 10, 12))
    assert series.values_e8[1] == round(by_coupons("2.41", "2.44", 10) * 10**8)


def test_treasury_prices__first_is_no_quotation_date__starts_at_the_next():
    series = treasury_prices(date(2010, 10, 9))["UST2"]
    assert (series.dates[0], series.values_e8[0]) == (date(2010, 10, 12), 100_00000000)


def test_index_e8__three_dates__multiplies_unrounded_prices():
    exact = by_coupons("5", "6", 2) / 100 * by_coupons("6", "5.5", 2)
    found = index_e8(map(Decimal, ("5", "6", "5.5")), 2)
    assert found == (100_00000000, 98_14145080, round(exact * 10**8))


def test_treasury_prices__package__is_not_imported():
    treasury_prices(FIRST)
    assert "dailytreasuryrates" not in sys.modules
