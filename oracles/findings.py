# SPDX-License-Identifier: MIT
"""What a check found, and what it compares with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tanpo.units import exact_decimal

_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a value."""

    name: str
    """Of lower-case words with hyphens, for programs: `unit-slip`."""
    text: str
    """For a person, with what was found and what was needed."""
    refuses: bool = False
    """Whether the value must not be reported."""


@dataclass(frozen=True, slots=True)
class Last:
    """The last fixing of a key, in the units that a source quotes."""

    value: Decimal
    observed: date
    split: Fraction = Fraction(1)
    """What one share of then has become since: 10 after a split of ten for one, which is no slip of
    units."""

    @property
    def comparable(self) -> Fraction:
        """The value of what one share is today."""
        return Fraction(self.value) / self.split

    def __str__(self) -> str:
        split = "" if self.split == 1 else f", split by {self.split}"
        return f"{plain(self.comparable)} of {self.observed}{split}"


def plain(value: Decimal | Fraction) -> str:
    """Return a value for a person: no exponent but where that would be very long."""
    if isinstance(value, Decimal) and (not value.is_finite() or abs(value.adjusted()) > _LONGEST):
        return f"{value:.6E}"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return exact_decimal(value)
