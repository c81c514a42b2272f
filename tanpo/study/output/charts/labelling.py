# SPDX-License-Identifier: MIT
"""Texts beside points, where they cover nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from tanpo.study.output import style

_SIZE = 8
"""Points, of the type."""
_AWAY = 5
"""Points between the middle of a marker and a text."""
_SIDES = ((-1, -1), (1, 1), (1, -1), (-1, 1))
"""Where a text goes, in the order of preference: towards less of both, where a
frontier leaves room, first."""


@dataclass
class Labelling:
    """Texts of one panel, whose place on the page is final."""

    axes: Axes
    points: Sequence[tuple[float, float]]
    """Of the data: what no text may cover."""
    _taken: list[Bbox] = field(init=False)

    def __post_init__(self) -> None:
        radius = self._dots(3)
        self._taken = [
            Bbox.from_bounds(x - radius, y - radius, 2 * radius, 2 * radius)
            for x, y in (self.axes.transData.transform(point) for point in self.points)
        ]

    def add(self, text: str, point: tuple[float, float]) -> bool:
        """Write `text` beside the point; returns whether there was room."""
        x, y = self.axes.transData.transform(point)
        width, height = self._dots(0.62 * _SIZE * len(text)), self._dots(0.8 * _SIZE)
        away, panel = self._dots(_AWAY), self.axes.get_window_extent()
        for right, up in _SIDES:
            left = x + away * 0.8 if right > 0 else x - away * 0.8 - width
            below = y + away * 0.6 if up > 0 else y - away * 0.6 - height
            box = Bbox.from_bounds(left, below, width, height)
            inside = panel.x0 <= box.x0 and box.x1 <= panel.x1 and panel.y0 <= box.y0
            if inside and not box.count_overlaps(self._taken):
                self._write(text, point, right, up)
                self._taken.append(box)
                return True
        return False

    def _write(self, text: str, point: tuple[float, float], right: int, up: int) -> None:
        self.axes.annotate(
            text,
            point,
            xytext=(right * _AWAY * 0.8, up * _AWAY * 0.6),
            textcoords="offset points",
            horizontalalignment="left" if right > 0 else "right",
            verticalalignment="bottom" if up > 0 else "top",
            fontsize=_SIZE,
            color=style.INK,
        ).set_in_layout(False)

    def _dots(self, points: float) -> float:
        return points / 72 * float(self.axes.get_figure(root=True).dpi)  # type: ignore[union-attr]
