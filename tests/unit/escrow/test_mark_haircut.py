# SPDX-License-Identifier: MIT
"""`mark`: a token counts with its market value less its haircut."""

from dataclasses import replace

import pytest

from support import MARKED, SETTLED, events

ONE_E18 = 10**18


@pytest.fixture
def cut(market, cash_loan):
    """The cash loan against these tokens, each with (quantity, haircut in bps)."""

    def terms(**tokens):
        basket = [
            replace(leg, haircut_bps=haircut_bps)
            for symbol, (quantity, haircut_bps) in tokens.items()
            for leg in market.basket(**{symbol: quantity})
        ]
        return replace(cash_loan, collateral=tuple(basket))

    return terms


@pytest.fixture
def marked(market):
    """Opens and marks; the collateral's value and what moved as (event, symbol, quantity)."""
    symbols = {token.address: symbol for symbol, token in market.tokens.items()}

    def mark(terms, **prices):
        trade = market.open(terms)
        market.publish_marked(**prices)
        (name, args), *others = events(market.mark(trade))
        assert name == "Marked"
        calls = [(name, symbols[found["token"]], found["quantity"]) for name, found in others]
        return args["collateralE18"], calls, market.held(trade)

    return mark


def test_mark__haircut_of_the_only_token__is_called_for(marked, cut):
    # 10,000 x 100 x 95 % = 950,000; 50,000 / 95 = 526.3
    assert marked(cut(STOCK=(10_000, 500)), STOCK="100") == (
        950_000 * ONE_E18,
        [("Delivered", "STOCK", 527)],
        [10_527],
    )


def test_mark__excess_after_the_haircut__goes_back(marked, cut):
    # 10,000 x 110 x 95 % = 1,045,000; 45,000 / 104.5 = 430.6
    assert marked(cut(STOCK=(10_000, 500)), STOCK="110") == (
        1_045_000 * ONE_E18,
        [("Returned", "STOCK", 430)],
        [9_570],
    )


@pytest.mark.parametrize(
    ("loan_quantity", "expected"),
    [
        (95_000_001, [("Delivered", "STOCK", 1)]),
        (95_000_000, []),
        (94_990_501, []),  # 94.99 in excess, a share counts 95
        (94_990_500, [("Returned", "STOCK", 1)]),
    ],
)
def test_mark__a_cent_beside_the_value_after_haircut__decides(marked, cut, loan_quantity, expected):
    terms = replace(cut(STOCK=(10_000, 500)), loan_quantity=loan_quantity)
    assert marked(terms, STOCK="100")[1] == expected


@pytest.mark.parametrize(
    ("first_bps", "further_bps", "value", "stock", "lots"),
    [
        # 450,000 + 500,000; 5,000 x 50 / 950 = 263.2, 12,500 x 50 / 950 = 657.9
        (1_000, 0, 950_000, 264, 700),
        # 500,000 + 450,000: the same shares of the basket
        (0, 1_000, 950_000, 264, 700),
        # 475,000 + 450,000; 5,000 x 75 / 925 = 405.4, 12,500 x 75 / 925 = 1,013.5
        (500, 1_000, 925_000, 406, 1_100),
    ],
)
def test_mark__basket_of_two_with_haircuts__delivers_pro_rata(
    marked, cut, first_bps, further_bps, value, stock, lots
):
    terms = cut(STOCK=(5_000, first_bps), LOTS=(12_500, further_bps))
    assert marked(terms, STOCK="100", LOTS="40") == (
        value * ONE_E18,
        [("Delivered", "STOCK", stock), ("Delivered", "LOTS", lots)],
        [5_000 + stock, 12_500 + lots],
    )


def test_mark__basket_of_two_with_haircuts__returns_pro_rata(marked, cut):
    # 5,000 x 130 x 95 % + 12,500 x 40 x 90 % = 617,500 + 450,000
    # 5,000 x 67.5 / 1,067.5 = 316.2, 12,500 x 67.5 / 1,067.5 = 790.4
    assert marked(cut(STOCK=(5_000, 500), LOTS=(12_500, 1_000)), STOCK="130", LOTS="40") == (
        1_067_500 * ONE_E18,
        [("Returned", "STOCK", 316), ("Returned", "LOTS", 700)],
        [4_684, 11_800],
    )


def test_mark__haircut_and_ratio__both_count(marked, cut):
    # 1,000,000 x 102 % = 1,020,000 against 980,000; 40,000 / 98 = 408.2
    terms = replace(cut(STOCK=(10_000, 200)), ratio_bps=10_200)
    assert marked(terms, STOCK="100") == (
        980_000 * ONE_E18,
        [("Delivered", "STOCK", 409)],
        [10_409],
    )


def test_mark__haircut_of_a_bond_in_another_currency__counts_after_fx(marked, cut):
    # 134,500,000 JPY / 134.50 x 97 % = 970,000
    # 134,500,000 x 30 / 970 = 4,159,793.8: 84 lots of 50,000
    assert marked(cut(JGB=(134_500_000, 300)), JGB="100", USDJPY="134.50") == (
        970_000 * ONE_E18,
        [("Delivered", "JGB", 4_200_000)],
        [138_700_000],
    )


def test_mark__largest_haircut__leaves_a_ten_thousandth(marked, cut):
    # 10,000 x 100 / 10,000 = 100
    terms = replace(cut(STOCK=(10_000, 9_999)), loan_quantity=10_001)
    assert marked(terms, STOCK="100") == (
        100 * ONE_E18,
        [("Delivered", "STOCK", 1)],
        [10_001],
    )


def test_mark__borrower_short__misses_what_the_haircut_called(market, cut, escrow, borrower):
    stock = market.tokens["STOCK"]
    trade = market.open(cut(STOCK=(10_000, 500)))
    stock.approve(escrow, 500, sender=borrower)
    market.publish_marked(STOCK="100")

    receipt = market.mark(trade)

    common = {"id": trade, "date": MARKED, "token": stock.address}
    assert events(receipt)[1:] == [
        ("Delivered", {**common, "quantity": 500}),
        ("Deficit", {**common, "party": borrower.address, "missing": 27}),
    ]


def test_valuation__haircuts__are_off_the_collateral_only(market, cut, escrow):
    trade = market.open(cut(STOCK=(5_000, 500), LOTS=(12_500, 1_000)))
    # 5,000 x 161.01 x 95 % + 12,500 x 40 x 90 %
    assert tuple(escrow.valuation(trade, SETTLED)) == (
        1_000_000 * ONE_E18,
        0,
        1_000_000 * ONE_E18,
        1_214_797_500 * 10**15,
    )
