# SPDX-License-Identifier: MIT
"""`mark`: once a business date, forward only, at fixings of that date (invariants 4, 5, 12)."""

import pytest
from market import MARKED_PRICES

from support import (
    APPROVED,
    CLOSED,
    MARKED,
    NONE,
    OPEN,
    SETTLED,
    THIRD,
    at,
    events,
    failed,
    failures,
    pair,
    price,
    publish,
    reverts,
    transfers,
)


@pytest.fixture
def refused(market):
    """Marks one trade, which fails and leaves everything; the failure."""

    def mark(trade, date):
        with market.untouched(trade):
            receipt = market.mark(trade, day=date)
        assert [name for name, _ in events(receipt)] == ["Failed"]
        return failures(receipt)[0]

    return mark


def test_mark__second_time_on_a_date__fails(refused, market, sample):
    trade = market.open(sample)
    market.publish_marked()
    market.mark(trade)
    assert refused(trade, MARKED) == failed(
        trade, MARKED, "mark", "AlreadyMarked", id=trade, lastMarked=MARKED, date=MARKED
    )


def test_mark__twice_in_a_batch__moves_once(market, sample):
    trade = market.open(sample)
    market.publish_marked()
    receipt = market.mark(trade, trade)
    assert [name for name, _ in events(receipt)] == ["Marked", "Returned", "Failed"]
    assert len(transfers(receipt)) == 1


def test_mark__date_before_the_last__fails(refused, market, sample):
    trade = market.open(sample)
    market.publish_marked()
    market.publish(THIRD, MARKED_PRICES)
    market.mark(trade, day=THIRD)
    assert refused(trade, MARKED) == failed(
        trade, MARKED, "mark", "AlreadyMarked", id=trade, lastMarked=THIRD, date=MARKED
    )


def test_mark__date_of_the_opening__fails(refused, market, sample):
    trade = market.open(sample)
    assert refused(trade, SETTLED) == failed(
        trade, SETTLED, "mark", "AlreadyMarked", id=trade, lastMarked=SETTLED, date=SETTLED
    )


def test_mark__missed_date__can_still_be_marked_first(market, sample):
    trade = market.open(sample)
    market.publish_marked()
    market.publish(THIRD, MARKED_PRICES)
    assert [name for name, _ in events(market.mark(trade))] == ["Marked", "Returned"]
    assert [name for name, _ in events(market.mark(trade, day=THIRD))] == ["Marked"]


def test_mark__date_in_the_future__reverts(market, sample, escrow, keeper):
    trade = market.open(sample)
    with market.untouched(trade), reverts(escrow.DateInFuture, date=MARKED, today=SETTLED):
        escrow.mark([trade], MARKED, sender=keeper)


def test_mark__no_price_on_the_date__fails(refused, market, sample):
    trade = market.open(sample)
    prices = {name: value for name, value in MARKED_PRICES.items() if name != "STOCK"}
    market.publish(MARKED, prices)
    key = price(market.tokens["STOCK"])
    assert refused(trade, MARKED) == failed(
        trade, MARKED, "mark", "MissingFixing", key=key, date=MARKED
    )


def test_mark__no_rate_on_the_date__fails(refused, market, sample):
    trade = market.open(sample)
    prices = {name: value for name, value in MARKED_PRICES.items() if name != "EURUSD"}
    market.publish(MARKED, prices)
    assert refused(trade, MARKED) == failed(
        trade, MARKED, "mark", "MissingRate", base=b"EUR", quote=b"USD", date=MARKED
    )


def test_mark__fixing_older_than_a_week__fails(
    refused, market, sample, fixings, feeder, blockchain_administrator
):
    trade = market.open(sample)
    stale = SETTLED + 9
    market.chain.pending_timestamp = at(stale, 20)
    tokens = market.tokens
    observations = [
        (price(tokens["BUND"]), 9_875_900_000, stale - 7),
        (pair("EURUSD"), 109_753_000, stale),
        (price(tokens["STOCK"]), 16_253_000_000, stale - 8),
    ]
    fixings.setMaxAge(8, sender=blockchain_administrator)
    publish(fixings, stale, observations, feeder)
    fixings.setMaxAge(7, sender=blockchain_administrator)
    assert refused(trade, stale) == failed(
        trade,
        stale,
        "mark",
        "StaleFixing",
        key=price(tokens["STOCK"]),
        date=stale,
        observedOn=stale - 8,
        maxAgeDays=7,
    )


def test_mark__fixing_a_week_old__counts(market, sample, fixings, feeder):
    trade, date = market.open(sample), SETTLED + 9
    market.chain.pending_timestamp = at(date, 20)
    observations = [
        (market.key(name), value, date - 7)
        for name, value in [
            ("BUND", 9_875_900_000),
            ("EURUSD", 109_753_000),
            ("STOCK", 16_253_000_000),
        ]
    ]
    publish(fixings, date, observations, feeder)
    assert [name for name, _ in events(market.mark(trade, day=date))] == ["Marked", "Returned"]


def test_mark__only_approved__fails(refused, market, sample):
    trade = market.book(sample)
    market.publish_marked()
    assert refused(trade, MARKED) == failed(
        trade, MARKED, "mark", "WrongStatus", id=trade, found=APPROVED, needed=OPEN
    )


def test_mark__never_booked__fails(refused, market, sample):
    trade = market.trade_id(sample)
    market.publish_marked()
    assert refused(trade, MARKED) == failed(
        trade, MARKED, "mark", "WrongStatus", id=trade, found=NONE, needed=OPEN
    )


def test_mark__closed__fails(refused, market, sample, escrow, lender):
    trade = market.open(sample)
    market.publish_marked()
    escrow.close([trade], MARKED, sender=lender)
    assert refused(trade, MARKED) == failed(
        trade, MARKED, "mark", "WrongStatus", id=trade, found=CLOSED, needed=OPEN
    )


def test_mark__basket_returned_in_full__fails_once_something_is_required(refused, emptied):
    trade = emptied()
    assert refused(trade, THIRD) == failed(trade, THIRD, "mark", "WorthlessBasket", id=trade)


def test_mark__empty_batch__does_nothing(market):
    assert market.mark(day=SETTLED).logs == []
