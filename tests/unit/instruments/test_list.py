# SPDX-License-Identifier: MIT
"""`list`: tokens that trades may name."""

import pytest

from support import events, reverts
from tanpo.instrument import Kind


@pytest.fixture
def token(project, keeper):
    return keeper.deploy(project.MockToken, 18)


def test_list__by_the_token_administrator__numbers_the_token(
    market, token, escrow, token_administrator
):
    count = escrow.instrumentCount()

    receipt = escrow.list(token, Kind.BOND, b"CHF", 1_000, sender=token_administrator)

    listed = {
        "index": count + 1,
        "token": token.address,
        "kind": Kind.BOND,
        "currency": b"CHF",
        "decimals": 18,
        "lot": 1_000,
    }
    assert events(receipt) == [("InstrumentListed", listed)]
    assert escrow.instrumentCount() == count + 1
    assert tuple(escrow.instrumentOf(token)) == (token.address, b"CHF", Kind.BOND, 18, 0, 1_000)


@pytest.mark.parametrize("role", ["stranger", "lender", "feeder"])
def test_list__without_the_role__reverts(request, role, token, escrow):
    caller = request.getfixturevalue(role)
    with reverts(escrow.AccessManagedUnauthorized, caller=caller.address):
        escrow.list(token, Kind.CASH, b"USD", 1, sender=caller)


def test_list__again_with_another_meaning__reverts(market, escrow, token_administrator):
    bund = market.tokens["BUND"]
    before = escrow.instrumentOf(bund)
    with reverts(escrow.AlreadyListed, token=bund.address, index=1):
        escrow.list(bund, Kind.CASH, b"JPY", 9, sender=token_administrator)
    assert escrow.instrumentOf(bund) == before


@pytest.mark.parametrize("code", [b"usd", b"US\0", b"U1D", b"@US", b"US["])
def test_list__currency_is_none__reverts(code, token, escrow, token_administrator):
    with reverts(escrow.NotACurrency, found=code):
        escrow.list(token, Kind.CASH, code, 1, sender=token_administrator)


def test_list__lot_zero__reverts(token, escrow, token_administrator):
    with reverts(escrow.ZeroLot, token=token.address):
        escrow.list(token, Kind.EQUITY, b"USD", 0, sender=token_administrator)


@pytest.mark.parametrize("decimals", [19, 255])
def test_list__too_many_decimals__reverts(decimals, project, keeper, escrow, token_administrator):
    token = keeper.deploy(project.MockToken, decimals)
    with reverts(escrow.TooManyDecimals, token=token.address, found=decimals, most=18):
        escrow.list(token, Kind.EQUITY, b"USD", 1, sender=token_administrator)
    with reverts(escrow.NotListed, token=token.address):
        escrow.instrumentOf(token)


def test_list__largest_lot__is_kept(token, escrow, token_administrator):
    escrow.list(token, Kind.EQUITY, b"USD", 2**96 - 1, sender=token_administrator)
    assert escrow.instrumentOf(token).lot == 2**96 - 1
