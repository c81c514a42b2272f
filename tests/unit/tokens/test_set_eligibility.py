# SPDX-License-Identifier: MIT
"""`setEligibility`: a register says who may hold the token."""

import pytest
from market import ENOUGH

from support import events, reverts
from tanpo.terms import NOBODY


def test_set_eligibility__new_token__lets_everybody_hold(token, lender, stranger):
    assert token.eligibility() == NOBODY
    token.transfer(stranger, 1, sender=lender)
    assert token.balanceOf(stranger) == 1


def test_set_eligibility__by_the_enforcer__is_asked(token, register, enforcer, lender, borrower):
    receipt = token.setEligibility(register, sender=enforcer)
    assert events(receipt, "SecurityToken") == [("EligibilitySet", {"registry": register.address})]
    assert token.eligibility() == register.address
    with reverts(token.ERC7943CannotSend, account=lender.address):
        token.transfer(borrower, 1, sender=lender)


def test_set_eligibility__both_admitted__move(restricted, lender, borrower):
    restricted.transfer(borrower, 7, sender=lender)
    assert restricted.balanceOf(borrower) == ENOUGH + 7


def test_set_eligibility__receiver_not_admitted__reverts(restricted, lender, stranger):
    with reverts(restricted.ERC7943CannotReceive, account=stranger.address):
        restricted.transfer(stranger, 1, sender=lender)
    assert restricted.balanceOf(lender) == ENOUGH


def test_set_eligibility__sender_excluded__reverts(
    restricted, register, enforcer, lender, borrower, stranger
):
    restricted.approve(stranger, 1, sender=lender)
    register.exclude([lender], sender=enforcer)
    with reverts(restricted.ERC7943CannotSend, account=lender.address):
        restricted.transfer(borrower, 1, sender=lender)
    with reverts(restricted.ERC7943CannotSend, account=lender.address):
        restricted.transferFrom(lender, borrower, 1, sender=stranger)
    with reverts(restricted.ERC7943CannotReceive, account=lender.address):
        restricted.transfer(lender, 1, sender=borrower)
    assert restricted.balanceOf(lender) == ENOUGH


def test_set_eligibility__neither_eligible__names_the_sender(token, register, enforcer, lender):
    token.setEligibility(register, sender=enforcer)
    with reverts(token.ERC7943CannotSend, account=lender.address):
        token.transfer(lender, ENOUGH + 1, sender=lender)


def test_set_eligibility__ineligible_while_paused__names_the_pause(
    restricted, enforcer, lender, stranger
):
    restricted.pause(sender=enforcer)
    with reverts(restricted.EnforcedPause):
        restricted.transfer(stranger, 1, sender=lender)


def test_set_eligibility__ineligible_and_frozen__names_the_receiver(
    restricted, enforcer, lender, stranger
):
    restricted.setFrozenTokens(lender, ENOUGH, sender=enforcer)
    with reverts(restricted.ERC7943CannotReceive, account=stranger.address):
        restricted.transfer(stranger, 1, sender=lender)


def test_set_eligibility__to_nobody__lets_everybody_hold_again(
    restricted, enforcer, lender, stranger
):
    receipt = restricted.setEligibility(NOBODY, sender=enforcer)
    assert events(receipt, "SecurityToken") == [("EligibilitySet", {"registry": NOBODY})]
    restricted.transfer(stranger, 1, sender=lender)
    assert restricted.balanceOf(stranger) == 1


@pytest.mark.parametrize("name", ["stranger", "fixings"])
def test_set_eligibility__no_register__reverts(request, name, token, enforcer):
    other = request.getfixturevalue(name)
    with reverts(token.NotARegistry, registry=other.address):
        token.setEligibility(other, sender=enforcer)
    assert token.eligibility() == NOBODY


def test_set_eligibility__without_the_role__reverts(token, register, outsider):
    with reverts(token.AccessManagedUnauthorized, caller=outsider.address):
        token.setEligibility(register, sender=outsider)
    assert token.eligibility() == NOBODY


@pytest.mark.parametrize(
    ("answer", "fails"),
    [
        (b"", True),
        ((1).to_bytes(32), True),
        (b"", False),
        (b"\1" * 31, False),
        ((0).to_bytes(32), False),
        ((2).to_bytes(32), False),
    ],
    ids=["reverts", "reverts with true", "nothing", "too little", "false", "no bool"],
)
def test_set_eligibility__register_that_turns_faulty__admits_nobody(
    answer, fails, token, project, enforcer, lender, borrower
):
    registry = enforcer.deploy(project.FaultyRegistry)
    token.setEligibility(registry, sender=enforcer)
    token.transfer(borrower, 1, sender=lender)
    registry.set(answer, fails, sender=enforcer)
    assert not token.canSend(lender)
    assert not token.canReceive(lender)
    assert not token.canTransfer(lender, borrower, 1)
    with reverts(token.ERC7943CannotSend, account=lender.address):
        token.transfer(borrower, 1, sender=lender)
