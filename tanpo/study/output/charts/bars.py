# SPDX-License-Identifier: MIT
"""Measures of named cases, as bars."""

from __future__ import annotations

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from tanpo.study.output import style, words
from tanpo.study.output.charts import measured
from tanpo.study.output.panels import one_or_each, small_multiples
from tanpo.study.output.section import Section

READING = (
    "A panel for each measure, as an index of the base case; a colour for each series, filled in "
    "normal times and hatched in turmoil. Whiskers are 95 % intervals."
)
Places = NDArray[np.float64]
_HATCHES = {"normal": "", "turmoil": "////"}
_THICKNESS = 0.13
"""Inches of a bar; many are thinner."""
_CHARACTERS = 78
"""Names of cases take their share of the width."""


def draw(section: Section) -> Figure:
    """One panel for each metric; bars lie, so that names of cases can be read."""
    table = measured.shown(section.table)
    table = table.assign(series=table["series"].astype(str), x=table["x"].astype(str))
    metrics, cases = words.in_order(table["metric"]), words.in_order(table["x"])
    looks = style.series_style(words.in_order(table["series"]))
    pairs = [(name, regime) for name in looks for regime in measured.regimes_of(table)]
    bars = len(cases) * (len(pairs) + 1)
    panels = small_multiples(
        len(metrics), max(1.2, 0.5 + min(bars * _THICKNESS, 1.5 + bars * _THICKNESS / 2))
    )
    panels.name(measured.heads(table, metrics), _CHARACTERS)
    labels = []
    for axes, metric in zip(panels.axes, metrics, strict=True):
        rows, label = measured.as_drawn(table[table["metric"] == metric])
        labels.append(label)
        if label == measured.INDEX:
            measured.base_line(axes, vertical=True)
        for place, (name, regime) in enumerate(pairs):
            chosen = rows["series"].eq(name) & rows["regime"].eq(regime)
            of_cases = rows[chosen].drop_duplicates("x").set_index("x").reindex(cases)
            at = np.arange(len(cases)) + (place + 0.5 - len(pairs) / 2) / (len(pairs) + 1)
            _bars(axes, at, 1 / (len(pairs) + 1), of_cases, _look(looks[name]["color"], regime))
        _name_cases(axes, cases, first=axes in panels.left)
    panels.label(one_or_each(labels), section.x_label)
    handles: list[Artist] = [
        Patch(label=name, **_look(look["color"], "normal")) for name, look in looks.items()
    ]
    handles += [
        Patch(label=words.regime(regime), **_look(style.GREY, regime))
        for regime in measured.regimes_of(table)
    ]
    panels.legend(handles)
    return panels.figure


def _look(colour: str, regime: str) -> style.Look:
    face = colour if regime == "normal" else "white"
    return {"facecolor": face, "edgecolor": colour, "hatch": _HATCHES[regime]}


def _bars(axes: Axes, at: Places, size: float, rows: pd.DataFrame, look: style.Look) -> None:
    axes.barh(at, rows["y"].astype(float), size, **look)
    known = rows[["y", "low", "high"]].notna().all(axis=1).to_numpy()
    axes.hlines(at[known], rows["low"][known], rows["high"][known], color=style.INK, linewidth=1)


def _name_cases(axes: Axes, cases: list[str], first: bool) -> None:
    axes.set_ylim(len(cases) - 0.5, -0.5)
    axes.grid(False, axis="y")
    axes.set_yticks(range(len(cases)), [fill(case, 22) for case in cases])
    axes.tick_params(axis="y", length=0, labelleft=first)
