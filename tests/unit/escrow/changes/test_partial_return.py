# SPDX-License-Identifier: MIT
"""PartialReturn: a part of the loan goes back, with its interest and its share of the basket."""

from dataclasses import replace

import pytest
from market import under

from support import MARKED, SETTLED, THIRD, at, events, transfers
from tanpo.terms import NOBODY, Custody, Verb

QUARTER = 25_000_000


@pytest.mark.parametrize("custody", list(Custody))
def test_partial_return__a_quarter__moves_a_quarter(custody, market, lent, desk, escrow, shown):
    trade = market.open(under(lent, custody=custody))
    desk.publish()
    change = desk.draft(trade, Verb.PARTIAL_RETURN, quantity=QUARTER)
    desk.agree(change)

    receipt = desk.make(change)

    usd, eur, stock, lots = market.addresses("USD", "EUR", "STOCK", "LOTS")
    holder = escrow.address if custody == Custody.SEGREGATED else lent.lender
    common = {"id": trade, "date": MARKED}
    # 25 USD of interest at 1.25; 12,500 / 4 = 3,125 in lots of 100
    assert events(receipt) == [
        ("Changed", {**common, "verb": Verb.PARTIAL_RETURN, "change": shown(change)}),
        ("Paid", {**common, "interest": 2_000}),
        ("LoanChanged", {**common, "quantity": 75_000_000}),
        ("Returned", {**common, "token": stock, "quantity": 1_250}),
        ("Returned", {**common, "token": lots, "quantity": 3_100}),
    ]
    assert transfers(receipt) == [
        (usd, lent.borrower, lent.lender, QUARTER),
        (eur, lent.borrower, lent.lender, 2_000),
        (stock, holder, lent.borrower, 1_250),
        (lots, holder, lent.borrower, 3_100),
    ]
    found = escrow.trade(trade)
    assert (found.loanQuantity, found.life.changes) == (75_000_000, 1)
    assert (found.valuedOn, found.accruesFrom) == (SETTLED, SETTLED)
    assert market.held(trade) == [3_750, 9_400]


def test_partial_return__rest__goes_on_with_its_own_interest(market, lent, desk, escrow, keeper):
    trade = market.open(replace(lent, end=at(THIRD)))
    desk.publish()
    desk.made(trade, Verb.PARTIAL_RETURN, quantity=QUARTER)
    desk.publish(THIRD)

    receipt = escrow.close([trade], THIRD, sender=keeper)

    # two days of 75 USD at 1.25
    assert events(receipt) == [("Closed", {"id": trade, "date": THIRD, "interest": 12_000})]
    assert market.held(trade) == [0, 0]


@pytest.mark.parametrize(
    ("rate_e9", "moved"), [(36_000_000, 25_002_500), (-36_000_000, 24_997_500)]
)
def test_partial_return__interest_in_the_loan_token__is_part_of_one_payment(
    market, lent, desk, rate_e9, moved
):
    usd = market.tokens["USD"].address
    trade = market.open(replace(lent, rate_token=usd, rate_e9=rate_e9))
    desk.publish()
    receipt = desk.made(trade, Verb.PARTIAL_RETURN, quantity=QUARTER)
    assert events(receipt)[1][1]["interest"] == moved - QUARTER
    assert transfers(receipt)[0] == (usd, lent.borrower, lent.lender, moved)


def test_partial_return__lender_pays__its_interest_comes_from_the_lender(market, lent, desk):
    trade = market.open(replace(lent, rate_e9=-36_000_000))
    desk.publish()
    receipt = desk.made(trade, Verb.PARTIAL_RETURN, quantity=QUARTER)
    assert events(receipt)[1] == ("Paid", {"id": trade, "date": MARKED, "interest": -2_000})
    eur = market.tokens["EUR"].address
    assert transfers(receipt)[1] == (eur, lent.lender, lent.borrower, 2_000)


@pytest.mark.parametrize("with_token", [True, False])
def test_partial_return__no_rate__pays_nothing(market, lent, desk, with_token):
    changes = {} if with_token else {"rate_token": NOBODY, "day_count_basis": 0}
    trade = market.open(replace(lent, rate_e9=0, **changes))
    desk.publish()
    receipt = desk.made(trade, Verb.PARTIAL_RETURN, quantity=QUARTER)
    assert [name for name, _ in events(receipt)] == [
        "Changed",
        "LoanChanged",
        "Returned",
        "Returned",
    ]
    assert len(transfers(receipt)) == 3


def test_partial_return__share_not_of_whole_lots__is_rounded_down(market, lent, desk):
    trade = market.open(lent)
    desk.publish()
    desk.made(trade, Verb.PARTIAL_RETURN, quantity=33_333_333)
    # 1,666.7 shares, 4,166.7 in lots of 100
    assert market.held(trade) == [5_000 - 1_666, 12_500 - 4_100]


