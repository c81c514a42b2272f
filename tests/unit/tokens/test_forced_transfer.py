# SPDX-License-Identifier: MIT
"""`forcedTransfer`: the enforcer moves a holder's tokens, as a court may order."""

import pytest
from market import ENOUGH, UNLIMITED

from support import events, reverts
from tanpo.terms import NOBODY


@pytest.fixture
def moved(lender, stranger):
    """The events of `quantity` by force from the lender to the stranger."""

    def of(quantity):
        ends = {"from": lender.address, "to": stranger.address}
        return [
            ("Transfer", {**ends, "value": quantity}),
            ("ForcedTransfer", {**ends, "amount": quantity}),
        ]

    return of


@pytest.fixture
def untouched(token, lender, stranger):
    """What a refused call leaves: both balances, and what of the lender's is frozen."""

    def state():
        return (
            token.balanceOf(lender),
            token.balanceOf(stranger),
            token.getFrozenTokens(lender),
        )

    before = state()
    yield
    assert state() == before


def test_forced_transfer__by_the_enforcer__moves(token, enforcer, lender, stranger, moved):
    receipt = token.forcedTransfer(lender, stranger, 7, sender=enforcer)
    assert events(receipt, "SecurityToken") == moved(7)
    assert (token.balanceOf(lender), token.balanceOf(stranger)) == (ENOUGH - 7, 7)


def test_forced_transfer__called__returns_true(token, enforcer, lender, stranger):
    assert token.forcedTransfer.call(lender, stranger, 7, sender=enforcer) is True


def test_forced_transfer__allowance__is_not_used(token, escrow, enforcer, lender, stranger):
    token.forcedTransfer(lender, stranger, 7, sender=enforcer)
    assert token.allowance(lender, escrow) == UNLIMITED


def test_forced_transfer__unfrozen_suffices__leaves_the_frozen_amount(
    token, enforcer, lender, stranger, moved
):
    token.setFrozenTokens(lender, ENOUGH - 7, sender=enforcer)
    receipt = token.forcedTransfer(lender, stranger, 7, sender=enforcer)
    assert events(receipt, "SecurityToken") == moved(7)
    assert token.getFrozenTokens(lender) == ENOUGH - 7


def test_forced_transfer__more_than_unfrozen__lowers_the_frozen_amount_first(
    token, enforcer, lender, stranger, moved
):
    token.setFrozenTokens(lender, ENOUGH - 3, sender=enforcer)
    receipt = token.forcedTransfer(lender, stranger, 7, sender=enforcer)
    frozen = ("Frozen", {"account": lender.address, "amount": ENOUGH - 7})
    assert events(receipt, "SecurityToken") == [frozen, *moved(7)]
    assert token.getFrozenTokens(lender) == ENOUGH - 7
    with reverts(
        token.ERC7943InsufficientUnfrozenBalance, account=lender.address, amount=1, unfrozen=0
    ):
        token.transfer(stranger, 1, sender=lender)


def test_forced_transfer__more_frozen_than_held__keeps_the_rest_frozen(
    token, enforcer, lender, stranger
):
    token.setFrozenTokens(lender, UNLIMITED, sender=enforcer)
    token.forcedTransfer(lender, stranger, ENOUGH, sender=enforcer)
    assert (token.balanceOf(lender), token.getFrozenTokens(lender)) == (0, UNLIMITED - ENOUGH)


def test_forced_transfer__last_frozen_token__reads_nobody_s_any_more(
    token, enforcer, lender, borrower, stranger
):
    """The count of holders with something frozen follows."""
    token.setFrozenTokens(lender, ENOUGH, sender=enforcer)
    token.forcedTransfer(lender, stranger, ENOUGH, sender=enforcer)
    assert token.getFrozenTokens(lender) == 0
    token.setFrozenTokens(borrower, ENOUGH, sender=enforcer)
    with reverts(
        token.ERC7943InsufficientUnfrozenBalance, account=borrower.address, amount=1, unfrozen=0
    ):
        token.transfer(stranger, 1, sender=borrower)


def test_forced_transfer__while_paused__moves(token, enforcer, lender, stranger, moved):
    token.pause(sender=enforcer)
    receipt = token.forcedTransfer(lender, stranger, 7, sender=enforcer)
    assert events(receipt, "SecurityToken") == moved(7)


def test_forced_transfer__out_of_an_excluded_holder__moves(
    restricted, register, enforcer, lender, borrower
):
    register.exclude([lender], sender=enforcer)
    restricted.forcedTransfer(lender, borrower, 7, sender=enforcer)
    assert restricted.balanceOf(borrower) == ENOUGH + 7


def test_forced_transfer__to_one_who_is_not_eligible__reverts(
    restricted, untouched, enforcer, lender, stranger
):
    with reverts(restricted.ERC7943CannotReceive, account=stranger.address):
        restricted.forcedTransfer(lender, stranger, 7, sender=enforcer)


def test_forced_transfer__more_than_held__reverts(token, untouched, enforcer, lender, stranger):
    token.setFrozenTokens(lender, 5, sender=enforcer)
    with reverts(
        token.ERC20InsufficientBalance, sender=lender.address, balance=ENOUGH, needed=ENOUGH + 1
    ):
        token.forcedTransfer(lender, stranger, ENOUGH + 1, sender=enforcer)
    assert token.getFrozenTokens(lender) == 5
    token.setFrozenTokens(lender, 0, sender=enforcer)


def test_forced_transfer__to_the_same_holder__reverts(token, untouched, enforcer, lender):
    with reverts(token.SameHolder, holder=lender.address):
        token.forcedTransfer(lender, lender, 7, sender=enforcer)


def test_forced_transfer__to_nobody__reverts(token, untouched, enforcer, lender):
    with reverts(token.ERC20InvalidReceiver, receiver=NOBODY):
        token.forcedTransfer(lender, NOBODY, 7, sender=enforcer)


def test_forced_transfer__from_nobody__reverts(token, supply, enforcer, lender):
    with reverts(token.ERC20InvalidSender, sender=NOBODY):
        token.forcedTransfer(NOBODY, lender, 7, sender=enforcer)
    assert token.totalSupply() == supply


def test_forced_transfer__without_the_role__reverts(token, untouched, outsider, lender, stranger):
    with reverts(token.AccessManagedUnauthorized, caller=outsider.address):
        token.forcedTransfer(lender, stranger, 7, sender=outsider)
