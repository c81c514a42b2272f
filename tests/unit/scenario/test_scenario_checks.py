# SPDX-License-Identifier: MIT
"""Keys that are right by themselves and do not fit together."""

from collections.abc import Callable

import pytest

Spoil = Callable[[str, str], str]
Refusal = Callable[[str], str]

BASKET = "collateral:\n      STOCK: auto"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  STOCK:\n", "  EURUSD: {kind: bond, currency: EUR}\n  STOCK:\n",
         "5: instrument EURUSD has the name of an FX pair"),
        ("  STOCK:\n", "  ALL: {kind: equity, currency: USD}\n  STOCK:\n",
         "5: ALL is a currency: an instrument of that name must be its cash"),
        ("  STOCK:\n", "  EUR: {kind: cash, currency: USD}\n  STOCK:\n",
         "5: EUR is a currency: an instrument of that name must be its cash"),
        ("  STOCK:\n", "  EUR: {kind: cash, currency: EUR, decimals: 6}\n  STOCK:\n",
         '5: decimals must be 2, the minor unit of EUR, found "6"'),
        ("lot: 10", "maturity: 2032-02-15", "8: only a bond has a maturity"),
        ("lot: 10", "lot: 0.5", '8: lot must have at most 0 decimals, found "0.5"'),
        ("lot: 10", "lot: 79228162514264337593543950336",
         '8: lot must be below 2**96 smallest units, found "79228162514264337593543950336"'),
        ("  B: {STOCK: 335240}", "  escrow: {}\n  B: {STOCK: 335240}",
         '11: a party cannot be named "escrow": reports use that name'),
        ("  B: {STOCK: 335240}", "  B: {STOCKS: 335240}", '11: unknown token "STOCKS"'),
        ("  B: {STOCK: 335240}", "  B: {STOCK: 1.5}",
         '11: quantity of STOCK must have at most 0 decimals, found "1.5"'),
        ("EUR: 1000.25", "EUR: 1000.255",
         '10: quantity of EUR must have at most 2 decimals, found "1000.255"'),
        ("EUR: 1000.25", "EUR: 792281625142643375935439503.36",
         "10: quantity of EUR must be below 2**96 smallest units, "
         'found "792281625142643375935439503.36"'),
        ("  2023-04-24:", "  2023-04-18:",
         "15: business dates must be in order, found 2023-04-18 after 2023-04-20"),
        ("98.8110, STOCK", "98.8110, STOCKS: 1, STOCK",
         '13: unknown key "STOCKS": neither a bond or equity nor an FX pair'),
        ("98.8110, STOCK", "98.8110, EUREUR: 1, STOCK",
         '13: unknown key "EUREUR": neither a bond or equity nor an FX pair'),
        ("98.8110, STOCK", "98.8110, EUR: 1, STOCK",
         '13: unknown key "EUR": neither a bond or equity nor an FX pair'),
        ("EURUSD: 1.09253}", "EURUSD: 1.09253,\n               USDEUR: 0.9}",
         "14: EURUSD and USDEUR are the same pair: give one of them"),
        ("id: T2", "id: T1", '26: trade id "T1" is used twice'),
        ("    lender: A", "    lender: C", '18: unknown party "C"'),
        ("    borrower: B", "    borrower: b", '19: unknown party "b"'),
        ("    borrower: B", "    borrower: A",
         '19: lender and borrower must differ, both are "A"'),
        ("loan: {BUND: 50000000}", "loan: {}", "20: loan must have one token, found 0"),
        ("loan: {BUND: 50000000}", "loan: {BUND: 1, EUR: 1}",
         "20: loan must have one token, found 2"),
        ("loan: {BUND: 50000000}", "loan: {BOND: 1}", '20: unknown token "BOND"'),
        ("loan: {BUND: 50000000}", "loan: {BUND: 0.5}",
         '20: quantity of BUND must have at most 0 decimals, found "0.5"'),
        ("STOCK: auto", "BUND: auto", "22: BUND cannot be both loan and collateral"),
        ("STOCK: auto", "SHARE: auto", '22: unknown token "SHARE"'),
        (BASKET, "collateral: {}", "21: collateral must have 1 to 20 tokens, found 0"),
        (BASKET, "collateral: {AUD: 1, BRL: 1, CAD: 1, CHF: 1, CNY: 1, CZK: 1, DKK: 1, GBP: 1, "
         "HKD: 1, HUF: 1, INR: 1, JPY: 1, KRW: 1, MXN: 1, NOK: 1, NZD: 1, PLN: 1, SEK: 1, "
         "SGD: 1, TRY: 1, USD: 1}", "21: collateral must have 1 to 20 tokens, found 21"),
        (BASKET, "collateral: {STOCK: auto, USD: auto}",
         "21: auto is for one token: a basket takes quantities or weights"),
        (BASKET, "collateral: {STOCK: auto, USD: 5}",
         "21: auto is for one token: a basket takes quantities or weights"),
        (BASKET, "collateral: {STOCK: 60%, USD: 5}",
         "21: collateral must be all quantities or all weights, found both"),
        (BASKET, "collateral: {STOCK: 60%, USD: 39.99%}",
         "21: weights must sum to 100%, found 99.99%"),
        (BASKET, "collateral: {STOCK: 50%}", "21: weights must sum to 100%, found 50%"),
        ("end: 2023-04-21", "end: 2023-04-18",
         "24: end 2023-04-18 is before start 2023-04-19"),
        ("start: 2023-04-19\n    end: 2023-04-21",
         "start: 2023-04-19T10:30\n    end: 2023-04-19T10:29",
         "24: end 2023-04-19T10:29:00 is before start 2023-04-19T10:30:00"),
        # A date is its midnight, as in the contracts.
        ("start: 2023-04-19\n    end: 2023-04-21",
         "start: 2023-04-19T10:30\n    end: 2023-04-19",
         "24: end 2023-04-19 is before start 2023-04-19T10:30:00"),
        ("start: 2023-04-20", "start: 2023-04-25",
         "31: start 2023-04-25 is after the last business date 2023-04-24"),
        ("rate: 2.5%", "rate_token: BUND", "25: rate_token must be cash, found BUND"),
        ("rate: 2.5%", "call_below: 100.01%", "25: call_below must not be above the ratio"),
        ("rate: 2.5%", "return_above: 99.99%", "25: return_above must not be below the ratio"),
        ("rate: 2.5%", "haircut: {BUND: 1%}", "25: BUND is no collateral of the trade"),
        ("rate: 2.5%", "rate_token: EUX", '25: unknown token "EUX"'),
    ],
)  # fmt: skip
def test_parse__keys_do_not_fit__named_with_the_line(
    spoilt: Spoil, refusal: Refusal, old: str, new: str, expected: str
) -> None:
    assert refusal(spoilt(old, new)) == expected


def test_parse__basket_of_several_currencies__needs_a_valuation_currency(
    spoilt: Spoil, refusal: Refusal
) -> None:
    text = spoilt("valuation_currency: USD\n", "").replace(
        "      STOCK: auto", "      {JPY: 1, USD: 1}"
    )
    assert refusal(text) == "20: collateral in JPY and USD needs a valuation_currency"


def test_parse__fixings_quoted_differently_on_two_dates__read(
    spoilt: Spoil, refusal: Refusal
) -> None:
    text = spoilt("EURUSD: 1.09253", "USDEUR: 0.9153").replace("id: T2", "id: T1")
    assert refusal(text) == '26: trade id "T1" is used twice'


def test_parse__instrument_wrong_below_its_use__named_and_not_its_use(refusal: Refusal) -> None:
    text = """\
name: Instruments last
parties: {A: {STOCK: 1.5}}
fixings: {2023-04-19: {STOCK: 1}}
instruments:
  STOCK: {kind: equity, currency: USD, lot: 0.1}
"""
    assert refusal(text) == '5: lot must have at most 0 decimals, found "0.1"'
