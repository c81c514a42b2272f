# SPDX-License-Identifier: MIT
"""What settings have come to in every window, and the tables that are made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import pandas as pd

from tanpo.study.engine.outcome import MEASURES
from tanpo.study.engine.tokens import Floats
from tanpo.study.indexes import indexes
from tanpo.study.windows import TURMOIL, Regime, Window

MONTH = 21
"""Business dates over which calls are counted."""
TURMOIL_ALL = "turmoil"
"""The three kinds together."""

PER_MONTH = frozenset({"calls", "call_amount", "tokens_moved", "delivered"})
"""Measures that sum over dates; the others are means or largest ones."""
UNITS = {
    name: (
        "per trade and 21 business dates"
        if name == "calls"
        else "bp of the loan, per 21 business dates"
        if name in PER_MONTH
        else "bp of the loan"
    )
    for name in MEASURES
}


Kind = TypeVar("Kind")
"""What tells one setting from another."""


@dataclass(frozen=True)
class Measured(Generic[Kind]):
    """Some settings in windows of all regimes."""

    settings: tuple[Kind, ...]
    windows: tuple[Window, ...]
    found: tuple[Floats, ...]
    """Of each window (measures, settings, types, draws), in the units of `UNITS`."""
    seed: int

    def regimes(self) -> list[str]:
        """Those there are, then turmoil as a whole."""
        present = [regime.value for regime in Regime if self._of(regime.value)]
        return [*present, TURMOIL_ALL] if len(present) > 1 else present

    def of(self, settings: Sequence[Kind]) -> Measured[Kind]:
        """The same with some of the settings only."""
        numbers = [self.settings.index(setting) for setting in settings]
        found = tuple(window[:, numbers] for window in self.found)
        return Measured(tuple(settings), self.windows, found, self.seed)

    def table(
        self,
        base: Kind,
        measures: Sequence[str],
        columns: Callable[[Kind], dict[str, object]],
    ) -> pd.DataFrame:
        """One row for each regime, setting and measure.

        `columns` gives what tells a setting from the others. Further columns: `regime`, `metric`,
        `value` in `unit`, and `index` to `base`, with `low` and `high` of its interval.
        """
        at = self.settings.index(base)
        rows = []
        for number, regime in enumerate(self.regimes()):
            numbers = indexes(self._of(regime), at, (self.seed, number), measures)
            for row, metric in enumerate(measures):
                for column, setting in enumerate(self.settings):
                    figures = {
                        name: float(getattr(numbers, name)[row, column])
                        for name in ("value", "index", "low", "high")
                    }
                    about = {"metric": metric, "unit": UNITS[metric], **figures}
                    rows.append({"regime": regime, **columns(setting), **about})
        return pd.DataFrame(rows)

    def by_window(self, regime: str, setting: Kind, base: Kind, metric: str) -> list[float]:
        """The index of each window of a regime alone; of none where the base has nothing."""
        row = MEASURES.index(metric)
        of, to = self.settings.index(setting), self.settings.index(base)
        means = [window[row].mean(axis=(1, 2)) for window in self._of(regime)]
        return [float(mean[of] / mean[to]) for mean in means if mean[to]]

    def _of(self, regime: str) -> list[Floats]:
        wanted = TURMOIL if regime == TURMOIL_ALL else (regime,)
        return [
            found
            for window, found in zip(self.windows, self.found, strict=True)
            if window.regime in wanted
        ]


def in_units(found: Floats, notional: int, dates: int) -> Floats:
    """Sums over a window of so many marked dates, in the currency, in the units of `UNITS`."""
    scale = np.array(
        [
            (MONTH / dates if name in PER_MONTH else 1.0)
            * (1.0 if name == "calls" else 10_000 / notional)
            for name in MEASURES
        ]
    )
    converted: Floats = found * scale[:, None, None, None]
    return converted
