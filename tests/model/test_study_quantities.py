# SPDX-License-Identifier: MIT
"""Quantities that a float does not hold exactly are refused, not rounded."""

from __future__ import annotations

import numpy as np
import pytest

from tanpo.instrument import Instrument, Kind
from tanpo.study.engine.margining import Schedule, margin
from tanpo.study.engine.tokens import Tokens
from tanpo.study.engine.trades import LARGEST, Trades

SHARES = tuple(Instrument(name, Kind.EQUITY, "USD", 0, 1) for name in ("A", "B"))


def trade(loan_quantity: int) -> Trades:
    nothing = np.array([0])
    return Trades(nothing, np.array([loan_quantity]), np.array([[1]]), nothing, nothing, nothing)


def priced(*prices_e8: tuple[int, int]) -> Tokens:
    no_rates = np.zeros((len(prices_e8), 0), dtype=np.int64)
    return Tokens("USD", SHARES, np.array(prices_e8), (), no_rates)


def test_margin__call_beyond_what_a_float_counts__is_refused() -> None:
    tokens = priced((10**8, 10**8), (10**14, 10**8))

    with pytest.raises(OverflowError):
        margin(tokens, trade(LARGEST // 10**6 + 1), Schedule.every(2))


def test_margin__loan_beyond_what_a_float_counts__is_refused() -> None:
    with pytest.raises(OverflowError):
        margin(priced((10**8, 10**8)), trade(LARGEST), Schedule.every(1))


def test_margin__largest_quantities__are_counted() -> None:
    tokens = priced((10**8, 10**8), (2 * 10**8, 10**8))

    result = margin(tokens, trade((LARGEST - 1) // 2), Schedule.every(2))

    assert result.baskets.astype(int).tolist() == [[LARGEST - 2]]
