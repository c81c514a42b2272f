# SPDX-License-Identifier: MIT
"""Values to check, and what is found about them."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from oracles.checks import Limits, check
from oracles.findings import Finding, Last
from oracles.observation import KeyKind, Observation

BOND, EQUITY, PAIR, RATE = KeyKind.BOND, KeyKind.EQUITY, KeyKind.PAIR, KeyKind.RATE

DAY, BEFORE = date(2023, 4, 20), date(2023, 4, 19)
LIMITS = Limits(outlier_bps=500, max_age_days=7)

KINDS = st.sampled_from(KeyKind)
PRICES = st.decimals("0.01", "1000000", places=4)


def found(
    kind: KeyKind,
    value: str | Decimal,
    last: str | Decimal | None = None,
    *,
    observed: date = DAY,
    session: date = DAY,
    limits: Limits = LIMITS,
    split: Fraction = Fraction(1),
) -> tuple[Finding, ...]:
    """The findings about a value for DAY."""
    observation = Observation("KEY", observed, Decimal(value), "test")
    before = None if last is None else Last(Decimal(last), BEFORE, split)
    return check(kind, observation, DAY, session, before, limits)


def names(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.name for finding in findings]


def refused(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.name for finding in findings if finding.refuses]
