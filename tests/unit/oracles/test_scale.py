# SPDX-License-Identifier: MIT
"""Quoted values and the integers of fixings."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles.observation import KeyKind
from oracles.scale import from_e8, to_e8


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (KeyKind.BOND, "98.811", 9_881_100_000),
        (KeyKind.EQUITY, "161.01000000000", 16_101_000_000),
        (KeyKind.PAIR, "0.00000001", 1),
        (KeyKind.RATE, "3.9", 3_900_000),
        (KeyKind.RATE, "-0.585", -585_000),
        (KeyKind.RATE, "0.000001", 1),
    ],
)
def test_to_e8__known_values__exact(kind: KeyKind, value: str, expected: int) -> None:
    assert to_e8(kind, Decimal(value)) == expected
    assert from_e8(kind, expected) == Decimal(value)


@pytest.mark.parametrize(
    ("kind", "value", "places"),
    [(KeyKind.PAIR, "0.000000001", 8), (KeyKind.RATE, "0.0000001", 6)],
)
def test_to_e8__a_decimal_more__is_refused(kind: KeyKind, value: str, places: int) -> None:
    with pytest.raises(ValueError, match=f"^{value} has more decimals than {places}$"):
        to_e8(kind, Decimal(value))


@given(st.sampled_from(KeyKind), st.integers(-(2**64), 2**64))
def test_from_e8__any_integer__comes_back(kind: KeyKind, value_e8: int) -> None:
    assert to_e8(kind, from_e8(kind, value_e8)) == value_e8
