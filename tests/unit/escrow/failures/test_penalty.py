# SPDX-License-Identifier: MIT
"""Penalty interest: on the value that is missing, at every further mark, paid at the close."""

from dataclasses import replace

import pytest
from market import UNLIMITED, under

from support import MARKED, THIRD, events, transfers
from tanpo.terms import NOBODY, Custody, Verb


def _charged(receipt):
    return [(args["party"], args["penalty"]) for name, args in events(receipt) if name == "Charged"]


@pytest.fixture
def mark(market, desk):
    """Publish the share's price and mark; what was charged."""

    def make(trade, day, stock):
        desk.publish(day, STOCK=stock)
        receipt = market.mark(trade, day=day)
        assert [name for name, _ in events(receipt)].count("Marked") == 1
        return _charged(receipt)

    return make


def test_penalty__several_marks__counts_what_each_left_missing(
    lent, desk, mark, escrow, borrower, lender
):
    trade = desk.in_deficit(replace(lent, end=0))
    # 1,112 x 90 = 100,080: 10.008 USD, / 1.25 = 8.0064
    assert mark(trade, THIRD, "80") == [(lent.borrower, 801)]
    # 2,500 x 80 = 200,000: 20 USD for each of three days
    assert mark(trade, THIRD + 3, "80") == [(lent.borrower, 4_800)]
    desk.allow("STOCK", borrower, UNLIMITED)
    # a day more, and the call is met
    assert mark(trade, THIRD + 4, "80") == [(lent.borrower, 1_600)]
    assert mark(trade, THIRD + 5, "80") == []
    assert desk.life(trade).due == 801 + 4_800 + 1_600

    receipt = escrow.close([trade], THIRD + 5, sender=lender)

    assert events(receipt) == [("Closed", {"id": trade, "date": THIRD + 5, "interest": 7_201})]
    assert transfers(receipt)[1][1:] == (lent.borrower, lent.lender, 7_201)
    assert desk.life(trade).due == 0


def test_penalty__mark__charges_before_it_values(market, lent, desk):
    trade = desk.in_deficit(lent)
    desk.publish(THIRD, STOCK="90")
    names = [name for name, _ in events(market.mark(trade, day=THIRD))]
    assert names == ["Charged", "Marked", "Deficit"]


def test_penalty__sides_change__is_set_off(lent, desk, mark, escrow, lender, borrower):
    terms = replace(under(lent, custody=Custody.TITLE_TRANSFER), end=0)
    trade = desk.lender_in_deficit(terms)
    desk.allow("STOCK", borrower)
    # the lender's 250,000: 25 USD, 20 EUR; then 2,500 x 80 = 200,000 of the borrower's
    assert mark(trade, THIRD, "80") == [(lent.lender, 2_000)]
    assert desk.deficit(trade) == (THIRD, THIRD, False, 200_000 * 10**6)
    # 20 USD, 16 EUR
    assert mark(trade, THIRD + 1, "125") == [(lent.borrower, 1_600)]
    assert desk.deficit(trade) == (THIRD + 1, THIRD + 1, True, 250_000 * 10**6)
    assert desk.life(trade).due == -400
    desk.allow("STOCK", lender, UNLIMITED)
    desk.publish(THIRD + 2)
    receipt = escrow.close([trade], THIRD + 2, sender=lender)
    # and a last day of the lender's
    assert _charged(receipt) == [(lent.lender, 2_000)]
    assert events(receipt)[-1][1]["interest"] == -2_400
    assert transfers(receipt)[1][1:] == (lent.lender, lent.borrower, 2_400)


def test_penalty__close__charges_until_its_date_and_adds_to_the_interest(
    lent, desk, escrow, lender
):
    trade = desk.in_deficit(replace(lent, end=0, rate_e9=36_000_000))
    desk.publish(THIRD)
    receipt = escrow.close([trade], THIRD, sender=lender)
    # 1,000,000 + 100 were required: 1,113 x 90 = 100,170 missing, 10.017 USD, 8.0136 EUR
    # and two days of 100 USD, 80 EUR
    assert _charged(receipt) == [(lent.borrower, 801)]
    assert events(receipt)[-1][1]["interest"] == 16_000 + 801


def test_penalty__late_and_in_deficit__counts_both(market, lent, desk, escrow, borrower, keeper):
    trade = desk.in_deficit(replace(lent, end=MARKED * 86_400))
    desk.allow("USD", borrower)
    escrow.noteLate(trade, MARKED, sender=keeper)
    desk.allow("USD", borrower, UNLIMITED)
    desk.publish(THIRD)
    receipt = escrow.close([trade], THIRD, sender=keeper)
    # 100,080 and 1,000,000
    assert _charged(receipt) == [(lent.borrower, 801), (lent.borrower, 8_000)]
    assert events(receipt)[-1][1]["interest"] == 8_801


def test_penalty__year_of_365__counts_by_it(lent, desk, mark):
    terms = under(replace(lent, day_count_basis=365, end=0), penalty_rate_e9=36_500_000)
    trade = desk.in_deficit(terms)
    assert mark(trade, THIRD, "90") == [(lent.borrower, 801)]


def test_penalty__fx__is_that_of_the_date(market, lent, desk):
    trade = desk.in_deficit(lent)
    desk.publish(THIRD, STOCK="90", EURUSD="2")
    # 10.008 USD / 2
    assert _charged(market.mark(trade, day=THIRD)) == [(lent.borrower, 500)]


def test_penalty__same_day__is_nothing(lent, desk, escrow, lender):
    trade = desk.in_deficit(replace(lent, end=0))
    receipt = escrow.close([trade], MARKED, sender=lender)
    assert events(receipt) == [("Closed", {"id": trade, "date": MARKED, "interest": 0})]


@pytest.mark.parametrize("token", ["EUR", None], ids=["rate token", "no rate token"])
def test_penalty__no_rate__is_nothing(token, market, lent, desk, mark, escrow, lender):
    terms = under(replace(lent, end=0), penalty_rate_e9=0)
    if token is None:
        terms = replace(terms, rate_token=NOBODY, day_count_basis=0)
    trade = desk.in_deficit(terms)
    assert mark(trade, THIRD, "90") == []
    assert desk.deficit(trade) == (MARKED, THIRD, False, 100_080 * 10**6)
    receipt = escrow.close([trade], THIRD, sender=lender)
    assert events(receipt) == [("Closed", {"id": trade, "date": THIRD, "interest": 0})]


def test_penalty__not_paid__leaves_the_trade_open(market, lent, desk, escrow, borrower, lender):
    trade = desk.in_deficit(replace(lent, end=0))
    desk.allow("EUR", borrower, 800)
    desk.publish(THIRD)
    with market.untouched(trade, tokens=[market.tokens["EUR"]]):
        receipt = escrow.close([trade], THIRD, sender=lender)
    assert [name for name, _ in events(receipt)] == ["Failed"]
    assert desk.deficit(trade)[1] == MARKED


def test_penalty__late_with_a_part__counts_that_part(market, lent, desk, escrow, borrower, lender):
    trade = desk.late(lent, "USD", borrower)
    desk.allow("USD", borrower, UNLIMITED)
    desk.change(trade, Verb.PARTIAL_RETURN, MARKED, quantity=90_000_000)
    desk.publish(THIRD)
    # 100,000 are missing for a day: 10 USD, 8 EUR
    assert _charged(escrow.close([trade], THIRD, sender=lender)) == [(lent.borrower, 800)]
