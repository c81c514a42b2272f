# SPDX-License-Identifier: MIT
"""Figures as files: the same table gives the same bytes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import pytest
import study_sections as sections
from PIL import Image

from tanpo.study.output import figures
from tanpo.study.output.section import Section

EVERY = [pytest.param(section, id=section.chart.value) for section in sections.every()]


@pytest.mark.parametrize("section", EVERY)
def test_picture__twice__same_bytes(section: Section) -> None:
    first, second = (figures.picture(figures.draw(section)) for _ in range(2))
    assert first == second


def test_picture__in_threads_and_other_settings__same_bytes() -> None:
    every = sections.every()
    expected = [figures.picture(figures.draw(section)) for section in every]
    with matplotlib.rc_context({"font.size": 31, "svg.fonttype": "none"}):
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(lambda each: figures.picture(figures.draw(each)), every))
        assert matplotlib.rcParams["font.size"] == 31
    assert found == expected


def test_save__figure__two_files_without_date_or_version(tmp_path: Path) -> None:
    section = sections.published()
    saved = figures.picture_of(section)
    figures.save(saved, tmp_path / "figures", "published")
    png, svg = (tmp_path / f"figures/published.{kind}" for kind in ("png", "svg"))
    assert (png.read_bytes(), svg.read_bytes()) == saved
    with Image.open(png) as image:
        assert image.width == 1400
        assert set(image.info) == {"dpi"}
        assert image.info["dpi"] == pytest.approx((200, 200), abs=0.1)
    text = svg.read_text()
    assert "Matplotlib" not in text
    assert "<text" not in text  # outlines: the reader's fonts do not matter
    root = ElementTree.fromstring(text)
    assert root.attrib["width"] == "504pt"
    assert "<dc:date>" not in text
