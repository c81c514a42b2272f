# SPDX-License-Identifier: MIT
"""A figure in words, for who does not see it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tanpo.study.output import tables, words
from tanpo.study.output.section import Chart, Section

_KINDS = {
    Chart.LINES: "Lines",
    Chart.BARS: "Bars",
    Chart.PUBLISHED: "Points of this study beside the published values",
    Chart.FRONTIER: "Points of net credit amount against liquidity, the efficient ones joined",
    Chart.TIME: "Lines over months",
    Chart.SCATTER: "Points",
    Chart.WINDOWS: "A market's level by date, with spans of its states",
    Chart.INTERVALS: "Points with intervals",
}


def alternative(section: Section) -> str:
    """What the figure shows and, as the section's findings have it, what is to be seen there."""
    table, parts = section.table, [_KINDS[section.chart]]
    if "metric" in table:
        parts.append(
            f"of {_listed([words.metric(name) for name in words.in_order(table['metric'])])}"
        )
    if section.x_label:
        parts.append(f"over {section.x_label}")
    if "series" in table:
        parts.append(f"for {_listed([str(name) for name in words.in_order(table['series'])])}")
    if "regime" in table:
        parts.append(f"in {_listed(_regimes(table['regime']))}")
    if section.chart is Chart.WINDOWS:
        parts.append(f"({_listed(_regimes(tables.spans(table)['regime']))})")
    return " ".join([" ".join(parts) + ".", *section.findings])


def _regimes(column: pd.Series[str]) -> list[str]:
    return [words.regime(name).lower() for name in words.in_order(column)]


def _listed(items: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
