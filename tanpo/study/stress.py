# SPDX-License-Identifier: MIT
"""Other markets made of a real one: larger moves, and real days in another order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tanpo.study.engine.tokens import Floats, Integers, Tokens

LARGEST_FALL = 0.95
"""Of a price in one step, however much moves are scaled."""
BLOCK = 5
"""Business dates that stay together: a week."""


def scaled(tokens: Tokens, factor: float) -> Tokens:
    """Every move of a price or rate from one step to the next, in per cent, times `factor`."""
    return _replayed(
        tokens, _scaled(_moves(tokens.prices_e8), factor), _scaled(_moves(tokens.rates_e8), factor)
    )


def shuffled(tokens: Tokens, rows: NDArray[np.intp], start: int) -> Tokens:
    """From the prices of step `start` on: the moves into the steps `rows`, all tokens together."""
    first = replace(
        tokens,
        prices_e8=tokens.prices_e8[[start] * (len(rows) + 1)],
        rates_e8=tokens.rates_e8[[start] * (len(rows) + 1)],
    )
    return _replayed(first, _moves(tokens.prices_e8)[rows - 1], _moves(tokens.rates_e8)[rows - 1])


def blocks(
    steps: NDArray[np.intp], length: int, block: int, random: np.random.Generator
) -> NDArray[np.intp]:
    """Draw `length` of the ascending `steps`, in runs of `block` that follow each other in time."""
    follows = np.flatnonzero(steps[block - 1 :] - steps[: len(steps) - block + 1] == block - 1)
    starts = random.choice(follows, -(-length // block))
    runs: NDArray[np.intp] = steps[starts[:, None] + np.arange(block)]
    return runs.ravel()[:length]


def _moves(values: Integers) -> Floats:
    """(T - 1, columns): each value over the one before it; 1 where one of them is missing."""
    before, now = values[:-1].astype(np.float64), values[1:].astype(np.float64)
    known = (before > 0) & (now > 0)
    return np.divide(now, before, out=np.ones_like(now), where=known)


def _scaled(moves: Floats, factor: float) -> Floats:
    return np.maximum(1 - LARGEST_FALL, 1 + factor * (moves - 1))


def _replayed(tokens: Tokens, prices: Floats, rates: Floats) -> Tokens:
    """From the first step's values on, with these moves; at E8, rounded to the nearest."""
    return replace(
        tokens,
        prices_e8=_path(tokens.prices_e8, prices),
        rates_e8=_path(tokens.rates_e8, rates),
    )


def _path(values: Integers, moves: Floats) -> Integers:
    growth = np.vstack([np.ones(values.shape[1]), np.cumprod(moves, axis=0)])
    path = np.rint(values[0] * growth).astype(np.int64)
    return np.where(values[0] > 0, np.maximum(path, 1), 0)
