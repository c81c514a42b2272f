# SPDX-License-Identifier: MIT
"""`agree`: a party agrees to a change by its transaction."""

from dataclasses import replace

import pytest

from support import MARKED, OPEN, SETTLED, at, events, reverts
from tanpo.terms import Verb


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_agree__by_a_party__is_told_in_full(request, role, trade, desk, escrow, shown, market):
    party = request.getfixturevalue(role)
    change = desk.draft(trade, Verb.EXTEND, end=at(SETTLED + 60))
    with market.untouched(trade):
        receipt = escrow.agree(change.as_tuple(), sender=party)
    assert events(receipt) == [
        (
            "Agreed",
            {
                "id": trade,
                "party": party.address,
                "digest": desk.digest(change),
                "change": shown(change),
            },
        )
    ]


def test_agree__by_who_is_to_come_in__is_told(trade, desk, escrow, newcomer, lender):
    change = desk.draft(trade, Verb.NOVATE, from_=lender.address, to=newcomer.address)
    ((name, args),) = events(escrow.agree(change.as_tuple(), sender=newcomer))
    assert (name, args["party"]) == ("Agreed", newcomer.address)


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb != Verb.NOVATE])
def test_agree__by_who_comes_in_of_another_verb__reverts(verb, trade, desk, escrow, newcomer):
    change = desk.draft(trade, verb, to=newcomer.address)
    with reverts(escrow.NotAParty, id=trade, caller=newcomer.address):
        escrow.agree(change.as_tuple(), sender=newcomer)


def test_agree__by_a_stranger__reverts(trade, desk, escrow, stranger):
    change = desk.draft(trade, Verb.TERMINATE)
    with reverts(escrow.NotAParty, id=trade, caller=stranger.address):
        escrow.agree(change.as_tuple(), sender=stranger)


def test_agree__twice__reverts(trade, desk, escrow, lender):
    change = desk.draft(trade, Verb.TERMINATE)
    escrow.agree(change.as_tuple(), sender=lender)
    with reverts(escrow.AlreadyAgreed, id=trade, party=lender.address, digest=desk.digest(change)):
        escrow.agree(change.as_tuple(), sender=lender)


def test_agree__retracted__reverts(trade, desk, escrow, lender):
    change = desk.draft(trade, Verb.TERMINATE)
    escrow.retract(change.as_tuple(), sender=lender)
    with reverts(
        escrow.AgreementRetracted, id=trade, party=lender.address, digest=desk.digest(change)
    ):
        escrow.agree(change.as_tuple(), sender=lender)


@pytest.mark.parametrize("number", [0, 2, 2**32 - 1])
def test_agree__not_the_next_change__reverts(number, trade, desk, escrow, lender):
    change = replace(desk.draft(trade, Verb.TERMINATE), number=number)
    with reverts(escrow.WrongNumber, id=trade, found=number, needed=1):
        escrow.agree(change.as_tuple(), sender=lender)


def test_agree__change_made_before__reverts(trade, desk, escrow, lender):
    change = desk.draft(trade, Verb.EXTEND, end=at(SETTLED + 60))
    desk.agree(change)
    desk.make(change, SETTLED)
    with reverts(escrow.WrongNumber, id=trade, found=1, needed=2):
        escrow.agree(change.as_tuple(), sender=lender)


def test_agree__at_the_second_of_expiry__counts(trade, desk, escrow, chain, lender):
    change = desk.draft(trade, Verb.TERMINATE, expiry=at(SETTLED, 16))
    chain.pending_timestamp = at(SETTLED, 16)
    assert len(events(escrow.agree(change.as_tuple(), sender=lender))) == 1


def test_agree__a_second_after_expiry__reverts(trade, desk, escrow, chain, lender):
    change = desk.draft(trade, Verb.TERMINATE, expiry=at(SETTLED, 16))
    chain.pending_timestamp = at(SETTLED, 16) + 1
    with reverts(escrow.Expired, expiry=at(SETTLED, 16), now_=at(SETTLED, 16) + 1):
        escrow.agree(change.as_tuple(), sender=lender)


def test_agree__not_open__reverts(not_open, market, desk, escrow, lender):
    trade, found = not_open
    change = desk.draft(trade, Verb.TERMINATE)
    with (
        market.untouched(trade),
        reverts(escrow.WrongStatus, id=trade, found=found, needed=OPEN),
    ):
        escrow.agree(change.as_tuple(), sender=lender)


def test_agree__both_to_two_drafts__makes_only_one(market, trade, desk, escrow):
    first = desk.draft(trade, Verb.EXTEND, end=at(SETTLED + 60))
    second = desk.draft(trade, Verb.EXTEND, end=at(SETTLED + 90))
    desk.agree(first)
    desk.agree(second)
    desk.make(second, SETTLED)
    with reverts(escrow.WrongNumber, id=trade, found=1, needed=2):
        desk.make(first, SETTLED)
    assert escrow.trade(trade).end == at(SETTLED + 90)
    assert escrow.trade(trade).lastMarked < MARKED
