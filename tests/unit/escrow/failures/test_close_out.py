# SPDX-License-Identifier: MIT
"""`close_out`: a trade in default ends with the claim set against the basket."""

from dataclasses import replace

import pytest
from market import ENOUGH, under

from support import (
    CLOSED_OUT,
    DEFAULTED,
    MARKED,
    NONE,
    OPEN,
    SETTLED,
    THIRD,
    events,
    reverts,
    transfers,
)
from tanpo.terms import NOBODY, Custody, Verb


@pytest.fixture
def ended():
    """`ClosedOut`, in dollars at E6 and euro cents."""

    def make(trade, claim_e6, collateral_e6, residual=0, paid=0, day=MARKED):
        return (
            "ClosedOut",
            {
                "id": trade,
                "date": day,
                "claimE18": claim_e6 * 10**12,
                "collateralE18": collateral_e6 * 10**12,
                "residual": residual,
                "paid": paid,
            },
        )

    return make


@pytest.fixture
def moved(market):
    """`Kept` or `Returned`."""

    def make(name, trade, symbol, quantity, day=MARKED):
        token = market.tokens[symbol].address
        return name, {"id": trade, "date": day, "token": token, "quantity": quantity}

    return make


@pytest.fixture
def defaulted(desk, lent, escrow, lender, borrower):
    """The borrower has not returned the loan on 20 April, and is in default at once.

    The share is at 90 unless said otherwise.
    """

    def make(terms=lent, **prices):
        terms = under(terms, cure_days=0)
        trade = desk.late(terms, "USD", borrower, **({"STOCK": "90"} | prices))
        escrow.declareDefault(trade, MARKED, sender=lender)
        return trade

    return make


@pytest.mark.parametrize("role", ["lender", "borrower", "keeper", "stranger"])
def test_close_out__worth_less_than_the_claim__keeps_all_and_is_paid_the_rest(
    request, role, market, lent, defaulted, moved, ended, escrow
):
    trade = defaulted()

    receipt = escrow.closeOut(trade, MARKED, sender=request.getfixturevalue(role))

    # 1,000,000 - 900,000, / 1.25
    assert events(receipt) == [
        moved("Kept", trade, "STOCK", 10_000),
        ended(trade, 10**12, 900_000 * 10**6, 8_000_000, 8_000_000),
    ]
    stock, eur = market.addresses("STOCK", "EUR")
    assert transfers(receipt) == [
        (stock, escrow.address, lent.lender, 10_000),
        (eur, lent.borrower, lent.lender, 8_000_000),
    ]
    found = escrow.trade(trade)
    assert (found.status, found.loanQuantity, found.lastMarked) == (CLOSED_OUT, 0, MARKED)
    assert (market.held(trade), found.life.due) == ([0], 0)
    # The borrower keeps what was lent to it.
    assert market.balances(market.tokens["USD"]) == (ENOUGH - 10**8, ENOUGH + 10**8, 0)


def test_close_out__worth_more__gives_the_rest_back_rounded_for_the_lender(
    market, lent, defaulted, moved, ended, escrow, keeper
):
    trade = defaulted(STOCK="111")
    receipt = escrow.closeOut(trade, MARKED, sender=keeper)
    # 1,000,000 / 111 = 9,009.01
    assert events(receipt) == [
        moved("Kept", trade, "STOCK", 9_010),
        moved("Returned", trade, "STOCK", 990),
        ended(trade, 10**12, 1_110_000 * 10**6),
    ]
    stock = market.tokens["STOCK"].address
    assert transfers(receipt) == [
        (stock, escrow.address, lent.lender, 9_010),
        (stock, escrow.address, lent.borrower, 990),
    ]


def test_close_out__worth_the_claim__keeps_all(defaulted, moved, ended, escrow, keeper):
    trade = defaulted(STOCK="100")
    receipt = escrow.closeOut(trade, MARKED, sender=keeper)
    assert events(receipt) == [
        moved("Kept", trade, "STOCK", 10_000),
        ended(trade, 10**12, 10**12),
    ]


def test_close_out__basket_of_two__is_divided_by_value_without_lots(
    market, lent, defaulted, moved, ended, escrow, keeper
):
    terms = replace(lent, collateral=market.basket(STOCK=5_000, LOTS=12_500))
    trade = defaulted(terms, STOCK="111", LOTS="44.4")
    receipt = escrow.closeOut(trade, MARKED, sender=keeper)
    # of 1,110,000: 5,000 x 0.9009 = 4,504.5; 12,500 x 0.9009 = 11,261.3
    assert events(receipt) == [
        moved("Kept", trade, "STOCK", 4_505),
        moved("Returned", trade, "STOCK", 495),
        moved("Kept", trade, "LOTS", 11_262),
        moved("Returned", trade, "LOTS", 1_238),
        ended(trade, 10**12, 1_110_000 * 10**6),
    ]
    assert market.held(trade) == [0, 0]


