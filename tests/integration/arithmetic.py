# SPDX-License-Identifier: MIT
"""What a scenario file says, in exact fractions: none of Tanpo's own code, so as to check it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

MINOR_UNITS = {"JPY": 0, "USD": 2, "EUR": 2, "GBP": 2}
_FURTHER = frozenset({"agreements", "events", "income", "splits", "redemptions"})
"""What changes trades, or what they are worth together."""

Quantities = dict[str, Fraction]


class File:
    """A scenario file whose every text stays the text that was written."""

    def __init__(self, path: Path) -> None:
        self._tree = YAML(typ="base").load(path)
        self.parties = {
            name: {symbol: Fraction(text) for symbol, text in held.items()}
            for name, held in self._tree["parties"].items()
        }
        self.is_plain = not _FURTHER & {*self._tree}
        self.trades = {trade["id"]: Trade(self, trade) for trade in self._tree["trades"]}

    @property
    def valuation_currency(self) -> str | None:
        return self._tree.get("valuation_currency")

    def currency(self, symbol: str) -> str:
        return self._tree["instruments"].get(symbol, {"currency": symbol})["currency"]

    def kind(self, symbol: str) -> str:
        return self._tree["instruments"].get(symbol, {"kind": "cash"})["kind"]

    def lot(self, symbol: str) -> Fraction:
        entry = self._tree["instruments"].get(symbol, {})
        decimals = int(entry.get("decimals", MINOR_UNITS.get(symbol, 0)))
        return Fraction(entry.get("lot", Fraction(1, 10**decimals)))

    def rate(self, day: str, base: str, quote: str) -> Fraction:
        """What one unit of `base` is worth in `quote`."""
        fixings = self._tree["fixings"][day]
        if base == quote:
            return Fraction(1)
        if base + quote in fixings:
            return Fraction(fixings[base + quote])
        return 1 / Fraction(fixings[quote + base])

    def value(self, day: str, symbol: str, quantity: Fraction, currency: str) -> Fraction:
        price = Fraction(1)
        if self.kind(symbol) != "cash":
            price = Fraction(self._tree["fixings"][day][symbol])
        if self.kind(symbol) == "bond":
            price /= 100
        return quantity * price * self.rate(day, self.currency(symbol), currency)


class Trade:
    """One of the file's trades."""

    def __init__(self, file: File, entry: dict[str, Any]) -> None:
        self._file = file
        self._entry = entry
        self.collateral = list(entry["collateral"])
        self.lender, self.borrower = entry["lender"], entry["borrower"]
        ((self.loan_token, quantity),) = entry["loan"].items()
        self._loan = Fraction(quantity)
        self.is_segregated = entry.get("custody") != "title"
        self.currency = (
            entry.get("valuation_currency")
            or file.valuation_currency
            or file.currency(self.collateral[0])
        )

    def loan_value(self, day: str) -> Fraction:
        return self._file.value(day, self.loan_token, self._loan, self.currency)

    def required_value(self, day: str, opened: str) -> Fraction:
        """The loan with its interest so far, times the ratio."""
        rate = self._percent("rate", "0%")
        days = (date.fromisoformat(day) - date.fromisoformat(opened)).days
        accrued = self.loan_value(opened) * rate * days / self._days_of_a_year()
        return (self.loan_value(day) + accrued) * self._percent("ratio", "100%")

    def collateral_value(self, day: str, held: Quantities) -> Fraction:
        """After haircuts."""
        parts = (
            self._file.value(day, symbol, held[symbol], self.currency) * self._kept(symbol)
            for symbol in held
        )
        return sum(parts, Fraction())

    def _kept(self, symbol: str) -> Fraction:
        haircut = self._entry.get("haircut", {}).get(symbol, "0%")
        return 1 - Fraction(haircut.removesuffix("%")) / 100

    def lots_value(self, day: str, symbols: list[str]) -> Fraction:
        """What one lot of each token is worth."""
        return self.collateral_value(day, {symbol: self._file.lot(symbol) for symbol in symbols})

    def _percent(self, key: str, default: str) -> Fraction:
        return Fraction(self._entry.get(key, default).removesuffix("%")) / 100

    def _days_of_a_year(self) -> int:
        payment = self._file.currency(self._entry.get("rate_token", self.loan_token))
        return int(self._entry.get("day_count", 365 if payment in ("JPY", "GBP") else 360))
