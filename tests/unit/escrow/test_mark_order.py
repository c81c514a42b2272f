# SPDX-License-Identifier: MIT
"""`mark`: a basket whose tokens move one after another, as the terms list them."""

from dataclasses import replace

import pytest
from market import MARKED_PRICES, under

from support import MARKED, THIRD, events
from tanpo.terms import Custody, Order


@pytest.fixture
def listed(market, cash_loan):
    """The cash loan against tokens in this order; STOCK is at 100 and LOTS at 40."""

    def terms(loan_quantity=100_000_000, **quantities):
        return replace(
            under(cash_loan, order=Order.AS_LISTED),
            loan_quantity=loan_quantity,
            collateral=market.basket(**quantities),
            end=0,
        )

    return terms


@pytest.fixture
def moved(market):
    """Marks; what moved or did not, as (event, symbol, quantity)."""
    symbols = {token.address: symbol for symbol, token in market.tokens.items()}

    def mark(trade, day=MARKED, **prices):
        market.publish(day, MARKED_PRICES | {"STOCK": "100"} | prices)
        (name, _), *others = events(market.mark(trade, day=day))
        assert name == "Marked"
        return [
            (name, symbols[args["token"]], args["missing" if name == "Deficit" else "quantity"])
            for name, args in others
        ]

    return mark


# ---------------------------------------------------------------- a shortfall


def test_mark__shortfall__comes_from_the_first_token(market, listed, moved, escrow):
    trade = market.open(listed(STOCK=5_000, LOTS=12_500))
    # 400,000 + 500,000; 100,000 / 80
    assert moved(trade, STOCK="80") == [("Delivered", "STOCK", 1_250)]
    assert market.held(trade) == [6_250, 12_500]
    assert escrow.trade(trade).inDeficit is False


def test_mark__shortfall_not_of_whole_shares__rounds_up(market, listed, moved):
    trade = market.open(listed(STOCK=5_000, LOTS=12_500))
    # 485,000 + 500,000; 15,000 / 97 = 154.6
    assert moved(trade, STOCK="97") == [("Delivered", "STOCK", 155)]


def test_mark__first_token_in_lots__rounds_up_to_a_lot(market, listed, moved):
    trade = market.open(listed(LOTS=12_500, STOCK=5_000))
    # 100,000 / 40 = 2,500; 100,040 / 40 = 2,501
    assert moved(trade, STOCK="79.992") == [("Delivered", "LOTS", 2_600)]


def test_mark__borrower_short_of_the_first__delivers_the_second(
    market, listed, moved, escrow, borrower
):
    trade = market.open(listed(STOCK=5_000, LOTS=12_500))
    market.tokens["STOCK"].approve(escrow, 299, sender=borrower)
    # 100,000 - 299 x 80 = 76,080; 76,080 / 40 = 1,902
    assert moved(trade, STOCK="80") == [("Delivered", "STOCK", 299), ("Delivered", "LOTS", 2_000)]
    assert market.held(trade) == [5_299, 14_500]
    assert escrow.trade(trade).inDeficit is False


def test_mark__borrower_without_the_first__delivers_the_second(
    market, listed, moved, escrow, borrower
):
    trade = market.open(listed(STOCK=5_000, LOTS=12_500))
    market.tokens["STOCK"].approve(escrow, 0, sender=borrower)
    assert moved(trade, STOCK="80") == [("Delivered", "LOTS", 2_500)]
    assert escrow.trade(trade).inDeficit is False


def test_mark__borrower_short_of_both__misses_only_the_last(
    market, listed, moved, escrow, borrower
):
    trade = market.open(listed(STOCK=5_000, LOTS=12_500))
    market.tokens["STOCK"].approve(escrow, 299, sender=borrower)
    market.tokens["LOTS"].approve(escrow, 1_950, sender=borrower)
    assert moved(trade, STOCK="80") == [
        ("Delivered", "STOCK", 299),
        ("Delivered", "LOTS", 1_900),
        ("Deficit", "LOTS", 100),
    ]
    assert market.held(trade) == [5_299, 14_400]
    assert escrow.trade(trade).inDeficit is True


