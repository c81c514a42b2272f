# SPDX-License-Identifier: MIT
"""Batches: a trade that fails leaves its neighbours what they are without it (invariant 8)."""

from dataclasses import replace

import pytest
from market import ENOUGH

from support import APPROVED, MARKED, OPEN, SETTLED, at, events, failed, failures
from tanpo.terms import Collateral

QUANTITY = 335_240


def _reason(name, token, giver, receiver, quantity=QUANTITY):
    """The error with which a transfer of the mock fails: its name and arguments."""

    def not_received(found):
        given = {"token": token.address, "receiver": receiver}
        return "NotReceived", {**given, "found": found, "needed": quantity}

    return {
        "ReturnsFalseToken": ("SafeERC20FailedOperation", {"token": token.address}),
        "RefusingToken": ("Refused", {"from": giver, "to": receiver, "value": quantity}),
        "BurningToken": ("Unknown", {"data": b""}),
        "LyingToken": not_received(0),
        "FeeToken": not_received(quantity - 1),
        "BlindToken": ("Unreadable", {"holder": receiver}),
        "FalseBalanceToken": ("Panic", {"code": 0x11}),
    }[name]


UNWILLING = ("ReturnsFalseToken", "RefusingToken", "BurningToken")
"""Nothing moves, and the token says so."""

UNTRUE = ("LyingToken", "FeeToken", "BlindToken", "FalseBalanceToken")
"""What moved is not what the token says."""

HOSTILE = pytest.mark.parametrize("name", UNWILLING + UNTRUE)


@pytest.fixture
def terms(sample):
    """Makes three trades, the middle one against a mock instead of the stock."""

    def make(token):
        return [
            replace(sample, end=at(MARKED), uti=b"before".ljust(32)),
            replace(sample, end=at(MARKED), collateral=(Collateral(token.address, QUANTITY),)),
            replace(sample, end=at(MARKED), uti=b"after".ljust(32)),
        ]

    return make


@pytest.fixture
def alike(escrow, chain, keeper):
    """Runs a batch without its middle trade, takes that back, and runs it with; they compare."""

    def run(function, trades, date, **options):
        first, middle, last = trades
        before = chain.snapshot()
        expected = events(function([first, last], date, sender=keeper))
        states = [escrow.trade(each) for each in (first, last)]
        chain.restore(before)
        receipt = function(trades, date, sender=keeper, **options)
        assert [found for found in events(receipt) if found[1]["id"] != middle] == expected
        assert [escrow.trade(each) for each in (first, last)] == states
        assert "Failed" not in [name for name, _ in expected]
        return receipt

    return run


@pytest.fixture
def hostile(market, mock, terms):
    """Three open trades and the middle one's token, which turns hostile on 20 April."""

    def make(name):
        token = mock(name)
        trades = market.open(*terms(token))
        market.publish_marked(token)
        token.setHostile(True, sender=market.keeper)
        return token, trades

    return make


@HOSTILE
def test_settle__hostile_token_in_the_batch__fails_alone(name, market, mock, terms, alike, escrow):
    token = mock(name)
    trades = [market.book(each) for each in terms(token)]
    token.setHostile(True, sender=market.keeper)

    receipt = alike(escrow.settle, trades, SETTLED)

    error, arguments = _reason(name, token, market.borrower.address, escrow.address)
    assert failures(receipt) == [failed(trades[1], SETTLED, "settle", error, **arguments)]
    assert market.status(trades[1]) == APPROVED


@HOSTILE
def test_close__hostile_token_in_the_batch__fails_alone(name, market, hostile, alike, escrow):
    token, trades = hostile(name)

    receipt = alike(escrow.close, trades, MARKED)

    error, arguments = _reason(name, token, escrow.address, market.borrower.address)
    assert failures(receipt) == [failed(trades[1], MARKED, "close", error, **arguments)]
    assert market.status(trades[1]) == OPEN
    assert market.held(trades[1]) == [QUANTITY]


