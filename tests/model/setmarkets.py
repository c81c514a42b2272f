# SPDX-License-Identifier: MIT
"""Markets and netting sets for the study's engine, as arrays.

Prices and moves are round or next to it, so that exposures are often nothing, or exactly a
threshold or a minimum. EURUSD multiplies and USDJPY divides.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tanpo.instrument import Instrument, Kind
from tanpo.study.engine.sets import Sets
from tanpo.study.engine.tokens import Tokens

ONE_E8 = 10**8
CURRENCIES = ("USD", "EUR", "JPY")
KINDS = st.sampled_from((Kind.EQUITY, Kind.EQUITY, Kind.BOND, Kind.CASH))
PRICES_E8 = {
    Kind.CASH: st.just(ONE_E8),
    Kind.BOND: st.sampled_from((10**10, 98 * ONE_E8, 10_312_345_678)),
    Kind.EQUITY: st.sampled_from((ONE_E8, 2 * ONE_E8, 2 * ONE_E8, 5_000_000, 12_345_678_901)),
}
MOVES_E4 = st.sampled_from(
    (10_000, 10_000, 10_200, 9_800, 10_001, 5_000, 20_000, 2_500, 40_000, 12_345, 100, 1_000_000)
)
RATES_E8 = (
    st.sampled_from((ONE_E8, 125_000_000, 109_253_000)),
    st.sampled_from((100 * ONE_E8, 13_425_000_000)),
)
RATE_MOVES_E4 = st.sampled_from((10_000, 10_000, 10_200, 9_975, 20_000, 5_000))
THRESHOLDS_BPS = st.sampled_from((0, 0, 1, 200, 10_000))
MINIMA_E6 = st.sampled_from((0, 0, 1, 10**6, 2 * 10**7, 10**12))
HAIRCUTS_BPS = st.sampled_from((0, 0, 1, 500, 5_000))
LENT = st.sampled_from((100, 100, 200, 1_000, 1, 999_983))
"""Mostly much alike, so that the side that owes changes."""


@st.composite
def markets(draw: Any, fewest: int, steps: int = 6) -> Tokens:
    """At least so many tokens, over three to `steps` steps."""
    count = draw(st.integers(fewest, 9))
    instruments = tuple(draw(_instruments(number)) for number in range(count))
    last = draw(st.integers(2, steps - 1))
    prices = [
        _path(draw(PRICES_E8[each.kind]), [] if is_cash(each) else _moves(draw, MOVES_E4, last))
        for each in instruments
    ]
    prices = [path * (last + 1) if len(path) == 1 else path for path in prices]
    rates = [_path(draw(first), _moves(draw, RATE_MOVES_E4, last)) for first in RATES_E8]
    return Tokens("USD", instruments, _rows(prices), ("EURUSD", "USDJPY"), _rows(rates))


@st.composite
def sets_of(draw: Any, tokens: Tokens, securities: int, trades: int) -> Sets:
    """One to three sets, each trade of its own or of few tokens, so that they meet."""
    paths = draw(st.integers(1, 3))
    known = range(len(tokens.instruments))
    few = known[: securities + 1]
    named = [
        [draw(st.permutations(draw(st.sampled_from((known, few)))))[: securities + 1]] * paths
        if draw(st.booleans())
        else [draw(st.permutations(known))[: securities + 1] for _ in range(paths)]
        for _ in range(trades)
    ]
    joining = np.moveaxis(np.array(named), 2, 0)
    lists = (st.booleans(), LENT, THRESHOLDS_BPS, MINIMA_E6, HAIRCUTS_BPS)
    first_lends, lent, thresholds, minima, haircuts = lists
    return Sets(
        _drawn(draw, first_lends, trades, paths),
        joining[0],
        _drawn(draw, lent, trades, paths),
        joining[1:],
        _drawn(draw, thresholds, paths),
        _drawn(draw, minima, paths),
        _drawn(draw, haircuts, paths),
    )


def is_cash(instrument: Instrument) -> bool:
    return instrument.kind is Kind.CASH


@st.composite
def _instruments(draw: Any, number: int) -> Instrument:
    kind, lot = draw(KINDS), draw(st.sampled_from((1, 1, 10, 100)))
    decimals = draw(st.sampled_from((0, 2))) if kind is Kind.CASH else 0
    return Instrument(f"T{number}", kind, draw(st.sampled_from(CURRENCIES)), decimals, lot)


def _moves(draw: Any, moves: st.SearchStrategy[int], count: int) -> list[int]:
    return [draw(moves) for _ in range(count)]


def _path(first: int, moves: list[int]) -> list[int]:
    return list(accumulate(moves, lambda value, move: max(1, value * move // 10**4), initial=first))


def _rows(paths: list[list[int]]) -> Any:
    return np.array(paths, dtype=np.int64).T


def _drawn(draw: Any, values: st.SearchStrategy[Any], *shape: int) -> Any:
    size = int(np.prod(shape))
    return np.array(draw(st.lists(values, min_size=size, max_size=size))).reshape(shape)
