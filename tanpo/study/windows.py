# SPDX-License-Identifier: MIT
"""Normal times and turmoil, found in the data by rules that name no date.

The market is the mean of all collateral securities' daily returns, its volatility the standard
deviation of these.

- Normal: the calendar years whose volatility is not above the median year's. A year counts with
  200 dates or more; where there are fewer than four such years, quarters of the history do.
  Windows begin and end with a close.
- Sharp fall, sharp rise, high volatility: of all windows of 63 business dates, a quarter of a year,
  the three with the lowest return, the highest return, the highest volatility. The three of a kind
  do not overlap; windows of different kinds may, and do. Of a history shorter than five times that,
  a fifth of it is a window.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tanpo.errors import InputError
from tanpo.study.engine.tokens import Floats
from tanpo.study.universe import SMALLEST_POOL, Universe

QUARTER = 63
"""Business dates."""
WHOLE_YEAR = 200
"""Business dates from which on a calendar year counts."""
FEWEST_YEARS = 4
"""Where there are fewer whole years, quarters of the history are taken."""
WINDOWS_OF_A_KIND = 3


class Regime(StrEnum):
    """What a window is an example of."""

    NORMAL = "normal"
    SHARP_FALL = "sharp_fall"
    SHARP_RISE = "sharp_rise"
    HIGH_VOLATILITY = "high_volatility"

    @property
    def label(self) -> str:
        """For a reader."""
        return self.value.replace("_", " ")


TURMOIL = (Regime.SHARP_FALL, Regime.SHARP_RISE, Regime.HIGH_VOLATILITY)


@dataclass(frozen=True)
class Window:
    """Steps of a market: the first is the opening, each further one is marked."""

    regime: Regime
    first: int
    last: int
    """Included."""
    start: date
    end: date
    market_return: float
    """A fraction."""
    volatility: float
    """Standard deviation of the market's daily returns."""


def windows_of(universe: Universe) -> list[Window]:
    """All windows, normal times first, each kind in the order of its dates.

    Raises InputError where the history has none.
    """
    history = _History(universe)
    found = [*history.normal()]
    for regime in TURMOIL:
        found += sorted(history.extreme(regime), key=lambda window: window.first)
    regimes = {window.regime for window in found}
    if len(regimes) < len(Regime):
        raise InputError(
            f"some kind of window has no {SMALLEST_POOL} securities with prices on all its dates"
        )
    return found


class _History:
    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self.per_date = universe.per_date
        self.returns = market_returns(universe)
        self.growth = np.cumsum(np.log1p(self.returns))
        self.steps = len(self.returns)
        self.length = min(QUARTER, self.steps // self.per_date // 5) * self.per_date

    def normal(self) -> list[Window]:
        """The calmer half of the years."""
        years = [
            self.window(Regime.NORMAL, first, last)
            for first, last in self._years()
            if self.universe.gives_trades(first, last)
        ]
        median = float(np.median([year.volatility for year in years])) if years else 0
        return [year for year in years if year.volatility <= median]

    def extreme(self, regime: Regime) -> list[Window]:
        """The first windows by the regime's measure that do not overlap."""
        lasts = np.arange(self.length + self.per_date - 1, self.steps, self.per_date)
        if regime is Regime.HIGH_VOLATILITY:
            rank = -self._volatilities(lasts)
        else:
            rank = self.growth[lasts] - self.growth[lasts - self.length]
            rank = -rank if regime is Regime.SHARP_RISE else rank
        chosen: list[Window] = []
        for last in lasts[np.argsort(rank, kind="stable")].tolist():
            first = last - self.length
            apart = all(abs(last - other.last) >= self.length for other in chosen)
            if apart and self.universe.gives_trades(first, last):
                chosen.append(self.window(regime, first, last))
            if len(chosen) == WINDOWS_OF_A_KIND:
                break
        return chosen

    def window(self, regime: Regime, first: int, last: int) -> Window:
        dates = self.universe.market.dates
        return Window(
            regime,
            first,
            last,
            dates[first],
            dates[last],
            float(np.expm1(self.growth[last] - self.growth[first])),
            float(self.returns[first + 1 : last + 1].std(ddof=1)),
        )

    def _years(self) -> Iterable[tuple[int, int]]:
        years = np.array([day.year for day in self.universe.market.dates])
        found = [np.flatnonzero(years == year) for year in np.unique(years)]
        whole = [
            (int(rows[self.per_date - 1]), int(rows[-1]))
            for rows in found
            if len(rows) >= WHOLE_YEAR * self.per_date
        ]
        if len(whole) >= FEWEST_YEARS:
            return whole
        return self._quarters()

    def _quarters(self) -> Iterator[tuple[int, int]]:
        dates = np.linspace(0, self.steps // self.per_date - 1, 5).astype(int)
        bounds = (dates + 1) * self.per_date - 1
        yield from zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)

    def _volatilities(self, lasts: NDArray[np.intp]) -> Floats:
        total = np.concatenate([[0.0], np.cumsum(self.returns)])
        squares = np.concatenate([[0.0], np.cumsum(self.returns**2)])
        count = self.length
        sums = total[lasts + 1] - total[lasts + 1 - count]
        variances: Floats = (squares[lasts + 1] - squares[lasts + 1 - count] - sums**2 / count) / (
            count - 1
        )
        return variances


def market_returns(universe: Universe) -> Floats:
    """(T,): mean return of the securities that have a price at the step and the one before it."""
    prices = universe.tokens.prices_e8[:, list(universe.pool)].astype(np.float64)
    before, now = prices[:-1], prices[1:]
    both = (before > 0) & (now > 0)
    ratios = np.divide(now, before, out=np.ones_like(now), where=both) - 1
    counts = both.sum(axis=1)
    means = np.divide(ratios.sum(axis=1), counts, out=np.zeros(len(ratios)), where=counts > 0)
    return np.concatenate([[0.0], means])
