# SPDX-License-Identifier: MIT
"""The function that contains a failure is the escrow's own."""

import pytest
from eth_utils.crypto import keccak

from support import SETTLED, reverts

ACTIONS = pytest.mark.parametrize("action", ["settle", "mark", "close"])


def _args(action, caller):
    """As somebody would call it for himself."""
    selector = keccak(text=f"{action}(bytes32[],uint24)")[:4]
    return (selector, [b"\1" * 32], SETTLED, caller)


@pytest.mark.parametrize("role", ["keeper", "lender", "blockchain_administrator"])
@ACTIONS
def test_carry_out__anyone_else__reverts(request, role, action, escrow):
    caller = request.getfixturevalue(role)
    with reverts(escrow.OnlySelf, caller=caller.address):
        escrow.carryOut(*_args(action, caller), sender=caller)


@ACTIONS
def test_carry_out__through_multicall__reverts(action, escrow, stranger):
    data = escrow.carryOut.encode_input(*_args(action, stranger))
    with reverts(escrow.OnlySelf, caller=stranger.address):
        escrow.multicall([data], sender=stranger)
