# SPDX-License-Identifier: MIT
"""Small markets with a study's windows, and figures that are made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np

from tanpo.instrument import Instrument, Kind
from tanpo.study.engine.outcome import MEASURES
from tanpo.study.laboratory import Effort, Laboratory
from tanpo.study.market import Market, Security
from tanpo.study.measured import Measured
from tanpo.study.spread import Spread
from tanpo.study.study import laboratory_of
from tanpo.study.windows import Window

FIRST = date(2024, 1, 1)
SMALL = Effort(published=16, further=4, bootstrap=3)
KINDS = ("sharp_fall", "sharp_rise", "high_volatility")

Figures = Mapping[str, Mapping[str, Sequence[float]]]
"""By regime and measure: a figure of each setting."""


class Inline(Executor):
    """Works at once, in this thread."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def market_of(
    stocks: int = 6,
    bonds: int = 0,
    dates: int = 100,
    per_date: int = 1,
    gaps: Mapping[int, slice] | None = None,
) -> Market:
    """Random walks on calendar days; where there are bonds, only they are lent.

    `gaps`: steps on which the stock of that number has no price.
    """
    random = np.random.default_rng((stocks, bonds, dates, per_date))
    steps = dates * per_date
    shocks = random.normal(0, 0.01, (steps, 1)) + random.normal(0, 0.012, (steps, stocks + bonds))
    shocks[:, stocks:] /= 4
    prices_e8 = np.rint(1e10 * np.exp(shocks.cumsum(axis=0))).astype(np.int64)
    for column, rows in (gaps or {}).items():
        prices_e8[rows, column] = 0
    rates = np.exp(random.normal(0, 0.005, (steps, 2)).cumsum(axis=0)) * [1.1, 150.0]
    return Market(
        dates=tuple(FIRST + timedelta(step // per_date) for step in range(steps)),
        securities=(
            *(Security(_instrument("S", n, Kind.EQUITY), is_lent=not bonds) for n in range(stocks)),
            *(Security(_instrument("B", n, Kind.BOND), is_collateral=False) for n in range(bonds)),
        ),
        prices_e8=prices_e8,
        pairs=("EURUSD", "USDJPY"),
        rates_e8=np.rint(rates * 1e8).astype(np.int64),
        source="Random walks.",
        moments_per_date=per_date,
    )


def laboratory(market: Market, effort: Effort = SMALL) -> Laboratory:
    """Works in this process."""
    return laboratory_of(market, effort, 1, Spread(Inline()))


def answering(asked: Laboratory, answers: Sequence[Any]) -> Laboratory:
    """The same, but all work has been done and has come to `answers`."""
    spread: Any = SimpleNamespace(map=lambda function, items: list(answers))
    return replace(asked, spread=spread)


def made(settings: Sequence[Any], figures: Figures) -> Measured[Any]:
    """One window of each regime, one type, one draw; measures that are not named are 0."""
    windows, found = [], []
    for number, (regime, by_metric) in enumerate(figures.items()):
        day = FIRST + timedelta(number)
        windows.append(Window(regime, number, number + 1, day, day, 0.0, 0.0))  # type: ignore[arg-type]
        values = np.zeros((len(MEASURES), len(settings), 1, 1))
        for metric, by_setting in by_metric.items():
            values[MEASURES.index(metric), :, 0, 0] = by_setting
        found.append(values)
    return Measured(tuple(settings), tuple(windows), tuple(found), 1)


def everywhere(**by_metric: Sequence[float]) -> Figures:
    """The same figures in all regimes."""
    return dict.fromkeys(("normal", *KINDS), by_metric)


def _instrument(letter: str, number: int, kind: Kind) -> Instrument:
    return Instrument(f"{letter}{number}", kind, "USD", 0, 1)
