# SPDX-License-Identifier: MIT
"""Trades that margin one by one: opened, marked step by step, and rolled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanpo.model.values import ONE_BPS
from tanpo.study.engine import exact
from tanpo.study.engine.outcome import History, Outcome
from tanpo.study.engine.tokens import Floats, Tokens
from tanpo.study.engine.trades import Trades, require_whole

Mask = NDArray[np.bool_]

RELATIVE_ERROR = 1e-14
"""Of a value, at most, where a basket has up to 64 tokens.

A unit's value is off by 2**-53 of itself, the haircut, the product with a quantity and each sum of
a basket by as much again: fewer than 70 roundings. A call's share of a token adds three.
"""


@dataclass(frozen=True)
class Schedule:
    """What happens at each of T steps; the first is the opening."""

    marked: Mask
    """(T,): calls are made."""
    rolled: Mask
    """(T,): trades end, without a call, and the same open again at these prices."""

    @classmethod
    def every(cls, steps: int, marked: int = 1, rolled: int = 0) -> Schedule:
        """Marked at every so many steps and rolled at every so many; 0: never."""
        number = np.arange(steps)
        rolls = (number % rolled == 0) & (number > 0) if rolled else np.zeros(steps, dtype=bool)
        return cls((number % marked == 0) & (number > 0) & ~rolls, rolls)


class Result(NamedTuple):
    """What trades have come to."""

    outcome: Outcome
    baskets: Floats
    """(K, P): what the baskets hold after the last step, smallest units."""
    history: History | None


def margin(tokens: Tokens, trades: Trades, schedule: Schedule, history: bool = False) -> Result:
    """Carry trades from the first step to the last; nobody is short of tokens.

    Raises OverflowError where a basket comes to hold 2**53 smallest units of a token.
    """
    return _Margining(tokens, trades, schedule, history).run()


@dataclass
class _Margining:
    tokens: Tokens
    trades: Trades
    schedule: Schedule
    keep: bool
    kept: Floats = field(init=False)
    """(P,): what counts of a market value."""
    lots: Floats = field(init=False)
    first: Floats = field(init=False)
    """(K, P): value of a smallest unit at the opening."""
    quantities: Floats = field(init=False)
    outcome: Outcome = field(init=False)
    history: History | None = field(init=False)

    def __post_init__(self) -> None:
        trades, tokens = self.trades, self.tokens
        self.kept = (ONE_BPS - trades.haircut_bps) / ONE_BPS
        self.threshold = trades.threshold_bps / ONE_BPS
        self.mta = trades.mta_e6 / 10**6
        self.lots = tokens.lots[trades.collateral]
        self.first = tokens.units[0][trades.collateral]
        self.quantities = trades.opening_round_up(tokens, 0)
        self.outcome = Outcome.zeros(trades.count)
        self.history = History.zeros(tokens.steps, self.quantities) if self.keep else None

    def run(self) -> Result:
        for step in range(1, self.tokens.steps):
            self._step(step)
        self.outcome.average(self.tokens.steps - 1)
        return Result(self.outcome, self.quantities, self.history)

    def _step(self, step: int) -> None:
        trades = self.trades
        unit = self.tokens.units[step]
        required = trades.loan_quantity * unit[trades.loan]
        values = self.quantities * unit[trades.collateral]
        market = values.sum(axis=0)
        basket = market * self.kept
        exposure = required - basket
        self.outcome.observe(exposure, required - market)
        if self.schedule.rolled[step]:
            self.quantities = trades.opening_round_up(self.tokens, step)
        elif self.schedule.marked[step]:
            self._mark(step, required, basket, exposure)
        if self.history:
            self.history.difference[step] = -exposure
            self.history.quantities[step] = self.quantities

    def _mark(self, step: int, required: Floats, basket: Floats, exposure: Floats) -> None:
        size = abs(exposure)
        limit = required * self.threshold
        slack = RELATIVE_ERROR * (required + basket)
        moves = (size > limit) & (size >= self.mta)
        doubtful = (abs(size - limit) <= slack) | (abs(size - self.mta) <= slack)

        columns = np.flatnonzero(moves | doubtful)
        if not columns.size:
            return
        quantities, lots = self.quantities[:, columns], self.lots[:, columns]
        in_lots = quantities / lots
        shares = in_lots * (exposure[columns] / basket[columns])
        called = np.ceil(shares)
        doubt = in_lots * (2 * (slack / basket)[columns])
        near = (abs(shares - np.rint(shares)) <= doubt).any(axis=0)

        unsure = np.flatnonzero(near | doubtful[columns])
        moving = moves[columns]
        if unsure.size:
            decided = self._exactly(step, columns[unsure])
            moving[unsure], called[:, unsure] = decided
        called *= moving
        moved = called * lots
        self.quantities[:, columns] = quantities + moved
        require_whole(self.quantities[:, columns])
        amount = abs(exposure[columns])
        worth = (abs(moved) * self.first[:, columns]).sum(axis=0)
        self.outcome.count(columns, moving, amount, amount * (exposure[columns] > 0), worth)
        if self.history:
            self.history.moves[step, columns] = moving

    def _exactly(self, step: int, columns: NDArray[np.intp]) -> exact.Call:
        """The same call in whole numbers."""
        trades, denominator = self.trades, self.tokens.denominators[step]
        unit = self.tokens.exact[step]
        integers = self.quantities[:, columns].astype(np.int64).astype(object)
        kept = (ONE_BPS - trades.haircut_bps[columns]).astype(object)
        return exact.call(
            trades.loan_quantity[columns].astype(object)
            * unit[trades.loan[columns]]
            * (ONE_BPS * 10**6),
            integers * unit[trades.collateral[:, columns]] * kept * 10**6,
            integers,
            self.lots[:, columns].astype(np.int64).astype(object),
            trades.threshold_bps[columns].astype(object),
            trades.mta_e6[columns].astype(object) * (denominator * ONE_BPS),
        )
