# SPDX-License-Identifier: MIT
"""Months and windows, or what sums them up."""

from __future__ import annotations

import pandas as pd

from tanpo.study.output import tables, words
from tanpo.study.output.section import Section
from tanpo.study.output.views.view import LONG, Cell, View, cells


def over_time(section: Section) -> View:
    """A row for each month, or for the last one of each year."""
    table = section.table.assign(month=pd.to_datetime(section.table["month"]))
    found = {
        (row["month"], str(row["series"]), str(row["unit"])): float(row["value"])
        for _, row in table.iterrows()
    }
    columns = words.in_order((series, unit) for _, series, unit in found)
    months = sorted({month for month, _, _ in found})
    caption = "Month by month"
    if len(months) > LONG:
        months = list({month.year: month for month in months}.values())
        caption = "The last month of each year"
    nothing = float("nan")
    rows = [
        cells(
            f"{month:%Y-%m}",
            *(words.number(found.get((month, *column), nothing)) for column in columns),
        )
        for month in months
    ]
    return View(caption, [Cell("Month"), *(Cell(*column) for column in columns)], rows, 1)


def windows(section: Section) -> View:
    """A row for each span, or for each state of the market."""
    spans = tables.spans(section.table)
    if len(spans) > LONG:
        return _counted(spans)
    levels = section.table["level"].set_axis(pd.to_datetime(section.table["date"]))
    rows = []
    for _, span in spans.iterrows():
        inside = levels[(levels.index >= span["first"]) & (levels.index <= span["last"])]
        change = (
            f"{100 * (inside.iloc[-1] / inside.iloc[0] - 1):+.1f}\u00a0%" if len(inside) else "–"
        )
        dates = f"{span['first']:%Y-%m-%d}", f"{span['last']:%Y-%m-%d}"
        rows.append(cells(words.regime(span["regime"]), *dates, change.replace("-", "−")))
    return View("The spans", cells("Market", "From", "To", "Change of the level"), rows, 3)


def _counted(spans: pd.DataFrame) -> View:
    rows = [
        cells(
            words.regime(str(regime)),
            f"{len(group):,}",
            f"{group['first'].min():%Y-%m-%d}",
            f"{group['last'].max():%Y-%m-%d}",
        )
        for regime, group in spans.groupby("regime", sort=False)
    ]
    return View("How many spans there are", cells("Market", "Spans", "From", "To"), rows, 1)
