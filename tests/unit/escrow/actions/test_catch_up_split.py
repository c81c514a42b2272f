# SPDX-License-Identifier: MIT
"""`catch_up`, splits: what is held is exchanged, what is owed is counted anew."""

from dataclasses import replace

import pytest
from market import under

from support import MARKED, SETTLED, THIRD, at, events, reverts, transfers
from tanpo.terms import Custody

SPLITS = pytest.mark.parametrize(
    ("above", "below", "quantity"),
    [(2, 1, 20_002), (3, 2, 15_001), (1, 10, 1_000)],
    ids=["2:1", "3:2", "1:10"],
)


@SPLITS
def test_catch_up__split_of_held_collateral__is_exchanged_with_the_agent(
    above, below, quantity, market, lent, issuer, escrow
):
    trade = market.open(replace(lent, collateral=market.basket(STOCK=10_001)))
    issuer.split("STOCK", MARKED, above, below)
    market.chain.pending_timestamp = at(MARKED)

    receipt = issuer.catch_up(trade)

    # 10,001 x 3 / 2 = 15,001.5, and / 10 = 1,000.1
    stock, more = market.tokens["STOCK"], quantity - 10_001
    parties = (issuer.agent.address, escrow.address)[:: 1 if more > 0 else -1]
    assert events(receipt) == [
        issuer.exchanged(trade, MARKED, ("STOCK", 10_001), ("STOCK", quantity))
    ]
    assert transfers(receipt) == [(stock.address, *parties, abs(more))]
    assert market.held(trade) == [quantity] == [stock.balanceOf(escrow)]
    assert escrow.trade(trade).lastMarked == SETTLED


@SPLITS
def test_catch_up__split_of_collateral_by_title__is_counted_only(
    above, below, quantity, market, lent, issuer
):
    terms = replace(lent, collateral=market.basket(STOCK=10_001))
    trade = market.open(under(terms, custody=Custody.TITLE_TRANSFER))
    issuer.split("STOCK", MARKED, above, below)
    market.chain.pending_timestamp = at(MARKED)
    receipt = issuer.catch_up(trade)
    assert events(receipt) == [
        issuer.exchanged(trade, MARKED, ("STOCK", 10_001), ("STOCK", quantity))
    ]
    assert transfers(receipt) == []
    assert market.held(trade) == [quantity]


@SPLITS
def test_catch_up__split_of_the_loan__is_what_must_come_back(
    above, below, quantity, market, stock_loan, issuer, escrow, lender
):
    terms = replace(stock_loan, loan_quantity=10_001)
    trade = market.open(terms)
    issuer.split("STOCK", MARKED, above, below)
    issuer.publish()
    receipt = issuer.catch_up(trade)
    assert events(receipt) == [
        issuer.exchanged(trade, MARKED, ("STOCK", 10_001), ("STOCK", quantity))
    ]
    assert transfers(receipt) == []
    receipt = escrow.close([trade], MARKED, sender=lender)
    stock = market.tokens["STOCK"].address
    assert transfers(receipt)[0] == (stock, terms.borrower, terms.lender, quantity)


def test_catch_up__split_of_a_loan_with_interest__makes_it_due_and_runs_on_anew(
    market, stock_loan, issuer, escrow, lender
):
    trade = market.open(replace(stock_loan, rate_e9=36_000_000))
    issuer.split("STOCK", MARKED, 2, 1)
    issuer.publish(STOCK="50")
    issuer.catch_up(trade)
    # 10,000 x 161.01 x 3.6 % / 360 = 161.01 USD, / 1.25 = 128.808 EUR
    found = escrow.trade(trade)
    assert (found.life.due, found.valuedOn, found.accruesFrom) == (12_881, MARKED, MARKED)
    issuer.publish(THIRD)
    receipt = escrow.close([trade], THIRD, sender=lender)
    # and 20,000 x 50 x 3.6 % / 360 = 100 USD, / 1.25 = 80 EUR
    assert events(receipt) == [("Closed", {"id": trade, "date": THIRD, "interest": 12_881 + 8_000})]


def test_catch_up__agent_without_the_shares__is_the_token_s_error(
    market, lent, issuer, escrow, keeper
):
    stock, trade = market.tokens["STOCK"], market.open(lent)
    issuer.split("STOCK", MARKED, 2, 1)
    issuer.allow("STOCK", issuer.agent, 9_999)
    market.chain.pending_timestamp = at(MARKED)
    issuer.fix()
    with (
        market.untouched(trade),
        reverts(
            stock.ERC20InsufficientAllowance,
            spender=escrow.address,
            allowance=9_999,
            needed=10_000,
        ),
    ):
        escrow.catchUp(trade, MARKED, sender=keeper)