def test_partial_return__share_below_a_lot__returns_none_of_it(market, lent, desk):
    trade = market.open(lent)
    desk.publish()
    receipt = desk.made(trade, Verb.PARTIAL_RETURN, quantity=20_000)
    # 1 share, 2.5 of a lot of 100; 0.02 USD of interest is 1.6 cents
    assert [name for name, _ in events(receipt)] == ["Changed", "Paid", "LoanChanged", "Returned"]
    assert events(receipt)[1][1]["interest"] == 2
    assert market.held(trade) == [4_999, 12_500]


def test_partial_return__all_but_a_unit__leaves_the_unit(market, lent, desk, escrow):
    trade = market.open(lent)
    desk.publish()
    desk.made(trade, Verb.PARTIAL_RETURN, quantity=99_999_999)
    assert escrow.trade(trade).loanQuantity == 1
    assert market.held(trade) == [1, 100]


def test_partial_return__twice__is_of_what_is_left(market, lent, desk, escrow):
    trade = market.open(lent)
    desk.publish()
    desk.made(trade, Verb.PARTIAL_RETURN, quantity=50_000_000)
    desk.made(trade, Verb.PARTIAL_RETURN, quantity=25_000_000)
    assert escrow.trade(trade).loanQuantity == 25_000_000
    # 12,500 / 2 in lots leaves 6,300; half of those in lots leaves 3,200
    assert market.held(trade) == [1_250, 3_200]


def test_partial_return__security__pays_on_its_value_at_the_opening(market, sample, desk):
    usd = market.tokens["USD"].address
    terms = replace(sample, rate_e9=36_000_000, day_count_basis=360, rate_token=usd)
    trade = market.open(terms)
    market.publish_marked()
    receipt = desk.made(trade, Verb.PARTIAL_RETURN, quantity=20_000_000)
    # 20,000,000 x 0.98811 x 1.09253 x 3.6 % / 360 = 2,159.0796366
    assert events(receipt)[1][1]["interest"] == 215_908
    assert transfers(receipt)[:2] == [
        (sample.loan_token, sample.borrower, sample.lender, 20_000_000),
        (usd, sample.borrower, sample.lender, 215_908),
    ]
    assert market.held(trade) == [335_240 - 134_096]


@pytest.mark.parametrize("quantity", [100_000_000, 100_000_001, 2**96 - 1])
def test_partial_return__all_or_more__is_refused(quantity, market, lent, desk, escrow, refused):
    change = desk.draft(market.open(lent), Verb.PARTIAL_RETURN, quantity=quantity)
    desk.publish()
    refused(change, escrow.NotAPart, id=change.trade, found=quantity, whole=100_000_000)


def test_partial_return__nothing__is_refused(market, lent, desk, escrow, refused):
    change = desk.draft(market.open(lent), Verb.PARTIAL_RETURN)
    desk.publish()
    refused(change, escrow.ZeroQuantity, token=lent.loan_token)


def test_partial_return__loan_spent__is_refused(market, lent, desk, refused_short, borrower):
    change = desk.draft(market.open(lent), Verb.PARTIAL_RETURN, quantity=QUARTER)
    desk.publish()
    refused_short(change, "USD", borrower, QUARTER)


def test_partial_return__reused_collateral_gone__is_refused(
    market, lent, desk, refused_short, lender
):
    trade = market.open(under(lent, custody=Custody.TITLE_TRANSFER))
    change = desk.draft(trade, Verb.PARTIAL_RETURN, quantity=QUARTER)
    desk.publish()
    refused_short(change, "LOTS", lender, 3_100)


def test_partial_return__no_rate_into_the_rate_token__is_refused(
    market, lent, desk, escrow, fixings, refused
):
    change = desk.draft(market.open(lent), Verb.PARTIAL_RETURN, quantity=QUARTER)
    market.publish(MARKED, {"STOCK": "100", "LOTS": "40"})
    refused(change, fixings.MissingRate, base=b"EUR", quote=b"USD", date=MARKED)


def test_partial_return__loan_bought_in__is_refused(
    market, lent, desk, escrow, refused, keeper, borrower, newcomer
):
    trade, usd = market.open(replace(lent, end=at(MARKED))), market.tokens["USD"]
    usd.approve(escrow, 0, sender=borrower)
    desk.publish()
    escrow.noteLate(trade, MARKED, sender=keeper)
    escrow.buyIn(trade, usd, lent.loan_quantity, MARKED, sender=newcomer)
    change = desk.draft(trade, Verb.PARTIAL_RETURN, quantity=1)
    refused(change, escrow.ZeroQuantity, token=usd.address)
