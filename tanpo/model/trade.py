# SPDX-License-Identifier: MIT
"""A trade as the ledger keeps it, and what an action gives: events, or an error."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from tanpo.terms import Terms

TradeId = Hashable
"""A trade's identity: the digest of its terms on a chain; without one, the terms themselves."""


class Status(IntEnum):
    """Where a trade stands, numbered as in the contracts."""

    NONE = 0
    PROPOSED_BY_LENDER = 1
    PROPOSED_BY_BORROWER = 2
    APPROVED = 3
    OPEN = 4
    CLOSED = 5
    WITHDRAWN = 6
    DEFAULTED = 7
    CLOSED_OUT = 8


@dataclass(frozen=True)
class Event:
    """Something that happened: the contracts' event of that name, its arguments by name."""

    name: str
    args: dict[str, Any]


class Refused(Exception):
    """An action that changed nothing: the contracts' error of that name with its arguments."""

    def __init__(self, name: str, **args: Any) -> None:
        self.name = name
        self.arguments = args
        super().__init__(f"{name}({', '.join(f'{key}={value}' for key, value in args.items())})")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Refused):
            return NotImplemented
        return (self.name, self.arguments) == (other.name, other.arguments)

    def __hash__(self) -> int:
        return hash((self.name, *self.arguments.items()))


@dataclass(frozen=True)
class Failure:
    """What a party has not delivered."""

    since: int
    """Date."""
    charged_to: int
    """The date to which penalty interest has been counted."""
    by_lender: bool
    missing_e6: int
    """Its value in the valuation currency, rounded up."""


@dataclass
class Trade:
    """A trade as the ledger keeps it; dates are days since 1970-01-01, 0 before the opening."""

    id: TradeId
    terms: Terms
    """As changes have left them; the basket's quantities stand in `basket`."""
    status: Status
    basket: list[int] = field(default_factory=list)
    """Smallest units held of each collateral token, in the order of the terms."""
    valued_on: int = 0
    """Whose fixings value the loan for interest."""
    accrues_from: int = 0
    """Since when interest is owed."""
    last_marked: int = 0
    """The opening counts as the first, the closing as the last."""
    changes: int = 0
    """Made so far."""
    due: int = 0
    """Smallest units of the rate token that the borrower owes beside interest."""
    caught_up_to: int = 0
    """Corporate actions up to this date are done."""
    in_deficit: bool = False
    """The last call could not be met in full."""
    deficit: Failure | None = None
    """Of the last call, where a party has not delivered."""
    called_on: int = 0
    """Whose call left the deficit."""
    late: Failure | None = None
    """Of a leg that was to return at the end."""
    default_by_lender: bool = False
    """Who is in default, where one is."""
