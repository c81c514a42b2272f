# SPDX-License-Identifier: MIT
"""Rates of exchange of the European Central Bank from 1999 on, without a network.

The ECB publishes only pairs with the euro. EURUSD is as published; USDJPY is EURJPY / EURUSD of the
same date, rounded half up at the scale 1e8.
"""

from __future__ import annotations

from datetime import date

from oracles.sources import ecb
from tanpo.study.market.series import Series
from tanpo.units import to_e8

PAIRS = ("EURUSD", "USDJPY")


def ecb_rates(first: date = date.min) -> dict[str, Series]:
    """Return the rates of each of PAIRS on the ECB's dates from `first` on."""
    dollars = _published_e8("EURUSD", first)
    yen = _published_e8("EURJPY", first)
    both = tuple(day for day in dollars if day in yen)
    return {
        "EURUSD": Series(tuple(dollars), tuple(dollars.values())),
        "USDJPY": Series(both, tuple(quotient_e8(yen[day], dollars[day]) for day in both)),
    }


def quotient_e8(numerator_e8: int, denominator_e8: int) -> int:
    """Return the quotient of two positive values at the scale 1e8, rounded half up."""
    return (2 * numerator_e8 * 10**8 + denominator_e8) // (2 * denominator_e8)


def _published_e8(pair: str, first: date) -> dict[date, int]:
    return {day: to_e8(rate) for day, rate in ecb.published(pair).items() if day >= first}
