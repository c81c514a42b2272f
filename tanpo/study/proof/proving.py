# SPDX-License-Identifier: MIT
"""What a study proves each time: its engine's integers are the model's and the contracts'.

A sample of its own paths is carried by the plain loop over the reference model, and timed beside
the engine; another runs through the contracts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from tanpo.chain.base import Chain
from tanpo.study.engine.margining import Schedule, margin
from tanpo.study.engine.sets import Sets
from tanpo.study.engine.tokens import Tokens
from tanpo.study.engine.trades import Trades
from tanpo.study.proof.contract_sets import set_differences, sets_through_contracts
from tanpo.study.proof.contracts import differences, embedded_chain, through_contracts
from tanpo.study.proof.replay import replay
from tanpo.terms import Custody


@dataclass(frozen=True)
class Sample:
    """Some paths of one window."""

    tokens: Tokens
    trades: tuple[Trades, ...]
    """Of one size of basket each."""

    @property
    def paths(self) -> int:
        """Of all sizes."""
        return sum(trades.count for trades in self.trades)

    @property
    def scenario_days(self) -> int:
        """Marks of a path, times paths."""
        return self.paths * (self.tokens.steps - 1)


@dataclass(frozen=True)
class Proof:
    """What was compared, and what differed."""

    peer: str
    paths: int
    scenario_days: int
    differences: tuple[str, ...]
    """Sentences; none where all integers are equal."""

    @property
    def sentence(self) -> str:
        """For a reader."""
        found = "; ".join(self.differences) or "every call, quantity and balance is equal"
        return f"{self.paths} paths, {self.scenario_days:,} scenario-days, {self.peer}: {found}."


@dataclass(frozen=True)
class Speed:
    """Scenario-days a second, on one core, in the same process."""

    engine: float
    plain_loop: float

    @property
    def ratio(self) -> float:
        """Of the engine to the plain loop."""
        return self.engine / self.plain_loop


def against_model(sample: Sample) -> Proof:
    """Step by step: whether there is a call, and what the baskets hold."""
    schedule = Schedule.every(sample.tokens.steps)
    found = []
    for trades in sample.trades:
        history = margin(sample.tokens, trades, schedule, history=True).history
        replayed = replay(sample.tokens, trades, schedule, decisions=True)
        assert history is not None
        for name, ours, theirs in (
            ("calls", history.moves, replayed.called),
            ("quantities", history.quantities.astype(np.int64), replayed.quantities),
        ):
            differing = int((ours != theirs).sum())
            if differing:
                found.append(f"{differing} of {ours.size} {name} differ")
    return Proof("reference model", sample.paths, sample.scenario_days, tuple(found))


def against_contracts(
    sample: Sample,
    chain_of: Callable[[], Chain] = embedded_chain,
    custody: Custody = Custody.SEGREGATED,
) -> Proof:
    """The same, and the balances at the end, on a new deployment for each size of basket."""
    found = []
    for trades in sample.trades:
        truth = through_contracts(sample.tokens, trades, chain_of(), custody)
        found += differences(sample.tokens, trades, truth, custody)
    peer = f"contracts, {custody.name.lower().replace('_', ' ')}"
    return Proof(peer, sample.paths, sample.scenario_days, tuple(found))


def sets_against_contracts(
    tokens: Tokens, sets: Sets, chain_of: Callable[[], Chain] = embedded_chain
) -> Proof:
    """The same of netting sets."""
    found = set_differences(tokens, sets, sets_through_contracts(tokens, sets, chain_of()))
    days = sets.count * (tokens.steps - 1)
    return Proof("contracts, netting sets", sets.count, days, tuple(found))


def speed(many: Sample, few: Sample) -> Speed:
    """The engine on `many` paths, the plain loop on `few`, each once."""
    return Speed(
        _rate(many, lambda trades, schedule: margin(many.tokens, trades, schedule)),
        _rate(few, lambda trades, schedule: replay(few.tokens, trades, schedule)),
    )


def _rate(sample: Sample, carry: Callable[[Trades, Schedule], object]) -> float:
    schedule = Schedule.every(sample.tokens.steps)
    _ = sample.tokens.units, sample.tokens.exact
    begin = perf_counter()
    for trades in sample.trades:
        carry(trades, schedule)
    return sample.scenario_days / (perf_counter() - begin)
