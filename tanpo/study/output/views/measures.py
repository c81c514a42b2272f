# SPDX-License-Identifier: MIT
"""Measures side by side, a column each."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tanpo.study.output import words
from tanpo.study.output.charts import measured
from tanpo.study.output.section import Section
from tanpo.study.output.views.view import Cell, View, capital, cells, regime_order, within


def indexes(section: Section) -> View:
    """Of LINES and BARS: a row for each series and place on the axis."""
    table = measured.shown(section.table)
    heads = cells("Market", "Series", capital(section.x_label))
    found: dict[tuple[Any, ...], Cell] = {}
    metrics = words.in_order(table["metric"])
    for metric in metrics:
        of_metric = table[table["metric"] == metric]
        drawn, label = measured.as_drawn(of_metric)
        is_index = label == measured.INDEX
        below = measured.base_values(of_metric) if is_index else [label]
        heads.append(Cell(words.metric(metric), " ".join(below)))
        written = words.index if is_index else words.number
        for _, row in drawn.iterrows():
            cell = Cell(written(row["y"]), within(row["low"], row["high"]))
            found.setdefault((row["regime"], str(row["series"]), row["x"], metric), cell)
    keys = words.in_order(key[:3] for key in found)
    rows = [
        [
            *cells(words.regime(regime), series, x if isinstance(x, str) else f"{x:g}"),
            *(found.get((regime, series, x, metric), Cell("–")) for metric in metrics),
        ]
        for regime, series, x in sorted(keys, key=lambda key: regime_order(key[0]))
    ]
    return View("Indexes, small: their 95 % intervals", heads, rows, 3)


def intervals(section: Section) -> View:
    """A row for each series."""
    table = measured.shown(section.table)
    metrics = words.in_order(zip(table["metric"], table["unit"].astype(str), strict=True))
    found: dict[tuple[str, str, tuple[str, str]], Cell] = {}
    for _, row in table.iterrows():
        cell = Cell(words.number(row["value"]), within(row["low"], row["high"], words.number))
        found.setdefault(
            (row["regime"], str(row["series"]), (row["metric"], str(row["unit"]))), cell
        )
    keys = words.in_order(key[:2] for key in found)
    rows = [
        [
            *cells(words.regime(regime), series),
            *(found.get((regime, series, metric), Cell("–")) for metric in metrics),
        ]
        for regime, series in sorted(keys, key=lambda key: regime_order(key[0]))
    ]
    heads = [Cell(words.metric(metric), unit) for metric, unit in metrics]
    return View("Values, small: their intervals", [*cells("Market", "Series"), *heads], rows, 2)


def published(section: Section) -> View:
    """A row for each figure that was published."""
    table = measured.shown(section.table)
    table = table[table["collaterals"].ne(1) | table["threshold"].ne(0)]
    heads = cells("Market", "Case", "Measure", "This study", "Published")
    rows = [_published_row(row) for _, row in table.iterrows()]
    return View("Indexes of one security without a threshold", heads, rows, 3)


def _published_row(row: pd.Series[Any]) -> list[Cell]:
    return [
        Cell(words.regime(row["regime"])),
        Cell(words.case(row["collaterals"], row["threshold"])),
        Cell(words.metric(row["metric"])),
        Cell(words.index(row["index"]), within(row["low"], row["high"])),
        Cell(within(row["published_low"], row["published_high"]) or "–"),
    ]
