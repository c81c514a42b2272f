# SPDX-License-Identifier: MIT
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpo.units import (
    date_from_number,
    date_number,
    exact_decimal,
    from_smallest,
    is_currency,
    minor_unit,
    percent_to_bps,
    percent_to_e9,
    round_half_up,
    to_e8,
    to_smallest,
)


@pytest.mark.parametrize(
    ("currency", "decimals"), [("JPY", 0), ("USD", 2), ("EUR", 2), ("KWD", 3), ("CLF", 4)]
)
def test_minor_unit__currency__its_decimals(currency: str, decimals: int) -> None:
    assert minor_unit(currency) == decimals
    assert is_currency(currency)


@pytest.mark.parametrize("code", ["", "usd", "EUX", "XAU", "XXX", "840", "EURUSD"])
def test_minor_unit__code_without_one__refused(code: str) -> None:
    with pytest.raises(ValueError, match=f'^unknown currency "{code}"$'):
        minor_unit(code)
    assert not is_currency(code)


def test_date_number__known_dates__days_since_1970() -> None:
    assert date_number(date(1970, 1, 1)) == 0
    assert date_number(date(2023, 4, 19)) == 19466
    assert date_from_number(19466) == date(2023, 4, 19)


def test_date_number__before_1970__refused() -> None:
    with pytest.raises(ValueError, match=r"^1969-12-31 is before 1970-01-01$"):
        date_number(date(1969, 12, 31))
    with pytest.raises(ValueError, match=r"^-1 is before 1970-01-01$"):
        date_from_number(-1)


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(9999, 12, 30)))
def test_date_number__any_date__comes_back_and_counts_by_one(day: date) -> None:
    assert date_from_number(date_number(day)) == day
    assert date_number(day + timedelta(days=1)) == date_number(day) + 1


@pytest.mark.parametrize(
    ("amount", "decimals", "quantity"),
    [
        ("50000000", 0, 50_000_000),
        ("1.5", 2, 150),
        ("1.500", 1, 15),
        ("-0.01", 2, -1),
        ("1e3", 0, 1000),
        ("0e-999999999", 0, 0),
        ("0e999999999", 18, 0),
        ("0.123456789012345678", 18, 123_456_789_012_345_678),
        # Longer than the 28 digits that decimal arithmetic keeps.
        ("1234567890123456789012345678901234567890.12", 2, int("1234567890" * 4 + "12")),
    ],
)
def test_to_smallest__representable__exact(amount: str, decimals: int, quantity: int) -> None:
    assert to_smallest(Decimal(amount), decimals) == quantity


@pytest.mark.parametrize(
    ("amount", "decimals", "reason"),
    [
        ("1.5", 0, "1.5 has more decimals than 0"),
        ("0.001", 2, "0.001 has more decimals than 2"),
        ("1e-999999999", 18, "1E-999999999 has more decimals than 18"),
        ("1e999999999", 0, "1E+999999999 is too large"),
        ("NaN", 0, "NaN is not a finite number"),
        ("-Infinity", 0, "-Infinity is not a finite number"),
    ],
)
def test_to_smallest__not_representable__refused(amount: str, decimals: int, reason: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - compared in full below
        to_smallest(Decimal(amount), decimals)
    assert str(refusal.value) == reason


@pytest.mark.parametrize(
    ("quantity", "decimals", "text"),
    [
        (50_000_000, 0, "50000000"),
        (150, 2, "1.5"),
        (100, 2, "1"),
        (1000, 2, "10"),
        (1, 18, "0.000000000000000001"),
        (-1, 2, "-0.01"),
        (0, 2, "0"),
    ],
)
def test_from_smallest__quantity__plain_text(quantity: int, decimals: int, text: str) -> None:
    assert from_smallest(quantity, decimals) == text


def test_from_smallest__negative_decimals__refused() -> None:
    with pytest.raises(ValueError, match=r"^decimals must not be negative, found -1$"):
        from_smallest(1, -1)


@given(st.integers(), st.integers(min_value=0, max_value=18))
def test_from_smallest__any_quantity__comes_back(quantity: int, decimals: int) -> None:
    text = from_smallest(quantity, decimals)
    assert to_smallest(Decimal(text), decimals) == quantity
    assert "e" not in text.lower()
    assert "." not in text or text[-1] not in "0."


def test_to_e8__prices__exact() -> None:
    assert to_e8(Decimal("98.8110")) == 9_881_100_000
    assert to_e8(Decimal("1.09253")) == 109_253_000
    with pytest.raises(ValueError, match=r"^0\.000000001 has more decimals than 8$"):
        to_e8(Decimal("0.000000001"))


def test_percent__shares_of_one__exact() -> None:
    assert percent_to_bps(Decimal("102.5")) == 10_250
    assert percent_to_e9(Decimal("2.5")) == 25_000_000
    assert percent_to_e9(Decimal("-0.0000001")) == -1
    with pytest.raises(ValueError, match=r"^2\.005 has more decimals than 2$"):
        percent_to_bps(Decimal("2.005"))
    with pytest.raises(ValueError, match=r"^0\.00000001 has more decimals than 7$"):
        percent_to_e9(Decimal("0.00000001"))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        # J7: 50,000,000 face at 98.8110 and 1.09253; 335,240 shares at 161.01.
        (Fraction(50_000_000) * 9_881_100_000 * 109_253_000 / (100 * 10**16), 0, "53976991"),
        (Fraction(335_240) * 16_101 / 100, 0, "53976992"),
        (Fraction(-291_074_5, 10), 0, "-291075"),
        (Fraction(1, 2), 0, "1"),
        (Fraction(-1, 2), 0, "-1"),
        (Fraction(-49, 100), 0, "0"),
        (Fraction(3, 2), 2, "1.50"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(1, 10**9), 8, "0.00000000"),
    ],
)
def test_round_half_up__value__half_away_from_zero(
    value: Fraction, decimals: int, text: str
) -> None:
    assert round_half_up(value, decimals) == text


@given(st.fractions(), st.integers(min_value=0, max_value=8))
def test_round_half_up__any_value__nearest_and_symmetric(value: Fraction, decimals: int) -> None:
    rounded = Fraction(round_half_up(value, decimals))
    assert abs(rounded - value) <= Fraction(1, 2 * 10**decimals)
    assert Fraction(round_half_up(-value, decimals)) == -rounded


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(3, 2), "1.5"),
        (Fraction(-2), "-2"),
        (Fraction(1000), "1000"),
        (Fraction(1, 3), "0.333333333333333333"),
        (Fraction(-2, 3), "-0.666666666666666666"),
        (Fraction(1, 2**18), "0.000003814697265625"),
        (Fraction(-1, 10**19), "0"),
    ],
)
def test_exact_decimal__value__exact_or_cut_off(value: Fraction, text: str) -> None:
    assert exact_decimal(value) == text


@given(st.integers(), st.integers(min_value=0, max_value=18))
def test_exact_decimal__terminating_value__exact(numerator: int, places: int) -> None:
    value = Fraction(numerator, 10**places)
    assert Fraction(exact_decimal(value)) == value
