# SPDX-License-Identifier: MIT
"""A scenario in the units of the contracts: what a runner gets to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Literal, NamedTuple

from tanpo.calendar import Calendar
from tanpo.instrument import Instrument
from tanpo.scenario.words import Custody
from tanpo.terms import Order, Verb


class LoanLeg(NamedTuple):
    """What the lender delivers, in smallest units."""

    symbol: str
    quantity: int


class CollateralLeg(NamedTuple):
    """One token of the basket: a quantity in smallest units, or a share of the required value."""

    symbol: str
    quantity: int | None
    weight: Fraction | None
    """The weights of a basket sum to 1. `auto` is 1."""


@dataclass(frozen=True, slots=True)
class AgreementSpec:
    """What the trades of two parties share beside the terms that each of them repeats."""

    parties: tuple[str, str]
    """In the file's order."""
    netting: bool
    """Whether they margin as one."""
    valuation_currency: str
    custody: Custody
    notice_days: int

    @property
    def name(self) -> str:
        """The two parties as reports name their account."""
        return "/".join(self.parties)


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """What an issuer does to one security on a business date."""

    date: date
    kind: Literal["income", "split", "redemption"]
    token: str
    cash: str
    """The cash token that is paid; empty for a split."""
    amount: Fraction
    """Of income per written unit, of a redemption as the security is quoted; of a split, units
    after it for each before.
    """


@dataclass(frozen=True, slots=True)
class TradeSpec:
    """The terms of one trade."""

    id: str
    lender: str
    borrower: str
    loan: LoanLeg
    collateral: tuple[CollateralLeg, ...]
    valuation_currency: str
    start: datetime
    """In UTC; midnight where `start_is_date`."""
    start_is_date: bool
    end: datetime | None
    """In UTC; midnight where `end_is_date`; None: open."""
    end_is_date: bool
    calendar: Calendar
    """Counts `notice_days`."""
    notice_days: int
    """Business days between a recall and the end, of a trade without one."""
    rate_e9: int
    """Per year, on the loan value."""
    day_count_basis: int
    """360 or 365."""
    rate_token: str | None
    """The cash token that interest, penalties and residuals are paid in. None only where there can
    be none of them.
    """
    ratio_bps: int
    call_below_bps: int
    """Of the loan value: collateral below is called; 0: at the ratio."""
    return_above_bps: int
    """Of the loan value: collateral above is returned; 0: at the ratio."""
    haircuts_bps: dict[str, int]
    """By symbol, of the basket and of what may come into it; a symbol without one has 0."""
    threshold_bps: int
    mta_e6: int
    """In the valuation currency."""
    custody: Custody
    order: Order
    cure_days: int
    """Calendar days from a failure to the right of buy-in and default."""
    penalty_rate_e9: int
    """Per year, on the value that was not delivered."""
    lender_may: frozenset[Verb]
    """What the lender may do alone."""
    borrower_may: frozenset[Verb]
    line: int
    """Where the file has the trade."""
    agreement: AgreementSpec | None = None
    """The one of its parties, where they have one."""
    pays: bool = False
    """Whether it may pay cash beside its legs."""

    @property
    def account(self) -> AgreementSpec | None:
        """The agreement, where the trade margins with its others."""
        return self.agreement if self.agreement and self.agreement.netting else None

    @property
    def tokens(self) -> tuple[str, ...]:
        """The symbols of the loan and then of the basket."""
        return (self.loan.symbol, *self.basket)

    @property
    def basket(self) -> tuple[str, ...]:
        """The symbols of the basket."""
        return tuple(leg.symbol for leg in self.collateral)

    def haircut(self, symbol: str) -> Fraction:
        """What the token's market value is lowered by, as a share of it."""
        return Fraction(self.haircuts_bps.get(symbol, 0), 10**4)


@dataclass(frozen=True, slots=True)
class EventSpec:
    """What happens to one trade on a business date. What its action does not use is empty."""

    date: date
    trade: str
    action: str
    """One of `words.ACTIONS`."""
    by: str | None = None
    """The party that does it alone."""
    end: datetime | None = None
    """In UTC; midnight where `end_is_date`."""
    end_is_date: bool = False
    rate_e9: int = 0
    symbol: str = ""
    quantity: int = 0
    """Smallest units of `symbol`."""
    outgoing: tuple[tuple[str, int], ...] = ()
    """Symbols and smallest units."""
    incoming: tuple[tuple[str, int | None], ...] = ()
    """None is `auto`: as much as the outgoing is worth."""
    leaver: str = ""
    """Whose place `to` takes."""
    to: str = ""
    party: str = ""
    """Who is in default."""
    seller: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A file whose every name, quantity and fixing is known to be right."""

    name: str
    instruments: dict[str, Instrument]
    """By symbol: those of the file, then the cash tokens that it uses by their currency code."""
    parties: dict[str, dict[str, int]]
    """Opening balances in smallest units, by party and symbol."""
    fixings: dict[date, dict[str, int]]
    """By business date, in order, and key: prices by symbol, FX by pair (EURUSD), at E8."""
    trades: tuple[TradeSpec, ...]
    events: tuple[EventSpec, ...]
    """In the file's order."""
    agreements: tuple[AgreementSpec, ...] = ()
    actions: tuple[ActionSpec, ...] = ()
    """By date: what is paid, then splits, then redemptions."""

    def opening_date(self, trade: TradeSpec) -> date:
        """Return the business date on which the trade opens: the first from its start on."""
        return next(day for day in self.fixings if day >= trade.start.date())

    def trade(self, id: str) -> TradeSpec:
        """Return the trade of that id."""
        return next(trade for trade in self.trades if trade.id == id)

    def events_of(self, trade: TradeSpec) -> list[EventSpec]:
        """Return what happens to the trade, in the file's order."""
        return [event for event in self.events if event.trade == trade.id]

    def actions_on(self, day: date) -> list[ActionSpec]:
        """Return what issuers do on a business date."""
        return [action for action in self.actions if action.date == day]

    def redemption_of(self, symbol: str) -> ActionSpec | None:
        """Return the action that repays the security."""
        found = (each for each in self.actions if each.kind == "redemption")
        return next((each for each in found if each.token == symbol), None)

    def closing_date(self, trade: TradeSpec) -> date | None:
        """Return the business date on which the trade closes, or None: open at the file's end."""
        if trade.end is None:
            return None
        return next((day for day in self.fixings if day >= trade.end.date()), None)
