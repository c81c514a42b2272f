# SPDX-License-Identifier: MIT
"""`make`: whose agreement a change needs."""

from dataclasses import replace

import pytest
from market import under

from escrow.changes.verbs import EVERY_VERB
from support import reverts
from tanpo.terms import Verb


@EVERY_VERB
def test_make__agreed_by_transactions__is_made_by_a_stranger(
    verb, market, lent, desk, draft, made, stranger
):
    change = draft(market.open(lent), verb)
    desk.publish()
    desk.agree(change)
    made(desk.make(change, sender=stranger), change)


@EVERY_VERB
def test_make__agreed_by_signatures__is_made_by_a_stranger(
    verb, market, lent, desk, draft, made, escrow, newcomer, stranger
):
    change = draft(market.open(lent), verb)
    desk.publish()
    signers = [market.lender, market.borrower, *([newcomer] if verb == Verb.NOVATE else [])]
    for signer in signers:
        signature = market.sign(change, signer)
        escrow.agreeFor(change.as_tuple(), signer, signature, sender=stranger)
    made(desk.make(change, sender=stranger), change)


@EVERY_VERB
@pytest.mark.parametrize(("first", "second"), [("lender", "borrower"), ("borrower", "lender")])
def test_make__caller_is_a_party__agrees_by_calling(
    request, verb, first, second, market, lent, desk, draft, made, escrow, newcomer
):
    change = draft(market.open(lent), verb)
    desk.publish()
    escrow.agree(change.as_tuple(), sender=request.getfixturevalue(first))
    if verb == Verb.NOVATE:
        escrow.agree(change.as_tuple(), sender=newcomer)
    made(desk.make(change, sender=request.getfixturevalue(second)), change)


@EVERY_VERB
@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_make__party_with_the_right__makes_it_alone(
    request, verb, role, market, lent, desk, draft, made, escrow, newcomer
):
    change = draft(market.open(under(lent, **{f"{role}_may": 1 << verb})), verb)
    desk.publish()
    party = request.getfixturevalue(role)
    if verb == Verb.NOVATE:
        change = replace(change, from_=party.address)  # alone, a party can only leave
        escrow.agree(change.as_tuple(), sender=newcomer)
    made(desk.make(change, sender=party), change)


@EVERY_VERB
def test_make__party_with_the_right_agreed_before__is_made_by_a_stranger(
    verb, market, lent, desk, draft, made, escrow, newcomer, lender, stranger
):
    change = draft(market.open(under(lent, lender_may=1 << verb)), verb)
    desk.publish()
    escrow.agree(change.as_tuple(), sender=lender)
    if verb == Verb.NOVATE:
        escrow.agree(change.as_tuple(), sender=newcomer)
    made(desk.make(change, sender=stranger), change)


@EVERY_VERB
@pytest.mark.parametrize(("role", "other"), [("lender", "borrower"), ("borrower", "lender")])
def test_make__party_with_every_other_right__is_not_agreed(
    request, verb, role, other, market, lent, desk, draft, escrow, not_agreed, newcomer
):
    rights = {f"{role}_may": (2**16 - 1) ^ (1 << verb), f"{other}_may": 2**16 - 1}
    change = draft(market.open(under(lent, **rights)), verb)
    desk.publish()
    if verb == Verb.NOVATE:
        escrow.agree(change.as_tuple(), sender=newcomer)
    missing = request.getfixturevalue(other)
    with not_agreed(change, missing):
        desk.make(change, sender=request.getfixturevalue(role))


@EVERY_VERB
def test_make__nobody_agreed__is_refused(
    verb, market, lent, desk, draft, not_agreed, lender, keeper
):
    change = draft(market.open(under(lent, lender_may=2**16 - 1, borrower_may=2**16 - 1)), verb)
    desk.publish()
    with not_agreed(change, lender):
        desk.make(change, sender=keeper)


@pytest.mark.parametrize(("role", "other"), [("lender", "borrower"), ("borrower", "lender")])
def test_make__one_agreed_without_a_right__is_refused(
    request, role, other, market, lent, desk, draft, escrow, not_agreed, keeper
):
    change = draft(market.open(lent), Verb.EXTEND)
    desk.publish()
    escrow.agree(change.as_tuple(), sender=request.getfixturevalue(role))
    missing = request.getfixturevalue(other)
    with not_agreed(change, missing):
        desk.make(change, sender=keeper)


def test_make__agreement_to_another_draft__does_not_count(
    market, lent, desk, draft, escrow, borrower, lender
):
    change = draft(market.open(lent), Verb.EXTEND)
    desk.publish()
    other = replace(change, end=change.end + 1)
    escrow.agree(other.as_tuple(), sender=borrower)
    with reverts(
        escrow.NotAgreed, id=change.trade, party=borrower.address, digest=desk.digest(change)
    ):
        desk.make(change, sender=lender)