def test_close_out__haircut__does_not_count(lent, defaulted, ended, escrow, keeper):
    (stock,) = lent.collateral
    trade = defaulted(replace(lent, collateral=(replace(stock, haircut_bps=5_000),)))
    receipt = escrow.closeOut(trade, MARKED, sender=keeper)
    assert events(receipt)[-1] == ended(trade, 10**12, 900_000 * 10**6, 8_000_000, 8_000_000)


def test_close_out__interest_and_penalty__are_part_of_the_claim(
    lent, defaulted, desk, moved, ended, escrow, keeper
):
    trade = defaulted(replace(lent, rate_e9=36_000_000))
    desk.publish(THIRD, STOCK="90")
    receipt = escrow.closeOut(trade, THIRD, sender=keeper)
    # interest: two days of 100; penalty: 1,000,000 x 3.6 % / 360 = 100, as 80.00 EUR
    # 1,000,300 - 900,000 = 100,300, / 1.25 = 80,240
    charged = {"id": trade, "date": THIRD, "party": lent.borrower, "penalty": 8_000}
    assert events(receipt) == [
        ("Charged", charged),
        moved("Kept", trade, "STOCK", 10_000, THIRD),
        ended(trade, 1_000_300 * 10**6, 900_000 * 10**6, 8_024_000, 8_024_000, THIRD),
    ]


@pytest.mark.parametrize(("stock", "residual"), [("99.99999375", 1), ("99.99999376", 0)])
def test_close_out__residual__is_rounded_half_up(
    stock, residual, market, lent, defaulted, escrow, keeper
):
    # 1,000 x 0.00000625 = 0.00625 USD, / 1.25 = 0.005 EUR: half a cent
    terms = replace(lent, loan_quantity=10_000_000, collateral=market.basket(STOCK=1_000))
    trade = defaulted(terms, STOCK=stock)
    args = events(escrow.closeOut(trade, MARKED, sender=keeper))[-1][1]
    assert (args["residual"], args["paid"]) == (residual, residual)


@pytest.mark.parametrize("allowed", [5_000_000, 0], ids=["in part", "not at all"])
def test_close_out__borrower_short__pays_what_it_has(
    allowed, market, lent, defaulted, desk, ended, escrow, borrower, keeper
):
    trade = defaulted()
    desk.allow("EUR", borrower, allowed)
    receipt = escrow.closeOut(trade, MARKED, sender=keeper)
    assert events(receipt)[-1] == ended(trade, 10**12, 900_000 * 10**6, 8_000_000, allowed)
    assert market.balances(market.tokens["EUR"])[0] == ENOUGH + allowed


def test_close_out__no_rate_token__has_no_residual(lent, defaulted, ended, escrow, keeper):
    terms = under(replace(lent, rate_token=NOBODY, day_count_basis=0), penalty_rate_e9=0)
    trade = defaulted(terms)
    receipt = escrow.closeOut(trade, MARKED, sender=keeper)
    assert events(receipt)[-1] == ended(trade, 10**12, 900_000 * 10**6)


def test_close_out__by_title_worth_less__keeps_the_basket_and_is_paid_the_rest(
    market, lent, defaulted, moved, ended, escrow, keeper
):
    trade = defaulted(under(lent, custody=Custody.TITLE_TRANSFER))
    receipt = escrow.closeOut(trade, MARKED, sender=keeper)
    # 1,000,000 - 900,000, / 1.25
    assert events(receipt) == [
        moved("Kept", trade, "STOCK", 10_000),
        ended(trade, 10**12, 900_000 * 10**6, 8_000_000, 8_000_000),
    ]
    eur = market.tokens["EUR"].address
    assert transfers(receipt) == [(eur, lent.borrower, lent.lender, 8_000_000)]
    assert market.held(trade) == [0]


@pytest.mark.parametrize(("allowed", "residual"), [(990, 0), (400, -5_239_200), (0, -8_791_200)])
def test_close_out__by_title_worth_more__is_returned_as_far_as_the_lender_has_it(
    allowed, residual, market, lent, defaulted, desk, moved, ended, escrow, lender, keeper
):
    trade = defaulted(under(lent, custody=Custody.TITLE_TRANSFER), STOCK="111")
    desk.allow("STOCK", lender, allowed)
    receipt = escrow.closeOut(trade, MARKED, sender=keeper)
    # 1,000,000 / 111 = 9,009.01: 990 go back; 111 / 1.25 = 88.80 for each that is missing
    returned = [moved("Returned", trade, "STOCK", allowed)] if allowed else []
    assert events(receipt) == [
        moved("Kept", trade, "STOCK", 9_010),
        *returned,
        ended(trade, 10**12, 1_110_000 * 10**6, residual, -residual),
    ]
    stock, eur = market.addresses("STOCK", "EUR")
    parties = (lent.lender, lent.borrower)
    expected = [(stock, *parties, allowed), (eur, *parties, -residual)]
    assert transfers(receipt) == [each for each in expected if each[3] > 0]
    assert market.held(trade) == [0]


