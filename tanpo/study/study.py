# SPDX-License-Identifier: MIT
"""A whole study: every question asked of one market."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from tanpo.errors import InputError
from tanpo.study.laboratory import Effort, Laboratory
from tanpo.study.market import Market
from tanpo.study.measured import Measured
from tanpo.study.output.figures import Picture, picture_of
from tanpo.study.output.section import Section
from tanpo.study.proof.proving import Proof, Speed
from tanpo.study.questions import (
    by_type,
    causes,
    comparison,
    custody,
    frequency,
    frontier,
    market,
    netting,
    over_time,
    proofs,
    published,
    stress,
    sweeps,
    tails,
)
from tanpo.study.setting import Setting
from tanpo.study.spread import Spread
from tanpo.study.universe import Universe, universe_of
from tanpo.study.windows import windows_of

MOST_UNITS = 1e14
"""Of a security, that a loan is worth: more leave no room to move below 2**53."""


@dataclass(frozen=True)
class Findings:
    """What a study has found."""

    laboratory: Laboratory
    measured: Measured[Setting]
    """The published design, path by path."""
    published: pd.DataFrame
    """See `published.table`."""
    comparison: pd.DataFrame
    """See `comparison.compare`."""
    sections: tuple[Section, ...]
    pictures: Mapping[str, Picture]
    """Their figures, by name."""
    proofs: tuple[Proof, ...]
    speed: Speed


def laboratory_of(market_: Market, effort: Effort, seed: int, spread: Spread) -> Laboratory:
    """A market with its windows. Raises InputError where it cannot be studied."""
    universe = universe_of(market_)
    _require_units(universe)
    return Laboratory(universe, tuple(windows_of(universe)), effort, seed, spread)


def _require_units(universe: Universe) -> None:
    """Raise InputError where a loan is less than a unit of a security, or far too many."""
    tokens, notional = universe.tokens, universe.notional
    for number in sorted({*universe.pool, *universe.lent, *universe.foreign_lent}):
        symbol, units = tokens.instruments[number].symbol, tokens.units[:, number]
        dearest, priced = units.argmax(), units[units > 0]
        if units[dearest] > notional:
            raise InputError(
                f"{symbol}: a unit is worth {units[dearest]:,.0f} {tokens.currency} on"
                f" {universe.market.dates[dearest]}, more than a loan, which is {notional:,}"
            )
        if priced.size and notional / priced.min() > MOST_UNITS:
            raise InputError(
                f"{symbol}: a loan of {notional:,} {tokens.currency} is"
                f" {notional / priced.min():.0e} units, more than {MOST_UNITS:.0e}"
            )


def study(
    laboratory: Laboratory,
    moments: Laboratory,
    telling: Callable[[str], None] = lambda question: None,
) -> Findings:
    """Ask everything; `moments` has the market of the question of frequency.

    `telling` hears of each question before it is asked.
    """
    telling("the published design")
    measured = laboratory.measure(published.DESIGN, draws=laboratory.effort.published)
    table = published.table(measured)
    telling("sweeps")
    grid, swept = sweeps.ask(laboratory)
    telling("likely causes")
    variants, likeness = causes.variants(laboratory), causes.likeness(laboratory)
    telling("larger moves")
    scaling = stress.scaling(laboratory)
    telling("shuffled weeks")
    bootstrap = stress.bootstrap(laboratory)
    telling("tails")
    worst = tails.ask(laboratory)
    telling("years")
    years = over_time.ask(laboratory)
    telling("frequency")
    often = frequency.ask(moments)
    telling("netting")
    pairs = netting.ask(laboratory)
    telling("the same in the reference model and the contracts")
    equal, ratio = proofs.ask(laboratory), proofs.race(laboratory)

    def sections() -> Iterator[Section | None]:
        yield market.ask(laboratory)
        yield published.section(table)
        yield from (variants, likeness)
        yield by_type.ask(measured, laboratory.universe.types)
        yield from swept[:2]
        yield frontier.ask(grid)
        yield from swept[2:]
        yield from (often, pairs, custody.ask(measured), worst, years, scaling, bootstrap)

    found = tuple(section for section in sections() if section is not None)
    telling("figures")
    pictures = laboratory.spread.map(picture_of, found)
    return Findings(
        laboratory,
        measured,
        table,
        comparison.compare(table, measured, variants, scaling, likeness),
        found,
        dict(zip([section.name for section in found], pictures, strict=True)),
        equal,
        ratio,
    )
