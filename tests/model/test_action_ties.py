# SPDX-License-Identifier: MIT
"""Corporate actions that generated runs leave out, through contracts and model alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from model.strategies import observations
from model.test_lifecycle_ties import AGREEMENT, NEXT, SHARE_E8, make, opened, publish, spend
from model.twin import Twin
from model.world import DAY, world
from tanpo.model import UNLIMITED, ActionKind, CorporateAction, Event, Refused
from tanpo.model.sets import key_of
from tanpo.terms import Collateral, Verb

LATER = NEXT + 1


@pytest.fixture
def twin() -> Twin:
    made = Twin(world())
    agent = made.world.administrator
    for symbol in ("USD", "STOCK_US"):
        token = made.world.tokens[symbol].address
        made.issue(token, agent.address, 10**9)
        made.allow(token, agent, UNLIMITED)
    return made


def dividend(twin: Twin, date: int) -> None:
    """A dollar for each share."""
    declare(twin, date, ActionKind.INCOME, 10**8, cash=twin.world.tokens["USD"].address)


def split(twin: Twin, date: int) -> None:
    """Two shares for each."""
    declare(twin, date, ActionKind.SPLIT, 2, denominator=1)


def declare(twin: Twin, date: int, kind: ActionKind, numerator: int, **fields: Any) -> None:
    agent = twin.world.administrator.address
    action = CorporateAction(date, kind, numerator, agent, **fields)
    outcome = twin.declare(twin.world.tokens["STOCK_US"].address, action)
    assert not isinstance(outcome, Refused)


def paid(outcome: Any) -> list[int]:
    """The income that was paid, in the order of its payments."""
    assert not isinstance(outcome, Refused)
    return [event.args["quantity"] for event in outcome if event.name == "IncomePaid"]


def test_catch_up__to_an_earlier_date_in_between__does_nothing_twice(twin: Twin) -> None:
    id_ = opened(twin)
    dividend(twin, LATER)
    twin.advance_to(LATER * DAY)
    publish(twin, LATER, SHARE_E8)
    keeper = twin.world.keeper

    assert paid(twin.catch_up(keeper, id_, LATER)) == [100_000]
    assert paid(twin.catch_up(keeper, id_, NEXT)) == []
    assert paid(twin.catch_up(keeper, id_, LATER)) == []


def test_catch_up_set__to_an_earlier_date_in_between__does_nothing_twice(twin: Twin) -> None:
    id_ = opened(twin, agreement=replace(AGREEMENT, netting=True))
    dividend(twin, LATER)
    twin.advance_to(LATER * DAY)
    publish(twin, LATER, SHARE_E8)
    keeper, set_ = twin.world.keeper, set_of(twin, id_)

    assert paid(twin.catch_up_set(keeper, set_, [id_], LATER)) == [100_000]
    assert paid(twin.catch_up_set(keeper, set_, [id_], NEXT)) == []
    assert paid(twin.catch_up_set(keeper, set_, [id_], LATER)) == []


def set_of(twin: Twin, id_: bytes) -> bytes:
    """The set of a trade."""
    return twin.identify(key_of(twin.ledger.trades[id_].terms))


def test_close_out__after_a_split_in_default__exchanges_what_the_escrow_holds(twin: Twin) -> None:
    id_ = defaulted(twin)
    split(twin, LATER)
    twin.advance_to(LATER * DAY)
    publish(twin, LATER, 45 * 10**8)

    twin.close_out(twin.world.keeper, id_, LATER)

    twin.check_trade(twin.ledger.trades[id_])
    assert twin.balances() == twin.expected_balances()


def test_close_out__after_a_dividend_in_default__lets_the_agent_pay(twin: Twin) -> None:
    id_ = defaulted(twin)
    dividend(twin, LATER)
    twin.advance_to(LATER * DAY)
    publish(twin, LATER, 90 * 10**8)

    twin.close_out(twin.world.keeper, id_, LATER)

    assert twin.balances() == twin.expected_balances()


def defaulted(twin: Twin, **fields: Any) -> bytes:
    """The borrower has not met a call of the day after the opening, and is in default."""
    id_ = opened(twin, **fields)
    twin.advance_to(NEXT * DAY)
    publish(twin, NEXT, 90 * 10**8)
    spend(twin, "STOCK_US", party=1)
    twin.mark(twin.world.keeper, [id_], NEXT)
    if twin.ledger.trades[id_].terms.agreement.netting:
        twin.mark_sets(twin.world.keeper, [set_of(twin, id_)], NEXT)
        outcome = twin.declare_set_default(twin.world.parties[0], id_, NEXT)
    else:
        outcome = twin.declare_default(twin.world.parties[0], id_, NEXT)
    assert not isinstance(outcome, Refused)
    return id_


def test_close_out_set__after_an_action_in_default__is_possible(twin: Twin) -> None:
    id_ = defaulted(twin, agreement=replace(AGREEMENT, netting=True))
    split(twin, LATER)
    twin.advance_to(LATER * DAY)
    publish(twin, LATER, 45 * 10**8)
    keeper, set_ = twin.world.keeper, set_of(twin, id_)

    twin.catch_up_set(keeper, set_, [id_], LATER)
    outcome = twin.close_out_set(keeper, set_, [id_], LATER)

    assert not isinstance(outcome, Refused)


def test_make__after_an_action_that_is_not_done__does_it_first(twin: Twin) -> None:
    id_ = opened(twin)
    split(twin, NEXT)
    twin.advance_to(LATER * DAY)
    publish(twin, NEXT, 50 * 10**8)
    publish(twin, LATER, 50 * 10**8)

    make(twin, id_, Verb.RERATE, LATER, rate_e9=0)

    assert twin.ledger.trades[id_].basket == [2_000]
    twin.check_trade(twin.ledger.trades[id_])


def test_catch_up__before_an_action_of_the_day_is_declared__leaves_it_to_be_done(
    twin: Twin,
) -> None:
    id_ = opened(twin)
    twin.advance_to(NEXT * DAY)
    twin.catch_up(twin.world.parties[1], id_, NEXT)
    dividend(twin, NEXT)
    publish(twin, NEXT, SHARE_E8)

    assert paid(twin.catch_up(twin.world.keeper, id_, NEXT)) == [100_000]


def test_mark__redeemed_security_without_a_price__is_marked_with_its_cash(twin: Twin) -> None:
    bond, usd = (twin.world.tokens[symbol].address for symbol in ("TREASURY", "USD"))
    agent, borrower = twin.world.administrator, twin.world.parties[1]
    twin.issue(bond, borrower.address, 100_000)
    twin.publish(NEXT - 1, observations(twin.world, {"TREASURY": 10**10}, NEXT - 1))
    id_ = opened(twin, loan_token=usd, collateral=(Collateral(bond, 100_000),))
    action = CorporateAction(NEXT, ActionKind.REDEMPTION, 10**10, agent.address, cash=usd)
    twin.declare(bond, action)
    twin.advance_to(NEXT * DAY)
    publish(twin, NEXT, SHARE_E8)

    twin.mark(twin.world.keeper, [id_], NEXT)

    twin.check_trade(twin.ledger.trades[id_])


def test_cure__after_a_split__must_wait_for_the_next_mark(twin: Twin) -> None:
    id_ = opened(twin)
    twin.advance_to(NEXT * DAY)
    publish(twin, NEXT, 90 * 10**8)
    spend(twin, "STOCK_US", party=1)
    twin.mark(twin.world.keeper, [id_], NEXT)
    split(twin, LATER)
    twin.advance_to(LATER * DAY)
    twin.catch_up(twin.world.keeper, id_, LATER)
    publish(twin, LATER, 45 * 10**8)

    outcome = twin.cure(twin.world.keeper, id_, LATER)

    assert outcome == Refused("MarkFirst", id=id_)


def test_book_seizure__nothing__is_refused(twin: Twin) -> None:
    id_ = opened(twin)
    bond = twin.world.tokens["TREASURY"].address

    assert twin.book_seizure(id_, bond, 0, [id_]) == Refused("ZeroQuantity", token=bond)


def test_book_seizure__what_the_issuer_took__leaves_the_basket_and_no_more(twin: Twin) -> None:
    id_ = opened(twin)
    stock = twin.world.tokens["STOCK_US"].address
    twin.seize(stock, 300)

    assert twin.book_seizure(id_, stock, 301, [id_]) == Refused(
        "NotSeized", token=stock, booked=1_000, balance=700, quantity=301
    )
    assert twin.book_seizure(id_, stock, 300, [id_]) == [
        Event("Seized", {"id": id_, "token": stock, "quantity": 300})
    ]
    twin.check_trade(twin.ledger.trades[id_])
