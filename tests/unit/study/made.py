# SPDX-License-Identifier: MIT
"""Markets that are made up, so that their figures are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike

from tanpo.instrument import Instrument, Kind
from tanpo.study.market import Market, Security
from tanpo.study.universe import Universe, universe_of

FIRST = date(2020, 1, 1)


def days(count: int, first: date = FIRST) -> tuple[date, ...]:
    """Weekends are dates like any other."""
    return tuple(first + timedelta(number) for number in range(count))


def equity(symbol: str, currency: str = "USD", lot: int = 1) -> Instrument:
    return Instrument(symbol, Kind.EQUITY, currency, 0, lot)


def market_of(
    prices: ArrayLike,
    *,
    securities: Sequence[Security] = (),
    pairs: tuple[str, ...] = ("EURUSD",),
    rates: Sequence[float] = (1.25,),
    dates: tuple[date, ...] = (),
    per_date: int = 1,
) -> Market:
    """Of prices (T, securities) in units; in USD, collateral and lent, unless given."""
    prices_e8 = np.rint(np.asarray(prices, dtype=float) * 10**8).astype(np.int64)
    steps, count = prices_e8.shape
    return Market(
        dates or tuple(day for day in days(steps // per_date) for _ in range(per_date)),
        tuple(securities) or tuple(Security(equity(f"S{at}")) for at in range(count)),
        prices_e8,
        pairs,
        np.tile((np.array(rates) * 10**8).astype(np.int64), (steps, 1)),
        "made up",
        moments_per_date=per_date,
    )


def walks(seed: int, steps: int, count: int = 7, deviation: float = 0.02) -> np.ndarray:
    """Random prices around 100."""
    moves = np.random.default_rng(seed).normal(0, deviation, (steps, count))
    return 100 * np.exp(np.cumsum(moves, axis=0))


def alike(returns: ArrayLike, count: int = 6) -> np.ndarray:
    """Prices of securities that all have these returns, from 100 on."""
    path = 100 * np.cumprod(np.concatenate([[1.0], 1 + np.asarray(returns, dtype=float)]))
    return np.tile(path[:, None], (1, count))


def universe(prices: ArrayLike, **given: object) -> Universe:
    return universe_of(market_of(prices, **given))  # type: ignore[arg-type]
