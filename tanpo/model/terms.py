# SPDX-License-Identifier: MIT
"""What the model and the contracts exchange: terms, statuses, events and errors."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple

TradeId = Hashable
"""A trade's identity: the digest of its terms on a chain; without one, the terms themselves."""


class Custody(IntEnum):
    """Who holds the collateral while a trade is open, numbered as in the contracts."""

    SEGREGATED = 0
    """The escrow."""
    TITLE_TRANSFER = 1
    """The lender, who may reuse it; what goes back is pulled from the lender."""


class Status(IntEnum):
    """Where a trade stands, numbered as in the contracts."""

    NONE = 0
    PROPOSED_BY_LENDER = 1
    PROPOSED_BY_BORROWER = 2
    APPROVED = 3
    OPEN = 4
    CLOSED = 5
    WITHDRAWN = 6


class Collateral(NamedTuple):
    """One token of a basket; the quantity in its smallest units."""

    token: str
    quantity: int


class Terms(NamedTuple):
    """What the two parties agree on, in the order of the contracts' struct.

    Quantities are smallest units, moments are Unix seconds, an `end` of 0 leaves the trade open
    until a party closes it. A rate of 0 goes with a day count of 0 and the zero address.
    """

    lender: str
    borrower: str
    loan_token: str
    loan_quantity: int
    collateral: tuple[Collateral, ...]
    valuation_currency: str
    ratio_bps: int
    threshold_bps: int
    mta_e6: int
    custody: Custody
    rate_e9: int
    day_count_basis: int
    rate_token: str
    start: int
    end: int
    expiry: int
    uti: bytes


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


@dataclass
class Trade:
    """A trade as the ledger keeps it; dates are days since 1970-01-01, 0 before the opening."""

    id: TradeId
    terms: Terms
    status: Status
    basket: list[int] = field(default_factory=list)
    """Smallest units held of each collateral token, in the order of the terms."""
    opened: int = 0
    last_marked: int = 0
    """The opening counts as the first, the closing as the last."""
    in_deficit: bool = False
    """The last call could not be met in full."""
