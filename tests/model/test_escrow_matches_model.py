# SPDX-License-Identifier: MIT
"""The contracts and the reference model agree to the last unit, on any trade in any market."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from model.play import book, fund, publish, spend, tokens_of
from model.strategies import Case, cases
from model.twin import Twin
from model.world import DAY, world


def _play(twin: Twin, case: Case, data: Any) -> None:
    """Book, settle, mark on every date with trouble in between, and close on the last."""
    fund(twin, case)
    ids = [book(twin, terms, bool(index % 2)) for index, terms in enumerate(case.terms)]
    publish(twin, case.dates[0], case.prices[0], data)
    twin.settle(twin.world.keeper, ids, case.dates[0])
    for date, prices in zip(case.dates[1:], case.prices[1:], strict=True):
        twin.advance_to(date * DAY + 60_000)
        publish(twin, date, prices, data)
        for id_ in ids:
            twin.check_valuation(id_, date)
        spend(twin, case.terms, data)
        twin.mark(twin.world.keeper, ids, date)
    for id_ in ids:
        twin.check_trade(twin.ledger.trades[id_])
    for party in twin.world.parties:
        twin.close(party, ids, case.dates[-1])
    for id_ in ids:
        twin.check_trade(twin.ledger.trades[id_])


@given(case=cases(world(), trades=1), data=st.data())
def test_trade__any_market__matches_the_model(case: Case, data: Any) -> None:
    twin, tokens = Twin(world()), tokens_of(case.terms)
    _play(twin, case, data)
    assert twin.balances(tokens) == twin.expected_balances(tokens)


@given(case=cases(world(), trades=4, dates=3), data=st.data())
def test_batch__any_market__matches_the_model(case: Case, data: Any) -> None:
    twin, tokens = Twin(world()), tokens_of(case.terms)
    _play(twin, case, data)
    assert twin.balances(tokens) == twin.expected_balances(tokens)
