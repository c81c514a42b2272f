# SPDX-License-Identifier: MIT
"""`setFrozenTokens`: of a holder's tokens, so many do not move."""

import pytest
from market import ENOUGH, UNLIMITED

from support import events, reverts
from tanpo.terms import NOBODY


@pytest.mark.parametrize("amount", [1, ENOUGH, ENOUGH + 1, UNLIMITED])
def test_set_frozen_tokens__by_the_enforcer__freezes(amount, token, enforcer, lender, stranger):
    receipt = token.setFrozenTokens(lender, amount, sender=enforcer)
    frozen = ("Frozen", {"account": lender.address, "amount": amount})
    assert events(receipt, "SecurityToken") == [frozen]
    assert (token.getFrozenTokens(lender), token.balanceOf(lender)) == (amount, ENOUGH)
    unfrozen = max(0, ENOUGH - amount)
    with reverts(
        token.ERC7943InsufficientUnfrozenBalance,
        account=lender.address,
        amount=unfrozen + 1,
        unfrozen=unfrozen,
    ):
        token.transfer(stranger, unfrozen + 1, sender=lender)
    token.transfer(stranger, unfrozen, sender=lender)
    assert token.balanceOf(stranger) == unfrozen


def test_set_frozen_tokens__called__returns_true(token, enforcer, lender):
    assert token.setFrozenTokens.call(lender, 1, sender=enforcer) is True


def test_set_frozen_tokens__again__replaces_the_amount(token, enforcer, lender, stranger):
    token.setFrozenTokens(lender, ENOUGH, sender=enforcer)
    receipt = token.setFrozenTokens(lender, ENOUGH - 7, sender=enforcer)
    frozen = ("Frozen", {"account": lender.address, "amount": ENOUGH - 7})
    assert events(receipt, "SecurityToken") == [frozen]
    token.transfer(stranger, 7, sender=lender)
    assert token.balanceOf(stranger) == 7


def test_set_frozen_tokens__to_zero__frees(token, enforcer, lender, stranger):
    token.setFrozenTokens(lender, ENOUGH, sender=enforcer)
    receipt = token.setFrozenTokens(lender, 0, sender=enforcer)
    assert events(receipt, "SecurityToken") == [
        ("Frozen", {"account": lender.address, "amount": 0})
    ]
    token.transfer(stranger, ENOUGH, sender=lender)
    assert token.balanceOf(stranger) == ENOUGH


def test_set_frozen_tokens__one_of_two_freed__keeps_the_other_frozen(
    token, enforcer, lender, borrower, stranger
):
    """The count of holders with something frozen counts each once."""
    for holder, amount in ((lender, 1), (borrower, 5), (lender, 2), (lender, 0), (lender, 0)):
        token.setFrozenTokens(holder, amount, sender=enforcer)
    token.transfer(stranger, ENOUGH, sender=lender)
    with reverts(
        token.ERC7943InsufficientUnfrozenBalance,
        account=borrower.address,
        amount=ENOUGH,
        unfrozen=ENOUGH - 5,
    ):
        token.transfer(stranger, ENOUGH, sender=borrower)


def test_set_frozen_tokens__all_freed__transfers_cost_what_they_did(
    token, enforcer, lender, borrower, stranger
):
    """Nobody's frozen amount is read where nobody has one."""

    def gas():
        return token.transfer(stranger, 1, sender=lender).gas_used

    gas()  # the first balance costs more
    before = gas()
    for holder, amount in ((lender, 1), (borrower, 5), (lender, 2), (lender, 0)):
        token.setFrozenTokens(holder, amount, sender=enforcer)
    assert gas() > before
    token.setFrozenTokens(borrower, 0, sender=enforcer)
    assert gas() == before


def test_set_frozen_tokens__frozen__can_receive_and_withholds_what_comes(
    token, enforcer, lender, borrower
):
    token.setFrozenTokens(lender, ENOUGH + 5, sender=enforcer)
    token.transfer(lender, 7, sender=borrower)
    with reverts(
        token.ERC7943InsufficientUnfrozenBalance, account=lender.address, amount=3, unfrozen=2
    ):
        token.transfer(borrower, 3, sender=lender)
    token.transfer(borrower, 2, sender=lender)


def test_set_frozen_tokens__more_than_held_is_sent__lacks_balance(
    token, enforcer, lender, borrower
):
    """ERC-7943: what has nothing to do with the freeze is the ERC-20's error."""
    token.setFrozenTokens(lender, 5, sender=enforcer)
    with reverts(
        token.ERC20InsufficientBalance, sender=lender.address, balance=ENOUGH, needed=ENOUGH + 1
    ):
        token.transfer(borrower, ENOUGH + 1, sender=lender)


def test_set_frozen_tokens__allowance__does_not_help(token, enforcer, lender, stranger):
    token.setFrozenTokens(lender, ENOUGH, sender=enforcer)
    token.approve(stranger, 1, sender=lender)
    with reverts(
        token.ERC7943InsufficientUnfrozenBalance, account=lender.address, amount=1, unfrozen=0
    ):
        token.transferFrom(lender, stranger, 1, sender=stranger)
    assert token.allowance(lender, stranger) == 1


def test_set_frozen_tokens__of_nobody__reverts(token, enforcer):
    with reverts(token.ERC20InvalidSender, sender=NOBODY):
        token.setFrozenTokens(NOBODY, 1, sender=enforcer)


def test_set_frozen_tokens__without_the_role__reverts(token, outsider, lender):
    with reverts(token.AccessManagedUnauthorized, caller=outsider.address):
        token.setFrozenTokens(lender, 1, sender=outsider)
    assert token.getFrozenTokens(lender) == 0
