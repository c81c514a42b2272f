# SPDX-License-Identifier: MIT
"""Indexes of the study beside those that were published."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from tanpo.study.output import style, words
from tanpo.study.output.charts import measured
from tanpo.study.output.panels import small_multiples
from tanpo.study.output.section import Section

READING = (
    "A panel for each measure, as an index of one security without a threshold in the same state "
    "of the market. Grey: the published value or range. Points: this study, with 95 % intervals; "
    "the small ones are the three kinds of turmoil."
)
_BANDS = {"normal": -0.21, "turmoil": 0.19}
"""Middle of the published band, beside the place of the case."""
_POINTS = {"normal": -0.21, "turmoil": 0.08}
_KINDS = {"sharp_fall": (0.18, "v"), "sharp_rise": (0.25, "^"), "high_volatility": (0.32, "D")}
"""Place and marker of the kinds of turmoil."""
_LOOKS: dict[str, style.Look] = {
    "normal": {"color": style.COLOURS[0], "marker": "o"},
    "turmoil": {"color": style.COLOURS[1], "marker": "s"},
}
_SMALL: style.Look = {
    "markersize": 3.6,
    "markerfacecolor": "white",
    "markeredgecolor": style.INK,
    "markeredgewidth": 0.8,
}
_BAND = 0.19
"""Half of a band's width, where cases are one apart."""


def draw(section: Section) -> Figure:
    """One panel for each metric, with all cases but the base."""
    table = section.table[(section.table["collaterals"] != 1) | (section.table["threshold"] != 0)]
    measured.shown(table)
    metrics = words.in_order(table["metric"])
    pairs = sorted(set(zip(table["collaterals"], table["threshold"], strict=True)))
    panels = small_multiples(len(metrics), 2.1, columns=min(2, len(metrics)))
    panels.name([(words.metric(metric), ()) for metric in metrics])
    for axes, metric in zip(panels.axes, metrics, strict=True):
        measured.base_line(axes)
        of_metric = table[table["metric"] == metric]
        for place, (collaterals, threshold) in enumerate(pairs):
            chosen = of_metric["collaterals"].eq(collaterals) & of_metric["threshold"].eq(threshold)
            _case(axes, place, of_metric[chosen])
        axes.set_xlim(-0.5, len(pairs) - 0.5)
        axes.set_xticks(
            range(len(pairs)), [words.case(*pair).replace(", ", ",\n") for pair in pairs]
        )
        axes.grid(False, axis="x")
        axes.tick_params(axis="x", length=0)
    panels.label("", "index (1 security, no threshold = 1.00)")
    panels.legend(_handles(table))
    return panels.figure


def _case(axes: Axes, place: int, rows: pd.DataFrame) -> None:
    """One case in both states of the market."""
    for regime in measured.regimes_of(rows):
        row = rows[rows["regime"] == regime].iloc[0]
        _band(axes, place + _BANDS[regime], row["published_low"], row["published_high"])
        at = place + _POINTS[regime]
        if np.isfinite(row["low"]) and np.isfinite(row["high"]):
            axes.vlines(at, row["low"], row["high"], color=_LOOKS[regime]["color"], linewidth=1.4)
        axes.plot(at, row["index"], linestyle="", zorder=3, **_LOOKS[regime])
    for kind, (offset, marker) in _KINDS.items():
        points = rows[rows["regime"] == kind]["index"]
        axes.plot(np.full(len(points), place + offset), points, marker, **_SMALL, zorder=2.5)


def _band(axes: Axes, at: float, low: float, high: float) -> None:
    """A published range, or a bar for a single value."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return
    axes.hlines([low, high], at - _BAND, at + _BAND, color=style.BAND, linewidth=2.5, zorder=1.5)
    axes.fill_between(
        [at - _BAND, at + _BAND], low, high, color=style.BAND, linewidth=0, zorder=1.5
    )


def _handles(table: pd.DataFrame) -> list[Artist]:
    handles: list[Artist] = [
        Line2D([], [], linestyle="-", label=words.regime(name), **_LOOKS[name])
        for name in measured.regimes_of(table)
    ]
    handles.append(Patch(color=style.BAND, label="Published value or range"))
    present = set(table["regime"])
    handles += [
        Line2D([], [], linestyle="", marker=marker, label=words.regime(kind), **_SMALL)
        for kind, (_, marker) in _KINDS.items()
        if kind in present
    ]
    return handles
