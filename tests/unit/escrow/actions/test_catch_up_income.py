# SPDX-License-Identifier: MIT
"""`catch_up`, income: who receives it, and what becomes of what is missed."""

from dataclasses import replace

import pytest
from market import under

from support import MARKED, SETTLED, THIRD, at, events, transfers
from tanpo.terms import Custody


@pytest.mark.parametrize("role", ["lender", "borrower", "keeper", "stranger"])
def test_catch_up__income_on_the_loan__borrower_pays_lender(
    request, role, market, stock_loan, issuer, escrow
):
    trade = market.open(stock_loan)
    issuer.income("STOCK", MARKED, 250_000_000)
    market.chain.pending_timestamp = at(MARKED)

    issuer.fix()
    receipt = escrow.catchUp(trade, MARKED, sender=request.getfixturevalue(role))

    # 10,000 x 2.50 USD
    moved = (stock_loan.borrower, stock_loan.lender, "USD", 2_500_000)
    assert events(receipt) == [issuer.paid(trade, MARKED, "STOCK", *moved)]
    assert transfers(receipt) == [
        (market.tokens["USD"].address, stock_loan.borrower, stock_loan.lender, 2_500_000)
    ]
    assert (escrow.trade(trade).life.due, escrow.trade(trade).lastMarked) == (0, SETTLED)


@pytest.mark.parametrize("custody", list(Custody))
def test_catch_up__income_on_collateral__goes_to_the_borrower(
    custody, market, lent, issuer, escrow
):
    trade = market.open(under(lent, custody=custody))
    issuer.income("STOCK", MARKED, 250_000_000)
    market.chain.pending_timestamp = at(MARKED)
    receipt = issuer.catch_up(trade)
    payer = issuer.agent.address if custody == Custody.SEGREGATED else lent.lender
    moved = (payer, lent.borrower, "USD", 2_500_000)
    assert events(receipt) == [issuer.paid(trade, MARKED, "STOCK", *moved)]
    assert transfers(receipt) == [(market.tokens["USD"].address, payer, lent.borrower, 2_500_000)]


@pytest.mark.parametrize(
    ("each_e8", "cents"), [(499_999, 0), (500_000, 1), (1_499_999, 1), (1_500_000, 2)]
)
def test_catch_up__income__is_rounded_half_up(each_e8, cents, market, lent, issuer):
    # 500,000 at E8 is half a cent
    trade = market.open(replace(lent, collateral=market.basket(STOCK=1)))
    issuer.income("STOCK", MARKED, each_e8)
    market.chain.pending_timestamp = at(MARKED)
    found = [args["quantity"] for _, args in events(issuer.catch_up(trade))]
    assert found == ([cents] if cents else [])


def test_catch_up__missed_income_on_the_loan__is_due_at_the_close_in_the_rate_token(
    market, stock_loan, issuer, escrow, lender, borrower
):
    trade = market.open(stock_loan)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.allow("USD", borrower, 1_000_000)
    issuer.publish()

    receipt = issuer.catch_up(trade)

    parties = (stock_loan.borrower, stock_loan.lender, "USD")
    assert events(receipt) == [
        issuer.paid(trade, MARKED, "STOCK", *parties, 1_000_000),
        issuer.paid(trade, MARKED, "STOCK", *parties, 1_500_000, missed=True),
    ]
    # 15,000 USD / 1.25
    assert escrow.trade(trade).life.due == 1_200_000
    issuer.publish(THIRD, EURUSD="2")
    receipt = escrow.close([trade], THIRD, sender=lender)
    assert events(receipt) == [("Closed", {"id": trade, "date": THIRD, "interest": 1_200_000})]
    eur = market.tokens["EUR"].address
    assert transfers(receipt)[1] == (eur, stock_loan.borrower, stock_loan.lender, 1_200_000)


def test_catch_up__income_missed_by_a_lender_by_title__is_owed_to_the_borrower(
    market, lent, issuer, escrow, lender
):
    trade = market.open(under(lent, custody=Custody.TITLE_TRANSFER))
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.allow("USD", lender)
    issuer.publish()
    receipt = issuer.catch_up(trade)
    moved = (lent.lender, lent.borrower, "USD", 2_500_000)
    assert events(receipt) == [issuer.paid(trade, MARKED, "STOCK", *moved, missed=True)]
    assert escrow.trade(trade).life.due == -2_000_000
    receipt = escrow.close([trade], MARKED, sender=lender)
    assert events(receipt) == [("Closed", {"id": trade, "date": MARKED, "interest": -2_000_000})]


def test_catch_up__missed_in_the_rate_token__is_due_as_it_is(
    market, stock_loan, issuer, escrow, borrower
):
    trade = market.open(stock_loan)
    issuer.income("STOCK", MARKED, 1, cash="EUR")
    issuer.income("STOCK", THIRD, 100_000_000, cash="EUR")
    issuer.allow("EUR", borrower)
    # no fixing is needed
    market.chain.pending_timestamp = at(THIRD)
    issuer.catch_up(trade, THIRD)
    assert escrow.trade(trade).life.due == 1_000_000


def test_catch_up__missed_without_a_rate_token__is_told_only(
    market, stock_loan, issuer, escrow, borrower
):
    terms = replace(stock_loan, rate_token="0x" + "00" * 20, day_count_basis=0)
    trade = market.open(terms)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.allow("USD", borrower)
    market.chain.pending_timestamp = at(MARKED)
    moved = (terms.borrower, terms.lender, "USD", 2_500_000)
    assert events(issuer.catch_up(trade)) == [
        issuer.paid(trade, MARKED, "STOCK", *moved, missed=True)
    ]
    assert escrow.trade(trade).life.due == 0


def test_catch_up__agent_short__is_told_only(market, lent, issuer, escrow):
    trade = market.open(lent)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.allow("USD", issuer.agent)
    market.chain.pending_timestamp = at(MARKED)
    moved = (issuer.agent.address, lent.borrower, "USD", 2_500_000)
    assert events(issuer.catch_up(trade)) == [
        issuer.paid(trade, MARKED, "STOCK", *moved, missed=True)
    ]
    assert escrow.trade(trade).life.due == 0
