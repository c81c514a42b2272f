# SPDX-License-Identifier: MIT
"""A section's figure: drawn, and written as PNG and SVG. The same table gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from matplotlib.figure import Figure

from tanpo.study.output import style
from tanpo.study.output.charts import (
    bars,
    frontier,
    intervals,
    lines,
    over_time,
    published,
    scatter,
    windows,
)
from tanpo.study.output.section import Chart, Section

_KINDS: dict[Chart, ModuleType] = {
    Chart.LINES: lines,
    Chart.BARS: bars,
    Chart.PUBLISHED: published,
    Chart.FRONTIER: frontier,
    Chart.TIME: over_time,
    Chart.SCATTER: scatter,
    Chart.WINDOWS: windows,
    Chart.INTERVALS: intervals,
}


def draw(section: Section) -> Figure:
    """The section's figure, 7 inches wide.

    Raises ValueError where the table has nothing that is drawn.
    """
    drawing: Callable[[Section], Figure] = _KINDS[section.chart].draw
    with style.applied():
        figure = drawing(section)
        # Both formats then share one layout, and it is computed once.
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    return figure


def reading(chart: Chart) -> str:
    """How to read a chart of this kind."""
    text: str = _KINDS[chart].READING
    return text


class Picture(NamedTuple):
    """A figure as files hold it."""

    png: bytes
    """200 dots an inch."""
    svg: bytes
    """Texts are outlines, so that it looks alike everywhere."""


def picture(figure: Figure) -> Picture:
    """Both formats, without a date or a version in them."""
    return Picture(
        _bytes(figure, "png", {"Software": None}),
        _bytes(figure, "svg", dict.fromkeys(("Creator", "Date", "Format", "Type"))),
    )


def picture_of(section: Section) -> Picture:
    """The section's figure, drawn: work for any process. Raises ValueError as `draw`."""
    return picture(draw(section))


def save(both: Picture, folder: Path, name: str) -> None:
    """Write `name.png` and `name.svg`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.png").write_bytes(both.png)
    (folder / f"{name}.svg").write_bytes(both.svg)


def _bytes(figure: Figure, kind: str, metadata: dict[str, None]) -> bytes:
    written = BytesIO()
    with style.applied():
        figure.savefig(written, format=kind, metadata=metadata)
    return written.getvalue()
