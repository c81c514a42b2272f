# SPDX-License-Identifier: MIT
"""`settle`: on which business date, and when."""

from dataclasses import replace

import pytest

from support import APPROVED, MARKED, OPEN, SETTLED, THIRD, at, failed, failures, reverts
from tanpo.terms import NEVER


@pytest.fixture
def sample(sample):
    """With a consent that stands as long as it may."""
    return replace(sample, expiry=NEVER)


@pytest.fixture
def settle(market, escrow, keeper):
    """Settles one trade; what failed, with the trade then untouched."""

    def attempt(trade, date):
        receipt = escrow.settle([trade], date, sender=keeper)
        assert market.status(trade) == (APPROVED if failures(receipt) else OPEN)
        return failures(receipt)

    return attempt


def test_settle__second_before_the_start__fails(settle, market, sample):
    trade = market.book(replace(sample, start=at(SETTLED, 14)))
    market.chain.pending_timestamp = at(SETTLED, 14) - 1
    assert settle(trade, SETTLED) == [
        failed(
            trade,
            SETTLED,
            "settle",
            "TooEarly",
            found=at(SETTLED, 14) - 1,
            needed=at(SETTLED, 14),
        )
    ]


def test_settle__second_of_the_start__opens(settle, market, sample):
    trade = market.book(replace(sample, start=at(SETTLED, 14)))
    market.chain.pending_timestamp = at(SETTLED, 14)
    assert settle(trade, SETTLED) == []


def test_settle__date_before_the_start__fails(settle, market, sample):
    trade = market.book(replace(sample, start=at(MARKED, 1)))
    market.chain.pending_timestamp = at(MARKED, 9)
    assert settle(trade, SETTLED) == [
        failed(trade, SETTLED, "settle", "TooEarly", found=at(SETTLED), needed=at(MARKED, 1))
    ]


def test_settle__date_after_the_end__fails(settle, market, sample):
    trade = market.book(replace(sample, end=at(SETTLED, 23)))
    market.chain.pending_timestamp = at(MARKED)
    assert settle(trade, MARKED) == [
        failed(trade, MARKED, "settle", "Ended", id=trade, end=at(SETTLED, 23))
    ]


def test_settle__date_of_the_end__opens(settle, market, sample):
    trade = market.book(replace(sample, end=at(SETTLED, 23)))
    assert settle(trade, SETTLED) == []


def test_settle__date_in_the_future__reverts(market, sample, escrow, keeper):
    trade = market.book(sample)
    with market.untouched(trade), reverts(escrow.DateInFuture, date=MARKED, today=SETTLED):
        escrow.settle([trade], MARKED, sender=keeper)


def test_settle__date_before_the_latest_fixings__reverts(settle, market, sample, escrow, keeper):
    trade = market.book(sample)
    market.publish_marked()
    with market.untouched(trade), reverts(escrow.DatePassed, date=SETTLED, latest=MARKED):
        escrow.settle([trade], SETTLED, sender=keeper)
    assert settle(trade, MARKED) == []


def test_settle__date_between_latest_fixings_and_today__opens(settle, market, sample):
    trade = market.book(sample)
    market.chain.pending_timestamp = at(THIRD)
    assert settle(trade, MARKED) == []
    found = market.escrow.trade(trade)
    assert (found.valuedOn, found.accruesFrom, found.lastMarked) == (MARKED, MARKED, MARKED)


def test_settle__at_the_second_of_expiry__opens(settle, market, sample):
    trade = market.book(replace(sample, expiry=at(SETTLED, 18)))
    market.chain.pending_timestamp = at(SETTLED, 18)
    assert settle(trade, SETTLED) == []


def test_settle__a_second_after_expiry__fails(settle, market, sample):
    trade = market.book(replace(sample, expiry=at(SETTLED, 18)))
    late = at(SETTLED, 18) + 1
    market.chain.pending_timestamp = late
    assert settle(trade, SETTLED) == [
        failed(trade, SETTLED, "settle", "Expired", expiry=at(SETTLED, 18), now_=late)
    ]
