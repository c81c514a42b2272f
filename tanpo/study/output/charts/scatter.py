# SPDX-License-Identifier: MIT
"""Points of two quantities, with what theory or others say of them."""

from __future__ import annotations

import math

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from tanpo.study.output import style, words
from tanpo.study.output.charts import measured
from tanpo.study.output.panels import small_multiples
from tanpo.study.output.section import Section

READING = (
    "A colour and marker for each series, filled in normal times and hollow in turmoil. Lines "
    "without markers are not of this study's trades: the legend and their labels name them."
)
_NEAR = 0.06
"""Of the panel's height: a level so near below another has its name below the line."""
_MANY = 400
"""Points, from which on they are small and, in SVG, a picture."""


def draw(section: Section) -> Figure:
    """One panel."""
    table = measured.shown(section.table)
    attached = section.table.attrs
    names = words.in_order(table["series"].astype(str))
    looks, regimes = style.series_style(names), measured.regimes_of(table)
    panels = small_multiples(1, 3.3)
    axes = panels.axes[0]
    many = len(table) > _MANY
    for name in names:
        for regime in regimes:
            rows = table[table["series"].astype(str).eq(name) & table["regime"].eq(regime)]
            axes.plot(
                rows["x"],
                rows["y"],
                linestyle="",
                markersize=2.5 if many else 5,
                rasterized=many,
                **_face(looks[name], regime),
            )
    handles: list[Artist] = [
        Line2D([], [], linestyle="", label=name, **looks[name]) for name in names
    ]
    handles += [
        Line2D(
            [], [], linestyle="", label=words.regime(regime),
            **_face({"color": style.GREY, "marker": "o"}, regime),
        )
        for regime in regimes
    ]  # fmt: skip
    if "curve" in attached:
        label, xs, ys = attached["curve"]
        handles += axes.plot(xs, ys, color=style.INK, linewidth=1.2, label=label, zorder=1.5)
    above = math.inf
    for label, level in sorted(attached.get("levels", ()), key=lambda each: -each[1]):
        low, high = axes.get_ylim()
        _level(axes, label, level, is_below=above - level < _NEAR * (high - low))
        above = level
    panels.label(section.x_label, attached.get("y_label", ""))
    panels.legend(handles)
    return panels.figure


def _face(look: style.Look, regime: str) -> style.Look:
    return look | {"markerfacecolor": look["color"] if regime == "normal" else "white"}


def _level(axes: Axes, label: str, level: float, is_below: bool) -> None:
    """A line across, with its name at the right edge of the panel, above or below it."""
    axes.axhline(level, color=style.GREY, linewidth=1, linestyle=(0, (1, 1.2)), zorder=1.4)
    axes.annotate(
        label,
        (1, level),
        xytext=(0, -9 if is_below else 3),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        horizontalalignment="right",
        fontsize=8,
        color=style.INK,
        bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.2},
    )
