# SPDX-License-Identifier: MIT
"""What happened in a replay, as exact values; how it is written is others' business."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple

ESCROW = "escrow"
"""The holder's name where the escrow holds."""


class Moved(NamedTuple):
    """A token's move: parties by name, smallest units."""

    sender: str
    receiver: str
    quantity: int


@dataclass(frozen=True)
class Entry:
    """One event of one trade."""

    date: date
    event: str
    """opened, marked, returned, delivered, deficit, closed or failed."""
    trade: str
    values: dict[str, Fraction] = field(default_factory=dict)
    """In the valuation currency, by the name that the scenario file's output gives them."""
    moved: dict[str, Moved] = field(default_factory=dict)
    """By symbol."""
    missing: dict[str, int] = field(default_factory=dict)
    """By symbol: smallest units that a call did not get."""
    party: str = ""
    """Who did not deliver."""
    interest: tuple[str, int] | None = None
    """The cash token and what the borrower paid of it (negative: the lender), smallest units."""
    action: str = ""
    """What failed: register, approve, settle, mark or close."""
    reason: str = ""
    """Why it failed."""


Balances = dict[str, dict[str, int]]
"""Smallest units by holder and symbol."""
