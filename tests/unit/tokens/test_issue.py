# SPDX-License-Identifier: MIT
"""`issue`: the token administrator creates (invariant 10)."""

import pytest

from support import events, reverts, transfers
from tanpo.terms import NOBODY


def test_issue__by_the_token_administrator__creates(token, supply, token_administrator, stranger):
    receipt = token.issue(stranger, 7, sender=token_administrator)
    assert transfers(receipt) == [(token.address, NOBODY, stranger.address, 7)]
    assert events(receipt, "SecurityToken")[1] == (
        "Issued",
        {"holder": stranger.address, "quantity": 7},
    )
    assert (token.balanceOf(stranger), token.totalSupply()) == (7, supply + 7)


@pytest.mark.parametrize("role", ["stranger", "lender", "feeder"])
def test_issue__without_the_role__reverts(request, role, token, supply):
    caller = request.getfixturevalue(role)
    with reverts(token.AccessManagedUnauthorized, caller=caller.address):
        token.issue(caller, 1, sender=caller)
    assert token.totalSupply() == supply


def test_issue__to_nobody__reverts(token, token_administrator):
    with reverts(token.ERC20InvalidReceiver, receiver=NOBODY):
        token.issue(NOBODY, 1, sender=token_administrator)


def test_issue__to_one_who_is_not_eligible__reverts(
    restricted, supply, token_administrator, stranger
):
    with reverts(restricted.ERC7943CannotReceive, account=stranger.address):
        restricted.issue(stranger, 7, sender=token_administrator)
    assert restricted.totalSupply() == supply


def test_issue__to_an_eligible_holder__creates(restricted, supply, token_administrator, lender):
    restricted.issue(lender, 7, sender=token_administrator)
    assert restricted.totalSupply() == supply + 7


def test_issue__to_a_frozen_holder__creates(token, supply, token_administrator, enforcer, lender):
    token.setFrozenTokens(lender, 2 * supply, sender=enforcer)
    token.issue(lender, 7, sender=token_administrator)
    assert token.totalSupply() == supply + 7
