# SPDX-License-Identifier: MIT
"""Findings: their exact boundaries, their texts, and what holds for all values."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from checking import (
    BEFORE,
    BOND,
    DAY,
    EQUITY,
    KINDS,
    LIMITS,
    PAIR,
    PRICES,
    RATE,
    found,
    names,
    refused,
)
from hypothesis import assume, given
from hypothesis import strategies as st

from oracles.checks import Limits, check
from oracles.findings import Finding
from oracles.observation import KeyKind

# ---------------------------------------------------------------------- missing, dates


def test_check__value_near_the_last__finds_nothing() -> None:
    assert found(BOND, "98.759", "98.811") == ()


def test_check__no_value__is_missing() -> None:
    assert check(BOND, None, DAY, DAY, None, LIMITS) == (
        Finding("missing", "the source has no value of 2023-04-20", refuses=True),
    )


def test_check__no_value_of_the_session_before_a_holiday__is_missing() -> None:
    (finding,) = check(BOND, None, DAY, BEFORE, None, LIMITS)
    text = "the source has no value of 2023-04-19, the last session before 2023-04-20"
    assert finding == Finding("missing", text, refuses=True)


@pytest.mark.parametrize(
    ("observed", "session", "expected"),
    [
        ("2023-04-21", "2023-04-20",
         Finding("future", "observed on 2023-04-21, after 2023-04-20", refuses=True)),
        ("2023-04-19", "2023-04-20",
         Finding("stale", "observed on 2023-04-19, needed of 2023-04-20", refuses=True)),
        ("2023-04-18", "2023-04-19",
         Finding("stale", "observed on 2023-04-18, needed of 2023-04-19, the last session before "
                 "2023-04-20", refuses=True)),
        ("2023-04-12", "2023-04-12",
         Finding("stale", "observed on 2023-04-12, 8 days before 2023-04-20; limit 7 days",
                 refuses=True)),
        ("2023-04-13", "2023-04-13",
         Finding("holiday", "no session on 2023-04-20; the value is of 2023-04-13")),
        ("2023-04-20", "2023-04-19",
         Finding("off-session", "observed on 2023-04-20, but the last session was 2023-04-19")),
        ("2023-04-15", "2023-04-14",
         Finding("off-session", "observed on 2023-04-15, but the last session was 2023-04-14")),
    ],
)  # fmt: skip
def test_check__days__exact_boundaries(observed: str, session: str, expected: Finding) -> None:
    findings = found(
        EQUITY,
        "161",
        "161",
        observed=date.fromisoformat(observed),
        session=date.fromisoformat(session),
    )
    assert findings == (expected,)


@given(st.integers(-30, 30), st.integers(0, 20), st.integers(0, 20))
def test_check__any_days__at_most_one_finding_and_refused_just_when_out_of_range(
    age: int, session_age: int, max_age: int
) -> None:
    findings = found(
        EQUITY,
        "161",
        "161",
        observed=DAY - timedelta(age),
        session=DAY - timedelta(session_age),
        limits=Limits(500, max_age),
    )
    in_range = 0 <= age <= min(session_age, max_age)
    assert (refused(findings) == []) is in_range
    assert len(findings) == (session_age > 0 or not in_range)


# ---------------------------------------------------------------------- values that do not fit


@pytest.mark.parametrize(
    ("kind", "value", "name", "text"),
    [
        (BOND, "NaN", "not-a-number", "the value is NaN, needed a number"),
        (RATE, "sNaN", "not-a-number", "the value is sNaN, needed a number"),
        (PAIR, "-Infinity", "not-a-number", "the value is -Infinity, needed a number"),
        (EQUITY, "0.00", "zero", "the value is 0.00, needed above 0"),
        (PAIR, "-1.5", "negative", "the value is -1.5, needed above 0"),
        (BOND, "-1E+999999999", "negative", "the value is -1.000000E+999999999, needed above 0"),
        (EQUITY, "161.010000001", "too-precise",
         "the value 161.010000001 has more than 8 decimals"),
        (EQUITY, "1E-999999999", "too-precise",
         "the value 1.000000E-999999999 has more than 8 decimals"),
        (RATE, "3.9000001", "too-precise", "the value 3.9000001 has more than 6 decimals"),
        (EQUITY, "1E+999999999", "too-large",
         "the value 1.000000E+999999999 is beyond what fits"),
        (EQUITY, "92233720368.54775808", "too-large",
         "the value 92233720368.54775808 is beyond what fits"),
        (RATE, "-9223372036854.775808", "too-large",
         "the value -9223372036854.775808 is beyond what fits"),
    ],
)  # fmt: skip
def test_check__no_value_of_its_kind__is_refused(
    kind: KeyKind, value: str, name: str, text: str
) -> None:
    assert found(kind, value, "100") == (Finding(name, text, refuses=True),)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (RATE, "0"),
        (RATE, "-0.585"),
        (RATE, "0.000001"),
        (PAIR, "0.00000001"),
        (EQUITY, "161.010000000"),
        (EQUITY, "92233720368.54775807"),
        (RATE, "-9223372036854.775807"),
        (BOND, "2"),
    ],
)
def test_check__just_fits__is_only_the_first(kind: KeyKind, value: str) -> None:
    expected = Finding("first", "there is no earlier fixing to compare it with")
    assert found(kind, value) == (expected,)


@given(KINDS, st.decimals(), st.none() | PRICES)
def test_check__any_decimal__what_is_not_refused_fits_a_fixing(
    kind: KeyKind, value: Decimal, last: Decimal | None
) -> None:
    findings = found(kind, value, last)
    assert len(set(names(findings))) == len(findings)
    if not refused(findings):
        assert value.is_finite()
        assert abs(value) * 10**8 < 2**63 * 100
        assert value > 0 or kind is RATE


# ---------------------------------------------------------------------- outlier


@pytest.mark.parametrize(
    ("kind", "last", "value", "text"),
    [
        (BOND, "100", "105", None),
        (BOND, "100", "95", None),
        (BOND, "100", "105.00000001",
         "105.00000001 is 500.00 bps from 100 of 2023-04-19; limit 500 bps"),
        (BOND, "98.811", "90.5", "90.5 is -841.10 bps from 98.811 of 2023-04-19; limit 500 bps"),
        # basis points of the rate itself, not of its size
        (RATE, "0.01", "5.01", None),
        (RATE, "-0.5", "4.5", None),
        (RATE, "0.5", "-4.500001",
         "-4.500001 is -500.00 bps from 0.5 of 2023-04-19; limit 500 bps"),
        (RATE, "0", "6", "6 is 600.00 bps from 0 of 2023-04-19; limit 500 bps"),
    ],
)  # fmt: skip
def test_check__moves__are_noted_beyond_the_limit(
    kind: KeyKind, last: str, value: str, text: str | None
) -> None:
    expected = () if text is None else (Finding("outlier", text),)
    assert found(kind, value, last) == expected


@given(
    st.sampled_from([BOND, EQUITY, PAIR]),
    PRICES,
    st.integers(0, 5000),
    st.integers(-5000, 5000),
)
def test_check__moves__noted_just_when_beyond_the_limit(
    kind: KeyKind, last: Decimal, limit: int, bps: int
) -> None:
    value = last * (10_000 + bps) / 10_000
    assume(kind is not BOND or value >= 2)
    findings = found(kind, value, last, limits=Limits(limit, 7))
    assert ("outlier" in names(findings)) is (abs(bps) > limit)
    assert not next((each.refuses for each in findings if each.name == "outlier"), False)


@given(st.decimals("-5", "5", places=2), st.integers(0, 300), st.decimals("-300", "300", places=4))
def test_check__rates__noted_just_when_beyond_the_limit(
    last: Decimal, limit: int, bps: Decimal
) -> None:
    findings = found(RATE, last + bps / 100, last, limits=Limits(limit, 7))
    assert ("outlier" in names(findings)) is (abs(bps) > limit)


@pytest.mark.parametrize("last", ["0", "-1"])
def test_check__last_fixing_that_cannot_be__is_refused(last: str) -> None:
    with pytest.raises(ValueError, match=f"^the last fixing is {last}, must be above 0$"):
        found(EQUITY, "161", last)
