# SPDX-License-Identifier: MIT
"""What stands in the cells of a user's table, read exactly: no number is ever a float.

The readers raise ValueError whose text ends a sentence that begins with what was read.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

from oracles.sources import text
from tanpo.units import date_number, from_smallest

LARGEST_E8 = 2**63 - 1
"""What a fixing can hold (Fixings.sol: int64)."""

_GAPS = frozenset({"", "na", "n/a", "nan", "null"})
_SMALLEST = Decimal("1e-8")
# 40 digits: more than LARGEST_E8 has, and what has more still cannot be held.
_CONTEXT = Context(prec=40, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])
_LONGEST_SHOWN = 40


def price_e8(cell: str) -> int:
    """Return a price or rate at the scale 1e8, rounded half to even; 0 for a gap.

    A gap is an empty cell, NA, N/A, NaN or null. All else must be a positive decimal number, with
    an exponent or without, that a fixing can hold.
    """
    if cell.lower() in _GAPS:
        return 0
    try:
        number = text.number(cell)
    except ValueError:
        raise ValueError("is no positive decimal number") from None
    if number <= 0:
        raise ValueError("is not positive")
    try:
        value_e8 = int(number.quantize(_SMALLEST, context=_CONTEXT).scaleb(8, _CONTEXT))
    except InvalidOperation:
        value_e8 = LARGEST_E8 + 1
    if value_e8 > LARGEST_E8:
        raise ValueError(f"is more than a fixing holds, {from_smallest(LARGEST_E8, 8)}")
    if value_e8 == 0:
        raise ValueError("is nothing when it is rounded to 8 decimals")
    return value_e8


def business_date(cell: str) -> date:
    """Return a date such as 2023-04-19, from 1970 on, when the contracts' dates begin."""
    found = text.day(cell)
    try:
        date_number(found)
    except ValueError:
        raise ValueError("is before 1970-01-01") from None
    return found


def shown(cell: str) -> str:
    """Return the text of a cell for an error: in quotes, on one line, cut where it is long."""
    cut = cell if len(cell) <= _LONGEST_SHOWN else f"{cell[:_LONGEST_SHOWN]}…"
    return f'"{cut if cut.isprintable() else cut.encode("unicode_escape").decode()}"'
