# SPDX-License-Identifier: MIT
"""What the names of columns say: `BUND:EUR` is a security and its currency, `EURUSD` a pair."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tanpo.instrument import Instrument, Kind
from tanpo.study.market import Security
from tanpo.study.market.cells import shown
from tanpo.study.market.table import error_at
from tanpo.units import is_currency

DEFAULT_CURRENCY = "USD"
FEWEST_SECURITIES = 5
"""For a basket."""


def securities_of(path: Path, names: Sequence[str]) -> tuple[Security, ...]:
    """Return the securities of a table of prices, in the order of its columns.

    Each is an equity, priced per unit, for baskets and to lend. Raises InputError for an unknown
    currency, a name that is there twice, and too few columns.
    """
    if len(names) < FEWEST_SECURITIES:
        reason = f"found {len(names)} columns of securities, needs {FEWEST_SECURITIES}"
        raise error_at(path, 1, reason)
    found: dict[str, Security] = {}
    for column in names:
        name, colon, written = (part.strip() for part in column.partition(":"))
        currency = written if colon else DEFAULT_CURRENCY
        if not name:
            raise error_at(path, 1, f"column {column}: has no name before the currency")
        if not is_currency(currency):
            raise error_at(path, 1, f"column {column}: unknown currency {shown(currency)}")
        if name in found:
            raise error_at(path, 1, f"column {column}: {shown(name)} is there twice")
        found[name] = Security(Instrument(name, Kind.EQUITY, currency, decimals=0, lot=1))
    return tuple(found.values())


def pairs_of(path: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Return the pairs of a table of rates, in the order of its columns.

    Raises InputError where a column is none, where two are of the same currencies, and where there
    are none.
    """
    if not names:
        raise error_at(path, 1, "found no column of a pair such as EURUSD")
    for position, column in enumerate(names):
        first, second = currencies_of(column)
        if first == second or not (is_currency(first) and is_currency(second)):
            reason = f"column {column}: is no pair of two currencies such as EURUSD"
            raise error_at(path, 1, reason)
        if second + first in names[:position]:
            reason = f"column {column}: its currencies are those of column {second + first}"
            raise error_at(path, 1, reason)
    return tuple(names)


def currencies_of(pair: str) -> tuple[str, str]:
    """Return the two currencies of a pair: the priced one, and that of the rate."""
    return pair[:3], pair[3:]


def pair_among(pairs: Sequence[str], first: str, second: str) -> bool:
    """Whether one of the pairs is of these two currencies, in either direction."""
    return first + second in pairs or second + first in pairs
