# SPDX-License-Identifier: MIT
"""Fixings that trades need: which, when, and when not."""

from collections.abc import Callable

import pytest

from tanpo.scenario import parse_scenario

Refusal = Callable[[str], str]


def scenario(trade: str, *fixings: str) -> str:
    """A file whose business dates, from 2023-04-19 on, stand on the lines from 7."""
    days = "".join(f"  2023-04-{19 + count}: {{{keys}}}\n" for count, keys in enumerate(fixings))
    return f"""\
name: Fixings
instruments:
  BUND: {{kind: bond, currency: EUR}}
  STOCK: {{kind: equity, currency: USD}}
parties: {{A: {{}}, B: {{}}}}
fixings:
{days}trades:
  - {{id: T1, lender: A, borrower: B, {trade}}}
"""


BUND_FOR_STOCK = "loan: {BUND: 1}, collateral: {STOCK: auto}"
ALL = "BUND: 98, STOCK: 161, EURUSD: 1.1"


@pytest.mark.parametrize(
    ("trade", "fixings", "expected"),
    [
        # On the opening and every later business date: each price, and FX.
        (f"{BUND_FOR_STOCK}, start: 2023-04-19", ["STOCK: 161, EURUSD: 1.1"],
         "7: no fixing of BUND on 2023-04-19, which trade T1 needs"),
        (f"{BUND_FOR_STOCK}, start: 2023-04-19", [ALL, "BUND: 98, EURUSD: 1.1"],
         "8: no fixing of STOCK on 2023-04-20, which trade T1 needs"),
        (f"{BUND_FOR_STOCK}, start: 2023-04-19", [ALL, ALL, "BUND: 98, STOCK: 161"],
         "9: no fixing of EURUSD or USDEUR on 2023-04-21, which trade T1 needs"),
        (f"{BUND_FOR_STOCK}, start: 2023-04-19", [""],
         "7: no fixing of BUND on 2023-04-19, which trade T1 needs"),
        # No cross rates.
        (f"{BUND_FOR_STOCK}, start: 2023-04-19", ["BUND: 98, STOCK: 161, EURGBP: 1, GBPUSD: 1"],
         "7: no fixing of EURUSD or USDEUR on 2023-04-19, which trade T1 needs"),
        # An end after the last business date: still marked on it.
        (f"{BUND_FOR_STOCK}, start: 2023-04-19, end: 2023-04-21", [ALL, ""],
         "8: no fixing of BUND on 2023-04-20, which trade T1 needs"),
        # The closing date: only what interest needs.
        (f"{BUND_FOR_STOCK}, start: 2023-04-19, end: 2023-04-20, rate: 1%", [ALL, ""],
         "8: no fixing of EURUSD or USDEUR on 2023-04-20, which trade T1 needs"),
        (f"{BUND_FOR_STOCK}, start: 2023-04-19, end: 2023-04-20, rate: 1%, rate_token: JPY",
         [f"{ALL}, USDJPY: 134", "EURUSD: 1.1"],
         "8: no fixing of JPYUSD or USDJPY on 2023-04-20, which trade T1 needs"),
        # The interest's currency counts from the opening on.
        (f"{BUND_FOR_STOCK}, start: 2023-04-19, rate: 1%, rate_token: JPY", [ALL],
         "7: no fixing of JPYUSD or USDJPY on 2023-04-19, which trade T1 needs"),
        # Intraday: the opening's.
        (f"{BUND_FOR_STOCK}, start: 2023-04-19T10:30, end: 2023-04-19T15:00",
         ["STOCK: 161, EURUSD: 1.1"],
         "7: no fixing of BUND on 2023-04-19, which trade T1 needs"),
        # Every token of a basket.
        ("loan: {STOCK: 1}, collateral: {BUND: 50%, JPY: 50%}, start: 2023-04-19, "
         "valuation_currency: USD", [ALL],
         "7: no fixing of JPYUSD or USDJPY on 2023-04-19, which trade T1 needs"),
    ],
)  # fmt: skip
def test_parse__fixing_missing__named_with_date_and_trade(
    refusal: Refusal, trade: str, fixings: list[str], expected: str
) -> None:
    assert refusal(scenario(trade, *fixings)) == expected


@pytest.mark.parametrize(
    ("trade", "fixings"),
    [
        # Not before the opening, not after the closing, nothing at a closing without interest.
        (f"{BUND_FOR_STOCK}, start: 2023-04-20, end: 2023-04-21", ["", ALL, "", ""]),
        # Either way round.
        (f"{BUND_FOR_STOCK}, start: 2023-04-19", ["BUND: 98, STOCK: 161, USDEUR: 0.9"]),
        # Interest at the closing: FX, but no price.
        (f"{BUND_FOR_STOCK}, start: 2023-04-19, end: 2023-04-20, rate: 1%", [ALL, "EURUSD: 1.1"]),
        # A rate token without a rate needs nothing.
        (f"{BUND_FOR_STOCK}, start: 2023-04-19, rate_token: JPY", [ALL]),
        # One currency needs no FX, cash no price.
        ("loan: {USD: 1}, collateral: {STOCK: auto}, start: 2023-04-19, rate: 1%", ["STOCK: 161"]),
        # Intraday with a rate, by times and by date.
        (f"{BUND_FOR_STOCK}, start: 2023-04-19T10:30, end: 2023-04-19T15:00, rate: 1%", [ALL, ""]),
        (f"{BUND_FOR_STOCK}, start: 2023-04-19, end: 2023-04-19, rate: 1%", [ALL, ""]),
        # A missing day is a holiday: the end on the 20th closes on the 21st.
        ("loan: {USD: 1}, collateral: {EUR: auto}, start: 2023-04-19, end: 2023-04-20",
         ["EURUSD: 1.1"]),
    ],
)  # fmt: skip
def test_parse__fixing_not_needed__read(trade: str, fixings: list[str]) -> None:
    assert len(parse_scenario(scenario(trade, *fixings)).trades) == 1


def test_parse__two_trades_miss_fixings__first_line(refusal: Refusal) -> None:
    late = f"{BUND_FOR_STOCK}, start: 2023-04-20"
    text = scenario(late, ALL, "", "") + late.join(
        ["  - {id: T2, lender: B, borrower: A, ", "}\n"]
    ).replace("2023-04-20", "2023-04-19")
    assert refusal(text) == "8: no fixing of BUND on 2023-04-20, which trade T1 needs"
