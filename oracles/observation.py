# SPDX-License-Identifier: MIT
"""What a source says: one value of one key on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class KeyKind(StrEnum):
    """What a key is of, and so how its value is quoted."""

    BOND = "bond"
    """A price per 100 of face."""
    EQUITY = "equity"
    """A price per share."""
    PAIR = "pair"
    """Units of the second currency for one of the first: EURUSD."""
    RATE = "rate"
    """A reference rate in percent per year, as it is published; it may be negative."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A value as its source quotes it, exactly; nothing is rounded or converted."""

    key: str
    """A pair (EURUSD), a rate (ESTR), or the symbol of a security."""
    observed: date
    """The day on which the source observed it."""
    value: Decimal
    source: str
    """The name of the source."""
