# SPDX-License-Identifier: MIT
"""One question of a study with its answer: sentences, a table, and how to draw it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

import pandas as pd

_MEASURED = ("regime", "series", "x", "metric", "value", "unit", "index", "low", "high")


class Chart(Enum):
    """How a table is drawn; each kind needs the columns that `columns` names.

    A `regime` is one of `words.REGIMES`. An `index` is a ratio to the base case of the question,
    whose index is 1; `low` and `high` are its 95 % interval, NaN where there is none.
    """

    LINES = "lines"
    """A panel for each metric; `x` is a number. `value` is in `unit`."""
    BARS = "bars"
    """The same over texts, in the order of their appearance."""
    PUBLISHED = "published"
    """Ours beside the published range: `threshold` is a fraction of the required value."""
    FRONTIER = "frontier"
    """Liquidity against net credit, both in basis points of the loan; `efficient` is a truth."""
    TIME = "time"
    """Lines over months; a panel for each unit."""
    SCATTER = "scatter"
    """Points. Of `table.attrs`, all optional: `curve` is (label, xs, ys), `levels` a list of
    (label, y), and `y_label` a text.
    """
    WINDOWS = "windows"
    """A market's level by date; `table.attrs["spans"]` lists (regime, first date, last date)."""
    INTERVALS = "intervals"
    """A value of each series with its interval; a panel for each metric, `x` being `unit`."""

    @property
    def columns(self) -> tuple[str, ...]:
        """What a table must have; more does no harm."""
        return _COLUMNS[self]


_COLUMNS = {
    Chart.LINES: _MEASURED,
    Chart.BARS: _MEASURED,
    Chart.PUBLISHED: (
        *("regime", "collaterals", "threshold", "metric"),
        *("index", "low", "high", "published_low", "published_high"),
    ),
    Chart.FRONTIER: (
        *("regime", "collaterals", "threshold"),
        *("liquidity", "net_credit", "efficient"),
    ),
    Chart.TIME: ("month", "series", "value", "unit"),
    Chart.SCATTER: ("regime", "x", "y", "series"),
    Chart.WINDOWS: ("date", "level"),
    Chart.INTERVALS: ("regime", "series", "metric", "value", "low", "high", "unit"),
}


@dataclass(frozen=True, eq=False)
class Section:
    """A question and its answer.

    Raises ValueError for a name that is no plain file stem, and for a table that is empty or lacks
    a column of its chart.
    """

    name: str
    """File stem of its figure and table: small letters, digits, `_` and `-`."""
    title: str
    """The question."""
    findings: tuple[str, ...]
    """The answer, in sentences of plain text."""
    table: pd.DataFrame
    chart: Chart
    x_label: str
    """Of the horizontal axis, with its unit; of BARS, what the bars differ in. PUBLISHED, TIME and
    WINDOWS name theirs themselves, and INTERVALS have `unit`.
    """
    notes: tuple[str, ...] = ()
    """What a reader must know to read the figures right, in sentences."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", self.name):
            raise ValueError(f"{self.name!r} is no name of a section")
        missing = [name for name in self.chart.columns if name not in self.table.columns]
        if missing:
            raise ValueError(f"{self.name}: the table lacks {', '.join(missing)}")
        if self.table.empty:
            raise ValueError(f"{self.name}: the table is empty")
