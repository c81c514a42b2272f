# SPDX-License-Identifier: MIT
"""Keys and values that are wrong by themselves."""

from collections.abc import Callable

import pytest

from tanpo.scenario import ScenarioError

Spoil = Callable[[str, str], str]
Refusal = Callable[[str], str]

NUMBERS = [
    ("abc", 'must be a number, found "abc"'),
    ("1e3", 'must be a number, found "1e3"'),
    ("0x10", 'must be a number, found "0x10"'),
    ("1,000", 'must be a number, found "1,000"'),
    (".5", 'must be a number, found ".5"'),
    ("nan", 'must be a number, found "nan"'),
    ("٣", 'must be a number, found "٣"'),
    ("9" * 61, 'must be a number, found "' + "9" * 40 + '…"'),
    ("-5", 'must not be negative, found "-5"'),
    ("", "must be a number, found nothing"),
    ("{}", "must be a number, found a mapping"),
    ("[]", "must be a number, found a list"),
]


@pytest.mark.parametrize(("written", "reason"), NUMBERS)
def test_parse__balance_not_a_quantity__refused(
    spoilt: Spoil, refusal: Refusal, written: str, reason: str
) -> None:
    text = spoilt("B: {STOCK: 335240}", f"B:\n    STOCK: {written}")
    assert refusal(text.replace("1,000", '"1,000"')) == f"12: quantity of STOCK {reason}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("name: Two trades\n", "", '1: missing key "name"'),
        ("name: Two trades", "name:", "1: name must be a name, found nothing"),
        ("name: Two trades", "name: [a]", "1: name must be a name, found a list"),
        ("name: Two trades", "title: x\nname: Two trades", '1: unknown key "title"'),
        ("currency: USD\ninst", "currency: USX\ninst",
         '2: valuation_currency must be an ISO 4217 currency code, found "USX"'),
        ("  STOCK:\n    kind: equity\n", "  STOCK:\n", '5: missing key "kind"'),
        ("kind: equity", "kind: share", '6: kind must be bond or equity or cash, found "share"'),
        ("    currency: USD", "    currency: XAU",
         '7: currency must be an ISO 4217 currency code, found "XAU"'),
        ("lot: 10", "lot: 0", '8: lot must be positive, found "0"'),
        ("lot: 10", "lots: 10", '8: unknown key "lots"'),
        ("lot: 10", "decimals: 19",
         '8: decimals must be an integer from 0 to 18, found "19"'),
        ("lot: 10", "decimals: 01",
         '8: decimals must be an integer from 0 to 18, found "01"'),
        ("lot: 10", "isin: DE000110258",
         '8: isin must be an ISIN of 12 characters, found "DE000110258"'),
        ("lot: 10", "maturity: 15 Feb 2032",
         '8: maturity must be a date such as 2023-04-19, found "15 Feb 2032"'),
        ("  BUND: {kind: bond, currency: EUR}", "  BUND:",
         "4: instrument BUND must be a mapping, found nothing"),
        ("  B: {STOCK: 335240}", "  B: [STOCK]", "11: party B must be a mapping, found a list"),
        ("  B: {STOCK: 335240}", '  "": {}\n  B: {STOCK: 335240}',
         "11: a key must be a name, found nothing"),
        ("  2023-04-20:", "  2023-4-20:",
         '14: a business date must be a date such as 2023-04-19, found "2023-4-20"'),
        ("  2023-04-20:", "  2023-04-31:",
         '14: a business date must be a date such as 2023-04-19, found "2023-04-31"'),
        ("  2023-04-19:", "  1969-12-31:",
         '13: a business date must not be before 1970-01-01, found "1969-12-31"'),
        ("{BUND: 98.8110,", "{BUND: 0,", '13: fixing of BUND must be positive, found "0"'),
        ("{BUND: 98.8110,", "{BUND: -1,", '13: fixing of BUND must not be negative, found "-1"'),
        ("{BUND: 98.8110,", "{BUND: 98.123456789,",
         '13: fixing of BUND must have at most 8 decimals, found "98.123456789"'),
        ("{BUND: 98.8110,", "{BUND: 92233720368.54775808,",
         "13: fixing of BUND must be below 92233720368.54775808, "
         'found "92233720368.54775808"'),
        ("  2023-04-24: {BUND: 98.7590, STOCK: 162.53, EURUSD: 1.09753}", "  2023-04-24: 5",
         '15: fixings of 2023-04-24 must be a mapping, found "5"'),
        ("    lender: A", "    lendr: A", '17: missing key "lender"'),
        ("    lender: A", "    lender: A\n    lendr: A", '19: unknown key "lendr"'),
        ("loan: {BUND: 50000000}", "loan: BUND", '20: loan must be a mapping, found "BUND"'),
        ("loan: {BUND: 50000000}", "loan: {BUND: 0}",
         '20: quantity of BUND must be positive, found "0"'),
        ("STOCK: auto", "STOCK: all",
         '22: quantity of STOCK must be a number, auto or a weight such as 60%, found "all"'),
        ("STOCK: auto", "STOCK: 0%", '22: quantity of STOCK must be above 0%, found "0%"'),
        ("STOCK: auto", "STOCK: 0", '22: quantity of STOCK must be positive, found "0"'),
        ("STOCK: auto", "STOCK: -1", '22: quantity of STOCK must not be negative, found "-1"'),
        ("STOCK: auto", "STOCK: x%",
         '22: quantity of STOCK must be a number, auto or a weight such as 60%, found "x%"'),
        ("end: 2023-04-21", "end: never",
         '24: end must be a date or a time such as 2023-04-19T10:30, found "never"'),
        ("end: 2023-04-21", "end: 2023-04-21T24:00",
         '24: end must be a date or a time such as 2023-04-19T10:30, found "2023-04-21T24:00"'),
        ("end: 2023-04-21", "end:",
         "24: end must be a date or a time such as 2023-04-19T10:30, found nothing"),
        ("rate: 2.5%", "rate: 2.5", '25: rate must be a percentage such as 2.5%, found "2.5"'),
        ("rate: 2.5%", "rate: 0.00000001%",
         '25: rate must have at most 7 decimals, found "0.00000001%"'),
        ("rate: 2.5%", "ratio: 0%", '25: ratio must be above 0%, found "0%"'),
        ("rate: 2.5%", "ratio: 655.36%", '25: ratio must be at most 655.35%, found "655.36%"'),
        ("rate: 2.5%", "ratio: 100.001%",
         '25: ratio must have at most 2 decimals, found "100.001%"'),
        ("rate: 2.5%", "threshold: -1%", '25: threshold must not be negative, found "-1%"'),
        ("rate: 2.5%", "threshold: 100.01%",
         '25: threshold must be at most 100%, found "100.01%"'),
        ("rate: 2.5%", "mta: 0.0000001",
         '25: mta must have at most 6 decimals, found "0.0000001"'),
        ("rate: 2.5%", "rate: -54975.5813888%",
         '25: rate must be within 54975.5813887% of 0, found "-54975.5813888%"'),
        ("rate: 2.5%", "mta: 18446744073709.551616",
         '25: mta must be below 18446744073709.551616, found "18446744073709.551616"'),
        ("rate: 2.5%", "mta: -1", '25: mta must not be negative, found "-1"'),
        ("rate: 2.5%", "custody: escrow",
         '25: custody must be segregated or title, found "escrow"'),
        ("rate: 2.5%", "day_count: 364", '25: day_count must be 360 or 365, found "364"'),
        ("rate: 2.5%", "call_below: 0%", '25: call_below must be above 0%, found "0%"'),
        ("rate: 2.5%", "haircut: {STOCK: 100%}",
         '25: haircut of STOCK must be below 100%, found "100%"'),
        ("rate: 2.5%", "haircut: {STOCK: -1%}",
         '25: haircut of STOCK must not be negative, found "-1%"'),
        ("rate: 2.5%", "basket: sorted", '25: basket must be pro_rata or ordered, found "sorted"'),
        ("rate: 2.5%", "cure: 256", '25: cure must be an integer from 0 to 255, found "256"'),
        ("rate: 2.5%", "penalty: -1%", '25: penalty must not be negative, found "-1%"'),
        ("rate: 2.5%", "penalty: 429.4967296%",
         '25: penalty must be at most 429.4967295%, found "429.4967296%"'),
        ("rate: 2.5%", "rights: {lender: [cure]}",
         "25: a right must be partial_return or recall or terminate or extend or rerate or reprice "
         'or substitute or increase or novate or correct or default, found "cure"'),
        ("rate: 2.5%", "rights: {lender: recall}",
         '25: lender must be a list, found "recall"'),
        ("rate: 2.5%", "rights: {A: [recall]}", '25: unknown key "A"'),
        ("  - id: T2\n", "  - T0\n  - id: T2\n", '26: a trade must be a mapping, found "T0"'),
    ],
)  # fmt: skip
def test_parse__key_or_value_wrong__named_with_its_line(
    spoilt: Spoil, refusal: Refusal, old: str, new: str, expected: str
) -> None:
    assert refusal(spoilt(old, new)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- name", "1: the file must be a mapping, found a list"),
        ("scenario", '1: the file must be a mapping, found "scenario"'),
        ("{}", '1: missing key "name"'),
        (
            "name: x\nparties: {}\nfixings: {}\ntrades: {}",
            "4: trades must be a list, found a mapping",
        ),
        ("name: x\nparties: {}\nfixings: []", "3: fixings must be a mapping, found a list"),
        ("name: x\nparties: {}\n\nfixings: {}", "4: fixings must have at least one business date"),
    ],
)
def test_parse__whole_sections_wrong__refused(refusal: Refusal, text: str, expected: str) -> None:
    assert refusal(text) == expected


def test_parse__several_errors__first_by_line(spoilt: Spoil, refusal: Refusal) -> None:
    text = spoilt("rate: 2.5%", "rate: 2").replace("kind: equity", "kind: x")
    assert refusal(text) == '6: kind must be bond or equity or cash, found "x"'


def test_scenario_error__attributes__path_line_and_reason() -> None:
    error = ScenarioError("trades.yaml", 7, 'unknown key "lendr"')
    assert str(error) == 'trades.yaml:7: unknown key "lendr"'
    assert (error.path, error.line, error.reason) == ("trades.yaml", 7, 'unknown key "lendr"')
