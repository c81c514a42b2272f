# SPDX-License-Identifier: MIT
"""`withdraw`: terms that are not approved by both, booked or not, never become a trade."""

from dataclasses import replace

import pytest

from support import APPROVED, CLOSED, MARKED, OPEN, WITHDRAWN, events, reverts


@pytest.mark.parametrize("proposer", ["lender", "borrower"])
@pytest.mark.parametrize("withdrawer", ["lender", "borrower"])
def test_withdraw__proposal__ends_it(request, proposer, withdrawer, market, sample, escrow):
    trade, party = market.trade_id(sample), request.getfixturevalue(withdrawer)
    escrow.register(sample.as_tuple(), sender=request.getfixturevalue(proposer))

    receipt = escrow.withdraw(sample.as_tuple(), sender=party)

    assert events(receipt) == [("Withdrawn", {"id": trade, "party": party.address})]
    assert market.status(trade) == WITHDRAWN
    with reverts(escrow.AlreadyBooked, id=trade, found=WITHDRAWN):
        escrow.register(sample.as_tuple(), sender=party)


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_withdraw__signed_but_never_booked__cannot_be_relayed(
    request, role, market, sample, escrow, lender, borrower, stranger
):
    trade, party = market.trade_id(sample), request.getfixturevalue(role)
    signatures = market.sign(sample, lender), market.sign(sample, borrower)

    receipt = escrow.withdraw(sample.as_tuple(), sender=party)

    assert events(receipt) == [("Withdrawn", {"id": trade, "party": party.address})]
    with reverts(escrow.AlreadyBooked, id=trade, found=WITHDRAWN):
        escrow.relay(sample.as_tuple(), *signatures, sender=stranger)


def test_withdraw__by_a_stranger__reverts(market, sample, escrow, lender, stranger):
    trade = market.trade_id(sample)
    escrow.register(sample.as_tuple(), sender=lender)
    with market.untouched(trade), reverts(escrow.NotAParty, id=trade, caller=stranger.address):
        escrow.withdraw(sample.as_tuple(), sender=stranger)


def test_withdraw__by_a_party_of_other_terms__leaves_the_proposal(
    market, sample, escrow, lender, stranger
):
    proposal = market.trade_id(sample)
    escrow.register(sample.as_tuple(), sender=lender)
    with market.untouched(proposal):
        escrow.withdraw(replace(sample, borrower=stranger.address).as_tuple(), sender=stranger)


def test_withdraw__twice__reverts(market, sample, escrow, lender, borrower):
    trade = market.trade_id(sample)
    escrow.withdraw(sample.as_tuple(), sender=lender)
    with market.untouched(trade), reverts(escrow.AlreadyBooked, id=trade, found=WITHDRAWN):
        escrow.withdraw(sample.as_tuple(), sender=borrower)


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_withdraw__approved_by_both__reverts(request, role, market, sample, escrow):
    trade = market.book(sample)
    with market.untouched(trade), reverts(escrow.AlreadyBooked, id=trade, found=APPROVED):
        escrow.withdraw(sample.as_tuple(), sender=request.getfixturevalue(role))


def test_withdraw__open_or_closed__reverts(market, sample, escrow, lender, borrower):
    trade = market.open(sample)
    with market.untouched(trade), reverts(escrow.AlreadyBooked, id=trade, found=OPEN):
        escrow.withdraw(sample.as_tuple(), sender=borrower)
    market.publish_marked()
    escrow.close([trade], MARKED, sender=lender)
    with market.untouched(trade), reverts(escrow.AlreadyBooked, id=trade, found=CLOSED):
        escrow.withdraw(sample.as_tuple(), sender=borrower)


def test_withdraw__after_expiry__is_possible(market, sample, escrow, chain, lender):
    escrow.register(sample.as_tuple(), sender=lender)
    chain.pending_timestamp = sample.expiry + 1
    escrow.withdraw(sample.as_tuple(), sender=lender)
    assert market.status(market.trade_id(sample)) == WITHDRAWN
