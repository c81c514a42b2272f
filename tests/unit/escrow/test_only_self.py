# SPDX-License-Identifier: MIT
"""The functions that contain a failure are the escrow's own."""

import pytest

from support import SETTLED, reverts

TRADE = b"\1" * 32


@pytest.fixture
def call():
    """Name and arguments of each, as somebody would call it for himself."""

    def of(action, caller, escrow):
        return {
            "settle": ("settleAll", ([TRADE], SETTLED, caller)),
            "mark": ("markAll", ([TRADE], SETTLED, caller)),
            "close": ("closeAll", ([TRADE], SETTLED, caller)),
        }[action]

    return of


@pytest.mark.parametrize("role", ["keeper", "lender", "blockchain_administrator"])
@pytest.mark.parametrize("action", ["settle", "mark", "close"])
def test_only_self__anyone_else__reverts(request, role, action, call, escrow):
    caller = request.getfixturevalue(role)
    function, args = call(action, caller, escrow)
    with reverts(escrow.OnlySelf, caller=caller.address):
        getattr(escrow, function)(*args, sender=caller)


@pytest.mark.parametrize("action", ["settle", "mark", "close"])
def test_only_self__through_multicall__reverts(action, call, escrow, stranger):
    function, args = call(action, stranger, escrow)
    data = getattr(escrow, function).encode_input(*args)
    with reverts(escrow.OnlySelf, caller=stranger.address):
        escrow.multicall([data], sender=stranger)
