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

    A netting set is looked at from the first party's side: the first stands for the lender, the
    second for the borrower. What the second owes counts as positive, what the first owes as
    negative, in the required value as in the collateral.
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
    """Mean of what the market value of collateral, without haircut, was short of the loan.

    Of a set: of what its loans come to in favour of one party, where collateral held against that
    party adds to the shortfall.
    """
    delivered: Floats
    """Of the amount of calls, what was delivered, not returned."""
    worst: Floats
    """The largest difference, without sign."""
    largest_call: Floats
    """The amount of the largest one."""

    @classmethod
    def zeros(cls, paths: int) -> Outcome:
        """Before the first step."""
        return cls(*(np.zeros(paths) for _ in fields(cls)))

    def observe(self, exposure: Floats, uncovered: Floats) -> None:
        """Count a step, before its call; (P,) each."""
        size, short = abs(exposure), np.maximum(exposure, 0)
        self.net_credit += size
        self.lender_credit += short
        self.borrower_credit += size - short
        self.uncovered += np.maximum(uncovered, 0)
        np.maximum(self.worst, size, out=self.worst)

    def count(
        self,
        columns: NDArray[np.intp],
        moves: NDArray[np.bool_],
        amount: Floats,
        delivered: Floats,
        moved: Floats,
    ) -> None:
        """Count the calls of some paths: whether there is one, its amount and the parts of it."""
        called = amount * moves
        self.calls[columns] += moves
        self.call_amount[columns] += called
        self.delivered[columns] += delivered * moves
        self.tokens_moved[columns] += moved * moves
        self.largest_call[columns] = np.maximum(self.largest_call[columns], called)

    def average(self, steps: int) -> None:
        """Turn the sums over so many steps into means, where a measure is one."""
        for name in ("net_credit", "lender_credit", "borrower_credit", "uncovered"):
            getattr(self, name).__itruediv__(max(1, steps))

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
    """(T, K, P): what the baskets held after the step, smallest units. Of sets (T, 2, H, P)."""

    @classmethod
    def zeros(cls, steps: int, opening: Floats) -> History:
        """Before the first step, with what is held at the opening, (K, P) or (2, H, P)."""
        paths = (steps, opening.shape[-1])
        quantities = np.zeros((steps, *opening.shape))
        quantities[0] = opening
        return cls(np.zeros(paths), np.zeros(paths, dtype=bool), quantities)

    @property
    def called(self) -> Floats:
        """(T, P): amount of the call; positive: the borrower (the second party) owes it."""
        return -self.difference * self.moves
