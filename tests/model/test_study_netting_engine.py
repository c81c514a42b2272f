# SPDX-License-Identifier: MIT
"""Netting sets as the study margins them: those of the reference model, step by step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from model import profiles
from model.setexamples import many
from model.setmarkets import markets, sets_of
from tanpo.study.engine import netting
from tanpo.study.engine.margining import Schedule, margin
from tanpo.study.engine.netting import Result, margin_sets
from tanpo.study.engine.outcome import MEASURES
from tanpo.study.engine.sets import Sets
from tanpo.study.engine.tokens import Tokens
from tanpo.study.proof.replay_sets import replay_sets


@settings(max_examples=profiles.examples(1))
@given(data=st.data())
def test_margin_sets__any_market__matches_the_model(data: Any) -> None:
    tokens, sets = drawn(data, trades=5)
    schedule = data.draw(schedules(tokens))
    result = margined(tokens, sets, schedule)

    replayed = replay_sets(tokens, sets, schedule, decisions=True)

    assert (sets.holdings.tokens == replayed.holdings).all()
    assert result.history is not None
    assert (result.history.quantities == replayed.held).all()
    assert (result.history.moves == replayed.called).all()
    assert (result.held == replayed.held[-1]).all()


def test_margin_sets__many_at_once__match_the_model() -> None:
    """Calls of every kind in one step, next to sets in which nothing moves."""
    tokens, sets = many(paths=300, trades=3, securities=2)
    schedule = Schedule.every(tokens.steps)
    result = margin_sets(tokens, sets, schedule, history=True)

    replayed = replay_sets(tokens, sets, schedule, decisions=True)

    assert result.history is not None
    assert (result.history.quantities == replayed.held).all()
    assert (result.history.moves == replayed.called).all()


@settings(max_examples=profiles.examples(1 / 5))
@given(data=st.data())
def test_margin_sets__every_decision_in_doubt__comes_to_the_same(data: Any) -> None:
    tokens, sets = drawn(data, trades=5)
    schedule = data.draw(schedules(tokens))
    result = margined(tokens, sets, schedule)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(netting, "RELATIVE_ERROR", 1e12)
        exact = margined(tokens, sets, schedule)

    assert result.history is not None
    assert exact.history is not None
    assert (result.history.quantities == exact.history.quantities).all()
    assert (result.history.moves == exact.history.moves).all()
    # How NumPy adds up depends on how many columns there are.
    assert result.outcome.stacked() == pytest.approx(exact.outcome.stacked(), rel=1e-12, abs=1e-6)


@settings(max_examples=profiles.examples(1 / 5))
@given(data=st.data())
def test_margin_sets__of_one_trade__is_that_trade(data: Any) -> None:
    """Its basket secures the lender alone, so all that goes back or comes is of that basket."""
    tokens, sets = drawn(data, trades=1)
    schedule = Schedule.every(tokens.steps, rolled=data.draw(st.integers(0, 2)))
    result = margined(tokens, sets, schedule)

    alone = margin(tokens, sets.trade(0), schedule, history=True)

    assert result.history is not None
    assert alone.history is not None
    lender = np.where(sets.first_lends[0], 0, 1)
    quantities = np.moveaxis(result.history.quantities, -1, 0)
    held, nothing = quantities[range(sets.count), :, lender], 1 - lender
    assert (np.moveaxis(held, 0, -1)[:, 1:] == alone.history.quantities).all()
    assert not quantities[range(sets.count), :, nothing].any()
    assert (result.history.moves == alone.history.moves).all()
    expected = dict(zip(MEASURES, alone.outcome.stacked(), strict=True))
    for name, measure in zip(MEASURES, result.outcome.stacked(), strict=True):
        swapped = {"lender_credit": "borrower_credit", "borrower_credit": "lender_credit"}
        mirrored = expected[swapped.get(name, name)]
        wanted = np.where(lender, mirrored, expected[name])
        assert measure == pytest.approx(wanted, rel=1e-9, abs=1e-6), name


def drawn(data: Any, trades: int) -> tuple[Tokens, Sets]:
    securities = data.draw(st.integers(1, 4))
    tokens = data.draw(markets(securities + 1))
    return tokens, data.draw(sets_of(tokens, securities, data.draw(st.integers(1, trades))))


def schedules(tokens: Tokens) -> st.SearchStrategy[Schedule]:
    return st.builds(Schedule.every, st.just(tokens.steps), st.sampled_from((1, 1, 1, 2)))


def margined(tokens: Tokens, sets: Sets, schedule: Schedule) -> Result:
    """With history; no market in which a quantity outgrows a float."""
    try:
        return margin_sets(tokens, sets, schedule, history=True)
    except OverflowError:
        reject()
