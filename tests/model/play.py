# SPDX-License-Identifier: MIT
"""What every generated run does: tokens, trades, fixings, and trouble with deliveries."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from model.strategies import Case, Prices, observations
from model.twin import Twin
from tanpo.model import Refused
from tanpo.terms import NOBODY, Terms

AGES = st.sampled_from((0, 0, 0, 0, 0, 0, 7, 8))
ONE_IN_TEN = st.integers(0, 9).map(lambda n: n == 9)


def fund(twin: Twin, case: Case) -> None:
    """The parties get what they must deliver, or about that."""
    for terms, (lender_percent, borrower_percent) in zip(case.terms, case.wealth, strict=True):
        twin.issue(terms.loan_token, terms.lender, terms.loan_quantity * lender_percent // 100)
        for leg in terms.collateral:
            twin.issue(leg.token, terms.borrower, leg.quantity * borrower_percent // 100)


def book(twin: Twin, terms: Terms, by_borrower: bool) -> bytes:
    """One party registers and the other approves."""
    parties = {str(party.address): party for party in twin.world.parties}
    first, second = parties[terms.lender], parties[terms.borrower]
    if by_borrower:
        first, second = second, first
    twin.enter(twin.world.keeper, terms.agreement)
    assert not isinstance(twin.register(first, terms), Refused)
    id_ = twin.identify(terms)
    assert not isinstance(twin.approve(second, id_), Refused)
    return id_


def publish(twin: Twin, date: int, prices: Prices, data: Any) -> None:
    """Mostly of the day, sometimes as old as is allowed, older, or with one missing."""
    fixings = observations(twin.world, prices, date - data.draw(AGES))
    if fixings and data.draw(ONE_IN_TEN):
        del fixings[data.draw(st.sampled_from(sorted(fixings)))]
    twin.publish(date, fixings)


def spend(twin: Twin, trades: tuple[Terms, ...], data: Any) -> None:
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


def tokens_of(trades: tuple[Terms, ...]) -> list[str]:
    """All that the trades name."""
    named = {terms.rate_token for terms in trades} - {NOBODY}
    named |= {terms.loan_token for terms in trades}
    named |= {leg.token for terms in trades for leg in terms.collateral}
    return sorted(named)
