# SPDX-License-Identifier: MIT
"""What becomes of a user's prices where they have gaps, splits and dates without rates.

- Business dates are the dates of the file of prices, weekends too where it has them. A holiday of
  one market is a gap in its columns.
- A gap is filled with the column's last price, if that is at most MAX_AGE_DAYS calendar days old,
  as the escrow does. In a longer gap, and before the first price, there is no price, which is 0: a
  basket that would need it is not drawn.
- A rate is the last of at most MAX_AGE_DAYS calendar days before. A date without all rates that
  are needed is left out. Needed are those of the base currency: that of the first column.
- A share split is undone: the prices before it are multiplied by its ratio, so that the path is
  continuous and a call is never for a split. `splits` tells a split from a fall; a sudden move of
  one security alone that is none is noted.
- Prices and rates of more than 8 decimals are rounded half to even.

Each use of a rule is a sentence among the market's notes, but the rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tanpo.deployer import MAX_AGE_DAYS
from tanpo.study.market.series import Series, latest
from tanpo.study.market.splits import Split, find_splits, undo_splits
from tanpo.units import from_smallest


def column_series(dates: Sequence[date], values_e8: NDArray[np.int64]) -> Series:
    """Return what a column has, without its gaps."""
    there = np.flatnonzero(values_e8)
    return Series(tuple(dates[row] for row in there), tuple(values_e8[there].tolist()))


def filled(dates: Sequence[date], values_e8: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the columns with their gaps filled, (T, columns); 0 where there is no price."""
    columns = [latest(column_series(dates, column), dates) for column in values_e8.T]
    return np.stack(columns, axis=1)


def without_splits(
    names: Sequence[str], dates: Sequence[date], values_e8: NDArray[np.int64]
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the columns with their splits undone, and the notes of it.

    Raises ValueError, with the name of the column, where a price then no longer fits a fixing.
    """
    found, notes = values_e8.copy(), []
    splits = find_splits(dates, values_e8, filled(dates, values_e8))
    for column in sorted({split.column for split in splits}):
        own = [split for split in splits if split.column == column]
        try:
            found[:, column] = undo_splits(values_e8[:, column].tolist(), own)
        except ValueError as error:
            raise ValueError(f"column {names[column]}: a price {error}") from None
        notes += [_split_note(names[column], dates, values_e8, split) for split in own]
    return found, tuple(notes)


def gap_notes(
    names: Sequence[str],
    dates: Sequence[date],
    raw_e8: NDArray[np.int64],
    filled_e8: NDArray[np.int64],
) -> tuple[str, ...]:
    """Return what has been filled, and what has no price, by column."""
    notes = []
    for name, raw, full in zip(names, raw_e8.T, filled_e8.T, strict=True):
        carried = np.flatnonzero((raw == 0) & (full != 0))
        absent = np.flatnonzero(full == 0)
        if carried.size:
            span = _span(dates, carried)
            notes.append(f"{name}: {span} filled with the last price, at most {_AGE} old.")
        if absent.size:
            notes.append(f"{name}: {_span(dates, absent)} without a price at most {_AGE} old.")
    return tuple(notes)


def dates_with_rates(
    dates: Sequence[date], pairs: Sequence[str], rates_e8: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Return which dates have a rate of all pairs, (T,), and the note of those that have not."""
    kept = (rates_e8 > 0).all(axis=1)
    if kept.all():
        return kept, ()
    lacking = " or ".join(
        pair for pair, rates in zip(pairs, rates_e8.T, strict=True) if (rates == 0).any()
    )
    span = _span(dates, np.flatnonzero(~kept))
    return kept, (f"{span} left out without a rate of {lacking} at most {_AGE} old.",)


_AGE = f"{MAX_AGE_DAYS} days"


def _span(dates: Sequence[date], rows: NDArray[np.intp]) -> str:
    """Return how many dates there are, and between which."""
    first, last = dates[rows[0]], dates[rows[-1]]
    return f"{rows.size} dates from {first} to {last}" if rows.size > 1 else f"1 date, {first},"


def _split_note(
    name: str, dates: Sequence[date], values_e8: NDArray[np.int64], split: Split
) -> str:
    before, after = (
        f"{from_smallest(int(values_e8[row, split.column]), 8)} on {dates[row]}"
        for row in (split.before, split.row)
    )
    if split.ratio == 1:
        return f"{name}: {before} and {after} are left as they are, for the move is no split."
    return (
        f"{name}: {before} and {after} are taken as a split:"
        f" all earlier prices are multiplied by {split.ratio}."
    )
