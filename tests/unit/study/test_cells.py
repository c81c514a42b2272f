# SPDX-License-Identifier: MIT
"""`tanpo.study.cells`: the same figures however the paths are put together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tanpo.study import cells
from tanpo.study.cells import Cell, histories, run_cell, schedule_of
from tanpo.study.engine.outcome import MEASURES
from tanpo.study.sampling import Draws, draw
from tanpo.study.setting import Setting, TradeType

from .made import alike, universe, walks

SETTINGS = (
    Setting(5, 200),
    Setting(1),
    Setting(5),
    Setting(1, 100, 50_000, 500),
    Setting(2, marked_every=3),
    Setting(1, period=4),
    Setting(5, 0, 100_000),
)


def cell_of(seed: int = 1, draws: int = 3, settings: tuple[Setting, ...] = SETTINGS) -> Cell:
    found = universe(walks(seed, 13, 8))
    return Cell(
        found.tokens, found.cash, draw(found, 0, 12, draws, (seed,)),
        tuple(TradeType), settings, 10_000_000,
    )  # fmt: skip


def test_run_cell__all_together__equals_every_path_alone():
    cell = cell_of()
    found = run_cell(cell)
    assert found.shape == (len(MEASURES), 7, 4, 3)
    for place in np.ndindex(7, 4, 3):
        setting, kind, number = place
        alone = replace(
            cell,
            settings=(cell.settings[setting],),
            types=(cell.types[kind],),
            draws=cell.draws.between(number, number + 1),
        )
        assert run_cell(alone).ravel().tolist() == found[:, *place].tolist()
    assert (found[MEASURES.index("calls")] > 0).any()


@pytest.mark.parametrize("largest", [1, 12, 24, 30, 10**6])
def test_run_cell__any_block_size__gives_the_same(monkeypatch, largest):
    cell = cell_of()
    found = run_cell(cell)
    monkeypatch.setattr(cells, "LARGEST_BLOCK", largest)
    assert run_cell(cell).tolist() == found.tolist()


def test_run_cell__blocks__hold_at_most_so_many_paths(monkeypatch):
    counts, plain = [], cells.margin

    def noting(tokens, trades, schedule, *rest):
        counts.append((trades.count, len(trades.collateral)))
        return plain(tokens, trades, schedule, *rest)

    monkeypatch.setattr(cells, "margin", noting)
    monkeypatch.setattr(cells, "LARGEST_BLOCK", 25)
    run_cell(cell_of())
    # 4 types of 3 draws are 12 paths a setting.
    assert counts == [(24, 1), (12, 1), (12, 2), (24, 5), (12, 5)]


def test_histories__each_setting__agrees_with_the_sums():
    cell = cell_of()
    found = dict(zip(MEASURES, run_cell(cell).reshape(len(MEASURES), 7, 12), strict=True))
    for number, history in enumerate(histories(cell)):
        difference, called = history.difference, history.called
        assert difference.shape == (13, 12)
        for name, sums in {
            "net_credit": abs(difference).sum(axis=0) / 12,
            "lender_credit": np.maximum(-difference, 0).sum(axis=0) / 12,
            "borrower_credit": np.maximum(difference, 0).sum(axis=0) / 12,
            "calls": history.moves.sum(axis=0),
            "call_amount": abs(called).sum(axis=0),
            "delivered": np.maximum(called, 0).sum(axis=0),
            "worst": abs(difference).max(axis=0),
            "largest_call": abs(called).max(axis=0),
        }.items():
            assert found[name][number].tolist() == pytest.approx(sums.tolist(), rel=1e-12)


def test_run_cell__one_trade__is_as_by_hand():
    # 10,000 USD against 100 shares of 100, then 90, 90, 99: a call of 12 shares (11.1 up) and a
    # return of 11 (of 1,088 above): 112 shares are 11,088, of which 10.98 go back, 10 in whole.
    found = universe(alike([-0.1, 0, 0.1]))
    draws = Draws(*(np.array([at]) for at in (1, 2, 8)), np.array([[3]]))
    cell = Cell(found.tokens, 0, draws, (TradeType.CASH_SAME,), (Setting(),), 10_000)
    figures = dict(zip(MEASURES, run_cell(cell).ravel().tolist(), strict=True))
    # Differences: -1,000; 112 * 90 - 10,000 = 80 (no whole share goes back); 1,088.
    assert figures["net_credit"] == pytest.approx((1000 + 80 + 1088) / 3)
    assert figures["calls"] == 3
    assert figures["call_amount"] == pytest.approx(1000 + 80 + 1088)
    assert figures["tokens_moved"] == pytest.approx(1200 + 0 + 1000)
    assert figures["lender_credit"] == pytest.approx(1000 / 3)
    assert figures["borrower_credit"] == pytest.approx(1168 / 3)
    assert figures["uncovered"] == pytest.approx(1000 / 3)
    assert figures["delivered"] == pytest.approx(1000)
    assert figures["worst"] == figures["largest_call"] == pytest.approx(1088)


def test_schedule_of__two_moments_a_date__rolls_by_dates_and_marks_by_steps():
    cell = replace(cell_of(), per_date=2)
    schedule = schedule_of(cell, 3, 2)
    assert np.flatnonzero(schedule.rolled).tolist() == [4, 8, 12]
    assert np.flatnonzero(schedule.marked).tolist() == [3, 6, 9]
    assert not schedule_of(cell, 1, 0).rolled.any()


@pytest.mark.parametrize(("per_date", "dates"), [(1, 12), (2, 6)])
def test_dates__are_those_after_the_opening(per_date, dates):
    assert replace(cell_of(), per_date=per_date).dates == dates
