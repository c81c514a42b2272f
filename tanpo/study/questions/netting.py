# SPDX-License-Identifier: MIT
"""What does it save to margin all trades of two parties as one?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tanpo.study.engine.margining import Schedule, margin
from tanpo.study.engine.netting import margin_sets
from tanpo.study.engine.sets import Sets
from tanpo.study.engine.tokens import Floats, Tokens
from tanpo.study.laboratory import Laboratory
from tanpo.study.measured import Measured, in_units
from tanpo.study.output import words
from tanpo.study.output.section import Chart, Section
from tanpo.study.output.words import threshold_of
from tanpo.study.questions.published import METRICS
from tanpo.study.sampling import Draws, trades_of
from tanpo.study.setting import Setting, TradeType

TRADES = (2, 5, 8)
"""Between the same two parties; each of them lends in half, at random."""
BASKET = 2
"""Securities of each trade."""


@dataclass(frozen=True)
class Margining:
    """One way to margin a pair of parties."""

    netting: bool
    """All trades as one; otherwise each alone."""
    threshold_bps: int

    @property
    def label(self) -> str:
        """For a legend."""
        alone = "one netting set" if self.netting else "each trade alone"
        return f"{alone}, {threshold_of(self.threshold_bps / 10_000)}"


WAYS = tuple(Margining(netting, bps) for bps in (0, 200) for netting in (False, True))


@dataclass(frozen=True)
class Pairs:
    """Work for one process: pairs of parties in one window, with so many trades each."""

    tokens: Tokens
    cash: int
    draws: Draws
    types: tuple[TradeType, ...]
    """They take turns."""
    notional: int
    trades: int
    seed: tuple[int, ...]
    per_date: int


def run_pairs(pairs: Pairs) -> Floats:
    """(measures, WAYS, 1, pairs), sums over a pair's trades."""
    alone = Schedule.every(pairs.tokens.steps, pairs.per_date)
    found = []
    for way in WAYS:
        sets = sets_of(pairs, way.threshold_bps)
        if way.netting:
            figures = margin_sets(pairs.tokens, sets, alone).outcome.stacked()
        else:
            each = [
                margin(pairs.tokens, sets.trade(number), alone).outcome.stacked()
                for number in range(pairs.trades)
            ]
            figures = np.sum(each, axis=0)
        found.append(figures)
    return np.stack(found, axis=1)[:, :, None]


def sets_of(pairs: Pairs, threshold_bps: int) -> Sets:
    """All pairs have the same types."""
    count = pairs.draws.lent.shape[0] // pairs.trades
    settings = (Setting(BASKET, threshold_bps),)
    every = []
    for number in range(pairs.trades):
        draws = pairs.draws.between(number * count, (number + 1) * count)
        type_ = pairs.types[number % len(pairs.types)]
        every.append(trades_of(pairs.tokens, pairs.cash, draws, (type_,), settings, pairs.notional))
    random = np.random.default_rng(pairs.seed)
    return Sets(
        first_lends=random.integers(0, 2, (pairs.trades, count)).astype(bool),
        loan=np.stack([each.loan for each in every]),
        loan_quantity=np.stack([each.loan_quantity for each in every]),
        collateral=np.stack([each.collateral for each in every], axis=1),
        threshold_bps=every[0].threshold_bps,
        mta_e6=every[0].mta_e6,
        haircut_bps=every[0].haircut_bps,
    )


def ask(laboratory: Laboratory) -> Section:
    """Each trade alone against one netting set, by the number of trades."""
    tables = [_table(laboratory, trades) for trades in TRADES]
    table = pd.concat(tables, ignore_index=True)
    return Section(
        "netting",
        "What does it save to margin all trades of two parties as one?",
        tuple(_finding(table, regime) for regime in ("normal", "turmoil")),
        table,
        Chart.LINES,
        "trades between the two parties",
        (
            f"Baskets of {BASKET}; each party lends in half of the trades, at random. A set has one"
            " exposure and one call; its threshold is a share of its net required value. Each index"
            " is to the same trades margined alone without a threshold. Values are in bp of all"
            " loans together.",
        ),
    )


def _table(laboratory: Laboratory, trades: int) -> pd.DataFrame:
    count = laboratory.effort.published // max(TRADES)
    universe, windows = laboratory.universe, laboratory.windows
    work = [
        Pairs(
            laboratory.tokens(window),
            universe.cash,
            laboratory.draws(number, count * trades),
            universe.types,
            universe.notional,
            trades,
            (laboratory.seed, 4_000, number),
            universe.per_date,
        )
        for number, window in enumerate(windows)
    ]
    found = [
        in_units(result, universe.notional * trades, (pairs.tokens.steps - 1) // universe.per_date)
        for result, pairs in zip(laboratory.spread.map(run_pairs, work), work, strict=True)
    ]
    measured = Measured(WAYS, windows, tuple(found), laboratory.seed)
    return measured.table(WAYS[0], METRICS, lambda way: {"series": way.label, "x": trades})


def _finding(table: pd.DataFrame, regime: str) -> str:
    wanted = (table.regime == regime) & (table.x == max(TRADES)) & (table.series == WAYS[1].label)
    index = table[wanted].set_index("metric")["index"]
    return (
        f"{regime.capitalize()}, {max(TRADES)} trades, no threshold: one netting set leaves"
        f" {words.index(index['net_credit'])} of the net credit amount,"
        f" {words.index(index['calls'])} of the calls and {words.index(index['call_amount'])} of"
        " their amount."
    )
