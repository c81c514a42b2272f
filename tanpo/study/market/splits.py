# SPDX-License-Identifier: MIT
"""Share splits in a column of prices: how they are told from falls, and how they are undone.

A fall of one security alone to a half, or to another such share of its price, looks the same. So
each split that is found becomes a note, and whoever knows better keeps the prices as they are.
Nor is a split told whose date moved the price by more than TOLERANCE besides (Apple's 4:1 on
2020-08-31, 499.23 and then 129.04, is 3.4 % more than a quarter); such a move becomes a note too.
Prices that the vendor has adjusted need none of this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tanpo.deployer import MAX_AGE_DAYS
from tanpo.study.market.cells import LARGEST_E8
from tanpo.study.market.series import day_numbers

_WHOLE = (*range(2, 21), 25, 30, 40, 50, 100)
RATIOS = (
    *(Fraction(1, n) for n in _WHOLE),
    *(Fraction(n) for n in _WHOLE),
    Fraction(2, 3),
    Fraction(3, 2),
)
"""What a split makes of a price: 1/4 where a share becomes four, 10 where ten become one."""
TOLERANCE = 0.05
OTHERS_LIMIT = 0.10
_ROUNDING = 1e-12
"""More than what double precision errs by: limits hold as they are written."""


SUDDEN = 0.3
"""Of the logarithm of a move: no ratio is nearer to 1."""


@dataclass(frozen=True)
class Split:
    """A close that is far from the column's last one, while the others were calm."""

    column: int
    before: int
    """The row of the last price, at the old number of shares."""
    row: int
    """The row of the first at the new."""
    ratio: Fraction
    """What the price was multiplied by; 1 where the move is near none of RATIOS: it is no split."""


def find_splits(
    dates: Sequence[date], raw_e8: NDArray[np.int64], filled_e8: NDArray[np.int64]
) -> list[Split]:
    """Return the splits by column, in the order of time, and the sudden moves that are none.

    A close is one if it is within TOLERANCE of a ratio of RATIOS (the nearest) to the column's last
    close, which is at most MAX_AGE_DAYS old, while the median of the other columns moved by less
    than OTHERS_LIMIT: of those that have a close on the date too, for what is closed for a holiday
    would be calm in a crash; only where none has, of those with a price. Without any other there
    is no split. A longer gap is not looked over: no trade of a study can live through it.

    Args:
        dates: T of them.
        raw_e8: (T, columns), 0 for a gap.
        filled_e8: The same with gaps filled.
    """
    days, ratios = day_numbers(dates), np.array([float(ratio) for ratio in RATIOS])
    found = []
    for column, prices in enumerate(raw_e8.T):
        rows = np.flatnonzero(prices)
        before, after = rows[:-1], rows[1:]
        moves = prices[after] / prices[before]
        # The table below is made for the few that are left.
        few = (np.abs(np.log(moves)) > SUDDEN) & (days[after] - days[before] <= MAX_AGE_DAYS)
        before, after, moves = before[few], after[few], moves[few]
        distances = np.abs(moves[:, None] / ratios - 1)
        for at, near in enumerate(distances.min(axis=1, initial=np.inf) <= TOLERANCE + _ROUNDING):
            ratio = RATIOS[distances[at].argmin()] if near else Fraction(1)
            split = Split(column, int(before[at]), int(after[at]), ratio)
            if _others_were_calm(raw_e8, filled_e8, split):
                found.append(split)
    return found


def undo_splits(prices_e8: Sequence[int], splits: Sequence[Split]) -> list[int]:
    """Return one column's prices at the number of shares of its last row.

    Each price is multiplied by the ratios of all later splits, exactly, and rounded once, half to
    even; a gap stays 0. Raises ValueError, whose text ends a sentence about the column, where a
    price becomes nothing or more than a fixing holds.
    """
    found = list(prices_e8)
    ratio, end = Fraction(1), len(found)
    for split in (*reversed(splits), None):
        begin = split.row if split else 0
        for row in range(begin, end):
            # Without a split after it a price stays as it is, without work.
            value = round(found[row] * ratio) if ratio != 1 and found[row] else found[row]
            if value > LARGEST_E8 or (value == 0 and found[row]):
                raise ValueError(f"times {ratio} for splits does not fit a fixing")
            found[row] = value
        if split:
            ratio, end = ratio * split.ratio, split.row
    return found


def _others_were_calm(
    raw_e8: NDArray[np.int64], filled_e8: NDArray[np.int64], split: Split
) -> bool:
    """Whether the median of the other columns moved by less than OTHERS_LIMIT meanwhile."""
    then = np.delete(filled_e8[split.before], split.column)
    for prices_e8 in (raw_e8, filled_e8):
        now = np.delete(prices_e8[split.row], split.column)
        both = (then > 0) & (now > 0)
        if both.any():
            return bool(abs(np.median(now[both] / then[both]) - 1) < OTHERS_LIMIT - _ROUNDING)
    return False
