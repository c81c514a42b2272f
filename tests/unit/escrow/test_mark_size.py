# SPDX-License-Identifier: MIT
"""`mark`: when a call moves, and how much of each token (invariant 6)."""

from dataclasses import replace

import pytest
from market import under

from support import MARKED, events

MILLION_E18 = 10**24


@pytest.fixture
def moved(market):
    """Marks one trade; what moved as (event, symbol, quantity)."""

    def mark(trade):
        symbols = {token.address: symbol for symbol, token in market.tokens.items()}
        first, *others = events(market.mark(trade))
        assert first[0] == "Marked"
        return [(name, symbols[args["token"]], args["quantity"]) for name, args in others]

    return mark


@pytest.mark.parametrize(
    ("stock_price", "expected"),
    [
        ("102", []),
        ("102.00000001", [("Returned", "STOCK", 196)]),
        ("98", []),
        ("97.99999999", [("Delivered", "STOCK", 205)]),
    ],
)
def test_mark__threshold_of_2_percent__moves_only_above(
    moved, market, cash_loan, stock_price, expected
):
    trade = market.open(under(cash_loan, threshold_bps=200))
    market.publish_marked(STOCK=stock_price)
    assert moved(trade) == expected


@pytest.mark.parametrize(
    ("stock_price", "expected"),
    [
        ("101.99999999", []),
        ("102", [("Returned", "STOCK", 196)]),
        ("98.00000001", []),
        ("98", [("Delivered", "STOCK", 205)]),
    ],
)
def test_mark__mta_of_20_000__moves_from_there_on(moved, market, cash_loan, stock_price, expected):
    trade = market.open(under(cash_loan, mta_e6=20_000_000_000))
    market.publish_marked(STOCK=stock_price)
    assert moved(trade) == expected


def test_mark__threshold_and_mta__need_both(moved, market, cash_loan):
    small = under(cash_loan, threshold_bps=100, mta_e6=20_000_000_000)
    trade = market.open(small)
    market.publish_marked(STOCK="101.5")  # above 1 %, below 20,000
    assert moved(trade) == []


def test_mark__ratio_of_102_percent__restores_it(moved, market, cash_loan):
    trade = market.open(replace(cash_loan, ratio_bps=10_200))
    market.publish_marked(STOCK="100")
    assert moved(trade) == [("Delivered", "STOCK", 200)]


def test_mark__exactly_covered__moves_nothing(moved, market, cash_loan):
    trade = market.open(cash_loan)
    market.publish_marked(STOCK="100")
    assert moved(trade) == []


def test_mark__excess_below_one_share__moves_nothing(moved, market, cash_loan):
    trade = market.open(cash_loan)
    market.publish_marked(STOCK="100.009")  # 90 of excess
    assert moved(trade) == []


def test_mark__shortfall_below_one_share__delivers_one(moved, market, cash_loan):
    trade = market.open(cash_loan)
    market.publish_marked(STOCK="99.999")  # 10 missing
    assert moved(trade) == [("Delivered", "STOCK", 1)]


@pytest.mark.parametrize(
    ("stock_price", "expected"),
    [
        # 100,000 of 1,100,000: 454.5 shares, 1,136.4 in lots of 100
        ("120", [("Returned", "STOCK", 454), ("Returned", "LOTS", 1_100)]),
        # 100,000 on 900,000: 555.6 shares, 1,388.9 in lots of 100
        ("80", [("Delivered", "STOCK", 556), ("Delivered", "LOTS", 1_400)]),
    ],
)
def test_mark__basket_of_two__moves_pro_rata_in_lots(
    moved, market, cash_loan, stock_price, expected
):
    basket = market.basket(STOCK=5_000, LOTS=12_500)
    trade = market.open(replace(cash_loan, collateral=basket))
    market.publish_marked(STOCK=stock_price)
    assert moved(trade) == expected
    signs = [1 if name == "Delivered" else -1 for name, _, _ in expected]
    quantities = [quantity for _, _, quantity in expected]
    assert market.held(trade) == [
        5_000 + signs[0] * quantities[0],
        12_500 + signs[1] * quantities[1],
    ]


def test_mark__basket_of_two_with_one_lacking__is_a_deficit_of_that_token(
    market, cash_loan, escrow, borrower
):
    stock, lots = market.tokens["STOCK"], market.tokens["LOTS"]
    basket = market.basket(STOCK=5_000, LOTS=12_500)
    trade = market.open(replace(cash_loan, collateral=basket))
    stock.approve(escrow, 0, sender=borrower)
    market.publish_marked(STOCK="80")

    receipt = market.mark(trade)

    common = {"id": trade, "date": MARKED}
    assert events(receipt)[1:] == [
        (
            "Deficit",
            {**common, "party": cash_loan.borrower, "token": stock.address, "missing": 556},
        ),
        ("Delivered", {**common, "token": lots.address, "quantity": 1_400}),
    ]
    assert market.held(trade) == [5_000, 13_900]
    assert escrow.trade(trade).inDeficit is True
