# SPDX-License-Identifier: MIT
"""Credit risk against liquidity, with the pairs that nothing beats in both."""

from __future__ import annotations

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from tanpo.study.output import style, words
from tanpo.study.output.charts import measured
from tanpo.study.output.charts.labelling import Labelling
from tanpo.study.output.panels import small_multiples
from tanpo.study.output.section import Section

READING = (
    "Each point is a number of securities and a threshold; lower and further left is better. The "
    "line joins the points that no other beats in both, which are filled; their thresholds are "
    "written beside them where there is room."
)


def draw(section: Section) -> Figure:
    """One panel for normal times, one for turmoil."""
    table = measured.shown(section.table)
    regimes = measured.regimes_of(table)
    numbers = sorted(int(number) for number in table["collaterals"].unique())
    names = {number: "1 security" if number == 1 else f"{number} securities" for number in numbers}
    looks = style.series_style(list(names.values()))
    panels = small_multiples(len(regimes), 2.9)
    panels.name([(words.regime(regime), ()) for regime in regimes])
    for axes, regime in zip(panels.axes, regimes, strict=True):
        rows = table[table["regime"] == regime]
        best = _efficient(rows)
        axes.plot(
            best["liquidity"], best["net_credit"], color=style.GREY, linewidth=1.1, zorder=1.5
        )
        for number, name in names.items():
            _points(axes, rows[rows["collaterals"] == number], looks[name])
        axes.margins(0.12, 0.08)
    panels.label(
        section.x_label or "amount of margin calls (bp of the loan)",
        "net credit amount (bp of the loan)",
    )
    handles: list[Artist] = [
        Line2D([], [], linestyle="", label=name, **looks[name]) for name in names.values()
    ]
    handles.append(Line2D([], [], color=style.GREY, linewidth=1.1, label="efficient"))
    panels.legend(handles)
    panels.figure.draw_without_rendering()  # places of labels follow from places of points
    for axes, regime in zip(panels.axes, regimes, strict=True):
        rows = table[table["regime"] == regime]
        labelling = Labelling(axes, list(zip(rows["liquidity"], rows["net_credit"], strict=True)))
        best = _efficient(rows)
        for threshold, *point in best[["threshold", "liquidity", "net_credit"]].to_numpy(float):
            labelling.add(words.percent(threshold), (point[0], point[1]))
    return panels.figure


def _efficient(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["efficient"].astype(bool)].sort_values(["liquidity", "net_credit"])


def _points(axes: Axes, rows: pd.DataFrame, look: style.Look) -> None:
    for efficient, face in ((False, "white"), (True, look["color"])):
        part = rows[rows["efficient"].astype(bool) == efficient]
        axes.plot(
            part["liquidity"],
            part["net_credit"],
            linestyle="",
            markerfacecolor=face,
            zorder=3 if efficient else 2,
            **look,
        )
