# SPDX-License-Identifier: MIT
"""Netting sets for the study's engine, written down, and what has become of one."""

from __future__ import annotations

import numpy as np

from tanpo.instrument import Instrument, Kind
from tanpo.study.engine.netting import Result
from tanpo.study.engine.sets import Sets
from tanpo.study.engine.tokens import Tokens

ONE_E8 = 10**8


def share(symbol: str, currency: str = "USD", lot: int = 1) -> Instrument:
    return Instrument(symbol, Kind.EQUITY, currency, 0, lot)


def priced(
    instruments: list[Instrument], prices: list[list[float]], rates: list[list[float]] | None = None
) -> Tokens:
    """Prices and rates, of EURUSD and USDJPY, row by row."""
    rows = rates or [[1, 100]] * len(prices)
    values = [np.rint(np.array(table) * ONE_E8).astype(np.int64) for table in (prices, rows)]
    return Tokens("USD", tuple(instruments), values[0], ("EURUSD", "USDJPY"), values[1])


def one_set(
    first_lends: list[bool],
    loan: list[int],
    loan_quantity: list[int],
    collateral: list[list[int]],
    threshold_bps: int = 0,
    haircut_bps: int = 0,
) -> Sets:
    """`collateral`: (K, n)."""
    lists = (first_lends, loan, loan_quantity, collateral, threshold_bps, 0, haircut_bps)
    return Sets(*(np.array(each)[..., None] for each in lists))


def many(paths: int, trades: int, securities: int) -> tuple[Tokens, Sets]:
    """Sets among six tokens whose prices double or halve over five steps."""
    random = np.random.default_rng(0)
    lots = ((1, "USD"), (10, "EUR"), (100, "JPY")) * 2
    moves = random.choice((0.5, 1, 2), (5, 6)).cumprod(axis=0)
    rates = random.choice((0.98, 1, 1.02), (5, 2)).cumprod(axis=0) * (1.0925, 134.25)
    instruments = [share(f"S{number}", each[1], each[0]) for number, each in enumerate(lots)]
    tokens = priced(instruments, (moves * 10).tolist(), rates.tolist())
    joining = random.random((6, trades, paths)).argsort(axis=0)
    sets = Sets(
        random.random((trades, paths)) < 0.5,
        joining[0],
        random.integers(1, 3, (trades, paths)) * 1_000,
        joining[1 : securities + 1],
        random.choice((0, 200), paths),
        random.choice((0, 10**9), paths),
        random.choice((0, 500), paths),
    )
    return tokens, sets


def wide(count: int) -> Sets:
    """A set of so many tokens, next to one of two."""
    loans = np.zeros((count - 1, 2), dtype=int)
    collateral = np.array([range(1, count), [1] * (count - 1)]).T[None]
    nothing = np.zeros(2, dtype=int)
    return Sets(loans == 0, loans, loans + 1, collateral, nothing, nothing, nothing)


def held_by_step(result: Result) -> list[tuple[list[int], list[int]]]:
    """Of one set: what secures the first party, and what the second."""
    assert result.history is not None
    first, second = result.history.quantities[..., 0].swapaxes(0, 1).astype(int).tolist()
    return list(zip(first, second, strict=True))