def test_close_out__lender_in_default__owes_what_it_did_not_give_back(
    lent, desk, moved, ended, escrow, borrower, keeper
):
    terms = under(lent, custody=Custody.TITLE_TRANSFER, cure_days=0)
    trade = desk.lender_in_deficit(terms)
    escrow.declareDefault(trade, MARKED, sender=borrower)
    desk.publish(THIRD, STOCK="125")
    receipt = escrow.closeOut(trade, THIRD, sender=keeper)
    # penalty: 250,000 x 3.6 % / 360 = 25 USD, as 20.00 EUR, off the lender's claim
    # 10,000 x 999,975 / 1,250,000 = 7,999.8; the lender returns none of the other 2,001
    # 2,001 x 125 = 250,125, / 1.25
    charged = {"id": trade, "date": THIRD, "party": lent.lender, "penalty": 2_000}
    assert events(receipt) == [
        ("Charged", charged),
        moved("Kept", trade, "STOCK", 7_999, THIRD),
        ended(trade, 999_975 * 10**6, 1_250_000 * 10**6, -20_010_000, 20_010_000, THIRD),
    ]


def test_close_out__claim_below_zero__gives_everything_back_and_more(
    lent, defaulted, moved, ended, escrow, keeper
):
    # At -54,000 % the lender owes 1,500,000 after a day: 500,000 beyond the loan, / 1.25.
    trade = defaulted(replace(lent, rate_e9=-540_000_000_000))
    receipt = escrow.closeOut(trade, MARKED, sender=keeper)
    assert events(receipt) == [
        moved("Returned", trade, "STOCK", 10_000),
        ended(trade, -500_000 * 10**6, 900_000 * 10**6, -40_000_000, 40_000_000),
    ]


def test_close_out__another_trade_in_the_same_token__is_unharmed(
    market, lent, defaulted, escrow, keeper
):
    other = market.open(replace(lent, uti=b"other".ljust(32, b"\0")))
    trade = defaulted()
    before = escrow.trade(other)
    escrow.closeOut(trade, MARKED, sender=keeper)
    assert (escrow.trade(other), market.held(other)) == (before, [10_000])
    assert market.tokens["STOCK"].balanceOf(escrow) == 10_000


# ---------------------------------------------------------------- refusals


def test_close_out__not_in_default__is_refused(market, lent, desk, escrow, lender):
    trade = desk.in_deficit(lent)
    with (
        market.untouched(trade),
        reverts(escrow.WrongStatus, id=trade, found=OPEN, needed=DEFAULTED),
    ):
        escrow.closeOut(trade, MARKED, sender=lender)


def test_close_out__again__is_refused(market, defaulted, escrow, keeper):
    trade = defaulted()
    escrow.closeOut(trade, MARKED, sender=keeper)
    with (
        market.untouched(trade),
        reverts(escrow.WrongStatus, id=trade, found=CLOSED_OUT, needed=DEFAULTED),
    ):
        escrow.closeOut(trade, MARKED, sender=keeper)


def test_close_out__date_to_come__is_refused(market, defaulted, escrow, keeper):
    trade = defaulted()
    with market.untouched(trade), reverts(escrow.DateInFuture, date=THIRD, today=MARKED):
        escrow.closeOut(trade, THIRD, sender=keeper)


def test_close_out__date_passed__is_refused(market, defaulted, escrow, keeper):
    trade = defaulted()
    with market.untouched(trade), reverts(escrow.DatePassed, date=SETTLED, latest=MARKED):
        escrow.closeOut(trade, SETTLED, sender=keeper)


def test_close_out__before_a_change__is_refused(market, lent, desk, escrow, lender, borrower):
    # Without a penalty rate, a default needs no fixings of its date.
    trade = desk.in_deficit(under(lent, cure_days=0, penalty_rate_e9=0))
    desk.change(trade, Verb.RERATE, THIRD, rate_e9=36_000_000)
    escrow.declareDefault(trade, THIRD, sender=lender)
    with (
        market.untouched(trade),
        reverts(escrow.AlreadyMarked, id=trade, lastMarked=THIRD, date=MARKED),
    ):
        escrow.closeOut(trade, MARKED, sender=lender)


def test_close_out__price_missing__is_refused(market, lent, defaulted, escrow, fixings, keeper):
    trade = defaulted()
    market.publish(THIRD, {"EURUSD": "1.25"})
    key = market.key("STOCK")
    with market.untouched(trade), reverts(fixings.MissingFixing, key=key, date=THIRD):
        escrow.closeOut(trade, THIRD, sender=keeper)


def test_close_out__token_paused__is_the_token_s_error(market, defaulted, escrow, enforcer, keeper):
    trade, stock = defaulted(), market.tokens["STOCK"]
    stock.pause(sender=enforcer)
    with market.untouched(trade), reverts(stock.EnforcedPause):
        escrow.closeOut(trade, MARKED, sender=keeper)


def test_close_out__at_the_part_s_own_address__has_no_trades(
    market, defaulted, failures_part, keeper
):
    trade = defaulted()
    with (
        market.untouched(trade),
        reverts(failures_part.WrongStatus, id=trade, found=NONE, needed=DEFAULTED),
    ):
        failures_part.closeOut(trade, MARKED, sender=keeper)
