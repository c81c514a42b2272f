# SPDX-License-Identifier: MIT
"""Changes and failures of open trades: contracts and model agree to the last unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from model import profiles
from model.lives import Lives
from model.play import book, fund, publish, tokens_of
from model.strategies import Case, cases
from model.twin import Twin
from model.world import DAY, world
from tanpo.model import UNLIMITED, Status

HAPPENINGS = st.integers(0, 4)


@settings(max_examples=profiles.examples(1 / 2))
@given(case=cases(world(), trades=2), data=st.data())
def test_lifecycle__any_changes_and_failures__matches_the_model(case: Case, data: Any) -> None:
    lives = _opened(case, data)
    for date, prices in zip(case.dates, case.prices, strict=True):
        if date > case.dates[0]:
            lives.twin.advance_to(date * DAY + 60_000)
            publish(lives.twin, date, prices, data)
            for _ in range(data.draw(HAPPENINGS)):
                lives.happen(date)
            lives.twin.mark(lives.twin.world.keeper, lives.ids, date)
        for _ in range(data.draw(HAPPENINGS)):
            lives.happen(date)
    _close(lives, case.dates[-1])
    assert lives.twin.balances(lives.tokens) == lives.twin.expected_balances(lives.tokens)


@settings(max_examples=profiles.examples(1 / 2))
@given(case=cases(world(), trades=1), data=st.data())
def test_failures__any_shortage__matches_the_model(case: Case, data: Any) -> None:
    end = (case.dates[0] + 1) * DAY
    lives = _opened(replace(case, terms=tuple(replace(t, end=end) for t in case.terms)), data)
    twin = lives.twin
    trade = twin.ledger.trades[lives.ids[0]]
    assume(trade.status is Status.OPEN)
    for date, prices in zip(case.dates[1:], case.prices[1:], strict=True):
        twin.advance_to(date * DAY + 60_000)
        publish(twin, date, prices, data)
        for _ in range(data.draw(HAPPENINGS)):
            lives.fall_short(trade)
        twin.mark(twin.world.keeper, lives.ids, date)
        for _ in range(data.draw(HAPPENINGS)):
            lives.fail(trade, date)
            twin.check_trade(trade)
    _close(lives, case.dates[-1])
    assert twin.balances(lives.tokens) == twin.expected_balances(lives.tokens)


def _opened(case: Case, data: Any) -> Lives:
    twin, ids = opened(case, data)
    return Lives(twin, case, ids, data.draw)


def opened(case: Case, data: Any) -> tuple[Twin, list[bytes]]:
    """The case's trades on their first date."""
    twin = Twin(world())
    fund(twin, case)
    _provide(twin, case, data)
    for token in tokens_of(case.terms):
        twin.allow(token, twin.world.keeper, UNLIMITED)
    ids = [book(twin, terms, bool(index % 2)) for index, terms in enumerate(case.terms)]
    publish(twin, case.dates[0], case.prices[0], data)
    twin.settle(twin.world.keeper, ids, case.dates[0])
    return twin, ids


def _close(lives: Lives, date: int) -> None:
    """Whoever may closes what is open; contracts and model keep the same of the trades."""
    twin = lives.twin
    for id_ in lives.ids:
        twin.check_valuation(id_, date)
    for party in twin.world.parties:
        twin.close(party, lives.ids, date)
    for id_ in lives.ids:
        twin.check_trade(twin.ledger.trades[id_])


def _provide(twin: Twin, case: Case, data: Any) -> None:
    """Every party has some of everything, for what the terms do not foresee."""
    for terms in case.terms:
        legs = {leg.token: leg.quantity for leg in terms.collateral}
        legs[terms.loan_token] = terms.loan_quantity
        legs.setdefault(terms.rate_token, 10**9)
        for token, quantity in legs.items():
            for party in twin.world.parties if token in twin.tokens else ():
                times = data.draw(st.sampled_from((9, 9, 9, 1, 0)))
                if times:
                    twin.issue(token, party.address, quantity * times)
