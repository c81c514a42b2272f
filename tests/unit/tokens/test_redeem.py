# SPDX-License-Identifier: MIT
"""`redeem`: the token administrator cancels what a holder offered (invariants 10, 11)."""

import pytest
from market import ENOUGH

from support import events, reverts, transfers
from tanpo.terms import NOBODY


def test_redeem__offered_by_the_holder__cancels(token, supply, token_administrator, lender):
    token.approve(token_administrator, 10, sender=lender)
    receipt = token.redeem(lender, 7, sender=token_administrator)
    assert transfers(receipt) == [(token.address, lender.address, NOBODY, 7)]
    assert events(receipt, "SecurityToken")[-1] == (
        "Redeemed",
        {"holder": lender.address, "quantity": 7},
    )
    assert (token.balanceOf(lender), token.totalSupply()) == (ENOUGH - 7, supply - 7)
    assert token.allowance(lender, token_administrator) == 3


def test_redeem__more_than_offered__reverts(token, token_administrator, lender):
    token.approve(token_administrator, 6, sender=lender)
    with reverts(
        token.ERC20InsufficientAllowance,
        spender=token_administrator.address,
        allowance=6,
        needed=7,
    ):
        token.redeem(lender, 7, sender=token_administrator)
    assert token.balanceOf(lender) == ENOUGH


def test_redeem__more_than_there_is__reverts(token, token_administrator, stranger):
    token.approve(token_administrator, 1, sender=stranger)
    with reverts(token.ERC20InsufficientBalance, sender=stranger.address, balance=0, needed=1):
        token.redeem(stranger, 1, sender=token_administrator)


def test_redeem__out_of_the_escrow__reverts(market, sample, escrow, token_administrator):
    market.open(sample)
    stock = market.tokens["STOCK"]
    with reverts(
        stock.ERC20InsufficientAllowance,
        spender=token_administrator.address,
        allowance=0,
        needed=1,
    ):
        stock.redeem(escrow, 1, sender=token_administrator)


@pytest.mark.parametrize("role", ["stranger", "lender", "feeder"])
def test_redeem__without_the_role__reverts(request, role, token, lender):
    caller = request.getfixturevalue(role)
    token.approve(caller, 1, sender=lender)
    with reverts(token.AccessManagedUnauthorized, caller=caller.address):
        token.redeem(lender, 1, sender=caller)


def test_redeem__frozen__reverts(token, supply, token_administrator, enforcer, lender):
    token.setFrozenTokens(lender, ENOUGH - 6, sender=enforcer)
    token.approve(token_administrator, 10, sender=lender)
    with reverts(
        token.ERC7943InsufficientUnfrozenBalance, account=lender.address, amount=7, unfrozen=6
    ):
        token.redeem(lender, 7, sender=token_administrator)
    assert token.allowance(lender, token_administrator) == 10
    token.redeem(lender, 6, sender=token_administrator)
    assert (token.totalSupply(), token.getFrozenTokens(lender)) == (supply - 6, ENOUGH - 6)


def test_redeem__of_an_excluded_holder__reverts(
    restricted, register, supply, token_administrator, enforcer, lender
):
    restricted.approve(token_administrator, 7, sender=lender)
    register.exclude([lender], sender=enforcer)
    with reverts(restricted.ERC7943CannotSend, account=lender.address):
        restricted.redeem(lender, 7, sender=token_administrator)
    assert restricted.totalSupply() == supply
    register.admit([lender], sender=enforcer)
    restricted.redeem(lender, 7, sender=token_administrator)
    assert restricted.totalSupply() == supply - 7
