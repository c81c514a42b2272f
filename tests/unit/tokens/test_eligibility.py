# SPDX-License-Identifier: MIT
"""`Eligibility`: `admit` and `exclude`, for all tokens that refer to it."""

import pytest

from support import events, reverts


def test_eligibility__new__has_nobody(register, lender):
    assert not register.isEligible(lender)


def test_admit__by_the_enforcer__admits_each_once(register, enforcer, lender, borrower, stranger):
    register.admit([lender], sender=enforcer)
    receipt = register.admit([lender, borrower, stranger, borrower], sender=enforcer)
    assert events(receipt, "Eligibility") == [
        ("Admitted", {"holder": borrower.address}),
        ("Admitted", {"holder": stranger.address}),
    ]
    assert all(register.isEligible(holder) for holder in (lender, borrower, stranger))


def test_exclude__by_the_enforcer__excludes_each_once(
    register, enforcer, lender, borrower, stranger
):
    register.admit([lender, borrower], sender=enforcer)
    receipt = register.exclude([stranger, lender, lender], sender=enforcer)
    assert events(receipt, "Eligibility") == [("Excluded", {"holder": lender.address})]
    assert not register.isEligible(lender)
    assert register.isEligible(borrower)


def test_exclude__excluded__can_be_admitted_again(register, enforcer, lender):
    register.admit([lender], sender=enforcer)
    register.exclude([lender], sender=enforcer)
    receipt = register.admit([lender], sender=enforcer)
    assert events(receipt, "Eligibility") == [("Admitted", {"holder": lender.address})]
    assert register.isEligible(lender)


def test_exclude__two_tokens__holds_for_both(register, market, enforcer, lender, borrower):
    tokens = (market.tokens["BUND"], market.tokens["USD"])
    register.admit([lender, borrower], sender=enforcer)
    for token in tokens:
        token.setEligibility(register, sender=enforcer)
        token.transfer(borrower, 1, sender=lender)
    register.exclude([borrower], sender=enforcer)
    for token in tokens:
        with reverts(token.ERC7943CannotReceive, account=borrower.address):
            token.transfer(borrower, 1, sender=lender)


@pytest.mark.parametrize("function", ["admit", "exclude"])
def test_eligibility__without_the_role__reverts(function, register, outsider, enforcer, lender):
    register.admit([lender], sender=enforcer)
    with reverts(register.AccessManagedUnauthorized, caller=outsider.address):
        getattr(register, function)([lender, outsider], sender=outsider)
    assert register.isEligible(lender)
