# SPDX-License-Identifier: MIT
"""Trades for the study's engine, written down, and random ones in large numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.setexamples import priced, share
from tanpo.instrument import Instrument, Kind
from tanpo.study.engine.tokens import Tokens
from tanpo.study.engine.trades import Trades

BUND = Instrument("BUND", Kind.BOND, "EUR", 0, 1)
STOCK = Instrument("STOCK", Kind.EQUITY, "USD", 0, 10)


def trades(
    loan_quantity: Any,
    loan: int = 0,
    collateral: tuple[int, ...] = (1,),
    threshold_bps: Any = 0,
    mta_e6: Any = 0,
    haircut_bps: Any = 0,
) -> Trades:
    """The same trade of each quantity; the other figures for all, or one each."""
    quantity = np.atleast_1d(loan_quantity)
    nothing = np.zeros_like(quantity)
    return Trades(
        nothing + loan,
        quantity,
        nothing + np.array(collateral)[:, None],
        nothing + threshold_bps,
        nothing + mta_e6,
        nothing + haircut_bps,
    )


def jsf_sample() -> tuple[Tokens, Trades]:
    """The sample transaction of JSF (2023): Bunds against US stock, 19 and 20 April 2023."""
    prices = np.array([[9_881_100_000, 16_101_000_000], [9_875_900_000, 16_253_000_000]])
    rates = np.array([[109_253_000], [109_753_000]])
    return Tokens("USD", (BUND, STOCK), prices, ("EURUSD",), rates), trades(50_000_000)


def many(paths: int, securities: int) -> tuple[Tokens, Trades]:
    """Trades among six tokens whose prices move at random over seven steps, some not at all."""
    random = np.random.default_rng(0)
    lots = ((1, "USD"), (10, "EUR"), (100, "JPY")) * 2
    instruments = [share(f"S{number}", each[1], each[0]) for number, each in enumerate(lots)]
    moves = random.choice((0.5, 0.97, 1, 1, 1.01, 2), (7, 6)).cumprod(axis=0)
    rates = random.choice((0.98, 1, 1.02), (7, 2)).cumprod(axis=0) * (1.0925, 134.25)
    joining = random.random((6, paths)).argsort(axis=0)
    return priced(instruments, (moves * 10).tolist(), rates.tolist()), Trades(
        joining[0],
        random.integers(1, 1_000, paths) * 100,
        joining[1 : securities + 1],
        random.choice((0, 200), paths),
        random.choice((0, 10**9), paths),
        random.choice((0, 500), paths),
    )
