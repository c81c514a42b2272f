# SPDX-License-Identifier: MIT
"""Trades that margin in netting sets: opened together, marked step by step as one, and rolled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanpo.model.values import ONE_BPS
from tanpo.study.engine import setcall
from tanpo.study.engine.exact import Call
from tanpo.study.engine.margining import Schedule
from tanpo.study.engine.outcome import History, Outcome
from tanpo.study.engine.sets import Sets
from tanpo.study.engine.tokens import Floats, Tokens
from tanpo.study.engine.trades import Indexes, require_whole

RELATIVE_ERROR = 1e-14
"""Of a sum of values without their signs, at most: what a sum over up to 32 holdings is off by.

A unit's value is off by 2**-53 of itself; the product with a quantity (a whole number, and exact),
the haircut and each sum add as much again, which makes 36 for the exposure. The sides of a set
cancel out and the error does not: it is relative to `gross`, the value of what is lent and of what
is held of each token without its sign. The limit of a threshold adds as many times that threshold.
What can go back is off by 35 of itself. A share has an amount above and a base below: fewer than 75
of gross, and 35 of what could have gone back, over the base. Twice this constant is 180.
"""


class Result(NamedTuple):
    """What sets have come to."""

    outcome: Outcome
    held: Floats
    """(2, H, P): what secures the first party (0) and the second (1) after the last step.

    Smallest units, of each of `Sets.holdings`.
    """
    history: History | None


class _Values(NamedTuple):
    """Sets at a step; (P,) each, from the first party's side."""

    required: Floats
    market: Floats
    """Of collateral, without haircut."""
    exposure: Floats
    gross: Floats


def margin_sets(tokens: Tokens, sets: Sets, schedule: Schedule, history: bool = False) -> Result:
    """Carry sets from the first step to the last; nobody is short of tokens.

    Prices are above zero, as the ledger takes no other. Where trades roll, all of a set do.

    Raises OverflowError where a set comes to hold 2**53 smallest units of a token.
    """
    return _Netting(tokens, sets, schedule, history).run()


@dataclass
class _Netting:
    tokens: Tokens
    sets: Sets
    schedule: Schedule
    keep: bool
    kept: Floats = field(init=False)
    """(P,): what counts of a market value."""
    holdings: Indexes = field(init=False)
    """(H, P): tokens."""
    lots: Floats = field(init=False)
    first: Floats = field(init=False)
    """(H, P): value of a smallest unit at the opening."""
    lent: Floats = field(init=False)
    held: Floats = field(init=False)
    outcome: Outcome = field(init=False)
    history: History | None = field(init=False)

    def __post_init__(self) -> None:
        sets, tokens = self.sets, self.tokens
        self.kept = (ONE_BPS - sets.haircut_bps) / ONE_BPS
        self.threshold = sets.threshold_bps / ONE_BPS
        self.mta = sets.mta_e6 / 10**6
        self.holdings = sets.holdings.tokens
        self.lots = tokens.lots[self.holdings]
        self.first = tokens.units[0][self.holdings]
        self.lent, self.given = sets.lent(), sets.given()
        self.held = sets.opening_round_up(tokens, 0)
        self.outcome = Outcome.zeros(sets.count)
        self.history = History.zeros(tokens.steps, self.held) if self.keep else None

    def run(self) -> Result:
        for step in range(1, self.tokens.steps):
            self._step(step)
        self.outcome.average(self.tokens.steps - 1)
        return Result(self.outcome, self.held, self.history)

    def _step(self, step: int) -> None:
        units = self.tokens.units[step][self.holdings]
        values = self._values(units)
        uncovered = abs(values.required) - np.sign(values.required) * values.market
        self.outcome.observe(values.exposure, uncovered)
        if self.schedule.rolled[step]:
            self.held = self.sets.opening_round_up(self.tokens, step)
        elif self.schedule.marked[step]:
            self._mark(step, units, values)
        if self.history:
            self.history.difference[step] = -values.exposure
            self.history.quantities[step] = self.held

    def _values(self, units: Floats) -> _Values:
        loans = self.lent * units
        collateral = (self.held[0] - self.held[1]) * units
        required, market = loans.sum(axis=0), collateral.sum(axis=0)
        gross = abs(loans).sum(axis=0) + abs(collateral).sum(axis=0)
        return _Values(required, market, required - market * self.kept, gross)

    def _mark(self, step: int, units: Floats, values: _Values) -> None:
        size = abs(values.exposure)
        limit = abs(values.required) * self.threshold
        slack = RELATIVE_ERROR * values.gross
        moves = (size > limit) & (size >= self.mta)
        doubtful = abs(size - limit) <= slack * (1 + self.threshold)
        doubtful |= abs(size - self.mta) <= slack

        columns = np.flatnonzero(moves | doubtful)
        if not columns.size:
            return
        exposure, moving = values.exposure[columns], moves[columns]
        apportioned = setcall.apportion(
            exposure,
            units[:, columns] * self.kept[columns],
            self.held[:, :, columns],
            self.given[:, :, columns],
        )
        called, near = _approximately(apportioned, self.lots[:, columns], slack[columns])
        unsure = np.flatnonzero(near | doubtful[columns])
        if unsure.size:
            moving[unsure], called[:, :, unsure] = self._exactly(step, columns[unsure])
        self._move(step, columns, moving, called * moving, apportioned)

    def _exactly(self, step: int, columns: Indexes) -> Call:
        """The same call in whole numbers."""
        sets, denominator = self.sets, self.tokens.denominators[step]
        units = self.tokens.exact[step][self.holdings[:, columns]]
        kept = (ONE_BPS - sets.haircut_bps[columns]).astype(object)
        return setcall.exactly(
            (_whole(self.lent[:, columns]) * units).sum(axis=0) * (ONE_BPS * 10**6),
            units * kept * 10**6,
            _whole(self.held[:, :, columns]),
            self.given[:, :, columns],
            _whole(self.lots[:, columns]),
            sets.threshold_bps[columns].astype(object),
            sets.mta_e6[columns].astype(object) * (denominator * ONE_BPS),
        )

    def _move(
        self,
        step: int,
        columns: Indexes,
        moving: NDArray[np.bool_],
        called: Floats,
        apportioned: setcall.Apportioned,
    ) -> None:
        moved = called * self.lots[:, columns]
        held = self.held[:, :, columns] + moved
        require_whole(held)
        self.held[:, :, columns] = held

        worth = (abs(moved) * self.first[:, columns]).sum(axis=(0, 1))
        is_delivered = (moved > 0).any(axis=(0, 1))
        delivered = np.maximum(apportioned.left, 0) * is_delivered
        self.outcome.count(columns, moving, apportioned.size, delivered, worth)
        if self.history:
            self.history.moves[step, columns] = moving


def _approximately(
    call: setcall.Apportioned, lots: Floats, slack: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """The lots that move, (2, H, C), and of which calls that is in doubt, (C,).

    `slack`: (C,), what the exposure may be off by. Whether all that can go back does so needs no
    doubt of its own: where the call is as much, shares are next to nothing or to whole holdings.
    """
    slack = slack + RELATIVE_ERROR * call.returnable
    weight = call.weight / lots
    shares = weight * (call.amount / call.base)
    doubt = weight * (2 * slack / call.base)
    near = ((abs(shares - np.rint(shares)) <= doubt) & (weight > 0)).any(axis=0)
    lots_called = setcall.rounded(call, np.floor(shares), np.ceil(shares), call.back / lots)
    return lots_called, near


def _whole(quantities: Floats) -> NDArray[np.object_]:
    """As Python integers."""
    return quantities.astype(np.int64).astype(object)
