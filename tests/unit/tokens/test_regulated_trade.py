# SPDX-License-Identifier: MIT
"""A trade whose token has its issuer's rules, in one batch with another of the same parties."""

from dataclasses import replace

import pytest

from support import CLOSED, MARKED, OPEN, THIRD, at, events, failed, failures

SHORT = 26_064
"""Shares that the call of 20 April asks for at 150: up to 54,195,482.63 USD from 335,240."""

SHORT_LOTS = 40_200
"""The same in lots of 100 at 39 from 1,349,500."""


@pytest.fixture
def trades(market, sample):
    """The sample against stock, whose rules the tests change, and the same against another."""
    lots = market.basket(LOTS=1_349_500)
    return market.open(
        replace(sample, end=at(MARKED)), replace(sample, end=at(MARKED), collateral=lots)
    )


@pytest.fixture
def stock(market):
    return market.tokens["STOCK"]


@pytest.fixture
def freeze(stock, enforcer, borrower):
    """Freezes all of the borrower's shares, and frees them again."""

    def set_frozen(frozen):
        stock.setFrozenTokens(borrower, 2**256 - 1 if frozen else 0, sender=enforcer)

    return set_frozen


@pytest.fixture
def exclude(stock, register, enforcer, lender, borrower, escrow):
    """Takes the borrower out of the register of the stock's holders, and back in."""
    register.admit([lender, borrower, escrow], sender=enforcer)
    stock.setEligibility(register, sender=enforcer)

    def set_excluded(excluded):
        function = register.exclude if excluded else register.admit
        function([borrower], sender=enforcer)

    return set_excluded


def _of(receipt, trade):
    """Name and token's quantity of the trade's events but Marked."""
    return [
        (name, args.get("quantity", args.get("missing")))
        for name, args in events(receipt)
        if args["id"] == trade and name != "Marked"
    ]


@pytest.mark.parametrize("rule", ["freeze", "exclude"])
def test_mark__borrower_may_not_deliver__is_a_deficit_of_that_trade(
    request, rule, market, trades, escrow, borrower, stock
):
    restrict = request.getfixturevalue(rule)
    restrict(True)
    market.publish_marked(STOCK="150", LOTS="39")
    receipt = market.mark(*trades)

    assert failures(receipt) == []
    assert [args for name, args in events(receipt) if name == "Deficit"] == [
        {
            "id": trades[0],
            "date": MARKED,
            "party": borrower.address,
            "token": stock.address,
            "missing": SHORT,
        }
    ]
    assert _of(receipt, trades[1]) == [("Delivered", SHORT_LOTS)]
    assert [escrow.trade(trade).inDeficit for trade in trades] == [True, False]

    restrict(False)
    market.publish(THIRD, {"BUND": "98.7590", "STOCK": "150", "LOTS": "39", "EURUSD": "1.09753"})
    receipt = market.mark(*trades, day=THIRD)
    assert _of(receipt, trades[0]) == [("Delivered", SHORT)]
    assert _of(receipt, trades[1]) == []
    assert [escrow.trade(trade).inDeficit for trade in trades] == [False, False]


def test_mark__borrower_may_not_receive__keeps_the_excess(market, trades, escrow, stock, exclude):
    exclude(True)
    market.publish_marked(LOTS="41")
    receipt = market.mark(*trades)
    assert failures(receipt) == []
    assert _of(receipt, trades[0]) == [("Deficit", 1_790)]
    assert _of(receipt, trades[1]) == [("Returned", 27_600)]
    assert stock.balanceOf(escrow) == 335_240


def test_close__borrower_excluded__fails_alone_until_admitted(
    market, trades, escrow, keeper, borrower, exclude
):
    market.publish_marked(LOTS="40")
    exclude(True)
    receipt = escrow.close(trades, MARKED, sender=keeper)
    assert failures(receipt) == [
        failed(trades[0], MARKED, "close", "ERC7943CannotReceive", account=borrower.address)
    ]
    assert [market.status(trade) for trade in trades] == [OPEN, CLOSED]
    exclude(False)
    assert failures(escrow.close([trades[0]], MARKED, sender=keeper)) == []
    assert market.status(trades[0]) == CLOSED


def test_settle__escrow_not_admitted__fails(
    market, sample, register, stock, escrow, keeper, enforcer, lender, borrower
):
    """An escrow is a holder: a register that forgets it stops its trades from opening."""
    register.admit([lender, borrower], sender=enforcer)
    stock.setEligibility(register, sender=enforcer)
    trade = market.book(sample)
    day = sample.start // 86_400
    assert failures(escrow.settle([trade], day, sender=keeper)) == [
        failed(trade, day, "settle", "ERC7943CannotReceive", account=escrow.address)
    ]
