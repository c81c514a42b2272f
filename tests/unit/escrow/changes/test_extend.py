# SPDX-License-Identifier: MIT
"""Extend: the trade ends later."""

from dataclasses import replace

import pytest

from support import MARKED, SETTLED, at, events, failed, failures, transfers
from tanpo.terms import Verb

LAST = 2**32 - 1
"""The latest moment that is kept: February 2106."""


def test_extend__by_both__ends_later(market, lent, desk, escrow, keeper, shown):
    trade = market.open(replace(lent, end=at(MARKED)))
    desk.publish()
    change = desk.draft(trade, Verb.EXTEND, end=at(MARKED) + 1)
    desk.agree(change)

    receipt = desk.make(change)

    assert events(receipt) == [
        (
            "Changed",
            {"id": trade, "verb": Verb.EXTEND, "date": MARKED, "change": shown(change)},
        )
    ]
    assert transfers(receipt) == []
    assert escrow.trade(trade).end == at(MARKED) + 1


def test_extend__before_the_end__cannot_close_then(market, lent, desk, escrow, keeper):
    trade = market.open(replace(lent, end=at(MARKED)))
    desk.publish()
    desk.made(trade, Verb.EXTEND, end=at(SETTLED + 30))
    now = at(MARKED, 21)
    market.chain.pending_timestamp = now
    assert failures(escrow.close([trade], MARKED, sender=keeper)) == [
        failed(trade, MARKED, "close", "TooEarly", found=now, needed=at(SETTLED + 30))
    ]


def test_extend__to_the_last_moment__is_made(market, lent, desk, escrow):
    trade = market.open(lent)
    desk.publish()
    desk.made(trade, Verb.EXTEND, end=LAST)
    assert escrow.trade(trade).end == LAST


@pytest.mark.parametrize("sooner", [0, 1])
def test_extend__not_after_the_present_end__is_refused(sooner, market, lent, desk, escrow, refused):
    change = desk.draft(market.open(lent), Verb.EXTEND, end=lent.end - sooner)
    desk.publish()
    refused(change, escrow.BadEnd, id=change.trade, found=lent.end - sooner, limit=lent.end)


def test_extend__without_an_end__is_refused(market, lent, desk, escrow, refused):
    change = desk.draft(market.open(lent), Verb.EXTEND)
    desk.publish()
    refused(change, escrow.BadEnd, id=change.trade, found=0, limit=lent.end)


def test_extend__open_term__is_refused(market, lent, desk, escrow, refused):
    change = desk.draft(market.open(replace(lent, end=0)), Verb.EXTEND, end=at(SETTLED + 60))
    desk.publish()
    refused(change, escrow.BadEnd, id=change.trade, found=at(SETTLED + 60), limit=0)


def test_extend__end_that_is_over__goes_on(market, lent, desk, escrow):
    trade = market.open(replace(lent, end=at(SETTLED, 13)))
    desk.publish()
    desk.made(trade, Verb.EXTEND, end=at(SETTLED + 60))
    assert escrow.trade(trade).end == at(SETTLED + 60)
