# SPDX-License-Identifier: MIT
"""Measures over a number, as lines."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from tanpo.study.output import style, words
from tanpo.study.output.charts import measured
from tanpo.study.output.panels import one_or_each, small_multiples
from tanpo.study.output.section import Section

READING = (
    "A panel for each measure, as an index of the base case; a colour and marker for each series, "
    "solid in normal times and dashed in turmoil. Bands are 95 % intervals."
)

_MANY = 12
"""Points of a line; the markers of more are smaller."""


def draw(section: Section) -> Figure:
    """One panel for each metric."""
    table = measured.shown(section.table)
    metrics = words.in_order(table["metric"])
    looks = style.series_style(words.in_order(table["series"].astype(str)))
    panels = small_multiples(len(metrics))
    panels.name(measured.heads(table, metrics))
    labels = []
    for axes, metric in zip(panels.axes, metrics, strict=True):
        rows, label = measured.as_drawn(table[table["metric"] == metric])
        labels.append(label)
        if label == measured.INDEX:
            measured.base_line(axes)
        for name, look in looks.items():
            for regime in measured.regimes_of(rows):
                chosen = rows["series"].astype(str).eq(name) & rows["regime"].eq(regime)
                _line(axes, rows[chosen].sort_values("x"), look, regime)
        _ticks(axes, table["x"], 0.05 * panels.columns)
    panels.label(section.x_label, one_or_each(labels))
    handles: list[Artist] = [
        Line2D([], [], linestyle="-", label=name, **look) for name, look in looks.items()
    ]
    panels.legend(handles + style.regime_handles(measured.regimes_of(table)))
    return panels.figure


def _line(axes: Axes, rows: pd.DataFrame, look: style.Look, regime: str) -> None:
    if regime != "normal":
        look = look | {"markerfacecolor": "white"}
    axes.fill_between(
        rows["x"].astype(float),
        rows["low"].astype(float),
        rows["high"].astype(float),
        color=look["color"],
        alpha=0.16,
        linewidth=0,
    )
    size = 5 if len(rows) <= _MANY else 3
    axes.plot(rows["x"], rows["y"], linestyle=style.STROKES[regime], markersize=size, **look)


def _ticks(axes: Axes, values: pd.Series[float], apart: float) -> None:
    """Ticks where there are points, if these are few and this share of the axis apart."""
    points = sorted(values.astype(float).unique())
    gaps = [after - before for before, after in pairwise(points)]
    if 1 < len(points) <= 7 and min(gaps) >= apart * (points[-1] - points[0]):
        axes.set_xticks(points, [f"{point:g}" for point in points])
