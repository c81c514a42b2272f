# SPDX-License-Identifier: MIT
"""A trade that margins with its netting set: its changes move no basket."""

from dataclasses import replace

import pytest
from market import ENOUGH, under

from support import CLOSED, MARKED, OPEN, events, transfers
from tanpo.terms import Custody, Verb


@pytest.fixture(params=list(Custody), ids=["segregated", "title"])
def netted(request, lent):
    return under(lent, netting=True, custody=request.param)


def test_partial_return__netted__moves_only_the_loan(market, netted, desk, escrow):
    trade = market.open(netted)
    desk.publish()
    receipt = desk.made(trade, Verb.PARTIAL_RETURN, quantity=25_000_000)
    usd, eur = market.addresses("USD", "EUR")
    assert transfers(receipt) == [
        (usd, netted.borrower, netted.lender, 25_000_000),
        (eur, netted.borrower, netted.lender, 2_000),
    ]
    assert escrow.trade(trade).loanQuantity == 75_000_000


def test_increase__netted__moves_only_the_loan(market, netted, desk, escrow):
    trade = market.open(netted)
    desk.publish()
    receipt = desk.made(trade, Verb.INCREASE, quantity=50_000_000)
    usd, eur = market.addresses("USD", "EUR")
    assert transfers(receipt) == [
        (eur, netted.borrower, netted.lender, 8_000),
        (usd, netted.lender, netted.borrower, 50_000_000),
    ]
    assert escrow.trade(trade).loanQuantity == 150_000_000


@pytest.mark.parametrize("verb", [Verb.TERMINATE, Verb.CORRECT])
def test_ending__last_trade_of_the_set__gives_everything_back(verb, market, netted, desk):
    trade = market.open(netted)
    desk.publish()
    desk.made(trade, verb)
    assert market.status(trade) == CLOSED
    for symbol in ("USD", "STOCK", "LOTS"):
        assert market.balances(market.tokens[symbol]) == (ENOUGH, ENOUGH, 0)


def test_terminate__another_of_the_set_is_open__leaves_the_basket(market, lent, desk, escrow):
    terms = under(lent, netting=True)
    first, second = market.open(terms, replace(terms, uti=b"second".ljust(32)))
    desk.publish()
    receipt = desk.made(first, Verb.TERMINATE)
    usd, eur = market.addresses("USD", "EUR")
    assert transfers(receipt) == [
        (usd, lent.borrower, lent.lender, 100_000_000),
        (eur, lent.borrower, lent.lender, 8_000),
    ]
    assert (market.status(first), market.status(second)) == (CLOSED, OPEN)
    assert market.tokens["STOCK"].balanceOf(escrow) == 10_000


def test_rerate__netted__pays_and_runs_on(market, netted, desk, escrow):
    trade = market.open(netted)
    desk.publish()
    receipt = desk.made(trade, Verb.RERATE, rate_e9=72_000_000)
    (eur,) = market.addresses("EUR")
    assert transfers(receipt) == [(eur, netted.borrower, netted.lender, 8_000)]
    assert "Paid" in [name for name, _ in events(receipt)]
    assert escrow.trade(trade).rateE9 == 72_000_000


def test_reprice__netted__is_refused(market, netted, desk, escrow, refused):
    change = desk.draft(market.open(netted), Verb.REPRICE)
    desk.publish()
    refused(change, escrow.BadChange, id=change.trade, verb=Verb.REPRICE)


def test_substitute__netted__is_refused(market, netted, desk, escrow, refused):
    change = desk.draft(market.open(netted), Verb.SUBSTITUTE, incoming=market.basket(STOCK=1))
    desk.publish()
    refused(change, escrow.BadChange, id=change.trade, verb=Verb.SUBSTITUTE)


def test_novate__netted__is_refused(market, netted, desk, escrow, refused, lender, newcomer):
    change = desk.draft(market.open(netted), Verb.NOVATE, from_=lender.address, to=newcomer.address)
    desk.publish()
    refused(change, escrow.BadChange, id=change.trade, verb=Verb.NOVATE)
    assert escrow.trade(change.trade).lastMarked < MARKED
