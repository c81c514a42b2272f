# SPDX-License-Identifier: MIT
"""`settle`: the exchange of the two legs."""

from dataclasses import replace

import pytest
from market import ENOUGH, under

from support import (
    APPROVED,
    CLOSED,
    NONE,
    OPEN,
    PROPOSED_BY_LENDER,
    SETTLED,
    WITHDRAWN,
    events,
    failed,
    failures,
    transfers,
)
from tanpo.terms import Custody


def test_settle__segregated__escrow_holds_the_basket(market, sample, escrow, stranger):
    trade = market.book(sample)

    receipt = escrow.settle([trade], SETTLED, sender=stranger)

    stock, bund = sample.collateral[0].token, sample.loan_token
    assert events(receipt) == [("Opened", {"id": trade, "date": SETTLED})]
    assert transfers(receipt) == [
        (bund, sample.lender, sample.borrower, 50_000_000),
        (stock, sample.borrower, escrow.address, 335_240),
    ]
    assert market.balances(market.tokens["BUND"]) == (ENOUGH - 50_000_000, ENOUGH + 50_000_000, 0)
    assert market.balances(market.tokens["STOCK"]) == (ENOUGH, ENOUGH - 335_240, 335_240)
    assert market.held(trade) == [335_240]
    found = escrow.trade(trade)
    assert found.status == OPEN
    assert (found.valuedOn, found.accruesFrom, found.lastMarked) == (SETTLED, SETTLED, SETTLED)


def test_settle__title_transfer__lender_holds_the_basket(market, sample, escrow, stranger):
    trade = market.book(under(sample, custody=Custody.TITLE_TRANSFER))

    receipt = escrow.settle([trade], SETTLED, sender=stranger)

    stock, bund = sample.collateral[0].token, sample.loan_token
    assert transfers(receipt) == [
        (bund, sample.lender, sample.borrower, 50_000_000),
        (stock, sample.borrower, sample.lender, 335_240),
    ]
    assert market.held(trade) == [335_240]


def test_settle__basket_of_three__moves_each(market, sample, escrow, keeper):
    stock, usd, jpy = (market.tokens[name].address for name in ("STOCK", "USD", "JPY"))
    trade = market.book(replace(sample, collateral=market.basket(STOCK=5, USD=6, JPY=7)))

    receipt = escrow.settle([trade], SETTLED, sender=keeper)

    assert transfers(receipt)[1:] == [
        (stock, sample.borrower, escrow.address, 5),
        (usd, sample.borrower, escrow.address, 6),
        (jpy, sample.borrower, escrow.address, 7),
    ]


def test_settle__empty_batch__does_nothing(escrow, keeper):
    assert escrow.settle([], SETTLED, sender=keeper).logs == []


def test_settle__twice_in_a_batch__opens_once(market, sample, escrow, keeper):
    trade = market.book(sample)
    receipt = escrow.settle([trade, trade], SETTLED, sender=keeper)
    assert [name for name, _ in events(receipt)] == ["Opened", "Failed"]
    assert failures(receipt) == [
        failed(trade, SETTLED, "settle", "WrongStatus", id=trade, found=OPEN, needed=APPROVED)
    ]
    assert len(transfers(receipt)) == 2


def _never(market, sample):
    return market.trade_id(sample)


def _proposed(market, sample):
    market.escrow.register(sample.as_tuple(), sender=market.lender)
    return market.trade_id(sample)


def _open(market, sample):
    return market.open(sample)


def _closed(market, sample):
    trade = market.open(sample)
    market.escrow.close([trade], SETTLED, sender=market.lender)
    return trade


def _withdrawn(market, sample):
    market.escrow.withdraw(sample.as_tuple(), sender=market.lender)
    return market.trade_id(sample)


@pytest.mark.parametrize(
    ("reach", "found"),
    [
        (_never, NONE),
        (_proposed, PROPOSED_BY_LENDER),
        (_open, OPEN),
        (_closed, CLOSED),
        (_withdrawn, WITHDRAWN),
    ],
)
def test_settle__not_approved__fails(reach, found, market, sample, escrow, keeper):
    trade = reach(market, sample)
    with market.untouched(trade):
        receipt = escrow.settle([trade], SETTLED, sender=keeper)
    assert failures(receipt) == [
        failed(trade, SETTLED, "settle", "WrongStatus", id=trade, found=found, needed=APPROVED)
    ]


def test_settle__party_short_of_its_leg__moves_neither(market, sample, escrow, lender, keeper):
    bund = market.tokens["BUND"]
    bund.approve(escrow, 49_999_999, sender=lender)
    trade = market.book(sample)
    with market.untouched(trade):
        receipt = escrow.settle([trade], SETTLED, sender=keeper)
    assert failures(receipt) == [
        failed(
            trade,
            SETTLED,
            "settle",
            "ERC20InsufficientAllowance",
            spender=escrow.address,
            allowance=49_999_999,
            needed=50_000_000,
        )
    ]


def test_settle__second_token_of_the_basket_short__moves_nothing(
    market, sample, escrow, borrower, keeper
):
    usd = market.tokens["USD"]
    terms = replace(sample, collateral=(*sample.collateral, *market.basket(USD=ENOUGH + 1)))
    trade = market.book(terms)
    with market.untouched(trade, tokens=[usd]):
        receipt = escrow.settle([trade], SETTLED, sender=keeper)
    assert failures(receipt) == [
        failed(
            trade,
            SETTLED,
            "settle",
            "ERC20InsufficientBalance",
            sender=borrower.address,
            balance=ENOUGH,
            needed=ENOUGH + 1,
        )
    ]
