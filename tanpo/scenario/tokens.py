# SPDX-License-Identifier: MIT
"""The tokens of a scenario: its instruments, and the cash tokens that currency codes imply."""

from __future__ import annotations

from collections.abc import Mapping

from tanpo.instrument import Instrument, Kind
from tanpo.scenario.schema import InstrumentEntry
from tanpo.units import is_currency, minor_unit, to_smallest


def listed(entries: Mapping[str, InstrumentEntry]) -> dict[str, Instrument]:
    """Return the instruments of the file. They must have passed the checks."""
    return {symbol: _instrument(symbol, entry) for symbol, entry in entries.items()}


def find(symbol: str, instruments: Mapping[str, Instrument]) -> Instrument | None:
    """Return the token of that name: a listed one, or the cash token of a currency code."""
    if symbol in instruments:
        return instruments[symbol]
    if is_currency(symbol):
        return Instrument(symbol, Kind.CASH, symbol, minor_unit(symbol), lot=1)
    return None


def default_decimals(entry: InstrumentEntry) -> int:
    """Return the decimals of an instrument that states none."""
    return minor_unit(entry.currency) if entry.kind is Kind.CASH else 0


def is_fx_pair(key: str) -> bool:
    """Whether the key is a pair of two different currencies, base and quote: EURUSD."""
    base, quote = key[:3], key[3:]
    return is_currency(base) and is_currency(quote) and base != quote


def opposite(pair: str) -> str:
    """Return the pair quoted the other way round: USDEUR of EURUSD."""
    return pair[3:] + pair[:3]


def _instrument(symbol: str, entry: InstrumentEntry) -> Instrument:
    decimals = default_decimals(entry) if entry.decimals is None else entry.decimals
    lot = 1 if entry.lot is None else to_smallest(entry.lot, decimals)
    return Instrument(symbol, entry.kind, entry.currency, decimals, lot, entry.isin, entry.maturity)