def test_mark__borrower_short_of_a_lot_of_the_first__delivers_whole_lots_first(
    market, listed, moved, escrow, borrower
):
    trade = market.open(listed(LOTS=12_500, STOCK=5_000))
    market.tokens["LOTS"].approve(escrow, 299, sender=borrower)
    # 100,000 - 200 x 40 = 92,000; 92,000 / 80
    assert moved(trade, STOCK="80") == [("Delivered", "LOTS", 200), ("Delivered", "STOCK", 1_150)]


def test_mark__only_token_short__is_the_last(market, listed, moved, escrow, borrower):
    trade = market.open(listed(STOCK=10_000))
    market.tokens["STOCK"].approve(escrow, 1_000, sender=borrower)
    # 800,000; 200,000 / 80
    assert moved(trade, STOCK="80") == [
        ("Delivered", "STOCK", 1_000),
        ("Deficit", "STOCK", 1_500),
    ]


def test_mark__second_of_three_suffices__leaves_the_third(market, listed, moved, escrow, borrower):
    trade = market.open(listed(STOCK=5_000, LOTS=10_000, EUR=10_000_000))
    market.tokens["STOCK"].approve(escrow, 0, sender=borrower)
    # 400,000 + 400,000 + 100,000; 100,000 / 40
    assert moved(trade, STOCK="80", EURUSD="1") == [("Delivered", "LOTS", 2_500)]
    assert market.held(trade) == [5_000, 12_500, 10_000_000]


def test_mark__shortfall_with_haircuts__counts_units_after_them(market, listed, moved):
    terms = listed(STOCK=5_000, LOTS=12_500)
    first, second = terms.collateral
    trade = market.open(
        replace(terms, collateral=(replace(first, haircut_bps=1_000), second)),
    )
    # 450,000 + 500,000; 50,000 / 90 = 555.6
    assert moved(trade) == [("Delivered", "STOCK", 556)]


def test_mark__overflow_with_haircuts__counts_units_after_them(
    market, listed, moved, escrow, borrower
):
    terms = listed(STOCK=5_000, LOTS=12_500)
    first, second = (replace(leg, haircut_bps=1_000) for leg in terms.collateral)
    trade = market.open(replace(terms, collateral=(first, second)))
    market.tokens["STOCK"].approve(escrow, 100, sender=borrower)
    # 450,000 + 450,000; 100,000 - 100 x 90 = 91,000; 91,000 / 36 = 2,527.8
    assert moved(trade) == [("Delivered", "STOCK", 100), ("Delivered", "LOTS", 2_600)]


# ------------------------------------------------------------------ an excess


def test_mark__excess__goes_back_in_the_first_token(market, listed, moved):
    trade = market.open(listed(STOCK=5_000, LOTS=12_500))
    # 600,000 + 500,000; 100,000 / 120 = 833.3
    assert moved(trade, STOCK="120") == [("Returned", "STOCK", 833)]
    assert market.held(trade) == [4_167, 12_500]


def test_mark__excess_below_a_lot_of_the_first__leaves_the_second(market, listed, moved):
    trade = market.open(listed(LOTS=24_900, EUR=500_000))
    # 996,000 + 5,000: 1,000 in excess is less than a lot
    assert moved(trade, EURUSD="1") == []


def test_mark__first_exhausted__returns_the_second(market, listed, moved):
    trade = market.open(listed(loan_quantity=40_100_000, STOCK=5_000, LOTS=12_500))
    # 1,100,000 - 401,000 = 699,000; less 5,000 x 120 leaves 99,000; 99,000 / 40 = 2,475
    assert moved(trade, STOCK="120") == [("Returned", "STOCK", 5_000), ("Returned", "LOTS", 2_400)]
    assert market.held(trade) == [0, 10_100]


