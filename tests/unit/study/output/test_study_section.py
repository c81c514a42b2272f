# SPDX-License-Identifier: MIT
"""What is a section, and what is none."""

import pandas as pd
import pytest

from tanpo.study.output.section import Chart, Section


def _section(name: str, table: pd.DataFrame, chart: Chart = Chart.WINDOWS) -> Section:
    return Section(name, "Why?", (), table, chart, "")


LEVELS = pd.DataFrame({"date": pd.to_datetime(["2024-03-28"]), "level": [100.0]})


@pytest.mark.parametrize("name", ["", "a/b", "../a", "A", "a b", "<script>", "1a", "a."])
def test_section__no_plain_file_stem__refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a section"):
        _section(name, LEVELS)


def test_section__columns_missing__named() -> None:
    with pytest.raises(ValueError, match=r"^a: the table lacks month, series, value, unit$"):
        _section("a", LEVELS, Chart.TIME)


def test_section__empty_table__refused() -> None:
    with pytest.raises(ValueError, match=r"^a: the table is empty$"):
        _section("a", LEVELS[:0])


def test_section__more_columns_than_needed__accepted() -> None:
    section = _section("a", LEVELS.assign(more=1))
    assert section.chart.columns == ("date", "level")


def test_chart__all__have_columns() -> None:
    assert all(chart.columns for chart in Chart)
