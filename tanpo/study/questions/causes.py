# SPDX-License-Identifier: MIT
"""Why are our figures others than the published ones?

Their data are not public, so each likely cause is measured on ours: what happens to the figures
where the risk lies in what is lent and not in the basket, where baskets are of securities that move
alike, and where prices move as much as makes our number of calls theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tanpo.instrument import Kind
from tanpo.study.engine.outcome import MEASURES
from tanpo.study.engine.tokens import Floats
from tanpo.study.engine.trades import Indexes
from tanpo.study.laboratory import Laboratory
from tanpo.study.market import Security
from tanpo.study.output.section import Chart, Section
from tanpo.study.output.words import index
from tanpo.study.questions.published import BASE, DESIGN, METRICS, PUBLISHED, by_case
from tanpo.study.setting import TradeType
from tanpo.study.universe import universe_of

_CASH = (TradeType.CASH_SAME, TradeType.CASH_CROSS)
FIVE = 5
OTHER_TRADES = "bonds against lent stocks"


@dataclass(frozen=True)
class Variant:
    """The published design on other trades."""

    name: str
    is_collateral: Callable[[Security], bool]
    is_lent: Callable[[Security], bool]
    types: tuple[TradeType, ...]


def _is_stock(security: Security) -> bool:
    return security.instrument.kind is Kind.EQUITY


def _is_bond(security: Security) -> bool:
    return security.instrument.kind is Kind.BOND


VARIANTS = (
    Variant("stocks against cash", _is_stock, _is_stock, _CASH),
    Variant("stocks against stocks", _is_stock, _is_stock, (TradeType.SECURITY_SAME,)),
    Variant(OTHER_TRADES, _is_bond, _is_stock, (TradeType.SECURITY_SAME,)),
    Variant("bonds against cash", _is_bond, _is_bond, _CASH),
)
"""Named by the basket and what it secures."""


def variants(laboratory: Laboratory) -> Section | None:
    """The published design by what is lent and what secures it; None without bonds."""
    market = laboratory.universe.market
    if not all(any(map(kind, market.securities)) for kind in (_is_stock, _is_bond)):
        return None
    tables = []
    for variant in VARIANTS:
        universe = universe_of(market, variant.is_collateral, variant.is_lent)
        other = replace(laboratory, universe=universe)
        table = other.measure(DESIGN, variant.types).table(BASE, METRICS, by_case)
        tables.append(table.assign(series=variant.name))
    table = pd.concat(tables, ignore_index=True)
    return Section(
        "causes_trades",
        "How much does it matter what is lent, and against what?",
        tuple(_finding(table, regime) for regime in ("normal", "turmoil")),
        table,
        Chart.BARS,
        "case",
        (
            "Named by the basket and what it secures; each index is to the same trades with one"
            " security and no threshold.",
        ),
    )


def _finding(table: pd.DataFrame, regime: str) -> str:
    wanted = (table.regime == regime) & (table.metric == "net_credit")
    rows = table[wanted & (table.x == DESIGN[2].case)].set_index("series")["index"]
    shown = ", ".join(f"{index(figure)} with {name}" for name, figure in rows.items())
    published = PUBLISHED[regime]["net_credit"][2]
    return (
        f"{regime.capitalize()}: the net credit amount with five securities and no threshold is"
        f" {shown}; published is {published.shown}."
    )


def likeness(laboratory: Laboratory) -> Section:
    """What five securities save against how alike they move, basket by basket.

    Were each security's volatility the same and each pair's correlation r, five would leave
    sqrt((1 + 4 r) / 5) of one's difference.
    """
    universe = laboratory.universe
    found = laboratory.measure((BASE, DESIGN[2]), (TradeType.CASH_SAME,)).found
    row = MEASURES.index("net_credit")
    rows = []
    for number, window in enumerate(laboratory.windows):
        baskets = laboratory.draws(number, laboratory.effort.further).order[:FIVE]
        prices = universe.tokens.prices_e8[window.first : window.last + 1].astype(np.float64)
        returns = prices[1:] / np.maximum(prices[:-1], 1) - 1
        # One alone, on the average of the basket's own five, so that both are of the same names.
        alone = _alone(returns, baskets)
        correlations = _correlations(returns, baskets)
        five = found[number][row, 1, 0]
        left = np.divide(five, alone, out=np.full_like(five, np.nan), where=alone > 0)
        regime = "normal" if window.regime == "normal" else "turmoil"
        rows += [
            {"regime": regime, "x": x, "y": y, "series": "one basket in one window"}
            for x, y in zip(correlations, left, strict=True)
        ]
    table = pd.DataFrame(rows)
    grid = np.linspace(0, 1, 101)
    table.attrs["curve"] = (
        "equal correlations and volatilities",
        grid.tolist(),
        np.sqrt((1 + (FIVE - 1) * grid) / FIVE).tolist(),
    )
    table.attrs["levels"] = [
        (f"published, {regime}", bound)
        for regime in ("normal", "turmoil")
        for bound in sorted(set(PUBLISHED[regime]["net_credit"][2]))
    ]
    table.attrs["y_label"] = "net credit amount, five securities to one"
    return Section(
        "causes_correlation",
        "How alike would the securities have to move?",
        tuple(_likeness_finding(table, regime) for regime in ("normal", "turmoil")),
        table,
        Chart.SCATTER,
        "mean correlation of the basket's daily returns",
        (
            "Cash of the valuation currency is lent, no threshold; one security is the mean of the"
            " basket's five alone.",
        ),
    )


def needed_correlation(index: float) -> float:
    """At which five securities leave `index` of one's difference."""
    return (FIVE * index**2 - 1) / (FIVE - 1)


def _likeness_finding(table: pd.DataFrame, regime: str) -> str:
    rows = table[table.regime == regime]
    published = PUBLISHED[regime]["net_credit"][2]
    low, high = needed_correlation(published.low), needed_correlation(published.high)
    needed = f"{low:.2f}" if low == high else f"{low:.2f} to {high:.2f}"
    return (
        f"{regime.capitalize()}: our baskets' mean correlation is {index(rows.x.mean())} and five"
        f" securities leave {index(rows.y.mean())} of one's credit; the published {published.shown}"
        f" needs a correlation of {needed}."
    )


def _alone(returns: Floats, baskets: Indexes) -> Floats:
    """(D,): mean size of a step's return, in bp, over a basket's securities."""
    sizes = abs(returns).mean(axis=0) * 10_000
    alone: Floats = sizes[baskets].mean(axis=0)
    return alone


def _correlations(returns: Floats, baskets: Indexes) -> Floats:
    """(D,): mean over the pairs of a basket; NaN where one of them does not move."""
    pool = np.unique(baskets)
    pool = pool[np.ptp(returns[:, pool], axis=0) > 0]
    matrix = np.full((returns.shape[1],) * 2, np.nan)
    if pool.size:
        matrix[np.ix_(pool, pool)] = np.corrcoef(returns[:, pool], rowvar=False)
    count = len(baskets)
    pairs = [matrix[baskets[i], baskets[j]] for i in range(count) for j in range(i)]
    mean: Floats = np.mean(pairs, axis=0)
    return mean
