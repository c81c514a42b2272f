# SPDX-License-Identifier: MIT
"""What is odd about a value before it is reported: findings, some of which refuse it.

All of it is exact arithmetic and knows no chain, no clock and no source. Every check stands by
itself, so a value can have several findings, each name at most once.

| finding | refuses | when |
|---|---|---|
| missing | yes | the source has no value |
| future, stale | yes | observed after the date; before the market's last session, or too long ago |
| not-a-number, zero, negative | yes | no value of its kind; a rate may be zero or negative |
| too-large, too-precise | yes | a fixing cannot hold it, see `_unfit` |
| unit-slip | yes | off by a power of ten, see `oracles.slips` |
| inverted | yes | a pair quoted the other way round, see `oracles.slips` |
| outlier | no | moved beyond the limit of its key; the chain asks a larger quorum for it |
| holiday | no | no session on the date; the value is of the last one |
| off-session | no | no session on the date, but the value was observed after the last one |
| first | no | there is nothing to compare it with |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from oracles.findings import Finding, Last, plain
from oracles.observation import KeyKind, Observation
from oracles.scale import decimals, to_e8
from oracles.slips import slips
from tanpo.scenario.numbers import FIXING_LIMIT
from tanpo.units import round_half_up

_LARGEST_EXPONENT = 20
"""Values of more digits before the point are too large; without a bound 1e999999999 would hang."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a value may go before it is a finding."""

    outlier_bps: int
    """Of the last fixing; of a rate basis points of the rate itself: 50 is from 3.9 % to 4.4 %."""
    max_age_days: int
    """Calendar days from the day of observation to the business date, as `IFixings.maxAgeDays`."""


def check(
    kind: KeyKind,
    observation: Observation | None,
    day: date,
    session: date,
    last: Last | None,
    limits: Limits,
) -> tuple[Finding, ...]:
    """Return all findings about what a source gave for the business date `day`.

    `session` is the market's last one on or before `day`, whose value is due. `last` is the fixing
    of the latest business date before `day` that has one.
    """
    if observation is None:
        reason = f"the source has no value of {session}"
        return (Finding("missing", reason + _for(day, session), refuses=True),)
    dated = _dated(observation.observed, day, session, limits.max_age_days)
    bad = _unfit(kind, observation.value)
    if bad is not None:
        return (*dated, bad)
    return (*dated, *_compared(kind, observation.value, last, limits))


def _for(day: date, session: date) -> str:
    return "" if day == session else f", the last session before {day}"


def _dated(observed: date, day: date, session: date, max_age_days: int) -> Iterator[Finding]:
    age = (day - observed).days
    if observed > day:
        yield Finding("future", f"observed on {observed}, after {day}", refuses=True)
    elif observed < session:
        reason = f"observed on {observed}, needed of {session}{_for(day, session)}"
        yield Finding("stale", reason, refuses=True)
    elif age > max_age_days:
        reason = f"observed on {observed}, {age} days before {day}; limit {max_age_days} days"
        yield Finding("stale", reason, refuses=True)
    elif observed == session < day:
        yield Finding("holiday", f"no session on {day}; the value is of {session}")
    elif session < day:
        yield Finding("off-session", f"observed on {observed}, but the last session was {session}")


def _unfit(kind: KeyKind, value: Decimal) -> Finding | None:
    """What no fixing can be made of.

    More decimals than a fixing has are not rounded: no market quotes them, so the value was
    computed (an adjusted close, a reciprocal, a binary float) and is not what was observed. Zeros
    at the end do not count.
    """
    if not value.is_finite():
        return Finding("not-a-number", f"the value is {value}, needed a number", refuses=True)
    if kind is not KeyKind.RATE and value <= 0:
        name = "zero" if value == 0 else "negative"
        return Finding(name, f"the value is {plain(value)}, needed above 0", refuses=True)
    if value.adjusted() < _LARGEST_EXPONENT:
        try:
            value_e8 = to_e8(kind, value)
        except ValueError:
            reason = f"the value {plain(value)} has more than {decimals(kind)} decimals"
            return Finding("too-precise", reason, refuses=True)
        if abs(value_e8) < FIXING_LIMIT:
            return None
    return Finding("too-large", f"the value {plain(value)} is beyond what fits", refuses=True)


def _compared(kind: KeyKind, value: Decimal, last: Last | None, limits: Limits) -> list[Finding]:
    exact, base = Fraction(value), None if last is None else last.comparable
    if base is not None and kind is not KeyKind.RATE and base <= 0:
        raise ValueError(f"the last fixing is {plain(base)}, must be above 0")
    findings = list(slips(kind, exact, last))
    if last is None or base is None:
        return [*findings, Finding("first", "there is no earlier fixing to compare it with")]
    # A percentage point is 100 bps of the rate; a share of a rate near zero would say nothing.
    move = (exact - base) * 100 if kind is KeyKind.RATE else (exact / base - 1) * 10_000
    if abs(move) > limits.outlier_bps:
        reason = f"{plain(exact)} is {round_half_up(move, 2)} bps from {last}"
        findings.append(Finding("outlier", f"{reason}; limit {limits.outlier_bps} bps"))
    return findings
