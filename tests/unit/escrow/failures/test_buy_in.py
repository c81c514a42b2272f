# SPDX-License-Identifier: MIT
"""`buy_in`: somebody sells what a late party has not returned, at that party's cost."""

from dataclasses import replace

import pytest
from market import UNLIMITED, under

from support import (
    DEFAULTED,
    MARKED,
    NONE,
    OPEN,
    THIRD,
    events,
    failures,
    reverts,
    transfers,
)
from tanpo.terms import NOBODY, Custody

CURED = MARKED + 2
"""The first date after the days of cure."""


@pytest.fixture
def lately(desk, stock_loan, borrower):
    """A loan of shares that the borrower has not returned on 20 April; two days later."""

    def make(terms=stock_loan, **prices):
        trade = desk.late(terms, "STOCK", borrower)
        desk.publish(CURED, **({"STOCK": "110"} | prices))
        return trade

    return make


@pytest.fixture
def lender_lately(desk, lent, lender):
    """A basket by title that the lender has not returned on 20 April; two days later."""

    def make(terms=lent):
        trade = desk.late(under(terms, custody=Custody.TITLE_TRANSFER), "STOCK", lender)
        desk.publish(CURED, STOCK="110")
        return trade

    return make


def test_buy_in__loan__goes_to_the_lender_at_the_borrower_s_cost(
    market, stock_loan, lately, desk, escrow, helper
):
    trade, stock = lately(), market.tokens["STOCK"]

    receipt = escrow.buyIn(trade, stock, 4_000, CURED, sender=helper)

    # penalty: 1,000,000 x 3.6 % x 2 / 360 = 200 USD; cost: 4,000 x 110 USD; both / 1.25
    common = {"id": trade, "date": CURED}
    assert events(receipt) == [
        ("Charged", {**common, "party": stock_loan.borrower, "penalty": 16_000}),
        (
            "BoughtIn",
            {
                **common,
                "party": stock_loan.borrower,
                "seller": helper.address,
                "token": stock.address,
                "quantity": 4_000,
                "cost": 35_200_000,
            },
        ),
        ("LoanChanged", {**common, "quantity": 6_000}),
    ]
    eur = market.tokens["EUR"].address
    assert transfers(receipt) == [
        (stock.address, helper.address, stock_loan.lender, 4_000),
        (eur, stock_loan.borrower, helper.address, 35_200_000),
    ]
    # what is missing is valued anew: 6,000 x 110
    assert desk.lateness(trade) == (MARKED, CURED, False, 660_000 * 10**6)
    assert (desk.life(trade).due, escrow.trade(trade).loanQuantity) == (16_000, 6_000)


def test_buy_in__interest_of_what_was_bought__is_due(
    market, stock_loan, lately, desk, escrow, helper
):
    trade = lately(under(replace(stock_loan, rate_e9=36_000_000), penalty_rate_e9=0))
    escrow.buyIn(trade, market.tokens["STOCK"], 4_000, CURED, sender=helper)
    # 4,000 x 161.01 x 3.6 % x 3 / 360 = 193.212 USD, / 1.25 = 154.5696 EUR
    assert desk.life(trade).due == 15_457


def test_buy_in__cost__is_rounded_up(market, lately, escrow, helper):
    trade = lately(STOCK="100.00000001")
    receipt = escrow.buyIn(trade, market.tokens["STOCK"], 1, CURED, sender=helper)
    # 100.00000001 / 1.25 = 80.000000008
    assert events(receipt)[1][1]["cost"] == 8_001


def test_buy_in__all_of_the_loan__leaves_the_basket_to_go_back(
    market, stock_loan, lately, desk, escrow, helper, keeper
):
    trade, usd = lately(), market.tokens["USD"].address
    escrow.buyIn(trade, market.tokens["STOCK"], 10_000, CURED, sender=helper)
    assert desk.lateness(trade) == (MARKED, CURED, False, 0)
    receipt = market.mark(trade, day=CURED)
    assert transfers(receipt) == [(usd, escrow.address, stock_loan.borrower, 100_000_000)]
    desk.publish(CURED + 1)
    receipt = escrow.close([trade], CURED + 1, sender=keeper)
    assert events(receipt) == [("Closed", {"id": trade, "date": CURED + 1, "interest": 16_000})]
    eur = market.tokens["EUR"].address
    assert transfers(receipt) == [(eur, stock_loan.borrower, stock_loan.lender, 16_000)]


