# SPDX-License-Identifier: MIT
"""`recover`: what a lost key held goes to its replacement."""

from market import ENOUGH, UNLIMITED

from support import events, reverts
from tanpo.terms import NOBODY


def _moved(lost, replacement, quantity=ENOUGH):
    ends = {"from": lost.address, "to": replacement.address}
    key = {"lost": lost.address, "replacement": replacement.address}
    return [
        ("Transfer", {**ends, "value": quantity}),
        ("ForcedTransfer", {**ends, "amount": quantity}),
        ("Recovered", {**key, "quantity": quantity}),
    ]


def test_recover__by_the_enforcer__moves_everything(token, supply, enforcer, lender, stranger):
    receipt = token.recover(lender, stranger, sender=enforcer)
    assert events(receipt, "SecurityToken") == _moved(lender, stranger)
    assert (token.balanceOf(lender), token.balanceOf(stranger)) == (0, ENOUGH)
    assert token.totalSupply() == supply


def test_recover__frozen__stays_frozen_at_the_replacement(
    token, enforcer, lender, borrower, stranger
):
    token.setFrozenTokens(lender, 5, sender=enforcer)
    receipt = token.recover(lender, stranger, sender=enforcer)
    assert events(receipt, "SecurityToken") == [
        ("Frozen", {"account": lender.address, "amount": 0}),
        ("Frozen", {"account": stranger.address, "amount": 5}),
        *_moved(lender, stranger),
    ]
    with reverts(
        token.ERC7943InsufficientUnfrozenBalance,
        account=stranger.address,
        amount=ENOUGH,
        unfrozen=ENOUGH - 5,
    ):
        token.transfer(borrower, ENOUGH, sender=stranger)


def test_recover__replacement_has_frozen_tokens__adds_up(token, enforcer, lender, borrower):
    token.setFrozenTokens(lender, 5, sender=enforcer)
    token.setFrozenTokens(borrower, 7, sender=enforcer)
    token.recover(lender, borrower, sender=enforcer)
    assert (token.getFrozenTokens(lender), token.getFrozenTokens(borrower)) == (0, 12)
    assert token.balanceOf(borrower) == 2 * ENOUGH


def test_recover__all_frozen_for_good__stays_so(token, enforcer, lender, borrower):
    token.setFrozenTokens(lender, UNLIMITED, sender=enforcer)
    token.setFrozenTokens(borrower, 7, sender=enforcer)
    token.recover(lender, borrower, sender=enforcer)
    assert token.getFrozenTokens(borrower) == UNLIMITED


def test_recover__nothing_there__moves_nothing(token, enforcer, stranger, lender):
    receipt = token.recover(stranger, lender, sender=enforcer)
    assert events(receipt, "SecurityToken") == _moved(stranger, lender, 0)
    assert token.balanceOf(lender) == ENOUGH


def test_recover__paused_and_excluded__moves(restricted, register, enforcer, lender, borrower):
    register.exclude([lender], sender=enforcer)
    restricted.pause(sender=enforcer)
    restricted.recover(lender, borrower, sender=enforcer)
    assert restricted.balanceOf(borrower) == 2 * ENOUGH


def test_recover__allowances__stay_with_the_lost_key(token, escrow, enforcer, lender, stranger):
    token.recover(lender, stranger, sender=enforcer)
    assert token.allowance(lender, escrow) == UNLIMITED
    assert token.allowance(stranger, escrow) == 0


def test_recover__replacement_not_eligible__reverts(restricted, enforcer, lender, stranger):
    restricted.setFrozenTokens(lender, 5, sender=enforcer)
    with reverts(restricted.ERC7943CannotReceive, account=stranger.address):
        restricted.recover(lender, stranger, sender=enforcer)
    assert (restricted.balanceOf(lender), restricted.getFrozenTokens(lender)) == (ENOUGH, 5)
    assert (restricted.balanceOf(stranger), restricted.getFrozenTokens(stranger)) == (0, 0)


def test_recover__to_the_same_key__reverts(token, enforcer, lender):
    with reverts(token.SameHolder, holder=lender.address):
        token.recover(lender, lender, sender=enforcer)


def test_recover__to_nobody__reverts(token, enforcer, lender):
    with reverts(token.ERC20InvalidReceiver, receiver=NOBODY):
        token.recover(lender, NOBODY, sender=enforcer)
    assert token.balanceOf(lender) == ENOUGH


def test_recover__of_nobody__reverts(token, enforcer, lender):
    with reverts(token.ERC20InvalidSender, sender=NOBODY):
        token.recover(NOBODY, lender, sender=enforcer)


def test_recover__without_the_role__reverts(token, outsider, lender, stranger):
    with reverts(token.AccessManagedUnauthorized, caller=outsider.address):
        token.recover(lender, stranger, sender=outsider)
    assert token.balanceOf(lender) == ENOUGH
