# SPDX-License-Identifier: MIT
"""Recall: the trade ends sooner."""

from dataclasses import replace

import pytest
from market import under

from support import CLOSED, MARKED, SETTLED, THIRD, at, events, failures, reverts, transfers
from tanpo.terms import Verb


@pytest.mark.parametrize("end", [0, at(SETTLED + 30)], ids=["open term", "term"])
def test_recall__by_both__ends_then(end, market, lent, desk, escrow, keeper, shown):
    trade = market.open(replace(lent, end=end))
    desk.publish()
    change = desk.draft(trade, Verb.RECALL, end=at(THIRD, 9))
    desk.agree(change)

    receipt = desk.make(change)

    assert events(receipt) == [
        (
            "Changed",
            {"id": trade, "verb": Verb.RECALL, "date": MARKED, "change": shown(change)},
        )
    ]
    assert transfers(receipt) == []
    assert escrow.trade(trade).end == at(THIRD, 9)
    desk.publish(THIRD)
    assert failures(escrow.close([trade], THIRD, sender=keeper)) == []
    assert market.status(trade) == CLOSED


def test_recall__to_the_date_itself__closes_at_once(market, lent, desk, escrow, keeper):
    trade = market.open(lent)
    desk.publish()
    desk.made(trade, Verb.RECALL, end=at(MARKED))
    assert failures(escrow.close([trade], MARKED, sender=keeper)) == []


def test_recall__to_before_the_date__is_refused(market, lent, desk, escrow, refused):
    change = desk.draft(market.open(lent), Verb.RECALL, end=at(MARKED) - 1)
    desk.publish()
    refused(change, escrow.BadEnd, id=change.trade, found=at(MARKED) - 1, limit=at(MARKED))


@pytest.mark.parametrize("end", [0, at(SETTLED + 30)], ids=["open term", "term"])
def test_recall__without_an_end__is_refused(end, market, lent, desk, escrow, refused):
    change = desk.draft(market.open(replace(lent, end=end)), Verb.RECALL)
    desk.publish()
    refused(change, escrow.BadEnd, id=change.trade, found=0, limit=at(MARKED))


@pytest.mark.parametrize("later", [0, 1])
def test_recall__not_before_the_present_end__is_refused(later, market, lent, desk, escrow, refused):
    change = desk.draft(market.open(lent), Verb.RECALL, end=lent.end + later)
    desk.publish()
    refused(change, escrow.BadEnd, id=change.trade, found=lent.end + later, limit=lent.end)


def test_recall__a_second_before_the_present_end__is_made(market, lent, desk, escrow):
    trade = market.open(lent)
    desk.publish()
    desk.made(trade, Verb.RECALL, end=lent.end - 1)
    assert escrow.trade(trade).end == lent.end - 1


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_recall__alone_at_the_notice__is_made(request, role, market, lent, desk, escrow):
    trade = market.open(under(lent, notice_days=3, **{f"{role}_may": 1 << Verb.RECALL}))
    desk.publish()
    change = desk.draft(trade, Verb.RECALL, end=at(MARKED + 3))
    desk.make(change, sender=request.getfixturevalue(role))
    assert escrow.trade(trade).end == at(MARKED + 3)


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_recall__alone_a_second_sooner__is_refused(request, role, market, lent, desk, escrow):
    trade = market.open(under(lent, notice_days=3, **{f"{role}_may": 1 << Verb.RECALL}))
    desk.publish()
    change = desk.draft(trade, Verb.RECALL, end=at(MARKED + 3) - 1)
    with (
        market.untouched(trade),
        reverts(escrow.BadEnd, id=trade, found=at(MARKED + 3) - 1, limit=at(MARKED + 3)),
    ):
        desk.make(change, sender=request.getfixturevalue(role))


def test_recall__alone_without_notice__may_end_today(market, lent, desk, escrow, lender):
    trade = market.open(under(lent, lender_may=1 << Verb.RECALL))
    desk.publish()
    desk.make(desk.draft(trade, Verb.RECALL, end=at(MARKED)), sender=lender)
    assert escrow.trade(trade).end == at(MARKED)


def test_recall__by_both_within_the_notice__is_made(market, lent, desk, escrow):
    trade = market.open(under(lent, notice_days=3, lender_may=1 << Verb.RECALL))
    desk.publish()
    desk.made(trade, Verb.RECALL, end=at(MARKED + 1))
    assert escrow.trade(trade).end == at(MARKED + 1)


def test_recall__alone_on_an_earlier_business_date__counts_the_notice_from_it(
    market, lent, desk, escrow, lender
):
    # 19 April has the latest fixings, and it is 22 April already.
    trade = market.open(under(lent, notice_days=3, lender_may=1 << Verb.RECALL))
    market.chain.pending_timestamp = at(SETTLED + 3, 1)
    early = desk.draft(trade, Verb.RECALL, end=at(SETTLED + 3) - 1)
    with reverts(escrow.BadEnd, id=trade, found=at(SETTLED + 3) - 1, limit=at(SETTLED + 3)):
        desk.make(early, SETTLED, sender=lender)
    change = desk.draft(trade, Verb.RECALL, end=at(SETTLED + 3))
    desk.make(change, SETTLED, sender=lender)
    assert escrow.trade(trade).end == at(SETTLED + 3)
