# SPDX-License-Identifier: MIT
"""Files of prices and rates as a user might have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from tanpo.study.market import Market

FIRST = date(2024, 1, 1)
"""A Monday; the ECB has no rates of it, but those of 29 December."""
NAMES = ("A", "B", "C", "D", "E", "F")


def day(number: int) -> date:
    """The date of row `number` of a file: weekends are dates like any other."""
    return FIRST + timedelta(number)


def rows_of(
    names: Sequence[str] = NAMES,
    columns: Mapping[str, Sequence[str]] | None = None,
    count: int = 22,
    first: date = FIRST,
) -> list[list[str]]:
    """A header and `count` lines of 100, but for the `columns` that are given."""
    given = columns or {}
    return [
        ["date", *names],
        *(
            [
                str(first + timedelta(row)),
                *(given[name][row] if name in given else "100" for name in names),
            ]
            for row in range(count)
        ),
    ]


def write(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def column(market: Market, symbol: str) -> list[int]:
    """A security's prices at the scale 1e8."""
    symbols = [security.instrument.symbol for security in market.securities]
    return [int(value) for value in market.prices_e8[:, symbols.index(symbol)]]


def path_of(start: int, changes: Mapping[int, str], count: int = 22) -> list[str]:
    """`start` on each row, until a row of `changes` says otherwise; an empty text is one gap."""
    found, last = [], str(start)
    for row in range(count):
        change = changes.get(row)
        last = last if change in (None, "") else str(change)
        found.append("" if change == "" else last)
    return found
