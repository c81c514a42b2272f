# SPDX-License-Identifier: MIT
"""Figures of a regime and their indexes, with 95 % intervals.

A figure is the mean over all draws, trade types and windows of a regime; an index is its ratio to
that of the base. The interval is of a bootstrap in two stages (Davison and Hinkley, Bootstrap
Methods and their Application, 1997, 3.8): windows are drawn again, and in each of them its draws,
numerator and denominator together.
So it covers both that baskets are random and that history had few such windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tanpo.study.engine.outcome import MEASURES
from tanpo.study.engine.tokens import Floats

REPLICATES = 1000
_QUANTILES = (0.025, 0.975)


@dataclass(frozen=True)
class Indexes:
    """Arrays of one shape, (measures, settings)."""

    value: Floats
    """Mean over windows, types and draws, in the measure's own unit."""
    index: Floats
    low: Floats
    high: Floats


def indexes(
    windows: Sequence[Floats], base: int, seed: tuple[int, ...], measures: Sequence[str] = MEASURES
) -> Indexes:
    """Of some windows of (measures, settings, types, draws); `base` is the setting that is 1.00.

    A measure that is 0 in the base has no index (NaN).
    """
    random = np.random.default_rng(seed)
    rows = [MEASURES.index(name) for name in measures]
    by_draw = [window[rows].mean(axis=2) for window in windows]
    value = np.mean([window.mean(axis=2) for window in by_draw], axis=0)

    again = np.zeros((len(by_draw), REPLICATES, *value.shape))
    for number, window in enumerate(by_draw):
        draws = window.shape[2]
        chosen = random.multinomial(draws, np.full(draws, 1 / draws), REPLICATES) / draws
        again[number] = np.moveaxis(window @ chosen.T, 2, 0)
    count = len(by_draw)
    picked = random.multinomial(count, np.full(count, 1 / count), REPLICATES)
    replicated = np.einsum("wrms,rw->rms", again, picked.astype(np.float64))

    low, high = np.quantile(_ratio(replicated, base), _QUANTILES, axis=0)
    return Indexes(value, _ratio(value, base), low, high)


def _ratio(values: Floats, base: int) -> Floats:
    """To the base, along the last axis."""
    of_base = values[..., base, None]
    return np.divide(values, of_base, out=np.full_like(values, np.nan), where=of_base != 0)
