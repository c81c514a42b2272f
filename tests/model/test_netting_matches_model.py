# SPDX-License-Identifier: MIT
"""Netting sets: contracts and model agree to the last unit."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from model import profiles
from model.play import publish
from model.setlives import SetLives, netted
from model.strategies import Case, cases
from model.test_lifecycle_matches_model import opened
from model.world import DAY, world

HAPPENINGS = st.integers(0, 3)


@settings(max_examples=profiles.examples(1 / 2))
@given(case=cases(world(), trades=4), data=st.data())
def test_netting__any_market__matches_the_model(case: Case, data: Any) -> None:
    case = netted(case, world(), data)
    twin, ids = opened(case, data)
    lives = SetLives(twin, case, ids, data.draw)
    lives.check_sets()
    for date, prices in zip(case.dates[1:], case.prices[1:], strict=True):
        twin.advance_to(date * DAY + 60_000)
        publish(twin, date, prices, data)
        for _ in range(data.draw(HAPPENINGS)):
            lives.happen(date)
        for _ in range(data.draw(HAPPENINGS)):
            lives.fall_short(twin.ledger.trades[data.draw(st.sampled_from(ids))])
        twin.mark_sets(twin.world.keeper, lives.sets, date)
        twin.mark(twin.world.keeper, ids, date)
        for _ in range(data.draw(HAPPENINGS)):
            lives.happen_to_set(date)
    lives.close_everything(case.dates[-1])
    assert twin.balances(lives.tokens) == twin.expected_balances(lives.tokens)
