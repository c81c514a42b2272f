# SPDX-License-Identifier: MIT
"""Which times were normal, and which turmoil?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tanpo.study.laboratory import Laboratory
from tanpo.study.output.section import Chart, Section
from tanpo.study.windows import Window, market_returns

YEAR = 252
"""Business dates, for a volatility a year."""


def ask(laboratory: Laboratory) -> Section:
    """The market's level with the windows that the rules have found."""
    universe = laboratory.universe
    closes = slice(universe.per_date - 1, None, universe.per_date)
    level = 100 * np.cumprod(1 + market_returns(universe))
    table = pd.DataFrame(
        {"date": pd.to_datetime(pd.Index(universe.market.dates[closes])), "level": level[closes]}
    )
    table.attrs["spans"] = [
        (str(window.regime), pd.Timestamp(window.start), pd.Timestamp(window.end))
        for window in laboratory.windows
    ]
    return Section(
        "windows",
        "Which times were normal, and which turmoil?",
        tuple(map(_sentence, laboratory.windows)),
        table,
        Chart.WINDOWS,
        "",
        ("The market is the mean return of all securities that baskets are drawn from.",),
    )


def _sentence(window: Window) -> str:
    return (
        f"{window.regime.label.capitalize()}, {window.start} to {window.end}: the market went"
        f" {window.market_return:+.1%}, its volatility was {window.volatility * YEAR**0.5:.1%} a"
        " year."
    )
