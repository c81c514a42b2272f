# SPDX-License-Identifier: MIT
"""Single trades as the study margins them: those of the reference model, step by step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import profiles
from model.tradeexamples import many
from model.trademarkets import margined, markets_and_trades
from tanpo.study.engine import margining
from tanpo.study.engine.margining import Schedule
from tanpo.study.engine.tokens import Tokens
from tanpo.study.engine.trades import Trades
from tanpo.study.proof.replay import replay
from tanpo.terms import MAX_BASKET

SECURITIES = st.sampled_from((1, 1, 2, 3, 5, 8))


@settings(max_examples=profiles.examples(1))
@given(data=st.data())
def test_margin__any_market__matches_the_model(data: Any) -> None:
    tokens, trades = data.draw(markets_and_trades(data.draw(SECURITIES)))
    schedule = Schedule.every(tokens.steps, marked=data.draw(st.sampled_from((1, 1, 2, 5))))

    assert_as_in_model(tokens, trades, schedule)


@settings(max_examples=profiles.examples(1 / 50))
@given(data=st.data())
def test_margin__largest_baskets__match_the_model(data: Any) -> None:
    tokens, trades = data.draw(markets_and_trades(MAX_BASKET, steps=5))

    assert_as_in_model(tokens, trades, Schedule.every(tokens.steps))


@pytest.mark.parametrize("securities", [1, 3, 5])
def test_margin__many_at_once__match_the_model(securities: int) -> None:
    """Calls of every kind in one step, next to trades in which nothing moves."""
    tokens, trades = many(400, securities)

    assert_as_in_model(tokens, trades, Schedule.every(tokens.steps))


@settings(max_examples=profiles.examples(1 / 5))
@given(data=st.data())
def test_margin__every_decision_in_doubt__comes_to_the_same(data: Any) -> None:
    tokens, trades = data.draw(markets_and_trades(data.draw(SECURITIES)))
    schedule = Schedule.every(tokens.steps)
    result = margined(tokens, trades, schedule)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(margining, "RELATIVE_ERROR", 1e12)
        exact = margined(tokens, trades, schedule)

    assert result.history is not None
    assert exact.history is not None
    assert (result.history.quantities == exact.history.quantities).all()
    assert (result.history.moves == exact.history.moves).all()
    assert (result.baskets == exact.baskets).all()
    # How NumPy adds up depends on how many columns there are.
    assert result.outcome.stacked() == pytest.approx(exact.outcome.stacked(), rel=1e-12, abs=1e-6)


@settings(max_examples=profiles.examples(1 / 5))
@given(data=st.data())
def test_margin__rolled__is_one_run_after_another(data: Any) -> None:
    """Each is opened where the one before it ends; at that step it is valued, and not called."""
    tokens, trades = data.draw(markets_and_trades(data.draw(SECURITIES)))
    period = data.draw(st.integers(1, 3))
    rolled = margined(tokens, trades, Schedule.every(tokens.steps, rolled=period)).history
    assert rolled is not None

    for first in range(0, tokens.steps, period):
        last = min(first + period, tokens.steps - 1)
        part = tokens.between(first, last)
        alone = margined(part, trades, Schedule.every(part.steps)).history
        assert alone is not None
        is_rolled = last == first + period
        called = slice(1, -1 if is_rolled else None)
        whole = slice(first, last + 1)
        assert (rolled.quantities[first] == alone.quantities[0]).all()
        assert (rolled.quantities[whole][called] == alone.quantities[called]).all()
        assert (rolled.moves[whole][called] == alone.moves[called]).all()
        assert (rolled.difference[whole][1:] == alone.difference[1:]).all()
        assert not (is_rolled and rolled.moves[last].any())


def assert_as_in_model(tokens: Tokens, trades: Trades, schedule: Schedule) -> None:
    result = margined(tokens, trades, schedule)
    replayed = replay(tokens, trades, schedule, decisions=True)
    assert result.history is not None
    assert (result.history.quantities == replayed.quantities).all()
    assert (result.history.moves == replayed.called).all()
    assert (result.baskets == replayed.quantities[-1]).all()
    assert not np.signbit(result.history.quantities).any()
