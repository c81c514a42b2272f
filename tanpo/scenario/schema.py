# SPDX-License-Identifier: MIT
"""The keys of a scenario file. To add one: a line here, and its meaning in `checks` and `build`.

A key with a default is optional. Values are already exact and in their final scale, but for
quantities, whose scale depends on the token.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainValidator

from tanpo.calendar import Calendar, Convention
from tanpo.instrument import Kind
from tanpo.scenario import moments, numbers, words

Name = Annotated[str, PlainValidator(words.name)]
CurrencyCode = Annotated[str, PlainValidator(words.currency)]
Day = Annotated[date, PlainValidator(moments.day)]
Moment = Annotated[moments.Moment, PlainValidator(moments.moment)]
CalendarName = Annotated[Calendar, PlainValidator(words.calendar)]
ConventionName = Annotated[Convention, PlainValidator(words.convention)]
Balance = Annotated[Decimal, PlainValidator(numbers.non_negative)]
Quantity = Annotated[Decimal, PlainValidator(numbers.positive)]
CollateralAmount = Annotated[Decimal | numbers.Weight, PlainValidator(numbers.collateral_amount)]


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
    notice: Annotated[int, PlainValidator(numbers.notice_days)] | None = None
    """Business days between a recall and the end of an open trade; by default 0."""
    rate: Annotated[int, PlainValidator(numbers.rate_e9)] = 0
    ratio: Annotated[int, PlainValidator(numbers.ratio_bps)] = 10_000
    threshold: Annotated[int, PlainValidator(numbers.threshold_bps)] = 0
    mta: Annotated[int, PlainValidator(numbers.mta_e6)] = 0
    custody: Annotated[words.Custody, PlainValidator(words.custody)] = "segregated"
    valuation_currency: CurrencyCode | None = None
    day_count: Annotated[int, PlainValidator(words.day_count)] | None = None
    rate_token: Name | None = None


class ScenarioEntry(Entry):
    """The whole file."""

    name: Name
    valuation_currency: CurrencyCode | None = None
    calendar: CalendarName | None = None
    convention: ConventionName = "modified_following"
    instruments: dict[Name, InstrumentEntry] = {}
    parties: dict[Name, dict[Name, Balance]]
    fixings: dict[Day, dict[Name, Annotated[int, PlainValidator(numbers.fixing_e8)]]]
    trades: list[TradeEntry] = []
