# SPDX-License-Identifier: MIT
"""What if markets moved more, or the same days came in another order?"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from tanpo.study.cells import Cell, run_cell
from tanpo.study.engine.outcome import MEASURES
from tanpo.study.laboratory import Laboratory
from tanpo.study.measured import UNITS, in_units
from tanpo.study.output import words
from tanpo.study.output.section import Chart, Section
from tanpo.study.questions.published import BASE, DESIGN, METRICS
from tanpo.study.sampling import draw
from tanpo.study.setting import Setting
from tanpo.study.stress import BLOCK, blocks, scaled, shuffled
from tanpo.study.windows import TURMOIL, Regime

FACTORS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
LENGTH = 63
"""Business dates of a window that is put together."""
REGIMES = {"normal": (Regime.NORMAL,), "turmoil": TURMOIL}


def scaling(laboratory: Laboratory) -> Section:
    """All moves of prices and rates times a factor."""

    def columns(factor: float, setting: Setting) -> dict[str, object]:
        return {"series": setting.case, "x": factor, "threshold": setting.threshold}

    table = pd.concat(
        [
            laboratory.measure(DESIGN, change=partial(scaled, factor=factor)).table(
                BASE, METRICS, partial(columns, factor)
            )
            for factor in FACTORS
        ],
        ignore_index=True,
    )
    return Section(
        "stress_scaling",
        "What if prices moved more?",
        tuple(_scaling_finding(table, regime) for regime in REGIMES),
        table,
        Chart.LINES,
        "factor on every move of prices and rates",
        ("Each index is to one security without a threshold at the same factor.",),
    )


def _scaling_finding(table: pd.DataFrame, regime: str) -> str:
    wanted = (table.regime == regime) & (table.series == DESIGN[1].case)
    calls = table[wanted & (table.metric == "calls")].set_index("x")["index"]
    shown = ", ".join(
        f"{words.index(index)} at {factor:g} times" for factor, index in calls.items()
    )
    return (
        f"{regime.capitalize()}: with one security and a threshold of 2 % the index of calls is"
        f" {shown} the moves."
    )


def bootstrap(laboratory: Laboratory) -> Section | None:
    """Windows of weeks drawn at random; None where too few securities have the whole history."""
    if not laboratory.universe.gives_trades(0, laboratory.universe.tokens.steps - 1):
        return None
    cells = {regime: _shuffled_cells(laboratory, regime) for regime in REGIMES}
    work = [cell for of_regime in cells.values() for cell in of_regime]
    results = iter(laboratory.spread.map(run_cell, work))
    rows: list[dict[str, object]] = []
    for regime, of_regime in cells.items():
        found = np.array(
            [
                in_units(next(results), laboratory.universe.notional, LENGTH).mean(axis=(2, 3))
                for _ in of_regime
            ]
        )
        for column, setting in enumerate(DESIGN):
            for metric in METRICS:
                values = found[:, MEASURES.index(metric), column]
                low, middle, high = np.quantile(values, (0.05, 0.5, 0.95)).tolist()
                rows.append(
                    {
                        "regime": regime,
                        "series": setting.case,
                        "metric": metric,
                        "value": middle,
                        "low": low,
                        "high": high,
                        "unit": UNITS[metric],
                    }
                )
    table = pd.DataFrame(rows)
    return Section(
        "block_bootstrap",
        "How much depends on the order in which days came?",
        tuple(_bootstrap_finding(table, regime) for regime in REGIMES),
        table,
        Chart.INTERVALS,
        "",
        (
            f"{laboratory.effort.bootstrap} windows of {LENGTH} business dates a regime, of weeks"
            " drawn at random from its own windows, all securities and rates together; median and"
            " the middle 90 % of the windows.",
        ),
    )


def _shuffled_cells(laboratory: Laboratory, regime: str) -> list[Cell]:
    universe, effort = laboratory.universe, laboratory.effort
    last = universe.tokens.steps - 1
    key = (laboratory.seed, 1_000 + list(REGIMES).index(regime))
    random = np.random.default_rng(key)
    spans = [
        np.arange(window.first + 1, window.last + 1)
        for window in laboratory.windows
        if window.regime in REGIMES[regime]
    ]
    steps = np.unique(np.concatenate(spans))
    draws = draw(universe, 0, last, effort.bootstrap * effort.further, key)
    cells = []
    for number in range(effort.bootstrap):
        block = BLOCK * universe.per_date
        rows = blocks(steps, LENGTH * universe.per_date, block, random)
        cells.append(
            Cell(
                shuffled(universe.tokens, rows, last),
                universe.cash,
                draws.between(number * effort.further, (number + 1) * effort.further),
                universe.types,
                DESIGN,
                universe.notional,
                universe.per_date,
            )
        )
    return cells


def _bootstrap_finding(table: pd.DataFrame, regime: str) -> str:
    rows = table[(table.regime == regime) & (table.metric == "net_credit")].set_index("series")
    one, five = rows.loc[DESIGN[0].case], rows.loc[DESIGN[2].case]
    return (
        f"{regime.capitalize()}, no threshold: the net credit amount of one security is"
        f" {one.value:.0f} bp of the loan ({one.low:.0f} to {one.high:.0f}), of five"
        f" {five.value:.0f} bp ({five.low:.0f} to {five.high:.0f})."
    )
