# SPDX-License-Identifier: MIT
"""Do the four trade types differ?"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from tanpo.study.measured import Measured
from tanpo.study.output import words
from tanpo.study.output.section import Chart, Section
from tanpo.study.questions.published import BASE, DESIGN, METRICS, by_case
from tanpo.study.setting import Setting, TradeType


def ask(measured: Measured[Setting], types: tuple[TradeType, ...]) -> Section:
    """The published design for each type alone."""
    tables = []
    for number, type_ in enumerate(types):
        alone = replace(measured, found=tuple(window[:, :, [number]] for window in measured.found))
        table = alone.of(DESIGN).table(BASE, METRICS, by_case)
        tables.append(table.assign(series=type_.label))
    table = pd.concat(tables, ignore_index=True)
    return Section(
        "trade_types",
        "Do the four trade types differ?",
        tuple(_finding(table, regime) for regime in ("normal", "turmoil")),
        table,
        Chart.BARS,
        "case",
        ("Each index is to one security without a threshold of the same type.",),
    )


def _finding(table: pd.DataFrame, regime: str) -> str:
    rows = table[(table.regime == regime) & (table.metric == "calls") & (table.x == DESIGN[1].case)]
    shown = ", ".join(
        f"{words.index(row['index'])} for {row['series']}" for row in rows.to_dict("records")
    )
    return f"{regime.capitalize()}: one security and a threshold of 2 % call {shown}."
