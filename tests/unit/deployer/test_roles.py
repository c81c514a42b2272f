# SPDX-License-Identifier: MIT
"""Who may do what after a deployment (JSF 2023, overview of each actor)."""

import pytest

from support import SETTLED, publish, reverts
from tanpo.chain.abi import Interface
from tanpo.chain.artifacts import artifact
from tanpo.deployer import ENFORCER, FEEDER, TOKEN_ADMINISTRATOR

ROLE_OF = {"token_administrator": TOKEN_ADMINISTRATOR, "feeder": FEEDER, "enforcer": ENFORCER}


@pytest.mark.parametrize("role", ROLE_OF)
def test_roles__granted__are_held_at_once(request, role, roles):
    holder = request.getfixturevalue(role)
    assert tuple(roles.hasRole(ROLE_OF[role], holder)) == (True, 0)


def test_roles__named__are_the_contract_s(roles):
    named = (roles.TOKEN_ADMINISTRATOR(), roles.FEEDER(), roles.ENFORCER())
    assert named == (TOKEN_ADMINISTRATOR, FEEDER, ENFORCER)


def test_roles__administrator__holds_every_role(roles, blockchain_administrator):
    for role in (0, *ROLE_OF.values()):
        assert tuple(roles.hasRole(role, blockchain_administrator)) == (True, 0)


@pytest.mark.parametrize("role", ["lender", "borrower", "keeper", "stranger"])
def test_roles__others__have_none(request, role, roles):
    holder = request.getfixturevalue(role)
    for number in (0, *ROLE_OF.values()):
        assert tuple(roles.hasRole(number, holder)) == (False, 0)


@pytest.mark.parametrize("role", ["token_administrator", "feeder", "enforcer", "stranger"])
def test_roles__grant_by_another__reverts(request, role, roles):
    caller = request.getfixturevalue(role)
    with reverts(roles.AccessManagerUnauthorizedAccount, msgsender=caller.address, roleId=0):
        roles.grantRole(FEEDER, caller, 0, sender=caller)


@pytest.mark.parametrize("role", ["token_administrator", "feeder", "enforcer", "stranger"])
def test_roles__new_rules_by_another__reverts(request, role, roles, escrow):
    caller = request.getfixturevalue(role)
    selector = Interface(artifact("IEscrow").abi).selector_of("list")
    with reverts(roles.AccessManagerUnauthorizedAccount, msgsender=caller.address, roleId=0):
        roles.setTargetFunctionRole(escrow, [selector], 2**64 - 1, sender=caller)


def test_roles__revoked__end_at_once(roles, fixings, feeder, blockchain_administrator):
    roles.revokeRole(FEEDER, feeder, sender=blockchain_administrator)
    with reverts(fixings.NotAFeeder, found=feeder.address):
        publish(fixings, SETTLED, [], feeder)


@pytest.mark.parametrize("contract", ["escrow", "fixings"])
def test_roles__new_authority_by_anyone__reverts(
    request, contract, stranger, blockchain_administrator
):
    target = request.getfixturevalue(contract)
    for caller in (stranger, blockchain_administrator):
        with reverts(target.AccessManagedUnauthorized, caller=caller.address):
            target.setAuthority(caller, sender=caller)


def test_roles__administrator_through_execute__cannot_pull_allowed_tokens(
    market, roles, blockchain_administrator
):
    stock = market.tokens["STOCK"]
    data = stock.transferFrom.encode_input(market.lender, blockchain_administrator, 1)
    with reverts(stock.ERC20InsufficientAllowance, spender=roles.address, allowance=0, needed=1):
        roles.execute(stock, data, sender=blockchain_administrator)
