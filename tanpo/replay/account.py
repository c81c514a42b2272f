# SPDX-License-Identifier: MIT
"""A replay as tables for a person: what moved, what it was worth, what was called and why."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from rich.console import Console
from rich.table import Table

from tanpo.replay.entry import Balances, Entry
from tanpo.replay.lines import value_text
from tanpo.scenario import Scenario, TradeSpec
from tanpo.units import from_smallest

_PLAIN = {"opened", "marked", "closed"}
_VALUES = ("loan_value", "required_value", "collateral_value", "exposure")


class Account:
    """Prints a replay to `console`, one table a business date."""

    def __init__(self, console: Console, scenario: Scenario, exact: bool = False) -> None:
        """Values are rounded half up to the currency's unit unless `exact`."""
        self._console = console
        self._scenario = scenario
        self._exact = exact
        self._specs = {spec.id: spec for spec in scenario.trades}
        self._exposure: dict[str, Fraction] = {}

    def heading(self) -> None:
        """What the file says: the trades and their terms."""
        self._console.print(f"\n[bold]{self._scenario.name}[/bold]\n", highlight=False)
        table = Table("trade", "lender gives", "borrower gives", "from", "to", "valued in", "terms")
        for spec in self._scenario.trades:
            table.add_row(
                spec.id,
                f"{spec.lender}: {self._quantity(spec.loan.symbol, spec.loan.quantity)}",
                f"{spec.borrower}: {', '.join(self._collateral(spec))}",
                _moment(spec.start.isoformat(), spec.start_is_date),
                _moment(spec.end.isoformat(), spec.end_is_date) if spec.end else "open",
                spec.valuation_currency,
                _terms(spec),
            )
        self._console.print(table)

    def business_date(self, entries: list[Entry]) -> None:
        """All that happened on one date."""
        table = Table(title=f"{entries[0].date:%A, %d %B %Y}", title_justify="left")
        for heading in ("trade", "event"):
            table.add_column(heading)
        for heading in ("loan value", "required", "collateral", "exposure"):
            table.add_column(heading, justify="right")
        table.add_column("what moved, and why")
        for entry in entries:
            style = "" if entry.event in _PLAIN else "bold"
            values = [self._value(entry.values.get(key)) for key in _VALUES]
            story = "\n".join(self._story(entry))
            table.add_row(entry.trade, entry.event, *values, story, style=style)
        self._console.print(table)

    def balances(self, before: Balances, after: Balances) -> None:
        """Who held what before and after."""
        table = Table("holder", "token", title="Balances", title_justify="left")
        table.add_column("before", justify="right")
        table.add_column("after", justify="right")
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

    def _story(self, entry: Entry) -> Iterator[str]:
        currency = self._specs[entry.trade].valuation_currency
        if entry.event == "marked":
            self._exposure[entry.trade] = entry.values["exposure"]
            if accrued := entry.values.get("accrued"):
                yield f"{self._value(accrued)} {currency} of it accrued interest"
        if entry.event in ("returned", "delivered"):
            exposure = self._exposure[entry.trade]
            side = "short of" if exposure > 0 else "above"
            yield f"{self._value(abs(exposure))} {currency} {side} the required value:"
        for symbol, moved in entry.moved.items():
            quantity = self._quantity(symbol, moved.quantity)
            yield f"{quantity} from {moved.sender} to {moved.receiver}"
        if entry.interest:
            symbol, paid = entry.interest
            spec = self._specs[entry.trade]
            payer = spec.borrower if paid > 0 else spec.lender
            yield f"interest {self._quantity(symbol, abs(paid))}, paid by {payer}"
        for symbol, missing in entry.missing.items():
            yield f"{entry.party} did not deliver {self._quantity(symbol, missing)}"
        if entry.action:
            yield f"{entry.action}: {entry.reason}"

    def _collateral(self, spec: TradeSpec) -> Iterator[str]:
        for leg in spec.collateral:
            if leg.quantity is not None:
                yield self._quantity(leg.symbol, leg.quantity)
            elif leg.weight == 1:
                yield f"{leg.symbol} (auto)"
            else:
                yield f"{leg.symbol} ({_percent(Fraction(leg.weight or 0))})"

    def _value(self, value: Fraction | None) -> str:
        return "" if value is None else _grouped(value_text(value, self._exact))

    def _quantity(self, symbol: str, quantity: int) -> str:
        decimals = self._scenario.instruments[symbol].decimals
        return f"{_grouped(from_smallest(quantity, decimals))} {symbol}"


def _grouped(number: str) -> str:
    return f"{Decimal(number):,f}"


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g}%"


def _moment(text: str, is_date: bool) -> str:
    return text[:10] if is_date else text[:16].replace("T", " ")


def _terms(spec: TradeSpec) -> str:
    terms = [f"ratio {_percent(Fraction(spec.ratio_bps, 10**4))}"]
    if spec.threshold_bps:
        terms.append(f"threshold {_percent(Fraction(spec.threshold_bps, 10**4))}")
    if spec.mta_e6:
        terms.append(f"MTA {_grouped(from_smallest(spec.mta_e6, 6))}")
    if spec.rate_e9:
        terms.append(f"rate {_percent(Fraction(spec.rate_e9, 10**9))} ACT/{spec.day_count_basis}")
    if spec.custody == "title":
        terms.append("title transfer")
    return ", ".join(terms)
