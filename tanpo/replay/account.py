# SPDX-License-Identifier: MIT
"""A replay as tables for a person: what moved, what it was worth, what was called and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from rich.console import Console
from rich.table import Table

from tanpo.replay.entry import Balances, Entry
from tanpo.replay.lines import value_text
from tanpo.scenario import Scenario, TradeSpec
from tanpo.terms import Order
from tanpo.units import from_smallest

_PLAIN = {"opened", "marked", "closed"}
"""What happens to every trade; the rest stands out."""


class Account:
    """Prints a replay to `console`, one table a business date."""

    def __init__(self, console: Console, scenario: Scenario, exact: bool = False) -> None:
        """Values are rounded half up to the currency's unit unless `exact`."""
        self._console = console
        self._scenario = scenario
        self._exact = exact
        self._specs = {spec.id: spec for spec in scenario.trades}
        self._agreements = {each.name: each for each in scenario.agreements}

    def heading(self) -> None:
        """What the file says: the trades and their terms."""
        self._console.print(f"\n{self._scenario.name}\n", style="bold", highlight=False)
        table = _table("trade", "lender gives", "borrower gives", "terms")
        for spec in self._scenario.trades:
            table.add_row(
                spec.id,
                f"{spec.lender}: {self._quantity(spec.loan.symbol, spec.loan.quantity)}",
                f"{spec.borrower}: " + "\n   ".join(self._collateral(spec)),
                "\n".join(_terms(spec)),
            )
        self._console.print(table)

    def business_date(self, entries: list[Entry]) -> None:
        """All that happened on one date."""
        day = entries[0].date
        fixings = self._scenario.fixings[day]
        known = ", ".join(f"{key} {from_smallest(value, 8)}" for key, value in fixings.items())
        title = f"\n{day:%A, %d %B %Y}" + (f": {known}" if known else "")
        table = _table("trade", "event", "values", "what moved, and why", title=title)
        table.columns[2].justify = "right"
        for entry in entries:
            style = "" if entry.event in _PLAIN else "bold"
            table.add_row(
                "\n".join(filter(None, (entry.trade, entry.account))) or entry.token,
                entry.event,
                "\n".join(self._values(entry)),
                "\n".join(self._story(entry)),
                style=style,
            )
        self._console.print(table)

    def balances(self, before: Balances, after: Balances) -> None:
        """Who held what before and after."""
        table = _table("holder", "token", "before", "after", title="\nBalances")
        table.columns[2].justify = table.columns[3].justify = "right"
        for name, held in after.items():
            for symbol, quantity in held.items():
                decimals = self._scenario.instruments[symbol].decimals
                opening = before.get(name, {}).get(symbol, 0)
                table.add_row(
                    name,
                    symbol,
                    _grouped(from_smallest(opening, decimals)),
                    _grouped(from_smallest(quantity, decimals)),
                )
        self._console.print(table)

    def _values(self, entry: Entry) -> Iterator[str]:
        for key, value in entry.values.items():
            if key != "exposure":
                name = key.removesuffix("_value")
                yield f"{name} {self._value(value)} {self._currency(entry)}"

    def _currency(self, entry: Entry) -> str:
        terms = self._specs[entry.trade] if entry.trade else self._agreements[entry.account]
        return terms.valuation_currency

    def _story(self, entry: Entry) -> Iterator[str]:
        if entry.event == "opened":
            spec = self._specs[entry.trade]
            yield f"registered by {spec.lender}, approved by {spec.borrower};"
            yield "exchanged in one transaction:"
        if entry.event == "marked":
            yield self._exposure(entry)
        if entry.event == "defaulted":
            yield f"{entry.details['party']} is in default"
        if entry.token and (entry.trade or entry.account):
            yield f"on {entry.token}"
        for leg, amounts in entry.exchanged.items():
            before, after = (self._quantity(*amount) for amount in amounts)
            yield f"{leg}: {before} become {after}"
        yield from _particulars(entry.details)
        for symbol, moved in entry.moved:
            what = self._quantity(symbol, moved.quantity)
            yield f"{what} from {moved.sender} to {moved.receiver}"
        if entry.interest:
            paid = self._quantity(entry.interest.symbol, abs(entry.interest.quantity))
            yield f"interest {paid}, paid by {entry.interest.payer}"
        for what, (symbol, quantity) in entry.cash.items():
            owed = f", owed by {self._debtor(entry, quantity)}" if what == "residual" else ""
            yield f"{what} {self._quantity(symbol, abs(quantity))}{owed}"
        for symbol, missing in entry.missing.items():
            verb = "pay" if entry.event == "income" else "deliver"
            yield f"{entry.details['party']} did not {verb} {self._quantity(symbol, missing)}"
        if entry.action:
            yield f"{entry.action}: {entry.reason}"

    def _exposure(self, entry: Entry) -> str:
        exposure = entry.values["exposure"]
        amount = f"{self._value(abs(exposure))} {self._currency(entry)}"
        if entry.account:
            one, other = self._agreements[entry.account].parties
            return f"{other if exposure > 0 else one} owes the account {amount}"
        side = "short of" if exposure > 0 else "above"
        return f"collateral is {amount} {side} the required value"

    def _debtor(self, entry: Entry, residual: int) -> str:
        if entry.account:
            one, other = self._agreements[entry.account].parties
            return other if residual > 0 else one
        return "the borrower" if residual > 0 else "the lender"

    def _collateral(self, spec: TradeSpec) -> Iterator[str]:
        for leg in spec.collateral:
            if leg.quantity is not None:
                yield self._quantity(leg.symbol, leg.quantity)
            elif leg.weight == 1:
                yield f"{leg.symbol} (auto)"
            else:
                yield f"{leg.symbol} ({_percent(Fraction(leg.weight or 0))})"

    def _value(self, value: Fraction) -> str:
        return _grouped(value_text(value, self._exact))

    def _quantity(self, symbol: str, quantity: int) -> str:
        decimals = self._scenario.instruments[symbol].decimals
        return f"{_grouped(from_smallest(quantity, decimals))} {symbol}"


