# SPDX-License-Identifier: MIT
"""Who bears what: collateral segregated in the escrow, or outright with the lender."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tanpo.study.engine.tokens import Floats
from tanpo.study.measured import Measured
from tanpo.study.output import words
from tanpo.study.output.section import Chart, Section
from tanpo.study.questions.published import BASE, DESIGN
from tanpo.study.setting import Setting

SEGREGATED = {"lender_credit": "net_credit", "delivered": "call_amount"}
"""Segregated, what is held beyond the required value is at nobody's risk, and goes back without the
lender: its exposure and the borrower's deliveries remain.
"""
TITLE_TRANSFER = {"net_credit": "net_credit", "call_amount": "call_amount"}
"""Outright, the borrower has a claim on the lender for what is held beyond, and returns are the
lender's deliveries.
"""


def ask(measured: Measured[Setting]) -> Section:
    """The same moves, counted for who is exposed and who must deliver."""
    figures = measured.of(DESIGN).table(
        BASE,
        tuple({**SEGREGATED, **TITLE_TRANSFER}),
        lambda setting: {"series": setting.case},
    )
    bases = figures[figures.series == BASE.case].set_index(["regime", "metric"])["value"]
    parts = []
    for name, meaning in (("segregated", SEGREGATED), ("title transfer", TITLE_TRANSFER)):
        part = figures[figures.metric.isin(list(meaning))].copy()
        own = _of(bases, part)
        part["metric"] = part.metric.map(meaning)
        part["x"] = name
        outright = _of(bases, part)
        scale = np.divide(own, outright, out=np.full_like(own, np.nan), where=outright > 0)
        part[["index", "low", "high"]] *= scale[:, None]
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    return Section(
        "custody",
        "What does it matter who holds the collateral?",
        tuple(_finding(table, regime) for regime in ("normal", "turmoil")),
        table,
        Chart.BARS,
        "custody",
        (
            "The tokens that move are the same. Title transfer counts both parties' exposures and"
            " deliveries; segregated, the excess lies in the escrow and returns need nobody's"
            " tokens. Index: one security, no threshold, title transfer is 1.00.",
        ),
    )


def _of(bases: pd.Series[float], part: pd.DataFrame) -> Floats:
    """The base's value of each row's regime and measure."""
    return bases.reindex(pd.MultiIndex.from_frame(part[["regime", "metric"]])).to_numpy(float)


def _finding(table: pd.DataFrame, regime: str) -> str:
    of_base = (table.series == BASE.case) & (table.x == "segregated")
    index = table[(table.regime == regime) & of_base].set_index("metric")["index"]
    return (
        f"{regime.capitalize()}, one security without a threshold: segregation leaves"
        f" {words.index(index['net_credit'])} of the credit and"
        f" {words.index(index['call_amount'])} of what parties must have at hand."
    )
