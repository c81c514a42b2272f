# SPDX-License-Identifier: MIT
"""How bad are the worst days?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tanpo.study.cells import Cell, histories
from tanpo.study.engine.tokens import Floats
from tanpo.study.laboratory import Laboratory
from tanpo.study.measured import TURMOIL_ALL
from tanpo.study.output.section import Chart, Section
from tanpo.study.questions.published import DESIGN
from tanpo.study.setting import Setting
from tanpo.study.windows import TURMOIL, Regime

LEVELS = {"expected_shortfall_97_5": 0.975, "expected_shortfall_99": 0.99}
METRICS = (*LEVELS, "worst_date", "most_called_date")
"""The mean net credit amount of the worst 2.5 % and 1 % of a window's trades and dates; the date on
which the mean over all trades was worst; the date on which most was called, over all trades.
"""


def tail_of(cell: Cell) -> Floats:
    """(METRICS, settings) of one window, in bp of the loan."""
    found = []
    for history in histories(cell):
        size = abs(history.difference[1:])
        ordered = np.sort(size.ravel())
        shortfalls = [ordered[int(level * ordered.size) :].mean() for level in LEVELS.values()]
        called = abs(history.called[1:]).mean(axis=1).max()
        found.append([*shortfalls, size.mean(axis=1).max(), called])
    return np.array(found).T * 10_000 / cell.notional


def ask(laboratory: Laboratory) -> Section:
    """Of every window, then the mean over a regime's windows and their range."""
    settings = [*DESIGN]
    if laboratory.largest_basket >= 20:
        settings.append(Setting(20, 0))
    cells = [laboratory.cell(number, settings) for number in range(len(laboratory.windows))]
    found = np.array(laboratory.spread.map(tail_of, cells))
    regimes = np.array([window.regime for window in laboratory.windows])
    rows = []
    for regime in (*Regime, TURMOIL_ALL):
        chosen = np.isin(regimes, TURMOIL) if regime == TURMOIL_ALL else regimes == regime
        of_regime = found[chosen]
        for row, metric in enumerate(METRICS):
            for column, setting in enumerate(settings):
                values = of_regime[:, row, column]
                rows.append(
                    {
                        "regime": str(regime),
                        "series": setting.case,
                        "metric": metric,
                        "value": values.mean(),
                        "low": values.min(),
                        "high": values.max(),
                        "unit": "bp of the loan",
                    }
                )
    table = pd.DataFrame(rows)
    return Section(
        "tails",
        "How bad are the worst days?",
        tuple(_finding(table, regime) for regime in ("normal", "turmoil")),
        table,
        Chart.INTERVALS,
        "",
        ("Mean over the regime's windows, and the range of these.",),
    )


def _finding(table: pd.DataFrame, regime: str) -> str:
    rows = table[(table.regime == regime) & (table.metric == "expected_shortfall_97_5")]
    shown = ", ".join(f"{row.value:.0f} with {row.series}" for row in rows.itertuples(index=False))
    return f"{regime.capitalize()}: the expected shortfall (97.5 %) is, in bp of the loan, {shown}."
