# SPDX-License-Identifier: MIT
"""Markets and single trades for the study's engine, as arrays.

Tokens of all kinds, lots and decimals; prices are round and often stay or move by round parts, so
that exposures are often nothing, or exactly a threshold or a minimum.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st

from model.setmarkets import (
    CURRENCIES,
    KINDS,
    PRICES_E8,
    RATE_MOVES_E4,
    RATES_E8,
    THRESHOLDS_BPS,
    is_cash,
)
from tanpo.instrument import Instrument
from tanpo.study.engine import margining
from tanpo.study.engine.margining import Result, Schedule
from tanpo.study.engine.tokens import Tokens
from tanpo.study.engine.trades import Trades

MOVES_E4 = st.sampled_from(
    (*[10_000] * 6, *[10_200, 9_800] * 2, 10_001, 5_000, 20_000, 12_345, 100, 1_000_000)
)
MINIMA_E6 = st.sampled_from((0, 0, 1, 2 * 10**6, 2 * 10**7, 10**12))
HAIRCUTS_BPS = st.sampled_from((0, 0, 1, 500, 9_999))
LENT = st.sampled_from((1, 100, 100, 100, 1_000, 999_983))
"""Written units."""
MOST_PATHS = 3


@st.composite
def markets_and_trades(draw: Any, securities: int, steps: int = 8) -> tuple[Tokens, Trades]:
    """One to three paths, each with a basket of so many tokens, over three to `steps` steps."""
    tokens = draw(_markets(securities + draw(st.integers(1, 2)), draw(st.integers(2, steps - 1))))
    paths = draw(st.integers(1, MOST_PATHS))
    known = range(len(tokens.instruments))
    named = [draw(st.permutations(known))[: securities + 1] for _ in range(paths)]
    loan, *collateral = np.array(named).T
    written = np.array(_drawn(draw, LENT, paths))
    decimals = np.array([tokens.instruments[each].decimals for each in loan])
    limits = (THRESHOLDS_BPS, MINIMA_E6, HAIRCUTS_BPS)
    return tokens, Trades(
        loan,
        written * 10**decimals,
        np.array(collateral),
        *(np.array(_drawn(draw, values, paths)) for values in limits),
    )


def margined(tokens: Tokens, trades: Trades, schedule: Schedule) -> Result:
    """With history; no market in which a quantity outgrows a float."""
    try:
        return margining.margin(tokens, trades, schedule, history=True)
    except OverflowError:
        reject()


@st.composite
def _markets(draw: Any, count: int, moves: int) -> Tokens:
    instruments = tuple(draw(_instruments(number)) for number in range(count))
    prices = [
        _path(draw(PRICES_E8[each.kind]), _price_moves(draw, each, moves)) for each in instruments
    ]
    rates = [_path(draw(first), _drawn(draw, RATE_MOVES_E4, moves)) for first in RATES_E8]
    return Tokens("USD", instruments, np.array(prices).T, ("EURUSD", "USDJPY"), np.array(rates).T)


@st.composite
def _instruments(draw: Any, number: int) -> Instrument:
    decimals, lot = draw(st.sampled_from((0, 0, 2, 6))), draw(st.sampled_from((1, 1, 10, 100)))
    return Instrument(f"T{number}", draw(KINDS), draw(st.sampled_from(CURRENCIES)), decimals, lot)


def _price_moves(draw: Any, instrument: Instrument, count: int) -> list[int]:
    return [10_000] * count if is_cash(instrument) else _drawn(draw, MOVES_E4, count)


def _path(first: int, moves: list[int]) -> list[int]:
    return list(accumulate(moves, lambda value, move: max(1, value * move // 10**4), initial=first))


def _drawn(draw: Any, values: st.SearchStrategy[int], count: int) -> list[int]:
    return draw(st.lists(values, min_size=count, max_size=count))
