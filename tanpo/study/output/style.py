# SPDX-License-Identifier: MIT
"""How all figures look: one type, colours that all can tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

import matplotlib.style
from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from tanpo.study.output import words

Look = dict[str, Any]
"""Arguments of an artist."""
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
