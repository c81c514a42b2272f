# SPDX-License-Identifier: MIT
"""Names for a reader, and numbers as texts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeVar

REGIMES = {
    "normal": "Normal times",
    "sharp_fall": "Sharp fall",
    "sharp_rise": "Sharp rise",
    "high_volatility": "High volatility",
    "turmoil": "Turmoil",
}
"""The states of a market; turmoil is the three before it together."""
SHOWN = ("normal", "turmoil")
"""What figures and the report's tables show; files have all."""

_METRICS = {
    "net_credit": "Net credit amount",
    "calls": "Margin calls",
    "call_amount": "Amount of margin calls",
    "tokens_moved": "Tokens transferred",
    "uncovered": "Uncovered loan",
    "worst": "Largest difference",
    "largest_call": "Largest margin call",
    "lender_credit": "Net credit of the lender",
    "borrower_credit": "Net credit of the borrower",
    "delivered": "Delivered by the borrower",
    "expected_shortfall_97_5": "Expected shortfall, 97.5 %",
    "expected_shortfall_99": "Expected shortfall, 99 %",
    "worst_date": "Net credit amount on the worst date",
    "most_called_date": "Margin calls on the date of most",
}

Item = TypeVar("Item")


def regime(name: str) -> str:
    """A regime in words; an unknown one as it is."""
    return REGIMES.get(name, _plain(name))


def metric(name: str) -> str:
    """A measure in words."""
    return _METRICS.get(name, _plain(name))


def case(collaterals: int, threshold: float) -> str:
    """A pair of the two things that a study varies."""
    return f"{securities(collaterals)}, {threshold_of(threshold)}"


def securities(count: int) -> str:
    """How many a basket has."""
    return "1 security" if count == 1 else f"{count} securities"


def threshold_of(fraction: float) -> str:
    """A threshold in words."""
    return f"{percent(fraction)} threshold" if fraction else "no threshold"


def percent(fraction: float) -> str:
    """A fraction in per cent, as short as it goes; the space does not break."""
    return f"{100 * fraction:.6g}\N{NO-BREAK SPACE}%"


def number(value: float) -> str:
    """Three significant digits or all before the point; a dash where there is none."""
    if math.isnan(value):
        return "–"
    digits = 2 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(digits, 6)}f}".replace("-", "−")


def index(value: float) -> str:
    """A ratio: two decimals; a dash where there is none."""
    return "–" if math.isnan(value) else f"{value:,.2f}".replace("-", "−")


def in_order(items: Iterable[Item]) -> list[Item]:
    """Each once, in the order of first appearance."""
    return list(dict.fromkeys(items))


def _plain(name: str) -> str:
    return name.replace("_", " ")[:1].upper() + name.replace("_", " ")[1:]
