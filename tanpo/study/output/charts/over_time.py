# SPDX-License-Identifier: MIT
"""Series over months."""

from __future__ import annotations

import pandas as pd
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from tanpo.study.output import style, words
from tanpo.study.output.panels import small_multiples
from tanpo.study.output.section import Section

READING = "A line for each series, month by month; a gap is a month without a figure."
_STROKES = ("-", (0, (4, 1.4)), (0, (1, 1)), (0, (5, 1.2, 1, 1.2)))
"""Months stand too close for markers: series differ in their strokes."""


def draw(section: Section) -> Figure:
    """A panel for each unit, one above the other."""
    table = section.table.assign(month=pd.to_datetime(section.table["month"]))
    table["series"], table["unit"] = table["series"].astype(str), table["unit"].astype(str)
    units, names = words.in_order(table["unit"]), words.in_order(table["series"])
    looks = {
        name: {"color": colour["color"], "linestyle": _STROKES[at % len(_STROKES)]}
        for at, (name, colour) in enumerate(style.series_style(names).items())
    }
    panels = small_multiples(len(units), 2.6 if len(units) == 1 else 1.9, columns=1)
    for axes, unit in zip(panels.axes, units, strict=True):
        for name in names:
            rows = table[table["unit"].eq(unit) & table["series"].eq(name)]
            by_month = rows.drop_duplicates("month").set_index("month")["value"].sort_index()
            if not by_month.empty:
                axes.plot(_whole(by_month), linewidth=1.2, **looks[name])
        axes.tick_params(axis="x", labelbottom=axes is panels.axes[-1])
        axes.set_xlim(table["month"].min(), table["month"].max())
        locator = AutoDateLocator(minticks=4, maxticks=10)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        formatter = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(formatter)
    panels.label("month", units)
    panels.legend([Line2D([], [], label=name, **look) for name, look in looks.items()])
    return panels.figure


def _whole(by_month: pd.Series[float]) -> pd.Series[float]:
    """Every month between the first and the last, so that a missing one is a gap."""
    starts = by_month.index.to_period("M").to_timestamp()  # type: ignore[attr-defined]
    months = pd.date_range(starts[0], starts[-1], freq="MS")
    return by_month.set_axis(starts).reindex(months).astype(float)
