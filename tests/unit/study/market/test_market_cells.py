# SPDX-License-Identifier: MIT
"""`tanpo.study.market.cells`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpo.study.market.cells import LARGEST_E8, business_date, price_e8, shown


@pytest.mark.parametrize(
    ("cell", "value_e8"),
    [
        ("1", 100000000),
        ("+98.811", 9881100000),
        ("0.1", 10000000),
        (".5", 50000000),
        ("7.", 700000000),
        ("1.5e2", 15000000000),
        ("1E-8", 1),
        ("0.00000001", 1),
        ("92233720368.54775807", LARGEST_E8),
        ("92233720368.547758074999", LARGEST_E8),
        # Half to even, from the written digits alone.
        ("0.000000015", 2),
        ("0.000000025", 2),
        ("0.00000002500000000000000000000000000000000000000001", 3),
        ("161.00999450683594", 16100999451),
    ],
)
def test_price__positive_number__is_exact_to_8_decimals(cell, value_e8):
    assert price_e8(cell) == value_e8


@given(st.decimals("0.00000001", "90000000000", places=12))
def test_price__any_number__is_at_most_half_of_1e8th_off(number):
    found = Fraction(price_e8(str(number)))
    assert abs(found - Fraction(number) * 10**8) <= Fraction(1, 2)


@pytest.mark.parametrize("cell", ["", "NA", "na", "N/A", "n/a", "NaN", "nan", "NULL", "null"])
def test_price__gap__is_nothing(cell):
    assert price_e8(cell) == 0


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("abc", "is no positive decimal number"),
        ("1,5", "is no positive decimal number"),
        ("1_000", "is no positive decimal number"),
        ("$5", "is no positive decimal number"),
        ("inf", "is no positive decimal number"),
        ("-nan", "is no positive decimal number"),
        ("none", "is no positive decimal number"),
        ("-", "is no positive decimal number"),
        ("0x10", "is no positive decimal number"),
        ("１", "is no positive decimal number"),
        ("1e1000", "is no positive decimal number"),
        ("0", "is not positive"),
        ("0.00", "is not positive"),
        ("-0", "is not positive"),
        ("-1.5", "is not positive"),
        ("-1e-20", "is not positive"),
        ("92233720368.54775808", "is more than a fixing holds, 92233720368.54775807"),
        ("1e11", "is more than a fixing holds, 92233720368.54775807"),
        ("1e999", "is more than a fixing holds, 92233720368.54775807"),
        ("0.000000005", "is nothing when it is rounded to 8 decimals"),
        ("1e-999", "is nothing when it is rounded to 8 decimals"),
    ],
)
def test_price__anything_else__is_refused(cell, reason):
    with pytest.raises(ValueError, match=r"^is") as info:
        price_e8(cell)
    assert str(info.value) == reason


def test_price__context_of_few_digits__is_exact_all_the_same():
    with localcontext(prec=3):
        assert price_e8("12345.678901234") == 1234567890123


def test_business_date__iso_date__is_read():
    assert business_date("1970-01-01") == date(1970, 1, 1)
    assert business_date("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "is no date such as 2023-04-19"),
        ("2024/01/02", "is no date such as 2023-04-19"),
        ("20240102", "is no date such as 2023-04-19"),
        ("2024-W01-2", "is no date such as 2023-04-19"),
        ("2024-01-02 00:00:00", "is no date such as 2023-04-19"),
        ("2023-02-29", "is no date such as 2023-04-19"),
        ("1969-12-31", "is before 1970-01-01"),
    ],
)
def test_business_date__anything_else__is_refused(cell, reason):
    with pytest.raises(ValueError, match=r"^is") as info:
        business_date(cell)
    assert str(info.value) == reason


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("abc", '"abc"'),
        ("担保", '"担保"'),
        ("a\nb\x00", '"a\\nb\\x00"'),
        ("x" * 40, '"' + "x" * 40 + '"'),
        ("x" * 41, '"' + "x" * 40 + '…"'),
    ],
)
def test_shown__cell__is_on_one_line_and_short(cell, text):
    assert shown(cell) == text


def test_price__decimal_of_many_digits__is_not_rounded_twice():
    # To 20 digits it would be a half, and then go to the even neighbour below.
    cell = "1.000000004999999999999999"
    assert price_e8(cell) == 100000000
    assert Decimal(cell) < Decimal("1.000000005")
