# SPDX-License-Identifier: MIT
"""Income, splits and redemptions: what they mean, and what is refused."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest

from tanpo.scenario import ActionSpec, parse_scenario

Refusal = Callable[[str], str]

# The actions stand from line 16.
TEXT = """\
name: Actions
instruments:
  X: {kind: equity, currency: USD}
  Y: {kind: bond, currency: EUR}
parties:
  A: {}
  B: {}
fixings:
  2024-03-01: {X: 100, Y: 99, EURUSD: 1.1}
  2024-03-04: {X: 100, Y: 99, EURUSD: 1.1}
  2024-03-05: {X: 100, Y: 99, EURUSD: 1.1}
trades:
  - {id: T1, lender: A, borrower: B, loan: {X: 10}, collateral: {Y: auto}, start: 2024-03-01}
  - {id: T2, lender: A, borrower: B, loan: {USD: 10}, collateral: {X: 1}, start: 2024-03-01}
"""


def actions(key: str, *written: str) -> str:
    return TEXT + f"{key}:\n" + "".join(f"  - {{{entry}}}\n" for entry in written)


def test_parse__actions__exact_and_by_date() -> None:
    text = actions("redemptions", "date: 2024-03-05, token: Y, price: 100.5") + (
        "splits: [{date: 2024-03-04, token: X, ratio: 3:2}]\n"
        "income:\n"
        "  - {date: 2024-03-05, token: X, per_unit: 0.12345678, currency: JPY}\n"
        "  - {date: 2024-03-04, token: Y, per_unit: 2}\n"
    )
    scenario = parse_scenario(text.replace("EURUSD: 1.1", "EURUSD: 1.1, USDJPY: 150"))
    first, second = date(2024, 3, 4), date(2024, 3, 5)
    assert scenario.actions == (
        ActionSpec(first, "income", "Y", "EUR", Fraction(2)),
        ActionSpec(first, "split", "X", "", Fraction(3, 2)),
        ActionSpec(second, "income", "X", "JPY", Fraction(12345678, 10**8)),
        ActionSpec(second, "redemption", "Y", "EUR", Fraction(201, 2)),
    )
    assert [*scenario.instruments][2:] == ["USD", "JPY", "EUR"]


@pytest.mark.parametrize(
    ("written", "ratio"),
    [("2", 2), ("1.5", Fraction(3, 2)), ("3/2", Fraction(3, 2)), ("1:10", Fraction(1, 10)),
     ("0.1", Fraction(1, 10)), ("1.5:3", Fraction(1, 2))],
)  # fmt: skip
def test_parse__ratio__exact(written: str, ratio: Fraction) -> None:
    text = actions("splits", f"date: 2024-03-04, token: X, ratio: {written}")
    assert [action.amount for action in parse_scenario(text).actions] == [ratio]


@pytest.mark.parametrize(
    ("key", "written", "expected"),
    [
        ("income", "token: X, per_unit: 1", '16: missing key "date"'),
        ("income", "date: 2024-03-04, per_unit: 1", '16: missing key "token"'),
        ("income", "date: 2024-03-04, token: X", '16: missing key "per_unit"'),
        ("income", "date: 2024-03-04, token: X, per_unit: 0",
         '16: per_unit must be positive, found "0"'),
        ("income", "date: 2024-03-04, token: X, per_unit: 0.123456789",
         '16: per_unit must have at most 8 decimals, found "0.123456789"'),
        ("income", "date: 2024-03-04, token: X, per_unit: 1, currency: US",
         '16: currency must be an ISO 4217 currency code, found "US"'),
        ("income", "date: 2024-03-04, token: X, per_unit: 1, price: 1",
         '16: unknown key "price"'),
        ("income", "date: 4 March, token: X, per_unit: 1",
         '16: date must be a date such as 2023-04-19, found "4 March"'),
        ("income", "date: 2024-03-03, token: X, per_unit: 1",
         "16: 2024-03-03 is no business date of the file"),
        ("income", "date: 2024-03-04, token: Z, per_unit: 1", '16: unknown token "Z"'),
        ("income", "date: 2024-03-04, token: USD, per_unit: 1",
         "16: USD is cash: issuers act on securities"),
        ("splits", "date: 2024-03-04, token: X", '16: missing key "ratio"'),
        ("splits", "date: 2024-03-04, token: X, ratio: 0", '16: ratio must be above 0, found "0"'),
        ("splits", "date: 2024-03-04, token: X, ratio: 2:0",
         '16: ratio must be above 0, found "2:0"'),
        ("splits", "date: 2024-03-04, token: X, ratio: -2",
         '16: ratio must be above 0, found "-2"'),
        ("splits", "date: 2024-03-04, token: X, ratio: 1:2:3",
         '16: ratio must be a ratio such as 2, 1.5 or 3:2, found "1:2:3"'),
        ("splits", "date: 2024-03-04, token: X, ratio: two",
         '16: ratio must be a ratio such as 2, 1.5 or 3:2, found "two"'),
        ("splits", "date: 2024-03-04, token: X, ratio: 18446744073709551616",
         "16: ratio must have a numerator and a denominator below 2**64, "
         'found "18446744073709551616"'),
        ("splits", "date: 2024-03-03, token: X, ratio: 2",
         "16: 2024-03-03 is no business date of the file"),
        ("redemptions", "date: 2024-03-04, token: Y", '16: missing key "price"'),
        ("redemptions", "date: 2024-03-04, token: Y, price: -1",
         '16: price must not be negative, found "-1"'),
        ("redemptions", "date: 2024-03-04, token: EUR, price: 1",
         "16: EUR is cash: issuers act on securities"),
        ("redemptions", "date: 2024-03-01, token: Y, price: 1",
         "13: Y is redeemed on 2024-03-01, before the trade opens"),
    ],
)  # fmt: skip
def test_parse__action_wrong__named_with_its_line(
    refusal: Refusal, key: str, written: str, expected: str
) -> None:
    assert refusal(actions(key, written)) == expected


def test_parse__two_actions_of_a_token_on_one_date__refused(refusal: Refusal) -> None:
    text = actions("income", "date: 2024-03-04, token: Y, per_unit: 1")
    text += "redemptions: [{date: 2024-03-04, token: Y, price: 100}]\n"
    assert refusal(text) == "17: there is another action on Y on 2024-03-04"


def test_parse__action_after_redemption__refused(refusal: Refusal) -> None:
    text = actions("income", "date: 2024-03-05, token: Y, per_unit: 1")
    text += "redemptions: [{date: 2024-03-04, token: Y, price: 100}]\n"
    assert refusal(text) == "16: Y is redeemed on 2024-03-04"


def test_parse__party_named_issuer__refused_where_issuers_act(refusal: Refusal) -> None:
    text = actions("splits", "date: 2024-03-04, token: X, ratio: 2")
    text = text.replace("  B: {}", "  B: {}\n  issuer: {}")
    reason = 'a party cannot be named "issuer" where issuers act: reports use that name'
    assert refusal(text) == f"8: {reason}"
    assert parse_scenario(text[: text.index("splits")])


def test_parse__event_of_a_security_that_is_redeemed__refused(refusal: Refusal) -> None:
    text = actions("redemptions", "date: 2024-03-04, token: Y, price: 100")
    event = "{date: 2024-03-04, trade: T2, do: substitute, out: {X: 1}, in: {Y: auto}}"
    assert refusal(f"{text}events:\n  - {event}\n") == "18: Y is redeemed on 2024-03-04"


def test_parse__redeemed__no_fixing_from_that_date_on(refusal: Refusal) -> None:
    text = actions("redemptions", "date: 2024-03-04, token: Y, price: 100")
    for day in ("2024-03-04", "2024-03-05"):
        text = text.replace(f"{day}: {{X: 100, Y: 99", f"{day}: {{X: 100")
    assert parse_scenario(text)
    text = text.replace("05: {X: 100, EURUSD: 1.1}", "05: {X: 100}")
    text = text.replace("trades:", "valuation_currency: USD\ntrades:")
    reason = "no fixing of EURUSD or USDEUR on 2024-03-05, which trade T1 needs"
    assert refusal(text) == f"11: {reason}"


def test_parse__income_that_a_party_owes__a_rate_token_and_its_fx(refusal: Refusal) -> None:
    """Of the lent and of what a lender has by title, not of what the escrow holds."""
    text = actions("income", "date: 2024-03-04, token: X, per_unit: 1")
    assert [trade.rate_token for trade in parse_scenario(text).trades] == ["USD", None]
    text = text.replace("per_unit: 1", "per_unit: 1, currency: JPY")
    reason = "no fixing of JPYUSD or USDJPY on 2024-03-04, which trade T1 needs"
    assert refusal(text) == f"10: {reason}"
    text = text.replace("04: {X: 100", "04: {USDJPY: 150, X: 100")
    text = text.replace("id: T2", "custody: title, id: T2")
    assert [trade.rate_token for trade in parse_scenario(text).trades] == ["USD", "USD"]
