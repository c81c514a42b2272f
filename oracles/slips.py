# SPDX-License-Identifier: MIT
"""Values that are right but for how they are quoted: in another unit, or the other way round.

They are told from real moves by how exactly they fit. Where a real move would have to come within
15 % of a power of ten in one session, or within 5 % of the reciprocal, a slip is far likelier.
Splits, which do move prices by powers of ten, are in `Last.split`.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from oracles.findings import Finding, Last, plain
from oracles.observation import KeyKind

BOND_FLOOR = 2
"""A bond below this price per 100 is quoted per 1, where even twice the face is a price of 2 ..."""

DISTRESSED = 10
"""... unless its last fixing was below this: then it may have fallen there."""

SLIP_WITHIN = Fraction(15, 100)
"""How near to a power of ten the ratio to the last fixing is a slip, as a share of that power."""

POWERS = (-4, -3, -2, -1, 1, 2, 3, 4)
"""Prices and pairs: pence for pounds (2), thousands (3), a point that is lost."""

RATE_POWERS = (-4, -2, 2, 4)
"""Fractions, percent and basis points. Rates near zero do move tenfold in a day."""

INVERSE_WITHIN = Fraction(5, 100)
"""How near to 1 the product with the last fixing is a pair turned round."""

SAME_WITHIN = Fraction(10, 100)
"""How near to the last fixing a pair is never turned round: near 1 both look alike."""


def slips(kind: KeyKind, value: Fraction, last: Last | None) -> Iterator[Finding]:
    """Yield `unit-slip` and `inverted`, each at most once; both refuse the value.

    Prices and pairs are above 0, both the value and the last fixing.
    """
    base = None if last is None else last.comparable
    if kind is KeyKind.BOND and value < BOND_FLOOR and (base is None or base >= DISTRESSED):
        reason = f"{plain(value)} per 100 of face, needed at least {BOND_FLOOR}: quoted per 1?"
        yield Finding("unit-slip", reason, refuses=True)
    elif base and (power := _power(kind, value / base)) is not None:
        times = plain(Fraction(10) ** power)
        reason = f"{plain(value)} is about {times} times {last}, within {_percent(SLIP_WITHIN)}"
        yield Finding("unit-slip", reason, refuses=True)
    if (
        kind is KeyKind.PAIR
        and base
        and abs(value * base - 1) <= INVERSE_WITHIN
        and abs(value / base - 1) > SAME_WITHIN
    ):
        reason = f"{plain(value)} is about 1 / {last}, within {_percent(INVERSE_WITHIN)}"
        yield Finding("inverted", reason, refuses=True)


def _power(kind: KeyKind, ratio: Fraction) -> int | None:
    """Return the power of ten that the ratio is near to."""
    for power in RATE_POWERS if kind is KeyKind.RATE else POWERS:
        if abs(ratio / Fraction(10) ** power - 1) <= SLIP_WITHIN:
            return power
    return None


def _percent(share: Fraction) -> str:
    return f"{share * 100} %"
