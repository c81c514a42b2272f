# SPDX-License-Identifier: MIT
"""What a keeper must know of the chain, as of one block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DAY = 86_400
"""Seconds."""


@dataclass(frozen=True)
class TradeState:
    """An approved or open trade. Dates are numbers of days, moments Unix seconds."""

    id: bytes
    is_open: bool
    """Otherwise approved by both parties, and not settled."""
    tokens: tuple[str, ...]
    """Addresses: of the loan, then of the basket."""
    start: int
    end: int
    """0: it has none."""
    last_marked: int
    caught_up_to: int
    set_id: bytes | None = None
    """Its netting set, where it margins in one."""
    is_late: bool = False
    """That a party is late is noted."""


@dataclass(frozen=True)
class SetState:
    """A netting set with an open trade."""

    id: bytes
    last_marked: int
    caught_up_to: int
    is_in_default: bool
    trades: tuple[bytes, ...]
    """Its open trades in ascending order."""
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class Book:
    """All trades that a keeper can do something for, and what is published."""

    block: int
    now: int
    """Unix seconds of the block."""
    latest: int
    """The latest business date with any fixing; 0 before the first."""
    dates: tuple[int, ...] = ()
    """The business dates with a price or a rate of exchange, in order: all that are still to be
    marked, perhaps with earlier ones.
    """
    trades: tuple[TradeState, ...] = ()
    """In the order in which they were booked."""
    sets: tuple[SetState, ...] = ()
    actions: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The dates of the issuers' acts on each token."""

    @property
    def today(self) -> int:
        """The business date of the block, UTC."""
        return self.now // DAY

    def is_same(self, other: Book | None) -> bool:
        """Whether nothing has changed but the clock."""
        return other is not None and (
            (self.latest, self.dates, self.trades, self.sets, self.actions)
            == (other.latest, other.dates, other.trades, other.sets, other.actions)
        )
