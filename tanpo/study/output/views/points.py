# SPDX-License-Identifier: MIT
"""Points of two quantities, or what sums them up."""

from __future__ import annotations

from tanpo.study.output import words
from tanpo.study.output.charts import measured
from tanpo.study.output.section import Section
from tanpo.study.output.views.view import LONG, Cell, View, capital, cells


def frontier(section: Section) -> View:
    """All pairs, or the efficient ones of many."""
    table = measured.shown(section.table)
    caption = "All pairs, in basis points of the loan"
    if len(table) > LONG:
        table = table[table["efficient"].astype(bool)]
        caption = "The efficient pairs, in basis points of the loan"
    rows = [
        cells(
            words.regime(row["regime"]),
            words.case(row["collaterals"], row["threshold"]),
            words.number(row["liquidity"]),
            words.number(row["net_credit"]),
            "yes" if row["efficient"] else "no",
        )
        for _, row in table.iterrows()
    ]
    heads = cells("Market", "Case", "Liquidity", "Net credit amount", "Efficient")
    return View(caption, heads, rows, 2)


def scatter(section: Section) -> View:
    """The points, or the means of many."""
    table = measured.shown(section.table)
    x, y = capital(section.x_label), capital(section.table.attrs.get("y_label", "y"))
    if len(table) <= LONG:
        heads = cells("Market", "Series", x, y)
        rows = [
            cells(
                words.regime(row["regime"]),
                str(row["series"]),
                words.number(row["x"]),
                words.number(row["y"]),
            )
            for _, row in table.iterrows()
        ]
        return View("The points", heads, rows, 2)
    rows = [
        cells(
            words.regime(str(regime)),
            str(series),
            f"{len(points):,}",
            words.number(points["x"].mean()),
            words.number(points["y"].mean()),
        )
        for (regime, series), points in table.groupby(["regime", "series"], sort=False)
    ]
    heads = [*cells("Market", "Series", "Points"), Cell(x, "mean"), Cell(y, "mean")]
    return View("How many points there are, and their means", heads, rows, 2)
