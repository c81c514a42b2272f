# SPDX-License-Identifier: MIT
"""Are the engine's integers the reference model's and the contracts'?

Asked of each study's own market, in its first window of a sharp fall.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from tanpo.model.values import ONE_BPS
from tanpo.study.cells import LARGEST_BLOCK
from tanpo.study.engine.tokens import Tokens
from tanpo.study.laboratory import Laboratory
from tanpo.study.proof.proving import (
    Proof,
    Sample,
    Speed,
    against_contracts,
    against_model,
    sets_against_contracts,
    speed,
)
from tanpo.study.questions.netting import TRADES, Pairs, sets_of
from tanpo.study.sampling import trades_of
from tanpo.study.setting import Setting
from tanpo.study.windows import Regime
from tanpo.terms import MAX_BASKET, Custody

_MTA_BPS = 150
"""Of the loan."""
_SETS = 4
"""Netting sets that run through the contracts."""
_FEW_STEPS = 10
"""Where only py-evm is there, which takes a hundred times as long as revm."""


def ask(laboratory: Laboratory) -> tuple[Proof, ...]:
    """What was compared with which peer."""
    return tuple(_proofs(laboratory))


def race(laboratory: Laboratory) -> Speed:
    """The engine, on a full block of paths, and the plain loop over the model."""
    draws, counts = laboratory.effort.published, [1, 5]
    paths = 2 * draws * len(laboratory.universe.types)
    times = max(1, LARGEST_BLOCK // paths)
    return speed(_sample(laboratory, counts, draws, times=times), _sample(laboratory, counts, 2))


def _proofs(laboratory: Laboratory) -> Iterator[Proof]:
    largest = min(MAX_BASKET, laboratory.largest_basket)
    sample = _sample(laboratory, [1, 5, largest], 2, hard=True)
    yield against_model(sample)
    if find_spec("pyrevm") is None:
        yield against_contracts(_sample(laboratory, [1, 5], 1, steps=_FEW_STEPS))
        return
    yield against_contracts(sample)
    yield against_contracts(_sample(laboratory, [5], 1), custody=Custody.TITLE_TRANSFER)
    pairs = _pairs(laboratory, max(TRADES))
    yield sets_against_contracts(pairs.tokens, sets_of(pairs, threshold_bps=0))


def _sample(
    laboratory: Laboratory,
    counts: list[int],
    draws: int,
    hard: bool = False,
    steps: int | None = None,
    times: int = 1,
) -> Sample:
    """Trades of all types, each so many times, with and without a threshold.

    `hard`: also with all that decides whether a call moves.
    """
    number, tokens = _window(laboratory, steps)
    trades = []
    for count in counts:
        settings = [Setting(count), Setting(count, 200)]
        if hard:
            mta = laboratory.universe.notional * _MTA_BPS // ONE_BPS
            settings.append(Setting(count, threshold_bps=200, mta=mta, haircut_bps=500))
        trades.append(
            trades_of(
                tokens,
                laboratory.universe.cash,
                laboratory.draws(number, draws),
                laboratory.universe.types,
                tuple(settings) * times,
                laboratory.universe.notional,
            )
        )
    return Sample(tokens, tuple(trades))


def _pairs(laboratory: Laboratory, trades: int) -> Pairs:
    number, tokens = _window(laboratory)
    universe = laboratory.universe
    draws = laboratory.draws(number, _SETS * trades)
    return Pairs(
        tokens=tokens,
        cash=universe.cash,
        draws=draws,
        types=universe.types,
        notional=universe.notional,
        trades=trades,
        seed=(laboratory.seed, 5_000),
        per_date=universe.per_date,
    )


def _window(laboratory: Laboratory, steps: int | None = None) -> tuple[int, Tokens]:
    """Its number, and its tokens, of so many steps at most."""
    number = [window.regime for window in laboratory.windows].index(Regime.SHARP_FALL)
    window = laboratory.windows[number]
    last = window.last if steps is None else min(window.last, window.first + steps)
    return number, laboratory.universe.tokens.between(window.first, last)
