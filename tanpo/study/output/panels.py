# SPDX-License-Identifier: MIT
"""Small multiples: panels in rows, their titles, their axes' labels, one legend above all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tanpo.study.output.style import GREY

WIDTH = 7.0
"""Inches, of every figure: the text width of a page."""
_PANEL_HEIGHTS = {1: 3.0, 2: 2.1, 3: 1.8}
"""Inches, by the number of panels in a row."""
_LINE = 9.6
"""Points from line to line of the type below a title."""


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

    def name(self, heads: Sequence[tuple[str, Sequence[str]]], characters: int = 90) -> None:
        """Give each panel its title and the smaller lines below it; a row's panels stay level.

        `characters`: of the smaller type, so many fit into all panels of a row together.
        """
        width = characters // self.columns
        below = [[part for each in lines for part in wrap(each, width)] for _, lines in heads]
        tops = [wrap(top, int(width * 0.75)) for top, _ in heads]
        lines = max((len(each) for each in below), default=0)
        for axes, top, texts in zip(self.axes, tops, below, strict=True):
            axes.set_title("\n".join(top), pad=6 + _LINE * lines)
            axes.annotate(
                "\n".join(texts),
                (0, 1),
                xytext=(0, 3 + _LINE * lines),
                xycoords="axes fraction",
                textcoords="offset points",
                verticalalignment="top",
                fontsize=8,
                color=GREY,
            )
        self._grow(self.rows * (_LINE / 72 * lines + 0.18 * max(map(len, tops))))

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


def small_multiples(count: int, height: float | None = None, columns: int | None = None) -> Panels:
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