def test_buy_in__by_who_was_owed__moves_the_cost_only(
    market, stock_loan, lately, desk, escrow, lender
):
    trade = lately()
    receipt = escrow.buyIn(trade, market.tokens["STOCK"], 10_000, CURED, sender=lender)
    # 10,000 x 110 / 1.25
    eur = market.tokens["EUR"].address
    assert transfers(receipt) == [(eur, stock_loan.borrower, lender.address, 88_000_000)]
    assert escrow.trade(trade).loanQuantity == 0


def test_buy_in__collateral_by_title__goes_to_the_borrower_at_the_lender_s_cost(
    market, lent, lender_lately, desk, escrow, lender, helper
):
    trade, stock = lender_lately(), market.tokens["STOCK"]
    receipt = escrow.buyIn(trade, stock, 4_000, CURED, sender=helper)
    common = {"id": trade, "date": CURED}
    sale = {"seller": helper.address, "token": stock.address, "quantity": 4_000}
    assert events(receipt) == [
        ("Charged", {**common, "party": lender.address, "penalty": 16_000}),
        ("BoughtIn", {**common, "party": lender.address, **sale, "cost": 35_200_000}),
        ("Returned", {**common, "token": stock.address, "quantity": 4_000}),
    ]
    assert transfers(receipt) == [
        (stock.address, helper.address, lent.borrower, 4_000),
        (market.tokens["EUR"].address, lender.address, helper.address, 35_200_000),
    ]
    assert market.held(trade) == [6_000]
    assert desk.lateness(trade) == (MARKED, CURED, True, 660_000 * 10**6)
    assert desk.life(trade).due == -16_000


def test_buy_in__all_of_the_basket__leaves_the_loan_to_close(
    market, lent, lender_lately, escrow, helper, keeper
):
    trade = lender_lately()
    escrow.buyIn(trade, market.tokens["STOCK"], 10_000, CURED, sender=helper)
    receipt = escrow.close([trade], CURED, sender=keeper)
    assert failures(receipt) == []
    assert transfers(receipt) == [
        (lent.loan_token, lent.borrower, lent.lender, 100_000_000),
        (market.tokens["EUR"].address, lent.lender, lent.borrower, 16_000),
    ]


# ---------------------------------------------------------------- refusals


@pytest.fixture
def refused(market, desk, escrow, every):
    """This call fails with this error, and nothing happens."""

    def check(trade, error, *args, sender, **arguments):
        before = desk.life(trade)
        with market.untouched(trade, tokens=every()), reverts(error, **arguments):
            escrow.buyIn(trade, *args, sender=sender)
        assert desk.life(trade) == before

    return check


def test_buy_in__before_the_days_of_cure__is_refused(
    market, stock_loan, desk, escrow, refused, borrower, helper
):
    trade = desk.late(stock_loan, "STOCK", borrower)
    desk.publish(THIRD)
    stock = market.tokens["STOCK"]
    arguments = {"id": trade, "party": stock_loan.borrower}
    refused(trade, escrow.NotFailed, stock, 1, THIRD, sender=helper, **arguments)


def test_buy_in__nobody_noted_late__is_refused(market, lent, desk, escrow, refused, helper):
    trade = desk.in_deficit(under(lent, cure_days=0))
    arguments = {"id": trade, "party": lent.borrower}
    refused(trade, escrow.NotFailed, market.tokens["USD"], 1, MARKED, sender=helper, **arguments)


@pytest.mark.parametrize(
    ("symbol", "quantity", "most"), [("STOCK", 10_001, 10_000), ("USD", 1, 0), ("LOTS", 1, 0)]
)
def test_buy_in__more_than_is_missing__is_refused(
    symbol, quantity, most, market, lately, escrow, refused, helper
):
    trade, token = lately(), market.tokens[symbol]
    arguments = {"id": trade, "token": token.address, "found": quantity, "most": most}
    refused(trade, escrow.TooMuch, token, quantity, CURED, sender=helper, **arguments)


