# SPDX-License-Identifier: MIT
"""Netting sets that generated runs leave out, through contracts and model alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.test_action_ties import set_of
from model.test_lifecycle_ties import AGREEMENT, NEXT, SHARE_E8, make, opened, publish, spend
from model.twin import Twin
from model.world import DAY, FIRST_DATE, world
from tanpo.model import Refused
from tanpo.terms import Verb

NETTED = replace(AGREEMENT, netting=True)


@pytest.fixture
def twin() -> Twin:
    return Twin(world())


def test_buy_in__of_a_netted_trade__counts_no_more_in_the_set(twin: Twin) -> None:
    id_ = opened(twin, agreement=NETTED, end=NEXT * DAY)
    twin.advance_to(NEXT * DAY)
    publish(twin, NEXT, SHARE_E8)
    spend(twin, "USD", party=1)
    twin.note_late(twin.world.keeper, id_, NEXT)
    usd = twin.world.tokens["USD"].address
    twin.transfer(usd, twin.world.keeper, twin.world.parties[1].address, 20_000_000)

    outcome = twin.buy_in(twin.world.keeper, id_, usd, 4_000_000, NEXT)

    assert not isinstance(outcome, Refused)
    assert [event.name for event in outcome] == ["BoughtIn", "Left", "LoanChanged", "Joined"]
    twin.check_set(set_of(twin, id_))


def test_mark_sets__on_a_date_before_a_change__is_refused(twin: Twin) -> None:
    id_ = opened(twin, agreement=NETTED)
    twin.advance_to((NEXT + 1) * DAY)
    publish(twin, NEXT, SHARE_E8)
    make(twin, id_, Verb.INCREASE, NEXT + 1, quantity=5_000_000)

    outcome = twin.mark_sets(twin.world.keeper, [set_of(twin, id_)], NEXT)

    assert not isinstance(outcome, Refused)
    assert [event.name for event in outcome] == ["Failed"]


def test_close_out_set__on_a_date_before_a_change__does_not_go_back(twin: Twin) -> None:
    id_ = opened(twin, agreement=NETTED)
    twin.advance_to((NEXT + 1) * DAY)
    publish(twin, NEXT, 90 * 10**8)
    spend(twin, "STOCK_US", party=1)
    set_ = set_of(twin, id_)
    twin.mark_sets(twin.world.keeper, [set_], NEXT)
    make(twin, id_, Verb.RERATE, NEXT + 1, rate_e9=0)
    twin.declare_set_default(twin.world.parties[0], id_, NEXT + 1)

    outcome = twin.close_out_set(twin.world.keeper, set_, [id_], NEXT)

    assert isinstance(outcome, Refused)


def test_close__last_trade_of_a_set__gives_everything_back(twin: Twin) -> None:
    id_ = opened(twin, agreement=NETTED)
    stock, borrower = twin.world.tokens["STOCK_US"].address, twin.world.parties[1].address

    outcome = twin.close(twin.world.parties[0], [id_], FIRST_DATE)

    assert not isinstance(outcome, Refused)
    assert [event.name for event in outcome] == ["Left", "Closed", "SetReturned"]
    assert twin.ledger.tokens[stock].balances[borrower] == 10**9
    twin.check_set(set_of(twin, id_))
    assert twin.balances() == twin.expected_balances()
