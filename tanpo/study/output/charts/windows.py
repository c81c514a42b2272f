# SPDX-License-Identifier: MIT
"""A market's level, and which dates a study takes for what."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator, ScalarFormatter

from tanpo.study.output import style, tables, words
from tanpo.study.output.panels import empty
from tanpo.study.output.section import Section

READING = (
    "The line is an index of the market, on a logarithmic axis. Each lane below it "
    "shows the dates that a state of the market is taken from."
)


def draw(section: Section) -> Figure:
    """The level above, a lane for each regime below; spans are shaded in both."""
    table = section.table
    spans = list(tables.spans(table).itertuples(index=False, name=None))
    lanes = [name for name in words.REGIMES if any(name == regime for regime, _, _ in spans)]
    lanes += [
        name for name in words.in_order(regime for regime, _, _ in spans) if name not in lanes
    ]
    figure = empty(2.7 + 0.2 * len(lanes))
    ratios = [2.5, 0.2 * max(1, len(lanes))]
    level, lane = figure.subplots(2, 1, sharex=True, height_ratios=ratios)
    level.plot(pd.to_datetime(table["date"]), table["level"], color=style.INK, linewidth=1)
    _logarithmic(level)
    for regime, start, end in spans:
        colour = style.REGIME_COLOURS.get(regime, style.GREY)
        level.axvspan(start, end, color=colour, alpha=0.22, linewidth=0)
        place = lanes.index(regime)
        lane.fill_betweenx([place - 0.38, place + 0.38], start, end, color=colour, linewidth=0)
    lane.set_yticks(range(len(lanes)), [words.regime(name) for name in lanes])
    lane.set_ylim(max(1, len(lanes)) - 0.5, -0.5)
    lane.grid(False, axis="y")
    lane.tick_params(axis="y", length=0)
    lane.set_xlabel("date")
    level.set_ylabel("level (first date = 100)")
    level.set_xlim(pd.to_datetime(table["date"]).min(), pd.to_datetime(table["date"]).max())
    return figure


def _logarithmic(axes: Axes) -> None:
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
    axes.yaxis.set_major_formatter(ScalarFormatter())
    axes.yaxis.set_minor_locator(NullLocator())
