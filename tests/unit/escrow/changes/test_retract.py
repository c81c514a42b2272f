# SPDX-License-Identifier: MIT
"""`retract`: a party takes its agreement back, for good."""

from dataclasses import replace

import pytest
from market import under

from support import CLOSED, SETTLED, at, events, reverts
from tanpo.terms import Verb


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_retract__agreed__cannot_be_made(request, role, market, trade, change, desk, escrow):
    party = request.getfixturevalue(role)
    desk.agree(change)

    receipt = escrow.retract(change.as_tuple(), sender=party)

    retracted = {"id": trade, "party": party.address, "digest": desk.digest(change)}
    assert events(receipt) == [("Retracted", retracted)]
    with market.untouched(trade), reverts(escrow.AgreementRetracted, **retracted):
        desk.make(change, SETTLED)
    with market.untouched(trade), reverts(escrow.AgreementRetracted, **retracted):
        desk.make(change, SETTLED, sender=party)


def test_retract__never_agreed__cannot_be_made(trade, change, desk, escrow, lender, borrower):
    escrow.retract(change.as_tuple(), sender=lender)
    with reverts(
        escrow.AgreementRetracted, id=trade, party=lender.address, digest=desk.digest(change)
    ):
        desk.make(change, SETTLED, sender=borrower)


def test_retract__who_is_to_come_in__cannot_be_made(trade, desk, escrow, newcomer, lender):
    change = desk.draft(trade, Verb.NOVATE, from_=lender.address, to=newcomer.address)
    desk.agree(change)
    escrow.retract(change.as_tuple(), sender=newcomer)
    with reverts(
        escrow.AgreementRetracted, id=trade, party=newcomer.address, digest=desk.digest(change)
    ):
        desk.make(change, SETTLED)


def test_retract__another_draft__can_still_be_made(trade, change, desk, escrow, lender):
    escrow.retract(change.as_tuple(), sender=lender)
    another = replace(change, expiry=at(SETTLED, 18))
    desk.agree(another)
    desk.make(another, SETTLED)
    assert escrow.trade(trade).end == at(SETTLED + 60)


def test_retract__twice__reverts(trade, change, desk, escrow, lender):
    escrow.retract(change.as_tuple(), sender=lender)
    with reverts(
        escrow.AgreementRetracted, id=trade, party=lender.address, digest=desk.digest(change)
    ):
        escrow.retract(change.as_tuple(), sender=lender)


def test_retract__by_a_stranger__reverts(trade, change, escrow, stranger):
    with reverts(escrow.NotAParty, id=trade, caller=stranger.address):
        escrow.retract(change.as_tuple(), sender=stranger)


def test_retract__trade_never_booked__reverts(market, lent, desk, escrow, lender):
    change = desk.draft(market.trade_id(lent), Verb.TERMINATE)
    with reverts(escrow.NotAParty, id=change.trade, caller=lender.address):
        escrow.retract(change.as_tuple(), sender=lender)


def test_retract__after_expiry__is_possible(trade, change, escrow, chain, lender):
    change = replace(change, expiry=at(SETTLED, 16))
    chain.pending_timestamp = at(SETTLED, 17)
    assert len(events(escrow.retract(change.as_tuple(), sender=lender))) == 1


def test_retract__what_the_other_may_do_alone__does_not_stop_it(
    market, lent, desk, escrow, lender, borrower
):
    trade = market.open(under(lent, lender_may=1 << Verb.TERMINATE))
    change = desk.draft(trade, Verb.TERMINATE)
    escrow.retract(change.as_tuple(), sender=borrower)
    desk.make(change, SETTLED, sender=lender)
    assert market.status(trade) == CLOSED
