# SPDX-License-Identifier: MIT
"""A call's decisions in whole numbers: the formulas of `tanpo.model.values` on arrays.

Every array holds Python integers (dtype object). Values are numerators over one denominator.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanpo.model.values import ONE_BPS
from tanpo.study.engine.tokens import Exact


class Call(NamedTuple):
    """What marks of P paths order."""

    moves: NDArray[np.bool_]
    """(P,): whether there is a call."""
    lots: Exact
    """(..., P): to deliver (positive) or to return (negative); counts where it moves."""


def call(
    required: Exact,
    values: Exact,
    quantities: Exact,
    lots: Exact,
    threshold_bps: Exact,
    mta: Exact,
) -> Call:
    """The call that restores the required value.

    `required`, `mta`: (P,), `values`: (K, P) of the basket after haircuts, all over the same
    denominator. `quantities`, `lots`: (K, P), smallest units.
    """
    basket = values.sum(axis=0)
    exposure = required - basket
    size = abs(exposure)
    moves = (size * ONE_BPS > required * threshold_bps) & (size >= mta)
    shares = quantities * size
    whole = np.where(
        exposure > 0, division_round_up(shares, basket * lots), -(shares // (basket * lots))
    )
    return Call(moves.astype(bool), whole)


def division_round_up(numerator: Exact, denominator: Exact) -> Exact:
    """The next whole number."""
    up: Exact = -(-numerator // denominator)
    return up