def test_buy_in__loan_of_a_late_lender__is_refused(market, lender_lately, escrow, refused, helper):
    trade, usd = lender_lately(), market.tokens["USD"]
    arguments = {"id": trade, "token": usd.address, "found": 1, "most": 0}
    refused(trade, escrow.TooMuch, usd, 1, CURED, sender=helper, **arguments)


def test_buy_in__more_than_the_basket_has__says_how_much_it_has(
    market, lender_lately, escrow, refused, helper
):
    trade, stock = lender_lately(), market.tokens["STOCK"]
    arguments = {"id": trade, "token": stock.address, "found": 10_001, "most": 10_000}
    refused(trade, escrow.TooMuch, stock, 10_001, CURED, sender=helper, **arguments)


def test_buy_in__no_rate_token__is_refused(market, stock_loan, lately, escrow, refused, helper):
    terms = under(replace(stock_loan, rate_token=NOBODY, day_count_basis=0), penalty_rate_e9=0)
    trade = lately(terms)
    arguments = {"rateE9": 0, "rateToken": NOBODY, "dayCountBasis": 0}
    refused(trade, escrow.BadRate, market.tokens["STOCK"], 1, CURED, sender=helper, **arguments)


def test_buy_in__token_not_listed__is_refused(lately, escrow, refused, helper, keeper):
    refused(lately(), escrow.NotListed, keeper, 1, CURED, sender=helper, token=keeper.address)


def test_buy_in__by_who_failed__is_refused(
    market, stock_loan, lately, desk, escrow, refused, borrower
):
    trade = lately()
    desk.allow("STOCK", borrower, UNLIMITED)
    # 110 / 1.25
    arguments = {"receiver": borrower.address, "found": 0, "needed": 8_800}
    refused(
        trade,
        escrow.NotReceived,
        market.tokens["STOCK"],
        1,
        CURED,
        sender=borrower,
        token=market.tokens["EUR"].address,
        **arguments,
    )


@pytest.mark.parametrize(
    ("symbol", "role", "needed"), [("STOCK", "helper", 1), ("EUR", "borrower", 8_800)]
)
def test_buy_in__seller_or_debtor_short__is_the_token_s_error(
    request, symbol, role, needed, market, lately, desk, escrow, refused, helper
):
    trade, token = lately(), market.tokens[symbol]
    desk.allow(symbol, request.getfixturevalue(role), needed - 1)
    arguments = {"spender": escrow.address, "allowance": needed - 1, "needed": needed}
    refused(
        trade,
        token.ERC20InsufficientAllowance,
        market.tokens["STOCK"],
        1,
        CURED,
        sender=helper,
        **arguments,
    )


def test_buy_in__date_to_come__is_refused(market, lately, escrow, refused, helper):
    arguments = {"date": CURED + 1, "today": CURED}
    stock = market.tokens["STOCK"]
    refused(lately(), escrow.DateInFuture, stock, 1, CURED + 1, sender=helper, **arguments)


def test_buy_in__date_passed__is_refused(market, lately, escrow, refused, helper):
    arguments = {"date": THIRD, "latest": CURED}
    refused(
        lately(), escrow.DatePassed, market.tokens["STOCK"], 1, THIRD, sender=helper, **arguments
    )


def test_buy_in__in_default__is_refused(market, lately, escrow, refused, lender, helper):
    trade = lately()
    escrow.declareDefault(trade, CURED, sender=lender)
    arguments = {"id": trade, "found": DEFAULTED, "needed": OPEN}
    refused(trade, escrow.WrongStatus, market.tokens["STOCK"], 1, CURED, sender=helper, **arguments)


def test_buy_in__at_the_part_s_own_address__has_no_trades(market, lately, failures_part, helper):
    trade = lately()
    with (
        market.untouched(trade),
        reverts(failures_part.WrongStatus, id=trade, found=NONE, needed=OPEN),
    ):
        failures_part.buyIn(trade, market.tokens["STOCK"], 1, CURED, sender=helper)
