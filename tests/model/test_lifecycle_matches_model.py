# SPDX-License-Identifier: MIT
"""Changes and failures of open trades: contracts and model agree to the last unit."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from model import profiles
from model.lives import Lives
from model.play import book, fund, publish, tokens_of
from model.strategies import Case, cases
from model.twin import Twin
from model.world import DAY, world

HAPPENINGS = st.integers(0, 4)


@settings(max_examples=profiles.examples(1 / 2))
@given(case=cases(world(), trades=2), data=st.data())
def test_lifecycle__any_changes_and_failures__matches_the_model(case: Case, data: Any) -> None:
    twin = Twin(world())
    fund(twin, case)
    tokens = tokens_of(case.terms)
    _provide(twin, case, data)
    ids = [book(twin, terms, bool(index % 2)) for index, terms in enumerate(case.terms)]
    publish(twin, case.dates[0], case.prices[0], data)
    twin.settle(twin.world.keeper, ids, case.dates[0])
    lives = Lives(twin, ids, tokens, data.draw)
    for date, prices in zip(case.dates, case.prices, strict=True):
        if date > case.dates[0]:
            twin.advance_to(date * DAY + 60_000)
            publish(twin, date, prices, data)
            for _ in range(data.draw(HAPPENINGS)):
                lives.happen(date)
            twin.mark(twin.world.keeper, ids, date)
        for _ in range(data.draw(HAPPENINGS)):
            lives.happen(date)
        for id_ in ids:
            twin.check_valuation(id_, date)
    for party in twin.world.parties:
        twin.close(party, ids, case.dates[-1])
    for id_ in ids:
        twin.check_trade(twin.ledger.trades[id_])
    twin.check_balances(tokens)


def _provide(twin: Twin, case: Case, data: Any) -> None:
    """Every party has some of everything, for what the terms do not foresee."""
    for terms in case.terms:
        legs = {leg.token: leg.quantity for leg in terms.collateral}
        legs[terms.loan_token] = terms.loan_quantity
        legs.setdefault(terms.rate_token, 10**9)
        for token, quantity in legs.items():
            for party in twin.world.parties if token in twin.tokens else ():
                times = data.draw(st.sampled_from((2, 2, 1, 0)))
                if times:
                    twin.issue(token, party.address, quantity * times)
