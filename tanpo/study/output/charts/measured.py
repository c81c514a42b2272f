# SPDX-License-Identifier: MIT
"""What lines and bars have in common: panels of measures as indexes of a base case."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from tanpo.study.output import style, words

INDEX = "index (base = 1.00)"


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the regimes that are drawn. Raises ValueError where there are none."""
    rows = table[table["regime"].isin(words.SHOWN)]
    if rows.empty:
        raise ValueError(f"no row is of {' or '.join(words.SHOWN)}")
    return rows


def regimes_of(table: pd.DataFrame) -> list[str]:
    """The regimes that are drawn, normal times first."""
    return [name for name in words.SHOWN if (table["regime"] == name).any()]


def as_drawn(rows: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """`rows` of one metric with columns `y`, `low`, `high`, and the label of `y` with its unit.

    Where no row has an index, for the base case has nothing of the metric, the values themselves
    are drawn, of which there is no interval.
    """
    if rows["index"].notna().any():
        return rows.assign(y=rows["index"]), INDEX
    unit = " / ".join(words.in_order(rows["unit"].astype(str)))
    return rows.assign(y=rows["value"], low=float("nan"), high=float("nan")), unit


def heads(table: pd.DataFrame, metrics: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The name of each metric's panel, and lines that say what its index of 1 is."""
    return [
        (words.metric(metric), base_values(table[table["metric"] == metric])) for metric in metrics
    ]


def base_values(rows: pd.DataFrame) -> list[str]:
    """What an index of 1 is in the metric's unit, as lines of text; none where it is not one value.

    `rows` are those of one metric; turmoil may have a base of its own.
    """
    usable = rows[rows["index"].notna() & (rows["index"] != 0)]
    units = words.in_order(usable["unit"].astype(str))
    found: dict[str, str] = {}
    for name in regimes_of(usable):
        part = usable[usable["regime"] == name]
        ratios = part["value"] / part["index"]
        if not ratios.max() - ratios.min() <= 1e-6 * abs(ratios.max()):
            return []
        found[name] = words.number(float(ratios.iloc[0]))
    if len(units) != 1:
        return []
    first, *others = found.values()
    if set(others) <= {first}:
        return [f"1.00 = {first} {units[0]}"]
    return [f"1.00 = {first}, in turmoil {others[0]}", units[0]]


def base_line(axes: Axes, vertical: bool = False) -> None:
    """Mark the base case."""
    mark = axes.axvline if vertical else axes.axhline
    mark(1, color=style.GREY, linewidth=0.8, zorder=1)
