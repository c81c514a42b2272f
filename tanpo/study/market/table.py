# SPDX-License-Identifier: MIT
"""A user's file of values by date: CSV with a column `date` and one column a security or pair.

It is UTF-8 text, with or without a byte order mark, with commas; a cell may stand in double quotes
and between spaces. Every line after the first has a later date than the one before.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tanpo.errors import InputError
from tanpo.study.market.cells import business_date, price_e8, shown

Line = tuple[int, list[str]]
"""A line's number in the file, from 1, and its cells."""


@dataclass(frozen=True)
class Table:
    """What a file says, T lines below its header."""

    path: Path
    names: tuple[str, ...]
    """Of the columns after `date`: none empty, none twice."""
    dates: tuple[date, ...]
    """T of them, ascending."""
    values_e8: NDArray[np.int64]
    """(T, names), 0 for a gap; no row has gaps only."""


def read_table(path: Path, check_names: Callable[[Path, tuple[str, ...]], object]) -> Table:
    """Read the file. Raises InputError, `FILE:LINE: reason`, for the first thing wrong with it.

    Line 1 also stands for the file as a whole. `check_names` raises InputError where the columns
    after `date` are not what they should be.
    """
    lines = _lines(path)
    try:
        _, header = next(lines)
    except StopIteration:
        raise error_at(path, 1, "the file is empty") from None
    names = _names(path, header)
    check_names(path, names)
    dates: list[date] = []
    rows: list[list[int]] = []
    for line, cells in lines:
        if not any(cells):
            raise error_at(path, line, "every cell is empty")
        if len(cells) != len(header):
            raise error_at(path, line, f"found {len(cells)} cells for {len(header)} columns")
        found = _date(path, line, cells[0])
        if dates and found <= dates[-1]:
            reason = f"column date: {found} follows {dates[-1]}, but dates must ascend"
            raise error_at(path, line, reason)
        values = _values(path, line, names, cells[1:])
        if not any(values):
            raise error_at(path, line, f"every cell of {found} is empty")
        dates.append(found)
        rows.append(values)
    values_e8 = np.array(rows, np.int64).reshape(len(rows), len(names))
    return Table(path, names, tuple(dates), values_e8)


def error_at(path: Path, line: int, reason: str) -> InputError:
    """Return the error that a file is refused with."""
    return InputError(f"{path}:{line}: {reason}")


def _names(path: Path, header: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns after `date`."""
    if header[:1] != ["date"]:
        reason = f"the first column must be date, found {shown(''.join(header[:1]))}"
        raise error_at(path, 1, reason)
    for position, name in enumerate(header, 1):
        if not name:
            raise error_at(path, 1, f"column {position} has no name")
        if not name.isprintable():
            raise error_at(path, 1, f"column {position}: {shown(name)} is no name")
        if name in header[: position - 1]:
            raise error_at(path, 1, f"column {position}: {shown(name)} is there twice")
    return tuple(header[1:])


def _date(path: Path, line: int, cell: str) -> date:
    try:
        return business_date(cell)
    except ValueError as error:
        raise error_at(path, line, f"column date: {shown(cell)} {error}") from None


def _values(path: Path, line: int, names: Sequence[str], cells: Sequence[str]) -> list[int]:
    try:
        return [price_e8(cell) for cell in cells]
    except ValueError:
        for name, cell in zip(names, cells, strict=True):
            try:
                price_e8(cell)
            except ValueError as error:
                raise error_at(path, line, f"column {name}: {shown(cell)} {error}") from None
        raise


def _lines(path: Path) -> Iterator[Line]:
    """Yield the lines with their cells, without the spaces around these."""
    reader = csv.reader(io.StringIO(_content(path), newline=""), strict=True, skipinitialspace=True)
    before = 0
    try:
        for cells in reader:
            # A quoted cell may go over several lines; the first of them is named.
            line, before = before + 1, reader.line_num
            yield line, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise error_at(path, before + 1, f"is no CSV: {error}") from None


def _content(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise error_at(path, 1, f"cannot be read: {error.strerror}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Lines end in any of the three ways, as the reader of CSV sees them.
        line = len((data[: error.start] + b".").splitlines())
        raise error_at(path, line, "is no UTF-8 text") from None
