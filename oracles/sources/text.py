# SPDX-License-Identifier: MIT
"""Numbers and dates as vendors write them, read exactly.

Both readers raise ValueError whose text ends a sentence that begins with what was read.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST = 100
# Three digits of exponent are all that a float can have; with more, a text of ten characters would
# be an integer of gigabytes.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def number(text: str) -> Decimal:
    """Read a finite number of any sign: `215.70` keeps its zero. Separators are refused."""
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        raise ValueError("is no number")
    return Decimal(text)


def day(text: str) -> date:
    """Read `2023-04-19`; the other forms of ISO 8601 are refused."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("is no date such as 2023-04-19")
