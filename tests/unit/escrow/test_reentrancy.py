# SPDX-License-Identifier: MIT
"""A token that calls the escrow from inside a transfer gets nothing to happen twice."""

from dataclasses import replace

import pytest

from support import (
    APPROVED,
    MARKED,
    PROPOSED_BY_LENDER,
    SETTLED,
    at,
    events,
    failures,
    transfers,
)
from tanpo.chain.abi import Interface
from tanpo.chain.artifacts import artifact, error_entries
from tanpo.terms import NOBODY, Change, Collateral, Verb

ABI = Interface(artifact("IEscrow").abi, error_entries())
GUARDED = ("ReentrancyGuardReentrantCall", {})

SOME = b"\1" * 32
"""A trade or a set that there is not."""


@pytest.fixture
def token(mock):
    return mock("ReenteringToken")


@pytest.fixture
def terms(sample, token):
    return replace(sample, collateral=(Collateral(token.address, 335_240),), end=at(MARKED))


@pytest.fixture
def arm(token, escrow, keeper):
    """Has the token call this function of the escrow from inside its transfers."""

    def set_call(function, *args):
        token.setCall(escrow, ABI.encode_call(function, args), sender=keeper)
        token.setHostile(True, sender=keeper)

    return set_call


def _inner(receipt):
    """The error of the call from inside; None where it succeeded."""
    ((_, args),) = [
        found for found in events(receipt, "ReenteringToken") if found[0] == "Reentered"
    ]
    if args["succeeded"]:
        return None
    error = ABI.decode_error(args["result"])
    return error.name, error.arguments


@pytest.mark.parametrize("function", ["settle", "mark", "close"])
@pytest.mark.parametrize("same", [True, False], ids=["same trade", "another trade"])
def test_settle__token_calls_back__moves_once(
    function, same, market, sample, terms, arm, escrow, keeper
):
    trade, other = market.book(terms), market.book(sample)
    arm(function, [trade if same else other], SETTLED)
    with market.untouched(other):
        receipt = escrow.settle([trade], SETTLED, sender=keeper, gas_limit=20_000_000)
        assert (failures(receipt), _inner(receipt)) == ([], GUARDED)
        assert len(transfers(receipt)) == 2
        market.tokens["BUND"].transfer(market.lender, 50_000_000, sender=market.borrower)


@pytest.mark.parametrize("function", ["settle", "mark", "close"])
def test_mark__token_calls_back__moves_once(function, market, terms, token, arm, escrow):
    trade = market.open(terms)
    market.publish_marked(token)
    arm(function, [trade], MARKED)
    receipt = market.mark(trade)
    assert [name for name, _ in events(receipt)] == ["Marked", "Returned"]
    assert _inner(receipt) == GUARDED
    assert market.held(trade) == [333_450]
    assert token.balanceOf(escrow) == 333_450


@pytest.mark.parametrize("function", ["settle", "mark", "close"])
def test_close__token_calls_back__moves_once(function, market, terms, token, arm, escrow, keeper):
    trade = market.open(terms)
    market.publish_marked(token)
    arm(function, [trade], MARKED)
    receipt = escrow.close([trade], MARKED, sender=keeper)
    assert (failures(receipt), _inner(receipt)) == ([], GUARDED)
    assert len(transfers(receipt)) == 2
    assert token.balanceOf(escrow) == 0


def test_settle__token_opens_from_inside__is_stopped(
    market, sample, terms, token, arm, escrow, keeper, lender, borrower
):
    trade = market.book(terms)
    signed = market.sign(sample, lender), market.sign(sample, borrower)
    arm("open", sample.as_tuple(), *signed, SETTLED)
    receipt = escrow.settle([trade], SETTLED, sender=keeper)
    assert _inner(receipt) == GUARDED


@pytest.mark.parametrize(
    ("function", "args"),
    [
        ("markSets", ([SOME], SETTLED)),
        ("make", (Change(SOME, 1, Verb.TERMINATE).as_tuple(), SETTLED)),
        ("noteLate", (SOME, SETTLED)),
        ("cure", (SOME, SETTLED)),
        ("buyIn", (SOME, NOBODY, 1, SETTLED)),
        ("declareDefault", (SOME, SETTLED)),
        ("closeOut", (SOME, SETTLED)),
        ("cureSet", (SOME, SETTLED)),
        ("declareSetDefault", (SOME, SETTLED)),
        ("closeOutSet", (SOME, [SOME], SETTLED)),
        ("catchUp", (SOME, SETTLED)),
        ("catchUpSet", (SOME, [SOME], SETTLED)),
    ],
)
def test_settle__token_does_more_from_inside__is_stopped(
    function, args, market, terms, arm, escrow, keeper
):
    trade = market.book(terms)
    arm(function, *args)
    receipt = escrow.settle([trade], SETTLED, sender=keeper)
    assert (failures(receipt), _inner(receipt)) == ([], GUARDED)


@pytest.mark.parametrize("function", ["register", "withdraw"])
def test_settle__token_consents_from_inside__is_no_party(
    function, market, sample, terms, token, arm, escrow, keeper
):
    trade, other = market.book(terms), market.trade_id(sample)
    arm(function, sample.as_tuple())
    receipt = escrow.settle([trade], SETTLED, sender=keeper)
    assert _inner(receipt) == ("NotAParty", {"id": other, "caller": token.address})


def test_settle__token_approves_from_inside__is_no_party(
    market, sample, terms, token, arm, escrow, keeper, lender
):
    trade, other = market.book(terms), market.trade_id(sample)
    escrow.register(sample.as_tuple(), sender=lender)
    arm("approve", other)
    receipt = escrow.settle([trade], SETTLED, sender=keeper)
    assert _inner(receipt) == ("NotAParty", {"id": other, "caller": token.address})
    assert market.status(other) == PROPOSED_BY_LENDER


def test_settle__token_relays_from_inside__books_what_was_signed(
    market, sample, terms, arm, escrow, keeper, lender, borrower
):
    trade = market.book(terms)
    arm("relay", sample.as_tuple(), market.sign(sample, lender), market.sign(sample, borrower))
    receipt = escrow.settle([trade], SETTLED, sender=keeper)
    assert (failures(receipt), _inner(receipt)) == ([], None)
    assert market.status(market.trade_id(sample)) == APPROVED
