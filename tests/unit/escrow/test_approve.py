# SPDX-License-Identifier: MIT
"""`approve`: the other party agrees."""

import pytest

from support import (
    APPROVED,
    NONE,
    OPEN,
    PROPOSED_BY_LENDER,
    SETTLED,
    WITHDRAWN,
    at,
    events,
    reverts,
)


@pytest.mark.parametrize(("first", "second"), [("lender", "borrower"), ("borrower", "lender")])
def test_approve__by_the_other_party__binds_both(request, first, second, market, sample, escrow):
    trade = market.trade_id(sample)
    proposer, other = request.getfixturevalue(first), request.getfixturevalue(second)
    escrow.register(sample.as_tuple(), sender=proposer)

    receipt = escrow.approve(trade, sender=other)

    assert events(receipt) == [("Approved", {"id": trade, "party": other.address})]
    assert market.status(trade) == APPROVED


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_approve__by_the_proposer__reverts(request, role, market, sample, escrow):
    trade, proposer = market.trade_id(sample), request.getfixturevalue(role)
    escrow.register(sample.as_tuple(), sender=proposer)
    with (
        market.untouched(trade),
        reverts(escrow.AlreadyApprovedBy, id=trade, caller=proposer.address),
    ):
        escrow.approve(trade, sender=proposer)


def test_approve__by_a_stranger__reverts(market, sample, escrow, lender, stranger):
    trade = market.trade_id(sample)
    escrow.register(sample.as_tuple(), sender=lender)
    with market.untouched(trade), reverts(escrow.NotAParty, id=trade, caller=stranger.address):
        escrow.approve(trade, sender=stranger)


def test_approve__never_proposed__reverts(market, sample, escrow, borrower):
    trade = market.trade_id(sample)
    with reverts(escrow.WrongStatus, id=trade, found=NONE, needed=PROPOSED_BY_LENDER):
        escrow.approve(trade, sender=borrower)


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_approve__again__reverts(request, role, market, sample, escrow):
    trade = market.book(sample)
    with (
        market.untouched(trade),
        reverts(escrow.WrongStatus, id=trade, found=APPROVED, needed=PROPOSED_BY_LENDER),
    ):
        escrow.approve(trade, sender=request.getfixturevalue(role))


def test_approve__open_trade__reverts(market, sample, escrow, borrower):
    trade = market.open(sample)
    with reverts(escrow.WrongStatus, id=trade, found=OPEN, needed=PROPOSED_BY_LENDER):
        escrow.approve(trade, sender=borrower)


def test_approve__withdrawn_proposal__reverts(market, sample, escrow, lender, borrower):
    trade = market.trade_id(sample)
    escrow.register(sample.as_tuple(), sender=lender)
    escrow.withdraw(sample.as_tuple(), sender=lender)
    with reverts(escrow.WrongStatus, id=trade, found=WITHDRAWN, needed=PROPOSED_BY_LENDER):
        escrow.approve(trade, sender=borrower)


def test_approve__at_the_second_of_expiry__binds(market, sample, escrow, chain, lender, borrower):
    trade = market.trade_id(sample)
    escrow.register(sample.as_tuple(), sender=lender)
    chain.pending_timestamp = at(SETTLED, 18)
    escrow.approve(trade, sender=borrower)
    assert market.status(trade) == APPROVED


def test_approve__a_second_after_expiry__reverts(market, sample, escrow, chain, lender, borrower):
    trade = market.trade_id(sample)
    escrow.register(sample.as_tuple(), sender=lender)
    chain.pending_timestamp = at(SETTLED, 18) + 1
    with (
        market.untouched(trade),
        reverts(escrow.Expired, expiry=at(SETTLED, 18), now_=at(SETTLED, 18) + 1),
    ):
        escrow.approve(trade, sender=borrower)
