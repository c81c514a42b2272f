# SPDX-License-Identifier: MIT
"""How do calls come over the years?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tanpo.study.cells import Cell, histories
from tanpo.study.engine.tokens import Floats
from tanpo.study.laboratory import Laboratory
from tanpo.study.output.section import Chart, Section
from tanpo.study.questions.published import DESIGN
from tanpo.study.sampling import draw

TRADES = 20
"""Draws that are carried through the whole history."""


def called_of(cell: Cell) -> Floats:
    """(settings, T): mean amount of calls of a step, bp of the loan."""
    called = [abs(history.called).mean(axis=1) for history in histories(cell)]
    return np.array(called) * 10_000 / cell.notional


def ask(laboratory: Laboratory) -> Section | None:
    """The same trades from the first date to the last; None where no basket has prices so long."""
    universe = laboratory.universe
    last = universe.tokens.steps - 1
    if not universe.gives_trades(0, last):
        return None
    trades = min(TRADES, laboratory.effort.further)
    draws = draw(universe, 0, last, trades, (laboratory.seed, 3_000))
    tokens = universe.tokens.between(0, last)
    cells = [
        Cell(
            tokens,
            universe.cash,
            draws,
            universe.types,
            (setting,),
            universe.notional,
            universe.per_date,
        )
        for setting in DESIGN
    ]
    found = laboratory.spread.map(called_of, cells)
    months = pd.to_datetime(pd.Index(universe.market.dates)).to_period("M").to_timestamp()
    tables = []
    for setting, called in zip(DESIGN, found, strict=True):
        by_month = pd.Series(called[0], index=months).groupby(level=0).sum()
        tables.append(
            pd.DataFrame(
                {
                    "month": by_month.index,
                    "series": setting.case,
                    "value": by_month.to_numpy(),
                    "unit": "called (bp of the loan, a month)",
                }
            )
        )
    table = pd.concat(tables, ignore_index=True)
    return Section(
        "over_time",
        "How do calls come over the years?",
        tuple(_findings(table)),
        table,
        Chart.TIME,
        "",
        ("Trades that stay open from the first date to the last, of all four types.",),
    )


def _findings(table: pd.DataFrame) -> list[str]:
    found = []
    for series, rows in table.groupby("series", sort=False):
        worst = rows.loc[rows.value.idxmax()]
        found.append(
            f"{series}: {rows.value.median():.0f} bp in the median month, {worst.value:.0f} bp in"
            f" the worst, {worst.month:%B %Y}."
        )
    return found
