# SPDX-License-Identifier: MIT
"""Increase: more is lent, against its share of the basket."""

from dataclasses import replace

import pytest
from market import MARKED_PRICES, under

from support import MARKED, THIRD, events, transfers
from tanpo.chain.abi import Reverted
from tanpo.terms import NOBODY, Custody, Verb


@pytest.mark.parametrize("custody", list(Custody))
def test_increase__by_half__moves_half_more(custody, market, lent, desk, escrow, shown):
    trade = market.open(under(lent, custody=custody))
    desk.publish()
    change = desk.draft(trade, Verb.INCREASE, quantity=50_000_000)
    desk.agree(change)

    receipt = desk.make(change)

    usd, eur, stock, lots = market.addresses("USD", "EUR", "STOCK", "LOTS")
    holder = escrow.address if custody == Custody.SEGREGATED else lent.lender
    common = {"id": trade, "date": MARKED}
    # a day's 100 USD at 1.25; 12,500 / 2 = 6,250 in lots of 100
    assert events(receipt) == [
        ("Changed", {**common, "verb": Verb.INCREASE, "change": shown(change)}),
        ("Paid", {**common, "interest": 8_000}),
        ("LoanChanged", {**common, "quantity": 150_000_000}),
        ("Delivered", {**common, "token": stock, "quantity": 2_500}),
        ("Delivered", {**common, "token": lots, "quantity": 6_300}),
    ]
    assert transfers(receipt) == [
        (eur, lent.borrower, lent.lender, 8_000),
        (usd, lent.lender, lent.borrower, 50_000_000),
        (stock, lent.borrower, holder, 2_500),
        (lots, lent.borrower, holder, 6_300),
    ]
    found = escrow.trade(trade)
    assert (found.loanQuantity, found.life.changes) == (150_000_000, 1)
    assert (found.valuedOn, found.accruesFrom) == (MARKED, MARKED)
    assert market.held(trade) == [7_500, 18_800]


def test_increase__afterwards__interest_runs_on_all(market, lent, desk, escrow, lender):
    trade = market.open(replace(lent, end=0))
    desk.publish()
    desk.made(trade, Verb.INCREASE, quantity=50_000_000)
    desk.publish(THIRD)
    receipt = escrow.close([trade], THIRD, sender=lender)
    # a day's 150 USD at 1.25
    assert events(receipt)[0][1]["interest"] == 12_000
    assert transfers(receipt)[0][3] == 150_000_000


def test_increase__by_a_unit__delivers_a_lot_of_each(market, lent, desk, escrow):
    trade = market.open(lent)
    desk.publish()
    desk.made(trade, Verb.INCREASE, quantity=1)
    assert escrow.trade(trade).loanQuantity == 100_000_001
    assert market.held(trade) == [5_001, 12_600]


def test_increase__lender_pays__its_interest_comes_from_the_lender(market, lent, desk):
    trade = market.open(replace(lent, rate_e9=-36_000_000))
    desk.publish()
    receipt = desk.made(trade, Verb.INCREASE, quantity=50_000_000)
    (eur,) = market.addresses("EUR")
    assert events(receipt)[1][1]["interest"] == -8_000
    assert transfers(receipt)[0] == (eur, lent.lender, lent.borrower, 8_000)


def test_increase__no_rate__needs_no_fixings(market, lent, desk, escrow):
    trade = market.open(replace(lent, rate_e9=0, rate_token=NOBODY, day_count_basis=0))
    market.publish(MARKED, {"JGB": "100"})
    receipt = desk.made(trade, Verb.INCREASE, quantity=50_000_000)
    assert [name for name, _ in events(receipt)] == [
        "Changed",
        "LoanChanged",
        "Delivered",
        "Delivered",
    ]
    assert market.held(trade) == [7_500, 18_800]


def test_increase__security__runs_on_on_its_value_of_the_date(market, sample, desk, escrow, lender):
    (usd,) = market.addresses("USD")
    terms = replace(sample, rate_e9=36_000_000, day_count_basis=360, rate_token=usd)
    trade = market.open(terms)
    market.publish_marked()
    receipt = desk.made(trade, Verb.INCREASE, quantity=50_000_000)
    # 53,976,990.915 x 3.6 % / 360
    assert events(receipt)[1][1]["interest"] == 539_770
    assert market.held(trade) == [670_480]
    market.publish(THIRD, MARKED_PRICES | {"BUND": "200"})
    receipt = escrow.close([trade], THIRD, sender=lender)
    # 2 x 54,195,482.635 x 3.6 % / 360 = 10,839.097
    assert events(receipt)[0][1]["interest"] == 1_083_910


def test_increase__nothing__is_refused(market, lent, desk, escrow, refused):
    change = desk.draft(market.open(lent), Verb.INCREASE)
    desk.publish()
    refused(change, escrow.ZeroQuantity, token=lent.loan_token)


def test_increase__lender_short__is_refused(market, lent, desk, refused_short, lender):
    change = desk.draft(market.open(lent), Verb.INCREASE, quantity=50_000_000)
    desk.publish()
    refused_short(change, "USD", lender, 50_000_000)


def test_increase__borrower_short__is_refused(market, lent, desk, refused_short, borrower):
    change = desk.draft(market.open(lent), Verb.INCREASE, quantity=50_000_000)
    desk.publish()
    refused_short(change, "LOTS", borrower, 6_300)


def test_increase__security_without_a_price_on_the_date__is_refused(
    market, sample, desk, fixings, refused
):
    (usd,) = market.addresses("USD")
    terms = replace(sample, rate_e9=36_000_000, day_count_basis=360, rate_token=usd)
    change = desk.draft(market.open(terms), Verb.INCREASE, quantity=1)
    market.publish(MARKED, {"STOCK": "160", "EURUSD": "1.1"})
    refused(change, fixings.MissingFixing, key=market.key("BUND"), date=MARKED)


def test_increase__more_than_can_be_kept__is_refused(market, lent, desk, own_platform, keeper):
    change = desk.draft(market.open(lent), Verb.INCREASE, quantity=2**96 - 100_000_000)
    desk.publish()
    desk.agree(change)
    with pytest.raises(Reverted) as info:
        own_platform.escrow.call("make", change.as_tuple(), MARKED, sender=keeper.address)
    assert (info.value.name, info.value.arguments) == ("Panic", {"code": 0x11})
