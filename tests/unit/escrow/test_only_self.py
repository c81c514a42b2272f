# SPDX-License-Identifier: MIT
"""The functions that contain a failure are the escrow's own."""

import pytest
from eth_utils.crypto import keccak

from support import SETTLED, reverts

ACTIONS = pytest.mark.parametrize("action", ["settle", "mark", "close"])


def _args(action, caller):
    """As somebody would call it for himself."""
    selector = keccak(text=f"{action}(bytes32[],uint24)")[:4]
    return (selector, [b"\1" * 32], SETTLED, caller, False)


@pytest.mark.parametrize("role", ["keeper", "lender", "blockchain_administrator"])
@ACTIONS
def test_carry_out__anyone_else__reverts(request, role, action, core):
    caller = request.getfixturevalue(role)
    with reverts(core.OnlySelf, caller=caller.address):
        core.carryOut(*_args(action, caller), sender=caller)


@ACTIONS
def test_carry_out__through_multicall__reverts(action, core, stranger):
    data = core.carryOut.encode_input(*_args(action, stranger))
    with reverts(core.OnlySelf, caller=stranger.address):
        core.multicall([data], sender=stranger)
