# SPDX-License-Identifier: MIT
"""Exact conversions between values as quoted and the integers of a fixing, all at the scale 1e8.

A rate is quoted in percent and kept as a fraction: 3.9 (%) is 0.039, so 3900000.
"""

from __future__ import annotations

from decimal import Decimal

from oracles.observation import KeyKind
from tanpo.units import PRICE_DECIMALS, to_smallest


def decimals(kind: KeyKind) -> int:
    """Return how many decimals of a quoted value fixings hold: 8, of percent 6."""
    return PRICE_DECIMALS - 2 if kind is KeyKind.RATE else PRICE_DECIMALS


def to_e8(kind: KeyKind, value: Decimal) -> int:
    """Return the integer of a quoted value: a price of 98.811 is 9881100000.

    Raises ValueError where it has more decimals than `decimals`, or is not finite.
    """
    return to_smallest(value, decimals(kind))


def from_e8(kind: KeyKind, value_e8: int) -> Decimal:
    """Return the quoted value of an integer, exactly: the reverse of `to_e8`."""
    return Decimal(f"{value_e8}e-{decimals(kind)}")
