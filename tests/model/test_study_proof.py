# SPDX-License-Identifier: MIT
"""What a study says of its own engine: what was compared, and what differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from model.setexamples import many, priced, share
from model.tradeexamples import trades
from tanpo.chain.base import Chain
from tanpo.study.proof import proving as proof
from tanpo.study.proof.contracts import embedded_chain
from tanpo.study.proof.proving import (
    Sample,
    Speed,
    against_contracts,
    against_model,
    sets_against_contracts,
    speed,
)
from tanpo.terms import Custody

TOKENS = priced(
    [share("A"), share("B", lot=10), share("C", "JPY")],
    [[10, 10, 1_000], [13, 10, 1_000], [9, 10, 1_010]],
)
SAMPLE = Sample(
    TOKENS, (trades([1_000, 2_000]), trades([1_000, 500, 700], collateral=(1, 2), loan=0))
)
"""Two paths with baskets of one, three with baskets of two; two marks each."""


def changed(monkeypatch: pytest.MonkeyPatch, name: str, change: Callable[[Any], Any]) -> None:
    """What a function of `proof` gives is `change` of it."""
    original = getattr(proof, name)
    monkeypatch.setattr(proof, name, lambda *args, **options: change(original(*args, **options)))


def test_sample__two_sizes_of_basket__are_counted() -> None:
    assert (SAMPLE.paths, SAMPLE.scenario_days) == (5, 10)


def test_against_model__nothing_differs__says_so() -> None:
    found = against_model(SAMPLE)

    assert (found.peer, found.paths, found.scenario_days) == ("reference model", 5, 10)
    assert found.differences == ()
    assert found.sentence == (
        "5 paths, 10 scenario-days, reference model: every call, quantity and balance is equal."
    )


def test_against_model__quantities_differ__counts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def more(replayed: Any) -> Any:
        replayed.quantities[-1] += 10
        return replayed

    changed(monkeypatch, "replay", more)

    assert against_model(SAMPLE).differences == (
        "2 of 6 quantities differ",
        "6 of 18 quantities differ",
    )


def test_against_model__a_call_differs__is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def less(result: Any) -> Any:
        result.history.moves[1, 0] = False
        return result

    changed(monkeypatch, "margin", less)

    found = against_model(SAMPLE)

    assert found.differences == ("1 of 6 calls differ", "1 of 9 calls differ")
    assert found.sentence == (
        "5 paths, 10 scenario-days, reference model: 1 of 6 calls differ; 1 of 9 calls differ."
    )


def test_against_contracts__nothing_differs__says_so() -> None:
    """On a deployment for each size of basket."""
    chains: list[Chain] = []

    def another() -> Chain:
        chains.append(embedded_chain())
        return chains[-1]

    found = against_contracts(SAMPLE, another)

    assert found.peer == "contracts, segregated"
    assert (found.paths, found.scenario_days) == (5, 10)
    assert found.differences == ()
    assert len(chains) == 2


def test_against_contracts__what_differs__is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    changed(
        monkeypatch,
        "through_contracts",
        lambda truth: replace(truth, quantities=truth.quantities + 1, moved=~truth.moved),
    )

    assert against_contracts(SAMPLE).differences == (
        "quantities: 6 of 6 differ",
        "calls that moved tokens: 4 of 4 differ",
        "quantities: 18 of 18 differ",
        "calls that moved tokens: 6 of 6 differ",
    )


def test_speed__two_samples__are_rates_of_each() -> None:
    found = speed(SAMPLE, SAMPLE)

    assert found.engine > 0
    assert found.plain_loop > 0


def test_speed__rates__have_a_ratio() -> None:
    assert Speed(engine=600.0, plain_loop=3.0).ratio == 200


def test_against_contracts__title_transfer__is_another_peer() -> None:
    found = against_contracts(SAMPLE, custody=Custody.TITLE_TRANSFER)
    assert (found.peer, found.paths, found.differences) == ("contracts, title transfer", 5, ())


def test_sets_against_contracts__nothing_differs__says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, sets = many(paths=2, trades=2, securities=2)
    found = sets_against_contracts(tokens, sets)
    assert (found.peer, found.paths) == ("contracts, netting sets", sets.count)
    assert found.scenario_days == sets.count * (tokens.steps - 1)
    assert found.differences == ()
    changed(monkeypatch, "set_differences", lambda _: ["balances: 1 of 9 differ"])
    assert sets_against_contracts(tokens, sets).differences == ("balances: 1 of 9 differ",)
