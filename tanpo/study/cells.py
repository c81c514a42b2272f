# SPDX-License-Identifier: MIT
"""The unit of work: every setting in one window, on the draws of that window.

A cell is a value and a function of nothing else, so that any process, here or elsewhere, gives the
same figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from tanpo.study.engine.margining import Schedule, margin
from tanpo.study.engine.outcome import MEASURES, History
from tanpo.study.engine.tokens import Floats, Tokens
from tanpo.study.sampling import Draws, trades_of
from tanpo.study.setting import Setting, TradeType

LARGEST_BLOCK = 4096
"""Paths that are margined together: about as many as keep the arrays in a core's cache."""


@dataclass(frozen=True)
class Cell:
    """Work for one process."""

    tokens: Tokens
    """Of the window."""
    cash: int
    """CT of the valuation currency."""
    draws: Draws
    types: tuple[TradeType, ...]
    settings: tuple[Setting, ...]
    notional: int
    per_date: int = 1
    """Steps of a business date."""

    @property
    def dates(self) -> int:
        """Business dates after the opening."""
        return (self.tokens.steps - 1) // self.per_date


def run_cell(cell: Cell) -> Floats:
    """(measures, settings, types, draws), the measures in the order of `MEASURES`."""
    draws, types = len(cell.draws.lent), len(cell.types)
    found = np.empty((len(MEASURES), len(cell.settings), types, draws))
    for (_, every, period), block in _blocks(cell):
        schedule = schedule_of(cell, every, period)
        settings = tuple(cell.settings[number] for number in block)
        trades = trades_of(cell.tokens, cell.cash, cell.draws, cell.types, settings, cell.notional)
        outcome = margin(cell.tokens, trades, schedule).outcome
        found[:, block] = outcome.stacked().reshape(len(MEASURES), len(block), types, draws)
    return found


def histories(cell: Cell) -> Iterator[History]:
    """Of each setting, over all types and draws: what happened step by step."""
    for setting in cell.settings:
        schedule = schedule_of(cell, setting.marked_every, setting.period)
        trades = trades_of(
            cell.tokens, cell.cash, cell.draws, cell.types, (setting,), cell.notional
        )
        history = margin(cell.tokens, trades, schedule, history=True).history
        assert history is not None
        yield history


def schedule_of(cell: Cell, marked_every: int, period: int) -> Schedule:
    """Of settings that are marked and rolled so."""
    return Schedule.every(cell.tokens.steps, marked_every, period * cell.per_date)


def _blocks(cell: Cell) -> list[tuple[tuple[int, int, int], list[int]]]:
    """Numbers of settings that share arrays, at most so many that these stay small."""

    def alike(number: int) -> tuple[int, int, int]:
        setting = cell.settings[number]
        return setting.collaterals, setting.marked_every, setting.period

    most = max(1, LARGEST_BLOCK // (len(cell.types) * len(cell.draws.lent)))
    numbers = sorted(range(len(cell.settings)), key=alike)
    blocks = []
    for key, group in groupby(numbers, key=alike):
        members = list(group)
        blocks += [(key, members[at : at + most]) for at in range(0, len(members), most)]
    return blocks
