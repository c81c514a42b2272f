# SPDX-License-Identifier: MIT
"""Terminate: the trade closes now, as at its end."""

from dataclasses import replace

import pytest
from market import ENOUGH, under

from support import CLOSED, MARKED, SETTLED, events, transfers
from tanpo.terms import Custody, Verb


@pytest.mark.parametrize("custody", list(Custody))
def test_terminate__before_the_end__returns_both_legs(custody, market, lent, desk, escrow, shown):
    trade = market.open(under(lent, custody=custody))
    desk.publish()
    change = desk.draft(trade, Verb.TERMINATE)
    desk.agree(change)

    receipt = desk.make(change)

    usd, eur, stock, lots = market.addresses("USD", "EUR", "STOCK", "LOTS")
    holder = escrow.address if custody == Custody.SEGREGATED else lent.lender
    common = {"id": trade, "date": MARKED}
    # a day's 100 USD at 1.25
    assert events(receipt) == [
        ("Changed", {**common, "verb": Verb.TERMINATE, "change": shown(change)}),
        ("Closed", {**common, "interest": 8_000}),
    ]
    assert transfers(receipt) == [
        (usd, lent.borrower, lent.lender, 100_000_000),
        (eur, lent.borrower, lent.lender, 8_000),
        (stock, holder, lent.borrower, 5_000),
        (lots, holder, lent.borrower, 12_500),
    ]
    assert market.status(trade) == CLOSED
    assert market.held(trade) == [0, 0]
    assert market.balances(market.tokens["STOCK"]) == (ENOUGH, ENOUGH, 0)


def test_terminate__on_the_day_it_opened__pays_nothing(market, lent, desk):
    trade = market.open(lent)
    receipt = desk.made(trade, Verb.TERMINATE, day=SETTLED)
    assert events(receipt)[1:] == [("Closed", {"id": trade, "date": SETTLED, "interest": 0})]


def test_terminate__in_deficit__ends_it(market, lent, desk, escrow, borrower):
    trade = market.open(lent)
    market.tokens["STOCK"].approve(escrow, 0, sender=borrower)
    desk.publish(STOCK="90")
    market.mark(trade)
    assert escrow.trade(trade).inDeficit is True
    desk.made(trade, Verb.TERMINATE)
    assert (market.status(trade), escrow.trade(trade).inDeficit) == (CLOSED, False)


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_terminate__alone__closes_before_the_end(request, role, market, lent, desk):
    trade = market.open(under(lent, **{f"{role}_may": 1 << Verb.TERMINATE}))
    desk.publish()
    desk.make(desk.draft(trade, Verb.TERMINATE), sender=request.getfixturevalue(role))
    assert market.status(trade) == CLOSED


def test_terminate__loan_spent__is_refused(market, lent, desk, refused_short, borrower):
    change = desk.draft(market.open(lent), Verb.TERMINATE)
    desk.publish()
    refused_short(change, "USD", borrower, 100_000_000)


def test_terminate__reused_collateral_gone__is_refused(market, lent, desk, refused_short, lender):
    trade = market.open(under(lent, custody=Custody.TITLE_TRANSFER))
    desk.publish()
    refused_short(desk.draft(trade, Verb.TERMINATE), "STOCK", lender, 5_000)


def test_terminate__no_rate_into_the_rate_token__is_refused(market, lent, desk, fixings, refused):
    change = desk.draft(market.open(replace(lent, end=0)), Verb.TERMINATE)
    market.publish(MARKED, {"STOCK": "100", "LOTS": "40"})
    refused(change, fixings.MissingRate, base=b"EUR", quote=b"USD", date=MARKED)
