# SPDX-License-Identifier: MIT
"""Changes and failures that generated runs seldom reach, through contracts and model alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from model.play import book
from model.strategies import observations
from model.twin import Twin
from model.world import DAY, FIRST_DATE, world
from tanpo.model import UNLIMITED, Refused
from tanpo.terms import Agreement, Change, Collateral, Custody, Terms, Verb

NEXT = FIRST_DATE + 1
RIGHTS = 1 << Verb.DEFAULT
AGREEMENT = Agreement("USD", lender_may=RIGHTS, borrower_may=RIGHTS, penalty_rate_e9=360_000_000)
SHARE_E8 = 100 * 10**8


@pytest.fixture
def twin() -> Twin:
    return Twin(world())


def opened(twin: Twin, **fields: Any) -> bytes:
    """100,000.00 USD against 1,000 shares; everybody has plenty, the keeper too."""
    usd, stock = (twin.world.tokens[symbol].address for symbol in ("USD", "STOCK_US"))
    lender, borrower, _ = twin.world.parties
    for holder in (*twin.world.parties, twin.world.keeper):
        for token in (usd, stock):
            twin.issue(token, holder.address, 10**9)
            twin.allow(token, holder, UNLIMITED)
    terms = Terms(
        lender=lender.address,
        borrower=borrower.address,
        loan_token=usd,
        loan_quantity=10_000_000,
        collateral=(Collateral(stock, 1_000),),
        agreement=AGREEMENT,
        rate_e9=36_000_000,
        day_count_basis=360,
        rate_token=usd,
        start=FIRST_DATE * DAY,
    )
    id_ = book(twin, replace(terms, **fields), by_borrower=False)
    publish(twin, FIRST_DATE, SHARE_E8)
    twin.settle(twin.world.keeper, [id_], FIRST_DATE)
    return id_


def publish(twin: Twin, date: int, price_e8: int) -> None:
    twin.publish(date, observations(twin.world, {"STOCK_US": price_e8}, date))


def make(twin: Twin, id_: bytes, verb: Verb, date: int, **fields: Any) -> Any:
    """Both parties agree to the next change, and it is made."""
    lender, borrower, _ = twin.world.parties
    change = Change(id_, twin.ledger.trades[id_].changes + 1, verb, **fields)
    twin.agree(lender, change)
    return twin.make(borrower, change, date)


def spend(twin: Twin, symbol: str, party: int) -> None:
    """A party parts with all of a token."""
    token, holder = twin.world.tokens[symbol].address, twin.world.parties[party]
    has = twin.ledger.tokens[token].balances[holder.address]
    twin.transfer(token, holder, twin.world.keeper.address, has)


def test_cure__exposure_is_the_other_way_round_since__takes_nothing_from_anybody(
    twin: Twin,
) -> None:
    id_ = opened(twin)
    twin.advance_to(NEXT * DAY)
    publish(twin, NEXT, 90 * 10**8)
    spend(twin, "STOCK_US", party=1)
    twin.mark(twin.world.keeper, [id_], NEXT)
    # The borrower adds more than the call was for.
    twin.transfer(
        twin.world.tokens["STOCK_US"].address,
        twin.world.keeper,
        twin.world.parties[1].address,
        10_000,
    )
    stock = twin.world.tokens["STOCK_US"].address
    make(twin, id_, Verb.SUBSTITUTE, NEXT, incoming=(Collateral(stock, 500),))

    assert not isinstance(twin.cure(twin.world.keeper, id_, NEXT), Refused)

    twin.check_trade(twin.ledger.trades[id_])
    assert twin.balances() == twin.expected_balances()


def test_make__on_a_date_before_the_last_change__pays_no_interest_twice(twin: Twin) -> None:
    id_ = opened(twin)
    twin.advance_to((NEXT + 1) * DAY)
    make(twin, id_, Verb.RERATE, NEXT + 1, rate_e9=36_000_000)
    make(twin, id_, Verb.RERATE, NEXT, rate_e9=36_000_000)

    twin.check_trade(twin.ledger.trades[id_])


def test_buy_in__more_than_the_basket_holds__says_what_it_holds(twin: Twin) -> None:
    title = replace(AGREEMENT, custody=Custody.TITLE_TRANSFER)
    id_ = opened(twin, agreement=title, end=NEXT * DAY)
    twin.advance_to(NEXT * DAY)
    spend(twin, "STOCK_US", party=0)
    publish(twin, NEXT, SHARE_E8)
    twin.note_late(twin.world.keeper, id_, NEXT)
    stock = twin.world.tokens["STOCK_US"].address

    found = twin.buy_in(twin.world.keeper, id_, stock, 1_001, NEXT)

    assert found == Refused("TooMuch", id=id_, token=stock, found=1_001, most=1_000)


def test_buy_in__of_the_whole_loan__leaves_the_basket_to_the_close(twin: Twin) -> None:
    id_ = opened(twin, end=NEXT * DAY)
    twin.advance_to(NEXT * DAY)
    publish(twin, NEXT, SHARE_E8)
    spend(twin, "USD", party=1)
    twin.note_late(twin.world.keeper, id_, NEXT)
    usd = twin.world.tokens["USD"].address
    twin.transfer(usd, twin.world.keeper, twin.world.parties[1].address, 20_000_000)
    twin.buy_in(twin.world.keeper, id_, usd, 10_000_000, NEXT)

    twin.close(twin.world.keeper, [id_], NEXT)

    twin.check_trade(twin.ledger.trades[id_])
    assert twin.balances() == twin.expected_balances()


def test_close_out__lender_by_title_owes_the_rest__is_the_residual(twin: Twin) -> None:
    title = replace(AGREEMENT, custody=Custody.TITLE_TRANSFER)
    id_ = opened(twin, agreement=title)
    twin.advance_to(NEXT * DAY)
    publish(twin, NEXT, 90 * 10**8)
    spend(twin, "STOCK_US", party=1)
    twin.mark(twin.world.keeper, [id_], NEXT)
    twin.declare_default(twin.world.parties[0], id_, NEXT)
    twin.advance_to((NEXT + 1) * DAY)
    publish(twin, NEXT + 1, 120 * 10**8)
    spend(twin, "STOCK_US", party=0)
    stock = twin.world.tokens["STOCK_US"].address
    twin.transfer(stock, twin.world.keeper, twin.world.parties[0].address, 100)

    outcome = twin.close_out(twin.world.keeper, id_, NEXT + 1)

    # 100,000 with two days' interest of 10, and a day's penalty on 112 shares of 90, is 833.6 of
    # 120: the lender has parted with all but 100 of the 166 others.
    assert not isinstance(outcome, Refused)
    assert [event.args["quantity"] for event in outcome[1:3]] == [834, 100]
    assert outcome[-1].args["residual"] == -66 * 12_000
    assert twin.balances() == twin.expected_balances()