def test_mark__excess_is_just_the_first__leaves_the_second(market, listed, moved):
    trade = market.open(listed(loan_quantity=50_000_000, STOCK=5_000, LOTS=12_500))
    assert moved(trade) == [("Returned", "STOCK", 5_000)]
    assert market.held(trade) == [0, 12_500]


def test_mark__first_exhausted_but_for_less_than_a_lot__returns_the_second(market, listed, moved):
    trade = market.open(listed(loan_quantity=40_000_000, LOTS=12_550, STOCK=5_000))
    # 502,000 + 500,000 - 400,000 = 602,000; less 12,500 x 40 leaves 102,000; 102,000 / 100
    assert moved(trade) == [("Returned", "LOTS", 12_500), ("Returned", "STOCK", 1_020)]
    assert market.held(trade) == [50, 3_980]


def test_mark__first_exhausted_before__next_excess_is_of_the_second(market, listed, moved):
    trade = market.open(listed(loan_quantity=40_000_000, STOCK=5_000, LOTS=12_500))
    # 1,000,000 - 400,000 = 600,000: 5,000 x 100 + 2,500 x 40
    assert moved(trade) == [("Returned", "STOCK", 5_000), ("Returned", "LOTS", 2_500)]
    # 10,000 x 50 - 400,000 = 100,000
    assert moved(trade, day=THIRD, LOTS="50") == [("Returned", "LOTS", 2_000)]
    assert market.held(trade) == [0, 8_000]


def test_mark__first_exhausted_before__next_shortfall_is_of_the_first(market, listed, moved):
    trade = market.open(listed(loan_quantity=40_000_000, STOCK=5_000, LOTS=12_500))
    moved(trade)
    # 10,000 x 30 = 300,000; 100,000 / 100
    assert moved(trade, day=THIRD, LOTS="30") == [("Delivered", "STOCK", 1_000)]
    assert market.held(trade) == [1_000, 10_000]


def test_mark__basket_worth_nothing__is_called_for_in_the_first(market, emptied):
    trade = emptied(order=Order.AS_LISTED)
    receipt = market.mark(trade, day=THIRD)

    # 900,000,000 less two days of 98,811,000 x 400 / 360
    assert [(name, args.get("quantity")) for name, args in events(receipt)] == [
        ("Marked", None),
        ("Delivered", 68_042_000_000),
    ]


def test_mark__lender_short_of_the_first_under_title_transfer__returns_the_second(
    market, listed, moved, escrow, lender
):
    trade = market.open(under(listed(STOCK=5_000, LOTS=12_500), custody=Custody.TITLE_TRANSFER))
    market.tokens["STOCK"].approve(escrow, 100, sender=lender)
    # 100,000 - 100 x 120 = 88,000; 88,000 / 40
    assert moved(trade, STOCK="120") == [("Returned", "STOCK", 100), ("Returned", "LOTS", 2_200)]
    assert escrow.trade(trade).inDeficit is False


def test_mark__lender_short_of_both_under_title_transfer__misses_only_the_last(
    market, listed, escrow, lender
):
    trade = market.open(under(listed(STOCK=5_000, LOTS=12_500), custody=Custody.TITLE_TRANSFER))
    stock, lots = market.tokens["STOCK"], market.tokens["LOTS"]
    for token in (stock, lots):
        token.approve(escrow, 100, sender=lender)
    market.publish_marked(STOCK="120")

    receipt = market.mark(trade)

    common = {"id": trade, "date": MARKED}
    assert events(receipt)[1:] == [
        ("Returned", {**common, "token": stock.address, "quantity": 100}),
        ("Returned", {**common, "token": lots.address, "quantity": 100}),
        (
            "Deficit",
            {**common, "party": lender.address, "token": lots.address, "missing": 2_100},
        ),
    ]
    assert market.held(trade) == [4_900, 12_400]
    assert escrow.trade(trade).inDeficit is True
