# SPDX-License-Identifier: MIT
"""Values in another unit or turned round, and real moves that are neither."""

from decimal import Decimal
from fractions import Fraction

import pytest
from checking import BOND, EQUITY, KINDS, PAIR, PRICES, RATE, found, names, refused
from hypothesis import assume, given
from hypothesis import strategies as st

from oracles.findings import Finding
from oracles.observation import KeyKind

# ---------------------------------------------------------------------- unit-slip


def test_check__bond_per_one__is_a_slip_without_a_last_fixing_too() -> None:
    text = "1.99999999 per 100 of face, needed at least 2: quoted per 1?"
    slip = Finding("unit-slip", text, refuses=True)
    assert found(BOND, "1.99999999")[0] == slip
    assert found(BOND, "1.99999999", "10")[0] == slip
    assert refused(found(BOND, "1.99999999", "9.99999999")) == []


@pytest.mark.parametrize(
    ("value", "caught"),
    [
        ("84.99999999", False), ("85", True), ("100", True), ("115", True), ("115.00000001", False),
        ("0.0085", True), ("0.00849999", False), ("0.0115", True), ("0.01150001", False),
        ("8500", True), ("11500", True), ("11500.00000001", False), ("8499.99999999", False),
        ("0.00011501", False), ("0.000115", True), ("0.000085", True), ("0.00008499", False),
        ("100000", False), ("0.00001", False),
    ],
)  # fmt: skip
def test_check__ratio_near_a_power_of_ten__within_15_percent(value: str, caught: bool) -> None:
    assert refused(found(EQUITY, value, "1")) == (["unit-slip"] if caught else [])


def test_check__slip__says_what_it_is_near_to() -> None:
    slip, outlier = found(BOND, "9876.1", "98.811")
    text = "9876.1 is about 100 times 98.811 of 2023-04-19, within 15 %"
    assert slip == Finding("unit-slip", text, refuses=True)
    assert outlier.name == "outlier"


@pytest.mark.parametrize(
    ("last", "value", "caught"),
    [
        ("3.9", "0.039", True),
        ("3.9", "390", True),
        ("-0.585", "-0.00585", True),
        ("0.0390", "390", True),
        ("-0.01", "-0.001", False),  # what TONA does in a day
        ("0.01", "-1", False),
        ("0", "3.9", False),
        ("3.9", "0", False),
    ],
)
def test_check__rate_as_a_fraction__is_a_slip(last: str, value: str, caught: bool) -> None:
    assert refused(found(RATE, value, last)) == (["unit-slip"] if caught else [])


def test_check__split__is_no_slip() -> None:
    """NVIDIA, 2024-06-10: ten for one."""
    assert refused(found(EQUITY, "121.79", "1208.88")) == ["unit-slip"]
    assert found(EQUITY, "121.79", "1208.88", split=Fraction(10)) == ()
    (outlier,) = found(EQUITY, "110", "1208.88", split=Fraction(10))
    text = "110 is -900.67 bps from 120.888 of 2023-04-19, split by 10; limit 500 bps"
    assert outlier == Finding("outlier", text)


@given(KINDS, PRICES, st.sampled_from([-4, -2, 2, 4]))
def test_check__exactly_a_hundred_times__is_always_caught(
    kind: KeyKind, last: Decimal, power: int
) -> None:
    value = last.scaleb(power)
    assume(kind is not RATE or value.as_tuple().exponent >= -6)  # type: ignore[operator]  # finite
    assert "unit-slip" in refused(found(kind, value, last))


@given(st.sampled_from([BOND, EQUITY, PAIR]), PRICES, st.sampled_from([-3, -1, 1, 3]))
def test_check__exactly_ten_times__is_always_caught_but_of_rates(
    kind: KeyKind, last: Decimal, power: int
) -> None:
    assert "unit-slip" in refused(found(kind, last.scaleb(power), last))


@given(st.decimals("-10", "10", places=4).filter(bool), st.sampled_from([-4, -2, 2, 4]))
def test_check__negative_rate_a_hundred_times__is_always_caught(last: Decimal, power: int) -> None:
    value = last.scaleb(power)
    assume(value.as_tuple().exponent >= -6)  # type: ignore[operator]  # finite
    assert refused(found(RATE, value, last)) == ["unit-slip"]


# ---------------------------------------------------------------------- inverted


def test_check__pair_turned_round__is_inverted() -> None:
    inverted, outlier = found(PAIR, "0.915", "1.09253")
    text = "0.915 is about 1 / 1.09253 of 2023-04-19, within 5 %"
    assert inverted == Finding("inverted", text, refuses=True)
    assert outlier.name == "outlier"


@pytest.mark.parametrize(
    ("last", "value", "expected"),
    [
        # within 5 % of the reciprocal
        ("2", "0.525", ["inverted"]),
        ("2", "0.52500001", []),
        ("2", "0.475", ["inverted"]),
        ("2", "0.47499999", []),
        # more than 10 % from the last fixing
        ("0.95", "1.045", []),
        ("0.95", "1.04500001", ["inverted"]),
        ("1.06", "0.954", []),
        ("1.06", "0.95399999", ["inverted"]),
        # Swiss franc, 15 January 2015: a real move
        ("1.2010", "1.0280", []),
        ("1.2010", "0.9850", []),
        # a pair near ten, whose reciprocal is near a hundredth of it
        ("10", "0.1", ["unit-slip", "inverted"]),
    ],
)
def test_check__near_the_reciprocal__exact_boundaries(
    last: str, value: str, expected: list[str]
) -> None:
    assert refused(found(PAIR, value, last)) == expected


@pytest.mark.parametrize("kind", [BOND, EQUITY, RATE])
def test_check__reciprocal_of_no_pair__is_not_inverted(kind: KeyKind) -> None:
    assert "inverted" not in names(found(kind, "0.5", "2"))


@given(st.decimals("0.0001", "0.95", places=4) | st.decimals("1.06", "10000", places=4))
def test_check__pair_far_from_1_turned_round__is_always_caught(last: Decimal) -> None:
    value = (1 / last).quantize(Decimal("1e-8"))
    assert "inverted" in refused(found(PAIR, value, last))


@given(PRICES, st.integers(-900, 900))
def test_check__pair_moved_less_than_9_percent__is_never_refused(last: Decimal, bps: int) -> None:
    value = last * (10_000 + bps) / 10_000
    assert refused(found(PAIR, value.quantize(Decimal("1e-8")), last)) == []
