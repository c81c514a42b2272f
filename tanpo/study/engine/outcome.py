# SPDX-License-Identifier: MIT
"""What paths have come to: the study's measures, one figure a path."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tanpo.study.engine.tokens import Floats


@dataclass
class Outcome:
    """Sums over the steps of P paths; values in the valuation currency.

    The opening is no step of these. A path's difference is its collateral value less its required
    value, before the call of that step.
    """

    net_credit: Floats
    """Mean of the difference without sign (a row of J's table)."""
    calls: Floats
    """Steps on which a call moved."""
    call_amount: Floats
    """The differences of those steps, without sign."""
    tokens_moved: Floats
    """Quantities that those calls moved, each at its value of the first step."""
    lender_credit: Floats
    """Mean of what the lender was short of the required value: its exposure."""
    borrower_credit: Floats
    """Mean of what was held beyond the required value: the borrower's exposure."""
    uncovered: Floats
    """Mean of what the basket's market value, without haircut, was short of the loan."""
    delivered: Floats
    """Of the amount of calls, what the borrower delivered."""
    worst: Floats
    """The largest difference, without sign."""
    largest_call: Floats
    """The amount of the largest one."""

    @classmethod
    def zeros(cls, paths: int) -> Outcome:
        """Before the first step."""
        return cls(*(np.zeros(paths) for _ in fields(cls)))

    def stacked(self) -> Floats:
        """(measures, P), in the order of `MEASURES`."""
        return np.stack([getattr(self, name) for name in MEASURES])


MEASURES = tuple(field.name for field in fields(Outcome))


@dataclass
class History:
    """The same step by step; nothing at the opening."""

    difference: Floats
    """(T, P): collateral value less required value, before the call."""
    moves: NDArray[np.bool_]
    """(T, P): whether there was a call."""
    quantities: Floats
    """(T, K, P): what the baskets held after the step, smallest units."""

    @classmethod
    def zeros(cls, steps: int, opening: Floats) -> History:
        """Before the first step, with what the baskets open with, (K, P)."""
        paths = (steps, opening.shape[1])
        quantities = np.zeros((steps, *opening.shape))
        quantities[0] = opening
        return cls(np.zeros(paths), np.zeros(paths, dtype=bool), quantities)

    @property
    def called(self) -> Floats:
        """(T, P): amount of the call; positive: the borrower delivers."""
        return -self.difference * self.moves
