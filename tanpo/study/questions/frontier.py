# SPDX-License-Identifier: MIT
"""Which combinations of securities and threshold give least credit for least liquidity."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tanpo.study.engine.tokens import Floats
from tanpo.study.measured import Measured
from tanpo.study.output.section import Chart, Section
from tanpo.study.questions.published import BASE
from tanpo.study.setting import Setting


def ask(measured: Measured[Setting]) -> Section:
    """Of a grid of settings: the frontier between net credit amount and amount of calls."""
    figures = measured.table(
        BASE,
        ("net_credit", "call_amount"),
        lambda setting: {
            "collaterals": setting.collaterals,
            "threshold": setting.threshold,
        },
    )
    keys = ["regime", "collaterals", "threshold"]
    table = figures.pivot_table(index=keys, columns="metric", values="value", sort=False)
    table = table.reset_index().rename(columns={"call_amount": "liquidity"})
    table["efficient"] = np.concatenate(
        [
            efficient(rows.liquidity.to_numpy(), rows.net_credit.to_numpy())
            for _, rows in table.groupby("regime", sort=False)
        ]
    )
    return Section(
        "frontier",
        "What is the least credit for a given liquidity?",
        tuple(_finding(table, regime) for regime in ("normal", "turmoil")),
        table[[*keys, "liquidity", "net_credit", "efficient"]],
        Chart.FRONTIER,
        "liquidity: amount of margin calls (bp of the loan, per 21 business dates)",
        ("A setting is efficient where no other has as little or less of both, and less of one.",),
    )


def efficient(first: Floats, second: Floats) -> NDArray[np.bool_]:
    """Of points (N,): which no other is below or equal to in both, and below in one."""
    below = (first[:, None] >= first) & (second[:, None] >= second)
    strictly = (first[:, None] > first) | (second[:, None] > second)
    dominated: NDArray[np.bool_] = (below & strictly).any(axis=1)
    return ~dominated


def _finding(table: pd.DataFrame, regime: str) -> str:
    rows = table[(table.regime == regime) & table.efficient]
    counts = ", ".join(str(count) for count in sorted(set(rows.collaterals)))
    return (
        f"{regime.capitalize()}: {len(rows)} of {(table.regime == regime).sum()} settings are"
        f" efficient; their baskets have {counts} securities."
    )
