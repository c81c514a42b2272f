# SPDX-License-Identifier: MIT
"""`agree_as_guardian`: another takes over the trades of who lost its key."""

import pytest

from support import SETTLED, at, events, reverts
from tanpo.terms import Verb


@pytest.fixture
def guardian(escrow, lender, keeper, accounts):
    """Of the lender."""
    escrow.nameGuardian(accounts[8], sender=lender)
    return accounts[8]


@pytest.fixture
def change(trade, desk, lender, newcomer):
    return desk.draft(trade, Verb.NOVATE, from_=lender.address, to=newcomer.address)


def test_agree_as_guardian__of_who_leaves__counts_as_its_agreement(
    trade, change, desk, escrow, guardian, lender, borrower, newcomer, shown
):
    receipt = escrow.agreeAsGuardian(change.as_tuple(), lender, sender=guardian)

    assert events(receipt) == [
        (
            "Agreed",
            {
                "id": trade,
                "party": lender.address,
                "digest": desk.digest(change),
                "change": shown(change),
            },
        )
    ]
    escrow.agree(change.as_tuple(), sender=borrower)
    desk.make(change, SETTLED, sender=newcomer)
    assert escrow.trade(trade).lender == newcomer.address


def test_agree_as_guardian__without_the_other_party__cannot_be_made(
    market, trade, change, desk, escrow, guardian, lender, borrower, newcomer
):
    escrow.agreeAsGuardian(change.as_tuple(), lender, sender=guardian)
    with (
        market.untouched(trade),
        reverts(escrow.NotAgreed, id=trade, party=borrower.address, digest=desk.digest(change)),
    ):
        desk.make(change, SETTLED, sender=newcomer)


def test_agree_as_guardian__of_the_other_party__reverts(change, escrow, guardian, borrower, lender):
    with reverts(escrow.NotGuardian, party=borrower.address, caller=guardian.address):
        escrow.agreeAsGuardian(change.as_tuple(), borrower, sender=guardian)


def test_agree_as_guardian__of_who_stays__reverts(
    trade, desk, escrow, guardian, borrower, lender, newcomer
):
    change = desk.draft(trade, Verb.NOVATE, from_=borrower.address, to=newcomer.address)
    with reverts(escrow.NotGuardian, party=lender.address, caller=guardian.address):
        escrow.agreeAsGuardian(change.as_tuple(), lender, sender=guardian)


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb != Verb.NOVATE])
def test_agree_as_guardian__no_novation__reverts(verb, trade, desk, escrow, guardian, lender):
    change = desk.draft(trade, verb, from_=lender.address, end=at(SETTLED + 60))
    with reverts(escrow.NotGuardian, party=lender.address, caller=guardian.address):
        escrow.agreeAsGuardian(change.as_tuple(), lender, sender=guardian)


@pytest.mark.parametrize("role", ["lender", "stranger", "keeper"])
def test_agree_as_guardian__by_another__reverts(request, role, change, escrow, guardian, lender):
    caller = request.getfixturevalue(role)
    with reverts(escrow.NotGuardian, party=lender.address, caller=caller.address):
        escrow.agreeAsGuardian(change.as_tuple(), lender, sender=caller)


def test_agree_as_guardian__none_named__reverts(change, escrow, lender, stranger):
    with reverts(escrow.NotGuardian, party=lender.address, caller=stranger.address):
        escrow.agreeAsGuardian(change.as_tuple(), lender, sender=stranger)


def test_agree_as_guardian__of_who_is_no_party__reverts(
    trade, desk, escrow, stranger, keeper, newcomer
):
    escrow.nameGuardian(keeper, sender=stranger)
    change = desk.draft(trade, Verb.NOVATE, from_=stranger.address, to=newcomer.address)
    with reverts(escrow.NotAParty, id=trade, caller=stranger.address):
        escrow.agreeAsGuardian(change.as_tuple(), stranger, sender=keeper)


def test_agree_as_guardian__party_retracted__reverts(trade, change, desk, escrow, guardian, lender):
    # The key was not lost.
    escrow.retract(change.as_tuple(), sender=lender)
    with reverts(
        escrow.AgreementRetracted, id=trade, party=lender.address, digest=desk.digest(change)
    ):
        escrow.agreeAsGuardian(change.as_tuple(), lender, sender=guardian)


def test_agree_as_guardian__party_retracts_afterwards__cannot_be_made(
    trade, change, desk, escrow, guardian, lender, borrower, newcomer
):
    escrow.agreeAsGuardian(change.as_tuple(), lender, sender=guardian)
    escrow.agree(change.as_tuple(), sender=borrower)
    escrow.retract(change.as_tuple(), sender=lender)
    with reverts(
        escrow.AgreementRetracted, id=trade, party=lender.address, digest=desk.digest(change)
    ):
        desk.make(change, SETTLED, sender=newcomer)


def test_agree_as_guardian__again__reverts(trade, change, desk, escrow, guardian, lender):
    escrow.agreeAsGuardian(change.as_tuple(), lender, sender=guardian)
    with reverts(escrow.AlreadyAgreed, id=trade, party=lender.address, digest=desk.digest(change)):
        escrow.agreeAsGuardian(change.as_tuple(), lender, sender=guardian)
