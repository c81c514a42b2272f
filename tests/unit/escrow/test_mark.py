# SPDX-License-Identifier: MIT
"""`mark`: JSF's sample trade, and calls that a party cannot meet in full."""

from dataclasses import replace

import pytest
from market import ENOUGH, MARKED_PRICES, under

from support import MARKED, THIRD, events, transfers
from tanpo.terms import Custody

LOAN_E18 = 54195482635000000000000000
"""JSF (2023), sample transaction, 20 April: 54,195,483 USD."""


@pytest.fixture
def marked(sample):
    """The `Marked` event of the sample on 20 April."""

    def event(trade, collateral_e18):
        return (
            "Marked",
            {
                "id": trade,
                "date": MARKED,
                "loanE18": LOAN_E18,
                "requiredE18": LOAN_E18,
                "collateralE18": collateral_e18,
            },
        )

    return event


def test_mark__prices_of_the_sample__returns_1790_shares(market, sample, marked, escrow):
    trade, stock = market.open(sample), market.tokens["STOCK"]
    market.publish_marked()

    receipt = market.mark(trade)

    assert events(receipt) == [
        marked(trade, 54486557200000000000000000),
        ("Returned", {"id": trade, "date": MARKED, "token": stock.address, "quantity": 1_790}),
    ]
    assert transfers(receipt) == [(stock.address, escrow.address, sample.borrower, 1_790)]
    assert market.held(trade) == [333_450]
    found = escrow.trade(trade)
    assert (found.lastMarked, found.inDeficit) == (MARKED, False)


def test_mark__collateral_fell__borrower_delivers(market, sample, marked, escrow):
    trade, stock = market.open(sample), market.tokens["STOCK"]
    market.publish_marked(STOCK="160")

    receipt = market.mark(trade)

    # (54,195,482.635 - 53,638,400) / 160 = 3,481.77
    assert events(receipt) == [
        marked(trade, 53638400 * 10**18),
        ("Delivered", {"id": trade, "date": MARKED, "token": stock.address, "quantity": 3_482}),
    ]
    assert transfers(receipt) == [(stock.address, sample.borrower, escrow.address, 3_482)]
    assert market.held(trade) == [338_722]


def test_mark__title_transfer__moves_between_the_parties(market, sample, lender):
    trade = market.open(under(sample, custody=Custody.TITLE_TRANSFER))
    stock = market.tokens["STOCK"]
    market.publish_marked()
    assert transfers(market.mark(trade)) == [(stock.address, sample.lender, sample.borrower, 1_790)]
    market.publish(THIRD, MARKED_PRICES | {"STOCK": "160"})
    # (54,195,482.635 - 333,450 x 160) / 160 = 5,271.77
    assert transfers(market.mark(trade, day=THIRD)) == [
        (stock.address, sample.borrower, sample.lender, 5_272)
    ]
    assert market.held(trade) == [338_722]


def test_mark__borrower_short__delivers_what_it_can(market, sample, marked, escrow, borrower):
    trade, stock = market.open(sample), market.tokens["STOCK"]
    stock.approve(escrow, 3_000, sender=borrower)
    market.publish_marked(STOCK="160")

    receipt = market.mark(trade)

    common = {"id": trade, "date": MARKED, "token": stock.address}
    assert events(receipt) == [
        marked(trade, 53638400 * 10**18),
        ("Delivered", {**common, "quantity": 3_000}),
        ("Deficit", {**common, "party": sample.borrower, "missing": 482}),
    ]
    assert market.held(trade) == [338_240]
    assert escrow.trade(trade).inDeficit is True


def test_mark__borrower_has_nothing__is_all_deficit(market, sample, escrow, borrower, stranger):
    trade, stock = market.open(sample), market.tokens["STOCK"]
    stock.transfer(stranger, ENOUGH - 335_240, sender=borrower)
    market.publish_marked(STOCK="160")

    receipt = market.mark(trade)

    assert [name for name, _ in events(receipt)] == ["Marked", "Deficit"]
    assert events(receipt)[1][1]["missing"] == 3_482
    assert transfers(receipt) == []
    assert market.held(trade) == [335_240]


def test_mark__deficit_made_good__is_called_again_next_day(market, sample, escrow, borrower):
    trade, stock = market.open(sample), market.tokens["STOCK"]
    stock.approve(escrow, 3_000, sender=borrower)
    market.publish_marked(STOCK="160")
    market.mark(trade)
    stock.approve(escrow, 482, sender=borrower)
    market.publish(THIRD, MARKED_PRICES | {"STOCK": "160"})

    receipt = market.mark(trade, day=THIRD)

    assert [name for name, _ in events(receipt)] == ["Marked", "Delivered"]
    assert market.held(trade) == [338_722]
    assert escrow.trade(trade).inDeficit is False


def test_mark__lender_short_under_title_transfer__returns_what_it_can(
    market, sample, escrow, lender, marked
):
    trade = market.open(under(sample, custody=Custody.TITLE_TRANSFER))
    stock = market.tokens["STOCK"]
    stock.approve(escrow, 1_000, sender=lender)
    market.publish_marked()

    receipt = market.mark(trade)

    common = {"id": trade, "date": MARKED, "token": stock.address}
    assert events(receipt) == [
        marked(trade, 54486557200000000000000000),
        ("Returned", {**common, "quantity": 1_000}),
        ("Deficit", {**common, "party": sample.lender, "missing": 790}),
    ]
    assert market.held(trade) == [334_240]
    assert escrow.trade(trade).inDeficit is True


def test_mark__lender_short_under_segregation__returns_all(market, sample, escrow, lender):
    trade = market.open(sample)
    market.tokens["STOCK"].approve(escrow, 0, sender=lender)
    market.publish_marked()
    market.mark(trade)
    assert market.held(trade) == [333_450]


def test_mark__short_of_a_lot__delivers_whole_lots(market, cash_loan, escrow, borrower):
    lots = market.tokens["LOTS"]
    trade = market.open(replace(cash_loan, collateral=market.basket(LOTS=25_000)))
    lots.approve(escrow, 299, sender=borrower)
    market.publish_marked(LOTS="39")

    receipt = market.mark(trade)

    # (1,000,000 - 975,000) / 39 = 641.03: seven lots of 100
    _, delivered, deficit = events(receipt)
    assert (deficit[0], deficit[1]["missing"]) == ("Deficit", 500)
    assert (delivered[0], delivered[1]["quantity"]) == ("Delivered", 200)
    assert market.held(trade) == [25_200]
