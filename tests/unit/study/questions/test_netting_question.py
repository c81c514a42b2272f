# SPDX-License-Identifier: MIT
"""`questions.netting`: all trades of two parties as one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tanpo.study.engine.margining import Schedule, margin
from tanpo.study.engine.outcome import MEASURES
from tanpo.study.questions import netting
from tanpo.study.questions.netting import WAYS, Pairs, run_pairs, sets_of
from tanpo.study.sampling import Draws, trades_of
from tanpo.study.setting import Setting

from .laboratories import answering

FIGURES = ("net_credit", "calls", "call_amount", "tokens_moved")
ROWS = [MEASURES.index(name) for name in FIGURES]


def pairs_of(laboratory, trades, count=3):
    return Pairs(
        laboratory.tokens(laboratory.windows[0]),
        laboratory.universe.cash,
        laboratory.draws(0, count * trades),
        laboratory.universe.types,
        laboratory.universe.notional,
        trades,
        (1, 4_000, 0),
        1,
    )


def test_ways__labels__netting_and_threshold():
    assert [way.label for way in WAYS] == [
        "each trade alone, no threshold",
        "one netting set, no threshold",
        "each trade alone, 2\N{NO-BREAK SPACE}% threshold",
        "one netting set, 2\N{NO-BREAK SPACE}% threshold",
    ]


def test_sets__five_trades_of_three_pairs__shapes_and_types_in_turn(bonds):
    pairs = pairs_of(bonds, 5)
    sets = sets_of(pairs, 200)
    assert sets.loan.shape == sets.loan_quantity.shape == sets.first_lends.shape == (5, 3)
    assert sets.collateral.shape == (2, 5, 3)
    for of_set, value in ((sets.threshold_bps, 200), (sets.mta_e6, 0), (sets.haircut_bps, 0)):
        assert of_set.tolist() == [value] * 3
    draws, universe = pairs.draws, bonds.universe
    assert (sets.loan[0] == universe.cash).all()
    assert set(sets.loan[1]) <= set(universe.foreign_cash)
    assert sets.loan[2].tolist() == draws.lent[6:9].tolist()
    assert sets.loan[3].tolist() == draws.foreign_lent[9:12].tolist()
    assert (sets.loan[4] == universe.cash).all()
    assert sets.collateral[:, 4].tolist() == draws.order[:2, 12:15].tolist()


def test_sets__same_seed__same_sides_whatever_the_threshold(bonds):
    pairs = pairs_of(bonds, 5)
    sides = sets_of(pairs, 0).first_lends
    assert sides.tolist() == sets_of(pairs, 200).first_lends.tolist()
    assert sides.tolist() != sets_of(replace(pairs, seed=(2, 4_000, 0)), 0).first_lends.tolist()


@pytest.mark.parametrize("trades", [2, 5])
def test_run_pairs__each_alone__sums_of_single_trades(bonds, trades):
    pairs = pairs_of(bonds, trades)
    found = run_pairs(pairs)
    assert found.shape == (len(MEASURES), len(WAYS), 1, 3)
    for column, bps in ((0, 0), (2, 200)):
        total = np.zeros((len(MEASURES), 3))
        for number in range(trades):
            mine = slice(3 * number, 3 * number + 3)
            single = trades_of(
                pairs.tokens,
                pairs.cash,
                Draws(*(part[..., mine] for part in pairs.draws)),
                (pairs.types[number % 4],),
                (Setting(2, bps),),
                pairs.notional,
            )
            total += margin(
                pairs.tokens, single, Schedule.every(pairs.tokens.steps)
            ).outcome.stacked()
        assert found[:, column, 0].tolist() == total.tolist()


def test_run_pairs__one_trade__a_set_of_one_is_that_trade(bonds):
    found = run_pairs(pairs_of(bonds, 1, count=8))[ROWS, :, 0]
    assert found[:, 1].tolist() == found[:, 0].tolist()
    assert found[:, 3].tolist() == found[:, 2].tolist()


def test_ask__small_market__netting_leaves_less(bonds):
    section = netting.ask(bonds)
    table = section.table
    assert list(table.x.unique()) == [2, 5, 8]
    assert list(table.series.unique()) == [way.label for way in WAYS]
    credit = table[(table.metric == "net_credit") & (table.regime == "normal")]
    credit = credit.set_index(["x", "series"])["index"]
    for trades in (2, 5, 8):
        assert credit[trades, WAYS[0].label] == 1
        assert credit[trades, WAYS[1].label] < 1
    assert credit[8, WAYS[1].label] < credit[2, WAYS[1].label]


def test_ask__made_figures__finding_is_of_eight_trades(bonds):
    result = np.zeros((len(MEASURES), len(WAYS), 1, 2))
    for row, ratio in zip(ROWS, (0.25, 0.5, 0.125, 1), strict=True):
        result[row, :, 0] = [[8], [8 * ratio], [1], [1]]
    section = netting.ask(answering(bonds, [result] * len(bonds.windows)))
    assert section.findings == tuple(
        f"{regime}, 8 trades, no threshold: one netting set leaves 0.25 of the net credit amount,"
        " 0.50 of the calls and 0.12 of their amount."
        for regime in ("Normal", "Turmoil")
    )