def _table(*headings: str, title: str | None = None) -> Table:
    """A table that folds what is long; nothing is cut off."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _grouped(number: str) -> str:
    return f"{Decimal(number):,f}"


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g}%"


def _moment(text: str, is_date: bool) -> str:
    return text[:10] if is_date else text[:16].replace("T", " ")


def _particulars(details: Mapping[str, str]) -> Iterator[str]:
    if "end" in details:
        yield f"ends on {details['end'].replace('T', ' ')}"
    if "rate" in details:
        yield f"rate {details['rate']} from now on"
    if "to" in details:
        yield f"{details['to']} takes the place of {details['from']}"
    if "seller" in details:
        yield f"{details['seller']} delivers in the place of {details['party']}"
    if "by" in details:
        yield f"by {details['by']} alone"


def _terms(spec: TradeSpec) -> Iterator[str]:
    start = _moment(spec.start.isoformat(), spec.start_is_date)
    yield f"{start} to {_moment(spec.end.isoformat(), spec.end_is_date) if spec.end else 'open'}"
    yield f"ratio {_percent(Fraction(spec.ratio_bps, 10**4))}, valued in {spec.valuation_currency}"
    if spec.call_below_bps:
        yield f"called below {_percent(Fraction(spec.call_below_bps, 10**4))}"
    if spec.return_above_bps:
        yield f"returned above {_percent(Fraction(spec.return_above_bps, 10**4))}"
    for symbol in spec.basket:
        if spec.haircut(symbol):
            yield f"haircut of {symbol} {_percent(spec.haircut(symbol))}"
    if spec.order is Order.AS_LISTED:
        yield "basket called in order"
    if spec.threshold_bps:
        yield f"threshold {_percent(Fraction(spec.threshold_bps, 10**4))}"
    if spec.mta_e6:
        yield f"minimum transfer {_grouped(from_smallest(spec.mta_e6, 6))}"
    if spec.rate_e9:
        yield f"rate {_percent(Fraction(spec.rate_e9, 10**9))} ACT/{spec.day_count_basis}"
    if spec.penalty_rate_e9:
        yield f"penalty {_percent(Fraction(spec.penalty_rate_e9, 10**9))}"
    if spec.custody == "title":
        yield "title transfer"
    if spec.account:
        yield f"margins with all of {spec.account.name}"
