# SPDX-License-Identifier: MIT
"""Tables as files."""

from pathlib import Path

import pandas as pd
import pytest
import study_sections as sections

from tanpo.study.output import tables
from tanpo.study.output.section import Section

EVERY = [pytest.param(section, id=section.chart.value) for section in sections.every()]


@pytest.mark.parametrize("section", EVERY)
def test_save__section__whole_in_both_formats(section: Section, tmp_path: Path) -> None:
    paths = tables.save(section, tmp_path)
    assert [path.name for path in paths[:2]] == [f"{section.name}.csv", f"{section.name}.parquet"]
    plain = section.table.copy()
    plain.attrs = {}
    pd.testing.assert_frame_equal(
        pd.read_parquet(paths[1]), plain, check_dtype=False, check_exact=True
    )
    assert b"\r" not in paths[0].read_bytes()
    read = pd.read_csv(paths[0], float_precision="round_trip")
    assert list(read.columns) == list(plain.columns)
    numbers = plain.select_dtypes("float").columns
    pd.testing.assert_frame_equal(read[numbers], plain[numbers], check_exact=True)


def test_save_table__values__shortest_text(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "at": pd.to_datetime(["2024-03-28", "2024-03-29"]),
            "value": [0.1, float("nan")],
            "text": ['a "b", c', "日本"],
            "truth": [True, False],
        }
    )
    csv, _ = tables.save_table(table, tmp_path / "new", "a")
    assert csv.read_text(encoding="utf-8") == (
        'at,value,text,truth\n2024-03-28,0.1,"a ""b"", c",True\n2024-03-29,,日本,False\n'
    )


def test_save__attached__files_of_their_own(tmp_path: Path) -> None:
    tables.save(sections.windows(), tmp_path)
    tables.save(sections.correlations(), tmp_path)
    spans = pd.read_csv(tmp_path / "windows_spans.csv")
    assert list(spans.iloc[0]) == ["normal", "2003-05-21", "2004-07-14"]
    assert len(pd.read_csv(tmp_path / "correlations_curve.csv")) == 21
    levels = (tmp_path / "correlations_levels.csv").read_text()
    assert levels == 'label,y\n"published, 5 securities",0.66\n1 security,1.0\n'


def test_save__twice__same_bytes(tmp_path: Path) -> None:
    first = tables.save(sections.published(), tmp_path / "1")
    second = tables.save(sections.published(), tmp_path / "2")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
