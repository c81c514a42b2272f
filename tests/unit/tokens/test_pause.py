# SPDX-License-Identifier: MIT
"""`pause` and `unpause`: nothing moves for a while, unless by force."""

import pytest
from market import ENOUGH

from support import events, reverts


@pytest.fixture
def paused(token, enforcer):
    token.pause(sender=enforcer)
    return token


def test_pause__by_the_enforcer__pauses(token, enforcer):
    receipt = token.pause(sender=enforcer)
    assert events(receipt, "SecurityToken") == [("Paused", {"account": enforcer.address})]
    assert token.paused()


def test_pause__transfers__revert(paused, lender, borrower, stranger):
    paused.approve(stranger, 1, sender=lender)
    with reverts(paused.EnforcedPause):
        paused.transfer(borrower, 1, sender=lender)
    with reverts(paused.EnforcedPause):
        paused.transferFrom(lender, borrower, 1, sender=stranger)
    assert (paused.balanceOf(lender), paused.balanceOf(borrower)) == (ENOUGH, ENOUGH)
    assert paused.allowance(lender, stranger) == 1


def test_pause__issue_and_redeem__revert(paused, supply, token_administrator, lender):
    paused.approve(token_administrator, 1, sender=lender)
    with reverts(paused.EnforcedPause):
        paused.issue(lender, 1, sender=token_administrator)
    with reverts(paused.EnforcedPause):
        paused.redeem(lender, 1, sender=token_administrator)
    assert paused.totalSupply() == supply


def test_pause__one_token__leaves_others(paused, market, lender, borrower):
    other = market.tokens["STOCK"]
    other.transfer(borrower, 1, sender=lender)
    assert other.balanceOf(borrower) == ENOUGH + 1


def test_pause__paused__reverts(paused, enforcer):
    with reverts(paused.EnforcedPause):
        paused.pause(sender=enforcer)
    assert paused.paused()


def test_pause__without_the_role__reverts(token, outsider):
    with reverts(token.AccessManagedUnauthorized, caller=outsider.address):
        token.pause(sender=outsider)
    assert not token.paused()


def test_unpause__by_the_enforcer__lets_move_again(paused, enforcer, lender, borrower):
    receipt = paused.unpause(sender=enforcer)
    assert events(receipt, "SecurityToken") == [("Unpaused", {"account": enforcer.address})]
    assert not paused.paused()
    paused.transfer(borrower, 1, sender=lender)
    assert paused.balanceOf(borrower) == ENOUGH + 1


def test_unpause__not_paused__reverts(token, enforcer):
    with reverts(token.ExpectedPause):
        token.unpause(sender=enforcer)


def test_unpause__without_the_role__reverts(paused, outsider):
    with reverts(paused.AccessManagedUnauthorized, caller=outsider.address):
        paused.unpause(sender=outsider)
    assert paused.paused()


def test_pause__frozen_amounts_and_register__are_kept(restricted, register, enforcer, lender):
    """They share a word of storage."""
    restricted.setFrozenTokens(lender, 3, sender=enforcer)
    restricted.pause(sender=enforcer)
    assert (restricted.eligibility(), restricted.getFrozenTokens(lender)) == (register.address, 3)
    restricted.unpause(sender=enforcer)
    with reverts(
        restricted.ERC7943InsufficientUnfrozenBalance,
        account=lender.address,
        amount=ENOUGH,
        unfrozen=ENOUGH - 3,
    ):
        restricted.transfer(lender, ENOUGH, sender=lender)
