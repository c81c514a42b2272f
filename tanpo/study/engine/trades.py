# SPDX-License-Identifier: MIT
"""Paths of single trades, as columns of arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanpo.study.engine.exact import division_round_up
from tanpo.study.engine.tokens import Floats, Integers, Tokens

Indexes = NDArray[np.intp]

LARGEST = 2**53
"""Quantities stay below it, so that a float holds each exactly."""


@dataclass(frozen=True)
class Trades:
    """P interest-free trades with baskets of K tokens each, which move pro rata.

    Tokens are given by their index in `Tokens`, quantities in smallest units.
    """

    loan: Indexes
    """(P,)."""
    loan_quantity: Integers
    """(P,)."""
    collateral: Indexes
    """(K, P), different ones in each column."""
    threshold_bps: Integers
    """(P,), of the required value."""
    mta_e6: Integers
    """(P,), in the valuation currency."""
    haircut_bps: Integers
    """(P,), of every token of the basket."""

    @property
    def count(self) -> int:
        """P."""
        return len(self.loan)

    def opening_round_up(self, tokens: Tokens, step: int) -> Floats:
        """The basket that covers the loan at `step`, in equal parts by value: whole lots, (K, P).

        Raises OverflowError where a quantity is too large.
        """
        securities, _ = self.collateral.shape
        kept = 10_000 - self.haircut_bps
        exact = tokens.exact[step]
        loan = self.loan_quantity.astype(object) * exact[self.loan] * 10_000
        lots = tokens.lots[self.collateral]
        unit = exact[self.collateral] * kept.astype(object) * lots.astype(int).astype(object)
        quantities = division_round_up(loan, unit * securities) * lots.astype(int).astype(object)
        require_whole(self.loan_quantity)
        require_whole(quantities)
        opening: Floats = quantities.astype(np.float64)
        return opening


def require_whole(quantities: NDArray[Any]) -> None:
    """Raise OverflowError where a float would not hold every whole number up to a quantity."""
    if quantities.size and quantities.max() >= LARGEST:
        raise OverflowError("a quantity of 2**53 smallest units or more")
