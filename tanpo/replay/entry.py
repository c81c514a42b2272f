# SPDX-License-Identifier: MIT
"""What happened in a replay, as exact values; how it is written is others' business."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple

ESCROW = "escrow"
"""The holder's name where the escrow holds."""


Amount = tuple[str, int]
"""A symbol and smallest units."""


class Moved(NamedTuple):
    """A token's move: parties by name, smallest units."""

    sender: str
    receiver: str
    quantity: int


class Interest(NamedTuple):
    """What was paid of a cash token: smallest units, negative where the lender paid."""

    symbol: str
    quantity: int
    payer: str
    receiver: str


@dataclass(frozen=True)
class Entry:
    """One event of one trade, of an account, or of a security."""

    date: date
    event: str
    """opened, marked, returned, delivered, deficit, closed, failed, one of `events.PAST` or of
    `issuer.PAST`.
    """
    trade: str = ""
    """Empty where it is not of one trade."""
    values: dict[str, Fraction] = field(default_factory=dict)
    """In the valuation currency, by the name that the scenario file's output gives them."""
    moved: list[tuple[str, Moved]] = field(default_factory=list)
    """With the symbol. Interest in a token of the basket is not among them."""
    interest: Interest | None = None
    details: dict[str, str] = field(default_factory=dict)
    """What is particular to the event, as text: a party by its role, a new end or rate."""
    cash: dict[str, Amount] = field(default_factory=dict)
    """Amounts by what they are: a residual, a cost. Symbols and smallest units."""
    missing: dict[str, int] = field(default_factory=dict)
    """By symbol: smallest units that a call did not get."""
    action: str = ""
    """What failed: register, approve, settle, mark, close or an event's verb."""
    reason: str = ""
    """Why it failed."""
    account: str = ""
    """Of trades that margin as one, by its parties: A/B."""
    token: str = ""
    """On which an issuer acted."""
    exchanged: dict[str, tuple[Amount, Amount]] = field(default_factory=dict)
    """What the loan or the collateral was before and after an issuer's act."""


Balances = dict[str, dict[str, int]]
"""Smallest units by holder and symbol."""
