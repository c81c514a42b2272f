# SPDX-License-Identifier: MIT
"""How all figures look: one width, one type, colours that all can tell apart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import wrap
from threading import Lock
from typing import Any

import matplotlib.style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from tanpo.study.output import words

Look = dict[str, Any]
"""Arguments of an artist."""
WIDTH = 7.0
"""Inches, of every figure: the text width of a page."""
DPI = 200
INK = "#1a1a1a"
GREY = "#6b6b6b"
BAND = "#c4c4c4"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's, without the yellow, which white paper swallows."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")
"""One more than colours, so that a long list repeats neither pair early."""
STROKES: dict[str, Any] = {"normal": "-", "turmoil": (0, (3.5, 1.5))}
"""Line styles of the regimes that are drawn."""
REGIME_COLOURS = {
    "normal": COLOURS[0],
    "sharp_fall": COLOURS[4],
    "sharp_rise": COLOURS[2],
    "high_volatility": COLOURS[3],
    "turmoil": COLOURS[1],
}
_PANEL_HEIGHTS = {1: 3.0, 2: 2.1, 3: 1.8}
"""Inches, by the number of panels in a row."""
_RULES = {
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.formatter.useoffset": False,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 9,
    "axes.linewidth": 0.7,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "figure.dpi": DPI,
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same everywhere
    "font.size": 9,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.6,
    "legend.columnspacing": 1.4,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "savefig.dpi": DPI,
    "svg.fonttype": "path",  # a reader need not have the font
    "svg.hashsalt": "tanpo",
    "text.color": INK,
    "xtick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.color": GREY,
    "ytick.labelcolor": INK,
}
_LOCK = Lock()


@contextmanager
def applied() -> Iterator[None]:
    """Matplotlib's settings of a figure, whatever they are outside; one thread at a time."""
    with _LOCK, matplotlib.style.context(["default", _RULES]):
        yield


@dataclass(frozen=True)
class Panels:
    """A figure of panels in rows of at most three."""

    figure: Figure
    axes: list[Axes]
    columns: int

    @property
    def rows(self) -> int:
        """So many rows of panels."""
        return math.ceil(len(self.axes) / self.columns)

    @property
    def left(self) -> list[Axes]:
        """The first panel of each row."""
        return self.axes[:: self.columns]

    def name(self, heads: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Give each panel its title and the smaller lines below it; a row's panels stay level."""
        width = 90 // self.columns
        below = [[part for each in lines for part in wrap(each, width)] for _, lines in heads]
        tops = [wrap(top, width - 6) for top, _ in heads]
        lines = max((len(each) for each in below), default=0)
        for axes, top, texts in zip(self.axes, tops, below, strict=True):
            axes.set_title("\n".join(top), pad=5 + 11.5 * lines)
            axes.annotate(
                "\n".join(texts),
                (0, 1),
                xytext=(0, 5 + 11.5 * lines),
                xycoords="axes fraction",
                textcoords="offset points",
                verticalalignment="top",
                fontsize=8,
                color=GREY,
                linespacing=1.2,
            )
        self._grow(self.rows * (0.16 * lines + 0.18 * max(map(len, tops))))

    def label(self, x: str | Sequence[str], y: str | Sequence[str]) -> None:
        """Label the axes: with one text for all panels, or each with its own."""
        if isinstance(x, str):
            self.figure.supxlabel(x, fontsize=9)
        if isinstance(y, str):
            self.figure.supylabel(y, fontsize=9)
        for at, axes in enumerate(self.axes):
            if not isinstance(x, str):
                axes.set_xlabel(x[at])
            if not isinstance(y, str):
                axes.set_ylabel(y[at])

    def legend(self, handles: Sequence[Artist]) -> None:
        """Above all panels, as many in a row as fit, read row by row."""
        if not handles:
            return
        widths = [0.55 + 0.068 * len(str(handle.get_label())) for handle in handles]
        columns = len(handles)
        if sum(widths) > WIDTH:
            columns = max(1, min(columns, int(WIDTH / max(widths))))
        rows = math.ceil(len(handles) / columns)
        columns = math.ceil(len(handles) / rows)
        by_column = [handle for column in range(columns) for handle in handles[column::columns]]
        self._grow(0.2 * rows)
        self.figure.legend(handles=by_column, loc="outside upper left", ncols=columns)

    def _grow(self, inches: float) -> None:
        self.figure.set_figheight(self.figure.get_figheight() + inches)


def empty(height: float) -> Figure:
    """A figure of so many inches in height."""
    return Figure(figsize=(WIDTH, height), layout="constrained")


def panels(count: int, height: float | None = None, columns: int | None = None) -> Panels:
    """So many panels. `height`: inches of a row, without titles; `columns`: of them in a row."""
    columns = columns or (count if count < 4 else 2 if count == 4 else 3)
    rows = math.ceil(count / columns)
    figure = empty(rows * (height or _PANEL_HEIGHTS[columns]))
    axes = list(figure.subplots(rows, columns, squeeze=False).flat)
    for spare in axes[count:]:
        spare.remove()
    return Panels(figure, axes[:count], columns)


def one_or_each(labels: Sequence[str]) -> str | Sequence[str]:
    """The one text, where all are the same."""
    return labels[0] if len(set(labels)) == 1 else labels


def series_style(names: Sequence[str]) -> dict[str, Look]:
    """Colour and marker of each series."""
    return {
        name: {"color": COLOURS[at % len(COLOURS)], "marker": MARKERS[at % len(MARKERS)]}
        for at, name in enumerate(names)
    }


def regime_handles(regimes: Sequence[str]) -> list[Artist]:
    """Legend entries of the regimes' line styles."""
    return [
        Line2D([], [], color=GREY, linestyle=STROKES[name], label=words.regime(name))
        for name in regimes
    ]
