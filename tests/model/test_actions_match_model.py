# SPDX-License-Identifier: MIT
"""Corporate actions: contracts and model agree to the last unit."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from model import profiles
from model.actionlives import ActionLives
from model.setlives import netted
from model.strategies import Case, cases, observations
from model.test_lifecycle_matches_model import opened
from model.world import DAY, world
from tanpo.model import Status

HAPPENINGS = st.integers(0, 2)


@settings(max_examples=profiles.examples(1 / 2))
@given(case=cases(world(), trades=3), is_netted=st.booleans(), data=st.data())
def test_actions__any_market__matches_the_model(case: Case, is_netted: bool, data: Any) -> None:
    if is_netted:
        case = netted(case, world(), data)
    twin, ids = opened(case, data)
    lives = ActionLives(twin, case, ids, data.draw)
    lives.endow()
    for index, date in enumerate(case.dates[1:]):
        twin.advance_to(date * DAY + 60_000)
        for _ in range(data.draw(st.integers(0, 3))):
            lives.declare(date - data.draw(st.sampled_from((0, 0, 1))), case.prices[index])
        twin.publish(date, observations(twin.world, case.prices[index + 1], date))
        for _ in range(data.draw(HAPPENINGS)):
            lives.happen(date)
        if data.draw(st.booleans()):
            lives.catch_up(date)
        # A second try catches up before it looks at the status, and may name another error.
        is_open = [id_ for id_ in ids if twin.ledger.trades[id_].status is Status.OPEN]
        twin.mark(twin.world.keeper, is_open, date)
        twin.mark_sets(twin.world.keeper, lives.sets, date)
        lives.check_sets()
        for _ in range(data.draw(HAPPENINGS)):
            lives.happen(date)
            lives.happen_to_set(date)
        if not data.draw(st.integers(0, 3)):
            lives.seize()
    lives.close_everything(case.dates[-1])
    assert twin.balances(lives.tokens) == twin.expected_balances(lives.tokens)
