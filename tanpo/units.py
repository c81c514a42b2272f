# SPDX-License-Identifier: MIT
"""Exact conversions between what a person writes and the integers of the contracts.

Quantities are a token's smallest units. Prices and FX have the scale 1e8 (E8), yearly rates 1e9
(E9), ratios and thresholds are basis points (bps). No function here rounds without saying so, and
none knows floats.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from iso4217 import Currency

PRICE_DECIMALS = 8
MAX_DECIMALS = 18
"""The most decimals that a token has and that a value is displayed with."""

_EPOCH = date(1970, 1, 1)
_LARGEST_SHIFT = 1000
"""Amounts of more digits than this are mistakes; without a bound `1e999999999` would hang."""


def minor_unit(currency: str) -> int:
    """Return the decimals of a currency: JPY 0, USD 2, KWD 3.

    Raises ValueError for a code that is unknown or has no minor unit, as gold (XAU) has none.
    Source: ISO 4217 list one, as published in the package `iso4217`.
    """
    try:
        exponent = Currency(currency).exponent
    except ValueError:
        exponent = None
    if exponent is None:
        raise ValueError(f'unknown currency "{currency}"')
    return exponent


def is_currency(code: str) -> bool:
    """Whether `minor_unit` knows the code."""
    try:
        minor_unit(code)
    except ValueError:
        return False
    return True


def date_number(day: date) -> int:
    """Return a business date as the contracts count it: days since 1970-01-01, which is 0.

    Raises ValueError for an earlier date: the contracts' dates are unsigned.
    """
    number = date(day.year, day.month, day.day) - _EPOCH
    if number.days < 0:
        raise ValueError(f"{day.isoformat()} is before 1970-01-01")
    return number.days


def date_from_number(number: int) -> date:
    """Return the business date of `date_number`. Raises ValueError for a negative number."""
    if number < 0:
        raise ValueError(f"{number} is before 1970-01-01")
    return _EPOCH + timedelta(days=number)


def to_smallest(amount: Decimal, decimals: int) -> int:
    """Return amount × 10**decimals, exactly: 1.5 with 2 decimals is 150.

    Raises ValueError where that is no integer, or where the amount is not finite or absurdly long.
    """
    sign, digits, exponent = amount.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"{amount} is not a finite number")
    coefficient = int(Decimal((sign, digits, 0)))
    shift = exponent + decimals
    if coefficient == 0:
        return 0
    if shift > _LARGEST_SHIFT:
        raise ValueError(f"{amount} is too large")
    if shift >= 0:
        return coefficient * int(10**shift)
    # A divisor longer than the coefficient leaves a rest without being computed.
    divisor: int = 10 ** min(-shift, len(digits))
    if -shift > len(digits) or coefficient % divisor:
        raise ValueError(f"{_plain(amount)} has more decimals than {decimals}")
    return coefficient // divisor


def from_smallest(quantity: int, decimals: int) -> str:
    """Return quantity / 10**decimals as a person writes it: "50000000", "1.5", "-0.01".

    No exponent, no trailing zeros, no needless point. Raises ValueError for negative decimals.
    """
    text = _fixed_point(quantity, decimals)
    return text.rstrip("0").removesuffix(".") if decimals else text


def to_e8(value: Decimal) -> int:
    """Return a price or FX rate at the scale 1e8. Raises ValueError beyond 8 decimals."""
    return to_smallest(value, PRICE_DECIMALS)


def percent_to_bps(percent: Decimal) -> int:
    """Return basis points: 102.5 (%) is 10250. Raises ValueError beyond 2 decimals."""
    return to_smallest(percent, 2)


def percent_to_e9(percent: Decimal) -> int:
    """Return a share of 1 at the scale 1e9: 2.5 (%) is 25000000. ValueError beyond 7 decimals."""
    return to_smallest(percent, 7)


def round_half_up(value: Fraction, decimals: int = 0) -> str:
    """Return the value rounded for display, a half away from zero: "53976991", "-0.13".

    Always shows exactly `decimals` decimals. A result of nothing has no sign.
    """
    scaled = abs(value) * 10**decimals
    nearest = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return _fixed_point(-nearest if value < 0 else nearest, decimals)


def exact_decimal(value: Fraction) -> str:
    """Return the value as a decimal, exactly where 18 places hold it, else cut off (not rounded).

    No exponent, no trailing zeros, no needless point: "1.5", "0.333333333333333333", "-2".
    """
    truncated = abs(value) * 10**MAX_DECIMALS // 1
    return from_smallest(-truncated if value < 0 else truncated, MAX_DECIMALS)


def _plain(amount: Decimal) -> str:
    """Return the amount for an error: without an exponent, but where that would be very long."""
    return f"{amount:f}" if abs(amount.adjusted()) < 40 else str(amount)


def _fixed_point(quantity: int, decimals: int) -> str:
    """Return quantity / 10**decimals with all its decimals."""
    if decimals < 0:
        raise ValueError(f"decimals must not be negative, found {decimals}")
    digits = str(abs(quantity)).rjust(decimals + 1, "0")
    sign = "-" if quantity < 0 else ""
    if decimals == 0:
        return sign + digits
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"
