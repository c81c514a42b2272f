# SPDX-License-Identifier: MIT
"""What the ledger knows of a token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum


class Kind(IntEnum):
    """The kinds of instrument, numbered as in the contracts."""

    CASH = 0
    BOND = 1
    EQUITY = 2


@dataclass(frozen=True, slots=True)
class Instrument:
    """One security token or cash token.

    Prices of a bond are per 100 of face, of an equity per share; cash has no price of its own.
    """

    symbol: str
    kind: Kind
    currency: str
    """ISO 4217 code of the price, or of the cash itself."""
    decimals: int
    """A written unit (of face, a share, a currency unit) is 10**decimals smallest units."""
    lot: int
    """Quantities that the system computes are multiples of this many smallest units."""
    isin: str | None = None
    maturity: date | None = None
