# SPDX-License-Identifier: MIT
"""`canTransfer`, `canSend`, `canReceive`: the rules, asked beforehand (ERC-7943)."""

import pytest
from market import ENOUGH

from tanpo.terms import NOBODY


def test_can_transfer__no_rules__is_true(token, lender, stranger):
    assert token.canSend(lender)
    assert token.canReceive(stranger)
    assert token.canTransfer(lender, stranger, 1)


@pytest.mark.parametrize("amount", [ENOUGH + 1, 2**256 - 1])
def test_can_transfer__more_than_held__is_true(amount, token, lender, stranger):
    """ERC-7943: balances are no rule of this kind."""
    assert token.canTransfer(lender, stranger, amount)


def test_can_transfer__no_allowance__is_true(token, lender, stranger):
    assert token.allowance(lender, stranger) == 0
    assert token.canTransfer(lender, stranger, 1, sender=stranger)


@pytest.mark.parametrize(
    ("frozen", "amount", "allowed"),
    [
        (5, ENOUGH - 5, True),
        (5, ENOUGH - 4, False),
        (5, ENOUGH + 1, False),
        (ENOUGH, 0, True),
        (ENOUGH, 1, False),
        (2**256 - 1, 0, True),
        (2**256 - 1, 1, False),
    ],
)
def test_can_transfer__frozen__allows_the_unfrozen(
    frozen, amount, allowed, token, enforcer, lender, stranger
):
    token.setFrozenTokens(lender, frozen, sender=enforcer)
    assert token.canTransfer(lender, stranger, amount) is allowed
    assert token.canSend(lender)
    assert token.canTransfer(stranger, lender, 1)


def test_can_transfer__paused__is_false(token, enforcer, lender, stranger):
    token.pause(sender=enforcer)
    assert not token.canTransfer(lender, stranger, 1)
    assert token.canSend(lender)
    assert token.canReceive(stranger)


def test_can_transfer__one_not_eligible__is_false(restricted, lender, borrower, stranger):
    assert restricted.canTransfer(lender, borrower, 1)
    assert not restricted.canTransfer(lender, stranger, 1)
    assert not restricted.canTransfer(stranger, lender, 1)
    assert [restricted.canSend(holder) for holder in (lender, stranger)] == [True, False]
    assert [restricted.canReceive(holder) for holder in (lender, stranger)] == [True, False]


def test_can_transfer__nobody__never_reverts(restricted):
    assert not restricted.canTransfer(NOBODY, NOBODY, 1)
    assert restricted.getFrozenTokens(NOBODY) == 0
