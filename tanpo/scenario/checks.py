# SPDX-License-Identifier: MIT
"""What the keys of a scenario file say about one another: instruments, parties and fixings.

Each check yields the problems that it finds and changes nothing. `terms` has those of trades.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from tanpo.instrument import Instrument, Kind
from tanpo.scenario.errors import Path, Problem
from tanpo.scenario.messages import must
from tanpo.scenario.schema import InstrumentEntry, ScenarioEntry
from tanpo.scenario.tokens import default_decimals, find, is_fx_pair, opposite
from tanpo.units import is_currency, to_smallest

QUANTITY_LIMIT = 2**96
"""Quantities stay below this many smallest units: the contracts keep them in 96 bits."""

RESERVED_NAMES = ("escrow", "event")
"""Keys of the report's last line, which names each party."""


def check_instruments(file: ScenarioEntry) -> Iterator[Problem]:
    """Names that mean something else, and attributes that do not fit the kind."""
    for symbol, entry in file.instruments.items():
        at = ("instruments", symbol)
        if is_fx_pair(symbol):
            yield Problem(at, f"instrument {symbol} has the name of an FX pair", on_key=True)
        if is_currency(symbol) and (entry.kind, entry.currency) != (Kind.CASH, symbol):
            reason = f"{symbol} is a currency: an instrument of that name must be its cash"
            yield Problem(at, reason, on_key=True)
        if entry.maturity is not None and entry.kind is not Kind.BOND:
            yield Problem((*at, "maturity"), "only a bond has a maturity")
        yield from _check_decimals_and_lot(symbol, entry)


def _check_decimals_and_lot(symbol: str, entry: InstrumentEntry) -> Iterator[Problem]:
    at = ("instruments", symbol)
    expected = default_decimals(entry)
    decimals = expected if entry.decimals is None else entry.decimals
    if entry.kind is Kind.CASH and decimals != expected:
        reason = must("decimals", f"be {expected}, the minor unit of {entry.currency}", decimals)
        yield Problem((*at, "decimals"), reason)
    elif entry.lot is not None:
        yield from amount_problems("lot", entry.lot, decimals, (*at, "lot"))


def check_parties(file: ScenarioEntry, instruments: Mapping[str, Instrument]) -> Iterator[Problem]:
    """Opening balances of tokens that exist, in units that they have."""
    for party, balances in file.parties.items():
        if party in RESERVED_NAMES:
            reason = f'a party cannot be named "{party}": reports use that name'
            yield Problem(("parties", party), reason, on_key=True)
        for symbol, amount in balances.items():
            at = ("parties", party, symbol)
            token = find(symbol, instruments)
            if token is None:
                yield Problem(at, f'unknown token "{symbol}"', on_key=True)
            else:
                yield from amount_problems(f"quantity of {symbol}", amount, token.decimals, at)


def check_fixings(file: ScenarioEntry, instruments: Mapping[str, Instrument]) -> Iterator[Problem]:
    """Business dates in order, with keys that stand for something."""
    if not file.fixings:
        yield Problem(("fixings",), "fixings must have at least one business date")
    latest: date | None = None
    for day, values in file.fixings.items():
        at = ("fixings", day.isoformat())
        if latest is not None and day < latest:
            reason = f"business dates must be in order, found {day} after {latest}"
            yield Problem(at, reason, on_key=True)
        latest = day
        seen: set[str] = set()
        for key in values:
            if is_fx_pair(key):
                if opposite(key) in seen:
                    reason = f"{opposite(key)} and {key} are the same pair: give one of them"
                    yield Problem((*at, key), reason, on_key=True)
            elif key not in instruments or instruments[key].kind is Kind.CASH:
                reason = f'unknown key "{key}": neither a bond or equity nor an FX pair'
                yield Problem((*at, key), reason, on_key=True)
            seen.add(key)


def amount_problems(subject: str, amount: Decimal, decimals: int, at: Path) -> Iterator[Problem]:
    """What is wrong with a quantity in written units, of a token with these decimals."""
    try:
        quantity = to_smallest(amount, decimals)
    except ValueError:
        yield Problem(at, must(subject, f"have at most {decimals} decimals", f"{amount:f}"))
    else:
        if quantity >= QUANTITY_LIMIT:
            yield Problem(at, must(subject, "be below 2**96 smallest units", f"{amount:f}"))
