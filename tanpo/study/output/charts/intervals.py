# SPDX-License-Identifier: MIT
"""Values with their intervals."""

from __future__ import annotations

from textwrap import fill

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from tanpo.study.output import style, words
from tanpo.study.output.charts import measured
from tanpo.study.output.panels import small_multiples
from tanpo.study.output.section import Section

READING = (
    "A panel for each measure; points are values and lines their intervals, blue and round in "
    "normal times, red and square in turmoil."
)
_LOOKS: dict[str, style.Look] = {
    "normal": {"color": style.COLOURS[0], "marker": "o"},
    "turmoil": {"color": style.COLOURS[1], "marker": "s"},
}
_STEP = 0.17
"""Inches between two regimes of a series."""
_CHARACTERS = 78
"""Names of series take their share of the width."""


def draw(section: Section) -> Figure:
    """One panel for each metric, a row of it for each series."""
    table = measured.shown(section.table)
    table = table.assign(series=table["series"].astype(str))
    metrics, names = words.in_order(table["metric"]), words.in_order(table["series"])
    regimes = measured.regimes_of(table)
    height = 0.6 + len(names) * (0.18 + _STEP * len(regimes))
    panels = small_multiples(len(metrics), max(1.3, height))
    panels.name([(words.metric(metric), ()) for metric in metrics], _CHARACTERS)
    units = []
    for axes, metric in zip(panels.axes, metrics, strict=True):
        rows = table[table["metric"] == metric]
        units.append(" / ".join(words.in_order(rows["unit"].astype(str))))
        for at, name in enumerate(names):
            for place, regime in enumerate(regimes):
                chosen = rows[rows["series"].eq(name) & rows["regime"].eq(regime)]
                _points(axes, at + (place - (len(regimes) - 1) / 2) * 0.32, chosen, regime)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_yticks(range(len(names)), [fill(name, 26) for name in names])
        axes.tick_params(axis="y", length=0, labelleft=axes in panels.left)
    panels.label(units if len(set(units)) > 1 else units[0], "")
    handles: list[Artist] = [
        Line2D([], [], label=words.regime(regime), **_LOOKS[regime]) for regime in regimes
    ]
    panels.legend(handles)
    return panels.figure


def _points(axes: Axes, at: float, rows: pd.DataFrame, regime: str) -> None:
    known = rows[rows[["low", "high"]].notna().all(axis=1)]
    axes.hlines([at] * len(known), known["low"], known["high"], color=_LOOKS[regime]["color"])
    axes.plot(rows["value"], [at] * len(rows), linestyle="", **_LOOKS[regime])