@pytest.mark.parametrize("name", [*UNWILLING, "LyingToken"])
def test_mark__unwilling_token_in_the_batch__is_a_deficit(name, market, hostile, alike, escrow):
    token, trades = hostile(name)

    receipt = alike(escrow.mark, trades, MARKED)

    marked, deficit = [found for found in events(receipt) if found[1]["id"] == trades[1]]
    assert marked[0] == "Marked"
    assert deficit == (
        "Deficit",
        {
            "id": trades[1],
            "date": MARKED,
            "party": escrow.address,
            "token": token.address,
            "missing": 1_790,
        },
    )
    assert market.held(trades[1]) == [QUANTITY]
    token.setHostile(False, sender=market.keeper)
    assert token.balanceOf(escrow) == QUANTITY


@pytest.mark.parametrize("name", [name for name in UNTRUE if name != "LyingToken"])
def test_mark__untrue_token_in_the_batch__fails_alone(name, market, hostile, alike, escrow):
    token, trades = hostile(name)

    receipt = alike(escrow.mark, trades, MARKED)

    error, arguments = _reason(name, token, escrow.address, market.borrower.address, 1_790)
    assert failures(receipt) == [failed(trades[1], MARKED, "mark", error, **arguments)]
    assert escrow.trade(trades[1]).lastMarked == SETTLED
    assert market.held(trades[1]) == [QUANTITY]


def test_mark__no_price_in_the_batch__fails_alone(market, mock, terms, alike, escrow):
    token = mock("MockToken", 0)
    trades = market.open(*terms(token))
    market.publish_marked()
    receipt = alike(escrow.mark, trades, MARKED)
    key = market.key(token)
    assert failures(receipt) == [
        failed(trades[1], MARKED, "mark", "MissingFixing", key=key, date=MARKED)
    ]


@pytest.mark.parametrize("action", ["settle", "close"])
def test_batch__token_reverts_with_a_megabyte__costs_its_neighbours_nothing(
    action, market, mock, terms, alike, escrow
):
    token = mock("ReturnBombToken")
    trades = [market.book(each) for each in terms(token)]
    if action == "close":
        escrow.settle(trades, SETTLED, sender=market.keeper)
        market.publish_marked(token)
    token.setHostile(True, sender=market.keeper)
    date = SETTLED if action == "settle" else MARKED
    # Four times what a trade may use.
    alike(getattr(escrow, action), trades, date, gas_limit=12_000_000)


def test_batch__token_returns_nothing__works(market, mock, terms, escrow, keeper):
    token = mock("ReturnsNothingToken")
    trade = market.open(terms(token)[1])
    assert market.balances(token)[2] == QUANTITY
    market.publish_marked(token)
    assert [name for name, _ in events(market.mark(trade))] == ["Marked", "Returned"]
    assert failures(escrow.close([trade], MARKED, sender=keeper)) == []
    assert market.balances(token) == (ENOUGH, ENOUGH, 0)


@pytest.fixture
def beside(market, mock, sample):
    """Marks a basket in which a mock, which turns hostile, stands before a sound token."""

    def mark(name):
        token = mock(name)
        basket = (Collateral(token.address, 10_000), *market.basket(LOTS=10_000))
        terms = replace(sample, collateral=basket)
        trade = market.open(terms)
        market.publish_marked(token)
        token.setHostile(True, sender=market.keeper)
        return trade, market.mark(trade)

    return mark


@pytest.mark.parametrize("name", ["ReturnsFalseToken", "RefusingToken", "LyingToken"])
def test_mark__one_token_does_not_move__calls_the_rest_of_the_basket(name, beside):
    _, receipt = beside(name)
    assert [name for name, _ in events(receipt)] == ["Marked", "Deficit", "Delivered"]


@pytest.mark.parametrize("name", ["BlindToken", "BurningToken"])
def test_mark__one_token_unreadable_or_burning__leaves_its_trade_unmarked(name, beside, escrow):
    trade, receipt = beside(name)
    ((event, failure),) = events(receipt)
    assert (event, failure["id"]) == ("Failed", trade)
    assert escrow.trade(trade).lastMarked == SETTLED
