# SPDX-License-Identifier: MIT
"""`mark`: pairs as the market quotes them, multiplied or divided."""

from dataclasses import replace

import pytest
from market import under

from support import MARKED, events, failed, failures
from tanpo.instrument import Kind
from tanpo.terms import Collateral

MILLION_E18 = 10**24


def _values(receipt):
    args = events(receipt)[0][1]
    return args["loanE18"], args["collateralE18"]


def test_mark__eurusd_in_usd__multiplies(market, sample):
    trade = market.open(sample)
    market.publish_marked(BUND="100", EURUSD="1.08", STOCK="161")
    # 50,000,000 EUR x 1.08
    assert _values(market.mark(trade)) == (54 * MILLION_E18, 335_240 * 161 * 10**18)


def test_mark__eurusd_in_eur__divides(market, sample):
    trade = market.open(under(sample, valuation_currency="EUR"))
    market.publish_marked(BUND="100", EURUSD="1.25", STOCK="125")
    assert _values(market.mark(trade)) == (50 * MILLION_E18, 33_524_000 * 10**18)


def test_mark__usdjpy_in_usd__divides(market, cash_loan):
    jgb = market.tokens["JGB"].address
    trade = market.open(replace(cash_loan, loan_token=jgb, loan_quantity=100_000_000))
    market.publish_marked(JGB="100.50", USDJPY="134.50", STOCK="75")
    # 100,500,000 JPY / 134.50 = 747,211.8959..., cut off after 18 decimals
    assert _values(market.mark(trade)) == (747211895910780669144981, 750_000 * 10**18)


def test_mark__usdjpy_in_jpy__multiplies(market, cash_loan):
    trade = market.open(under(cash_loan, valuation_currency="JPY"))
    market.publish_marked(USDJPY="134.50", STOCK="100")
    assert _values(market.mark(trade)) == (134_500_000 * 10**18, 134_500_000 * 10**18)


def test_mark__equal_legs_of_no_finite_decimal__move_nothing(market, cash_loan):
    jgb, basket = market.tokens["JGB"].address, market.basket(JPY=100_000_000)
    terms = replace(cash_loan, loan_token=jgb, loan_quantity=100_000_000, collateral=basket)
    trade = market.open(terms)
    market.publish_marked(JGB="100", USDJPY="150")

    receipt = market.mark(trade)

    assert [name for name, _ in events(receipt)] == ["Marked"]
    assert _values(receipt) == (666666666666666666666666, 666666666666666666666666)


def test_mark__three_currencies__have_one_denominator(market, sample):
    basket = market.basket(JGB=4_035_000_000, USD=2_400_000_000)
    trade = market.open(replace(sample, collateral=basket))
    market.publish_marked(BUND="100", EURUSD="1.08", JGB="100", USDJPY="134.50")
    # 4,035,000,000 JPY / 134.50 + 24,000,000.00 USD
    receipt = market.mark(trade)
    assert _values(receipt) == (54 * MILLION_E18, 54 * MILLION_E18)
    assert [name for name, _ in events(receipt)] == ["Marked"]


QUOTED = {
    "USDJPY": "134.50",
    "USDCHF": "0.8965",
    "USDCAD": "1.3460",
    "USDSEK": "10.3145",
    "USDNOK": "10.5650",
    "USDMXN": "18.0250",
    "USDTRY": "19.4020",
    "USDZAR": "18.0855",
}
"""Pairs that the market quotes per dollar: in USD each of them divides."""


@pytest.fixture
def marked(market, project, cash_loan, escrow, token_administrator):
    """Opens and marks a trade against shares in so many of those currencies."""

    def mark(count, digits=""):
        basket, prices = [], {}
        for name, value in list(QUOTED.items())[:count]:
            token = token_administrator.deploy(project.MockToken, 0)
            escrow.list(token, Kind.EQUITY, name[3:].encode(), 1, sender=token_administrator)
            market.supply(token)
            basket.append(Collateral(token.address, 10_000))
            prices |= {token: "1000", name: value + digits[len(value.partition(".")[2]) :]}
        trade = market.open(replace(cash_loan, collateral=tuple(basket)))
        market.publish(MARKED, prices)
        return trade, market.mark(trade)

    return mark


def test_mark__basket_in_eight_currencies__is_valued(marked):
    _, receipt = marked(8)
    assert [name for name, _ in events(receipt)] == ["Marked", *["Returned"] * 8]


@pytest.mark.parametrize("count", [6, 7])
def test_mark__rates_of_eight_decimals__need_too_many_bits(marked, count):
    """Not what a market quotes: the common denominator has every digit of every rate."""
    trade, receipt = marked(count, digits="00000001")
    ((_, failure),) = events(receipt)
    expected = {
        6: failed(trade, MARKED, "mark", "ValueTooLarge", id=trade),
        7: failed(trade, MARKED, "mark", "Panic", code=0x11),
    }
    assert failures(receipt) == [expected[count]]
    assert failure["id"] == trade
