# SPDX-License-Identifier: MIT
"""What the report's tables show of a section's."""

from dataclasses import replace

import pandas as pd
import study_sections as sections

from tanpo.study.output.views import dates, measures, points
from tanpo.study.output.views.view import Cell, View

NAN = float("nan")


def texts(view: View) -> list[list[str]]:
    return [[cell.text for cell in row] for row in view.rows]


def test_indexes__lines__two_decimals_and_interval() -> None:
    section = sections.thresholds()
    shown = measures.indexes(replace(section, table=section.table[::-1]))
    assert shown.heads[2:] == [
        Cell("Threshold (% of the required value)"),
        Cell("Margin calls", "1.00 = 19.3, in turmoil 30.2 per 21 business dates"),
        Cell("Net credit amount", "1.00 = 97.4, in turmoil 153 bp of the loan"),
    ]
    assert len(shown.rows) == 2 * 2 * 6
    assert [row[0].text for row in shown.rows] == ["Normal times"] * 12 + ["Turmoil"] * 12
    assert shown.rows[0] == [
        *(Cell("Normal times"), Cell("5 securities"), Cell("5")),
        *(Cell("0.04", "0.04 to 0.05"), Cell("2.24", "2.10 to 2.37")),
    ]


def test_indexes__no_index_or_interval__value_or_dash() -> None:
    table = sections.thresholds().table.assign(low=NAN)
    table.loc[table["metric"] == "calls", "index"] = NAN
    lacks = (table["metric"] == "net_credit") & (table["x"] == 0)
    shown = measures.indexes(replace(sections.thresholds(), table=table[~lacks]))
    row = next(row for row in shown.rows if row[2].text == "0")
    assert row[3:] == [Cell("–"), Cell("19.3")]
    assert shown.heads[4] == Cell("Margin calls", "per 21 business dates")


def test_intervals__metrics__columns_with_units() -> None:
    shown = measures.intervals(sections.tails())
    assert shown.heads[2] == Cell("Largest difference", "bp of the loan")
    assert shown.rows[0][:3] == [
        *(Cell("Normal times"), Cell("1 security")),
        Cell("312", "281 to 343"),
    ]


def test_published__rows__without_base_and_kinds() -> None:
    shown = measures.published(sections.published())
    assert len(shown.rows) == 4 * 2 * 3
    assert texts(shown)[0] == [
        *("Normal times", "1 security, 2\u00a0% threshold"),
        *("Net credit amount", "1.84", "1.91"),
    ]
    assert texts(shown)[3][4] == "2.00 to 2.09"


def test_frontier__many__the_efficient_ones() -> None:
    section = sections.frontier()
    assert len(points.frontier(section).rows) == 48
    more = replace(section, table=pd.concat([section.table] * 2))
    assert {row[-1] for row in texts(points.frontier(more))} == {"yes"}


def test_scatter__many__means() -> None:
    section = sections.correlations()
    table = section.table.assign(x=0.5, y=[0.25, 0.75] * 125)
    row = texts(points.scatter(replace(section, table=table)))[1]
    assert row == ["Normal times", "Japanese stock", "25", "0.500", "0.510"]
    few = replace(section, table=section.table.groupby(["regime", "series"]).head(2))
    assert len(points.scatter(few).rows) == 8


def test_over_time__many_months__last_of_each_year() -> None:
    section = sections.over_time()
    shown = dates.over_time(section)
    assert shown.heads[1:3] == [
        Cell("1 security", "net credit, bp of the loan"),
        Cell("5 securities", "net credit, bp of the loan"),
    ]
    assert [row[0] for row in texts(shown)] == [f"{year}-12" for year in range(2003, 2024)]
    early = section.table[section.table["month"] < "2004-03-01"]
    assert len(dates.over_time(replace(section, table=early)).rows) == 14


def test_windows__spans__change_of_the_level() -> None:
    section = sections.windows()
    section.table["level"] = [100.0] * 80 + [50.0] * 920
    assert texts(dates.windows(section))[0] == [
        *("Normal times", "2003-05-21", "2004-07-14", "−50.0\u00a0%"),
    ]
    table = section.table.copy()
    table.attrs = {"spans": section.table.attrs["spans"] * 8}
    assert texts(dates.windows(replace(section, table=table)))[0] == [
        *("Normal times", "16", "2003-05-21", "2012-08-01"),
    ]
    table.attrs = {}
    assert dates.windows(replace(section, table=table)).rows == []
