# SPDX-License-Identifier: MIT
"""A netting set as the ledger keeps it: what `INettingSets` calls one account of two parties."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from tanpo.model.trade import Failure, TradeId
from tanpo.terms import Agreement, Terms

SetId = Hashable
"""A set's identity: the hash of its key on a chain; without one, the key itself."""


class SetKey(NamedTuple):
    """Two parties, whichever lends, under one agreement; the first has the lower address."""

    first: str
    second: str
    agreement: Agreement


def key_of(terms: Terms) -> SetKey:
    """The set that a trade belongs to."""
    first, second = sorted((terms.lender, terms.borrower), key=str.lower)
    return SetKey(first, second, terms.agreement)


@dataclass
class Holding:
    """One token in a set."""

    token: str
    haircut_bps: int = 0
    """Of what is held."""
    given: dict[bool, bool] = field(default_factory=lambda: {True: False, False: False})
    """Whether the first party (True), the second (False) has ever given of it."""
    held: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    """Smallest units that secure the first party (True), the second (False), from the other."""


@dataclass
class NettingSet:
    """All open trades of two parties under one agreement; dates are days since 1970-01-01."""

    id: SetId
    key: SetKey
    last_marked: int = 0
    """The first opening counts as the first."""
    caught_up_to: int = 0
    """Corporate actions up to this date are done."""
    trades: list[TradeId] = field(default_factory=list)
    """Open ones."""
    in_default: bool = False
    default_by_first: bool = False
    """Who is in default, where one is."""
    deficit: Failure | None = None
    """Of the last call; `by_lender`: by the first party."""
    called_on: int = 0
    """Whose call left the deficit."""
    missed_e6_days: int = 0
    """What the second party did not deliver x days (negative: the first), not yet paid for."""
    holdings: list[Holding] = field(default_factory=list)

    def party(self, is_first: bool) -> str:
        """One of the two."""
        return self.key.first if is_first else self.key.second

    @property
    def done_until(self) -> int:
        """Actions up to this date are done or were before the set's last mark."""
        return max(self.caught_up_to, self.last_marked)

    def holding(self, token: str) -> Holding | None:
        """What the set has of a token."""
        return next((found for found in self.holdings if found.token == token), None)


class SetWorth(NamedTuple):
    """A set's worth from its first party's side: what the second owes it counts as positive."""

    loan: Fraction
    required: Fraction
    collateral: Fraction
    units: list[Fraction]
    """Of one smallest unit of each holding, after its haircut."""
    denominator: int
    """At which the contracts add up."""

    @property
    def exposure(self) -> Fraction:
        """Positive: the second party owes a call; negative: the first."""
        return self.required - self.collateral
