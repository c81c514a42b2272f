# SPDX-License-Identifier: MIT
"""The keys of a scenario file. To add one: a line here, and its meaning in `checks` and `build`.

A key with a default is optional. Values are already exact and in their final scale, but for
quantities, whose scale depends on the token.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from tanpo.calendar import Calendar, Convention
from tanpo.instrument import Kind
from tanpo.scenario import moments, numbers, words
from tanpo.terms import Order, Verb

Name = Annotated[str, PlainValidator(words.name)]
CurrencyCode = Annotated[str, PlainValidator(words.currency)]
Day = Annotated[date, PlainValidator(moments.day)]
Moment = Annotated[moments.Moment, PlainValidator(moments.moment)]
CalendarName = Annotated[Calendar, PlainValidator(words.calendar)]
ConventionName = Annotated[Convention, PlainValidator(words.convention)]
Balance = Annotated[Decimal, PlainValidator(numbers.non_negative)]
Quantity = Annotated[Decimal, PlainValidator(numbers.positive)]
CollateralAmount = Annotated[Decimal | numbers.Weight, PlainValidator(numbers.collateral_amount)]
IncomingAmount = Annotated[Decimal | Literal["auto"], PlainValidator(numbers.incoming_amount)]
Rate = Annotated[int, PlainValidator(numbers.rate_e9)]
Price = Annotated[int, PlainValidator(numbers.fixing_e8)]
Notice = Annotated[int, PlainValidator(numbers.notice_days)]
Threshold = Annotated[int, PlainValidator(numbers.threshold_bps)]
LeastTransfer = Annotated[int, PlainValidator(numbers.mta_e6)]
CustodyName = Annotated[words.Custody, PlainValidator(words.custody)]
Cure = Annotated[int, PlainValidator(numbers.cure_days)]
Penalty = Annotated[int, PlainValidator(numbers.penalty_e9)]
Ratio = Annotated[int, PlainValidator(numbers.ratio_bps)]
Right = Annotated[Verb, PlainValidator(words.right)]


class Entry(BaseModel):
    """A mapping of the file with fixed keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class InstrumentEntry(Entry):
    """One of `instruments`."""

    kind: Annotated[Kind, PlainValidator(words.kind)]
    currency: CurrencyCode
    isin: Annotated[str, PlainValidator(words.isin)] | None = None
    lot: Quantity | None = None
    """In written units; by default one smallest unit."""
    decimals: Annotated[int, PlainValidator(numbers.token_decimals)] | None = None
    """By default 0, for cash the currency's minor unit."""
    maturity: Day | None = None


class RightsEntry(Entry):
    """What each side of a trade may do without the other."""

    lender: list[Right] = [Verb.DEFAULT]
    borrower: list[Right] = [Verb.DEFAULT]


class AgreementEntry(Entry):
    """One of `agreements`; what it says of its trades means what it means on a trade."""

    parties: list[Name]
    netting: Annotated[bool, PlainValidator(words.yes_or_no)]
    """Whether the trades margin as one."""
    valuation_currency: CurrencyCode | None = None
    """By default the file's."""
    threshold: Threshold = 0
    mta: LeastTransfer = 0
    custody: CustodyName = "segregated"
    cure: Cure = 0
    penalty: Penalty = 0
    notice: Notice = 0
    rights: RightsEntry = RightsEntry()


class TradeEntry(Entry):
    """One of `trades`."""

    id: Name
    lender: Name
    borrower: Name
    loan: dict[Name, Quantity]
    collateral: dict[Name, CollateralAmount]
    start: Moment
    end: Moment | None = None
    term: Annotated[str, PlainValidator(words.term)] | None = None
    """Instead of `end`."""
    calendar: CalendarName | None = None
    """By default the file's."""
    convention: ConventionName | None = None
    """By default the file's, modified following."""
    notice: Notice | None = None
    """Business days between a recall and the end of an open trade; by default 0."""
    rate: Rate = 0
    ratio: Ratio = 10_000
    call_below: Ratio | None = None
    """By default the ratio; of the loan value."""
    return_above: Ratio | None = None
    """By default the ratio; of the loan value."""
    haircut: dict[Name, Annotated[int, PlainValidator(numbers.haircut_bps)]] = {}
    threshold: Threshold = 0
    mta: LeastTransfer = 0
    custody: CustodyName = "segregated"
    basket: Annotated[Order, PlainValidator(words.order)] = Order.PRO_RATA
    """How calls move it."""
    cure: Cure = 0
    """Calendar days from a failure to buy-in and default."""
    penalty: Penalty = 0
    rights: RightsEntry = RightsEntry()
    valuation_currency: CurrencyCode | None = None
    day_count: Annotated[int, PlainValidator(words.day_count)] | None = None
    rate_token: Name | None = None
    """Pays interest, penalties and residuals."""


class EventEntry(Entry):
    """One of `events`, as `spelling` leaves it; which keys a verb takes stands in `events`."""

    date: Day
    trade: Name
    do: Annotated[str, PlainValidator(words.action)]
    by: Name | None = None
    """Who does it alone; by default both parties agree."""
    end: Moment | None = None
    rate: Rate | None = None
    quantity: dict[Name, Quantity] | None = None
    out: dict[Name, Quantity] | None = None
    into: Annotated[dict[Name, IncomingAmount] | None, Field(alias="in")] = None
    leaver: Annotated[Name | None, Field(alias="from")] = None
    to: Name | None = None
    party: Name | None = None
    seller: Name | None = None


class ActionEntry(Entry):
    """What an issuer does to one security, for who holds it on a business date."""

    date: Day
    token: Name


class IncomeEntry(ActionEntry):
    """One of `income`."""

    per_unit: Price
    """Of a written unit."""
    currency: CurrencyCode | None = None
    """By default the security's."""


class SplitEntry(ActionEntry):
    """One of `splits`."""

    ratio: Annotated[Fraction, PlainValidator(numbers.split_ratio)]
    """Units after it for each before."""


class RedemptionEntry(ActionEntry):
    """One of `redemptions`."""

    price: Price
    """As the security is quoted: of a bond per 100."""


class ScenarioEntry(Entry):
    """The whole file."""

    name: Name
    valuation_currency: CurrencyCode | None = None
    calendar: CalendarName | None = None
    convention: ConventionName = "modified_following"
    instruments: dict[Name, InstrumentEntry] = {}
    parties: dict[Name, dict[Name, Balance]]
    fixings: dict[Day, dict[Name, Price]]
    agreements: list[AgreementEntry] = []
    trades: list[TradeEntry] = []
    income: list[IncomeEntry] = []
    splits: list[SplitEntry] = []
    redemptions: list[RedemptionEntry] = []
    events: list[EventEntry] = []
