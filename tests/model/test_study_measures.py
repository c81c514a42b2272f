# SPDX-License-Identifier: MIT
"""The study's measures, once more from what the baskets held and the definitions alone."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import profiles
from model.trademarkets import margined, markets_and_trades
from tanpo.study.engine.margining import Schedule
from tanpo.study.engine.outcome import MEASURES, History
from tanpo.study.engine.tokens import Tokens
from tanpo.study.engine.trades import Trades


@settings(max_examples=profiles.examples(1 / 5))
@given(data=st.data())
def test_outcome__any_market__is_what_the_history_comes_to(data: Any) -> None:
    tokens, trades = data.draw(markets_and_trades(data.draw(st.integers(1, 3))))
    rolled = data.draw(st.sampled_from((0, 0, 3)))
    schedule = Schedule.every(tokens.steps, data.draw(st.sampled_from((1, 2))), rolled)

    result = margined(tokens, trades, schedule)

    assert result.history is not None
    for path, found in enumerate(result.outcome.stacked().T):
        expected = measures_of(tokens, trades, result.history, path)
        # Each is off by a part of the values that are compared, which may be next to equal.
        rounding = 1e-12 * float(expected.pop("values"))
        measured = dict(zip(MEASURES, found.tolist(), strict=True))
        assert measured == pytest.approx(
            {name: float(value) for name, value in expected.items()}, rel=1e-12, abs=rounding
        )


def measures_of(tokens: Tokens, trades: Trades, history: History, path: int) -> dict[str, Fraction]:
    """`values` besides: the sum of all loans and baskets."""
    loan, basket = trades.loan[path], trades.collateral[:, path]
    kept = 1 - Fraction(int(trades.haircut_bps[path]), 10_000)

    def unit(step: int, token: int) -> Fraction:
        return Fraction(tokens.exact[step, token], tokens.denominators[step])

    def held(step: int) -> list[int]:
        return [int(quantity) for quantity in history.quantities[step, :, path]]

    steps = range(1, tokens.steps)
    loans = [int(trades.loan_quantity[path]) * unit(step, loan) for step in steps]
    markets = [
        sum(each * unit(step, token) for each, token in zip(held(step - 1), basket, strict=True))
        for step in steps
    ]
    differences = [market * kept - owed for market, owed in zip(markets, loans, strict=True)]
    called = [
        each * bool(history.moves[step, path])
        for step, each in zip(steps, differences, strict=True)
    ]
    moved = [
        abs(after - before) * unit(0, token)
        for step in steps
        if history.moves[step, path]
        for before, after, token in zip(held(step - 1), held(step), basket, strict=True)
    ]
    short = [max(owed - market, Fraction(0)) for market, owed in zip(markets, loans, strict=True)]
    return {
        "net_credit": sum(map(abs, differences)) / len(steps),
        "calls": Fraction(int(history.moves[:, path].sum())),
        "call_amount": sum(map(abs, called), Fraction(0)),
        "tokens_moved": sum(moved, Fraction(0)),
        "lender_credit": sum(-each for each in differences if each < 0) / Fraction(len(steps)),
        "borrower_credit": sum(each for each in differences if each > 0) / Fraction(len(steps)),
        "uncovered": sum(short) / len(steps),
        "delivered": sum((-each for each in called if each < 0), Fraction(0)),
        "worst": max(map(abs, differences)),
        "largest_call": max(map(abs, called)),
        "values": sum(loans) + sum(markets),
    }
