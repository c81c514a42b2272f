# SPDX-License-Identifier: MIT
"""`permit`: an allowance by signature (ERC-2612), so that a party needs no gas."""

import pytest
from eth_account import Account

from support import SETTLED, at, reverts

DEADLINE = at(SETTLED, 18)


@pytest.fixture
def signed(token, escrow, chain, lender):
    """The lender's permit to the escrow over 5, as arguments; signed by another where given."""

    def sign(signer=lender, nonce=0):
        permit = {"name": token.name(), "version": "1", "chainId": chain.chain_id}
        message = Account.from_key(signer.private_key).sign_typed_data(
            {**permit, "verifyingContract": token.address},
            {
                "Permit": [
                    {"name": "owner", "type": "address"},
                    {"name": "spender", "type": "address"},
                    {"name": "value", "type": "uint256"},
                    {"name": "nonce", "type": "uint256"},
                    {"name": "deadline", "type": "uint256"},
                ]
            },
            {
                "owner": lender.address,
                "spender": escrow.address,
                "value": 5,
                "nonce": nonce,
                "deadline": DEADLINE,
            },
        )
        r, s = (number.to_bytes(32) for number in (message.r, message.s))
        return lender, escrow, 5, DEADLINE, message.v, r, s

    return sign


def test_permit__signed_by_the_holder__allows(token, signed, escrow, lender, stranger):
    token.permit(*signed(), sender=stranger)
    assert token.allowance(lender, escrow) == 5
    assert token.nonces(lender) == 1


def test_permit__again__reverts(token, signed, project, lender, stranger):
    permit = signed()
    token.permit(*permit, sender=stranger)
    with pytest.raises(token.ERC2612InvalidSigner) as info:
        token.permit(*permit, sender=stranger)
    assert info.value.inputs["owner"] == lender.address
    assert token.nonces(lender) == 1


def test_permit__signed_by_another__reverts(token, signed, lender, stranger):
    with reverts(token.ERC2612InvalidSigner, signer=stranger.address, owner=lender.address):
        token.permit(*signed(signer=stranger), sender=stranger)


def test_permit__after_the_deadline__reverts(token, signed, chain, stranger):
    permit = signed()
    chain.pending_timestamp = DEADLINE + 1
    with reverts(token.ERC2612ExpiredSignature, deadline=DEADLINE):
        token.permit(*permit, sender=stranger)


def test_permit__paused_frozen_and_excluded__allows(
    restricted, register, signed, enforcer, escrow, lender, stranger
):
    """A promise to deliver; whether it can be kept is seen when tokens move."""
    restricted.pause(sender=enforcer)
    restricted.setFrozenTokens(lender, 1, sender=enforcer)
    register.exclude([lender], sender=enforcer)
    restricted.permit(*signed(), sender=stranger)
    assert restricted.allowance(lender, escrow) == 5
