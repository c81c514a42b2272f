# SPDX-License-Identifier: MIT
"""`note_late`: what makes a party short beside its balance and allowance of the leg itself."""

from dataclasses import replace

import pytest
from market import under

from support import MARKED, THIRD, at, events, reverts
from tanpo.terms import Custody


@pytest.fixture
def ended(lent):
    """`lent` at 3.6 %, which ends on 20 April: 100 USD of interest, 80 EUR."""
    return replace(lent, rate_e9=36_000_000, end=at(MARKED))


@pytest.fixture
def late(market, desk, escrow, keeper):
    """Notes; who is late, with how much of the valuation currency at E6."""

    def make(trade, day=MARKED):
        receipt = escrow.noteLate(trade, day, sender=keeper)
        name, args = events(receipt)[-1]
        assert name == "Late"
        return args["party"], args["missingE6"]

    return make


@pytest.fixture
def nobody_late(market, escrow, keeper):
    def make(trade, party):
        with market.untouched(trade), reverts(escrow.NotFailed, id=trade, party=party.address):
            escrow.noteLate(trade, MARKED, sender=keeper)

    return make


def test_note_late__borrower_withholds_the_interest__is_late_with_the_loan(
    market, ended, desk, late, nobody_late, borrower
):
    trade = market.open(ended)
    desk.publish()
    desk.allow("EUR", borrower, 8_000)
    nobody_late(trade, borrower)
    desk.allow("EUR", borrower, 7_999)
    assert late(trade) == (borrower.address, 10**12)


def test_note_late__interest_in_the_loan_token__adds_to_the_loan(
    market, ended, desk, late, nobody_late, borrower
):
    trade = market.open(replace(ended, rate_token=ended.loan_token))
    desk.publish()
    desk.allow("USD", borrower, 100_010_000)
    nobody_late(trade, borrower)
    desk.allow("USD", borrower, 100_009_999)
    assert late(trade) == (borrower.address, 10**12)


def test_note_late__penalty_of_a_deficit__counts_as_due(market, ended, desk, late, borrower):
    trade = desk.in_deficit(replace(ended, end=at(THIRD)))
    desk.publish(THIRD)
    # 16,000 of interest for two days, and of penalty for one: 100,170 x 3.6 % / 360, / 1.25
    desk.allow("EUR", borrower, 16_800)
    assert late(trade, THIRD) == (borrower.address, 10**12)
    assert desk.life(trade).due == 801


@pytest.mark.parametrize("custody", list(Custody))
def test_note_late__lender_withholds_negative_interest__is_late_with_that(
    custody, market, ended, desk, late, nobody_late, lender, borrower
):
    trade = market.open(under(replace(ended, rate_e9=-36_000_000), custody=custody))
    desk.publish()
    desk.allow("EUR", lender, 8_000)
    nobody_late(trade, borrower)
    desk.allow("EUR", lender, 7_999)
    # 80 EUR x 1.25, and by title the basket too
    basket = 10**12 if custody == Custody.TITLE_TRANSFER else 0
    assert late(trade) == (lender.address, basket + 100 * 10**6)


def test_buy_in__of_interest_that_a_lender_owes__is_refused(
    market, ended, desk, late, escrow, helper, lender
):
    trade = market.open(replace(ended, rate_e9=-36_000_000))
    desk.publish()
    desk.allow("EUR", lender)
    late(trade)
    desk.publish(MARKED + 2)
    stock = market.tokens["STOCK"]
    too_much = {"token": stock.address, "found": 1, "most": 0}
    with market.untouched(trade), reverts(escrow.TooMuch, id=trade, **too_much):
        escrow.buyIn(trade, stock, 1, MARKED + 2, sender=helper)


@pytest.mark.parametrize("frozen", [1, 2**256 - 1])
def test_note_late__frozen_tokens__cannot_be_returned(
    frozen, market, stock_loan, desk, late, nobody_late, borrower, enforcer
):
    trade = market.open(replace(stock_loan, end=at(MARKED)))
    desk.publish()
    stock = market.tokens["STOCK"]
    stock.transfer(enforcer, stock.balanceOf(borrower) - 10_000, sender=borrower)
    nobody_late(trade, borrower)
    stock.setFrozenTokens(borrower, frozen, sender=enforcer)
    assert late(trade) == (borrower.address, 10**12)


def test_note_late__holder_that_may_not_send__cannot_return(
    request, market, stock_loan, desk, late, nobody_late, escrow, lender, borrower, enforcer
):
    trade = market.open(replace(stock_loan, end=at(MARKED)))
    desk.publish()
    own_platform, project = (request.getfixturevalue(name) for name in ("own_platform", "project"))
    register = project.Eligibility.at(own_platform.deploy_eligibility().address)
    register.admit([lender, borrower, escrow], sender=enforcer)
    market.tokens["STOCK"].setEligibility(register, sender=enforcer)
    nobody_late(trade, borrower)
    register.exclude([borrower], sender=enforcer)
    assert late(trade) == (borrower.address, 10**12)


def test_note_late__default_on_interest_alone__can_be_closed_out(
    market, ended, desk, late, escrow, lender, borrower, keeper
):
    trade = market.open(ended)
    desk.publish()
    desk.allow("EUR", borrower)
    late(trade)
    desk.publish(MARKED + 2)
    escrow.declareDefault(trade, MARKED + 2, sender=lender)
    receipt = escrow.closeOut(trade, MARKED + 2, sender=keeper)
    _, out = events(receipt)[-1]
    # loan, 300 of interest, and a penalty of 100 a day for two
    assert out["claimE18"] == 1_000_500 * 10**18
