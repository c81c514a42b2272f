# SPDX-License-Identifier: MIT
"""A section's figure: drawn, and written as PNG and SVG. The same table gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import ModuleType

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


def png(figure: Figure) -> bytes:
    """200 dots an inch."""
    return _bytes(figure, "png", {"Software": None})


def svg(figure: Figure) -> bytes:
    """Texts are outlines, so that it looks alike everywhere."""
    return _bytes(figure, "svg", dict.fromkeys(("Creator", "Date", "Format", "Type")))


def save(figure: Figure, folder: Path, name: str) -> tuple[Path, Path]:
    """Write `name.png` and `name.svg`; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / f"{name}.png", folder / f"{name}.svg"
    paths[0].write_bytes(png(figure))
    paths[1].write_bytes(svg(figure))
    return paths


def _bytes(figure: Figure, kind: str, metadata: dict[str, None]) -> bytes:
    written = BytesIO()
    with style.applied():
        figure.savefig(written, format=kind, metadata=metadata)
    return written.getvalue()
