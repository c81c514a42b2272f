# SPDX-License-Identifier: MIT
"""The contracts and the reference model agree to the last unit, on any trade in any market."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from model.strategies import Case, Prices, cases, observations
from model.twin import Twin
from model.world import DAY, world
from tanpo.model import Refused
from tanpo.terms import NOBODY, Terms

AGES = st.sampled_from((0, 0, 0, 0, 0, 0, 7, 8))
ONE_IN_TEN = st.integers(0, 9).map(lambda n: n == 9)


def _fund(twin: Twin, case: Case) -> None:
    for terms, (lender_percent, borrower_percent) in zip(case.terms, case.wealth, strict=True):
        twin.issue(terms.loan_token, terms.lender, terms.loan_quantity * lender_percent // 100)
        for leg in terms.collateral:
            twin.issue(leg.token, terms.borrower, leg.quantity * borrower_percent // 100)


def _book(twin: Twin, terms: Terms, by_borrower: bool) -> bytes:
    parties = {str(party.address): party for party in twin.world.parties}
    first, second = parties[terms.lender], parties[terms.borrower]
    if by_borrower:
        first, second = second, first
    twin.enter(twin.world.keeper, terms.agreement)
    assert not isinstance(twin.register(first, terms), Refused)
    id_ = twin.identify(terms)
    assert not isinstance(twin.approve(second, id_), Refused)
    return id_


def _play(twin: Twin, case: Case, data: Any) -> None:
    """Book, settle, mark on every date with trouble in between, and close on the last."""
    _fund(twin, case)
    ids = [_book(twin, terms, bool(index % 2)) for index, terms in enumerate(case.terms)]
    _publish(twin, case.dates[0], case.prices[0], data)
    twin.settle(twin.world.keeper, ids, case.dates[0])
    for date, prices in zip(case.dates[1:], case.prices[1:], strict=True):
        twin.advance_to(date * DAY + 60_000)
        _publish(twin, date, prices, data)
        for id_ in ids:
            twin.check_valuation(id_, date)
        _spend(twin, case.terms, data)
        twin.mark(twin.world.keeper, ids, date)
    for id_ in ids:
        twin.check_trade(twin.ledger.trades[id_])
    for party in twin.world.parties:
        twin.close(party, ids, case.dates[-1])
    for id_ in ids:
        twin.check_trade(twin.ledger.trades[id_])
    named = {terms.rate_token for terms in case.terms} - {NOBODY}
    named |= {terms.loan_token for terms in case.terms}
    named |= {leg.token for terms in case.terms for leg in terms.collateral}
    twin.check_balances(sorted(named))


def _publish(twin: Twin, date: int, prices: Prices, data: Any) -> None:
    """Mostly of the day, sometimes as old as is allowed, older, or with one missing."""
    fixings = observations(twin.world, prices, date - data.draw(AGES))
    if fixings and data.draw(ONE_IN_TEN):
        del fixings[data.draw(st.sampled_from(sorted(fixings)))]
    twin.publish(date, fixings)


def _spend(twin: Twin, trades: tuple[Terms, ...], data: Any) -> None:
    """A party may give tokens away, or lower an allowance, before a call."""
    for terms in trades:
        what = data.draw(st.sampled_from(("nothing", "nothing", "spend", "allow")))
        if what == "nothing":
            continue
        party = data.draw(st.sampled_from(twin.world.parties))
        token = data.draw(st.sampled_from(terms.collateral)).token
        has = twin.ledger.tokens[token].balances[party.address]
        quantity = data.draw(st.one_of(st.just(has), st.integers(0, has)))
        if what == "allow":
            twin.allow(token, party, quantity)
        else:
            twin.transfer(token, party, twin.world.keeper.address, quantity)


@given(case=cases(world(), trades=1), data=st.data())
def test_trade__any_market__matches_the_model(case: Case, data: Any) -> None:
    _play(Twin(world()), case, data)


@given(case=cases(world(), trades=4, dates=3), data=st.data())
def test_batch__any_market__matches_the_model(case: Case, data: Any) -> None:
    _play(Twin(world()), case, data)
