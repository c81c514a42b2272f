# SPDX-License-Identifier: MIT
"""`tanpo.study.market.own` and `.rules`: what becomes of gaps, calendars and currencies."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpo.errors import InputError
from tanpo.instrument import Instrument, Kind
from tanpo.study.market.own import own_market
from tanpo.study.market.rules import dates_with_rates, filled, gap_notes

from .files import FIRST, NAMES, column, day, path_of, rows_of, write

MIXED = ["A", "B", "C", "D", "E:EUR", "F:JPY"]


@pytest.fixture
def prices(tmp_path):
    return tmp_path / "prices.csv"


@pytest.fixture
def fx(tmp_path):
    return tmp_path / "fx.csv"


def refusal(prices, fx=None):
    with pytest.raises(InputError) as info:
        own_market(prices, fx)
    return info.value.message.replace(f"{prices.parent}/", "")


def rates_file(path, pairs, rows):
    return write(path, [["date", *pairs], *([str(when), *values] for when, *values in rows)])


def test_own_market__plain_file__is_the_market(prices):
    market = own_market(write(prices, rows_of(MIXED, {"E:EUR": [str(10 + n) for n in range(22)]})))
    assert market.dates == tuple(day(number) for number in range(22))
    assert [security.instrument for security in market.securities] == [
        *(Instrument(name, Kind.EQUITY, "USD", 0, 1) for name in "ABCD"),
        Instrument("E", Kind.EQUITY, "EUR", 0, 1),
        Instrument("F", Kind.EQUITY, "JPY", 0, 1),
    ]
    assert all(security.is_collateral and security.is_lent for security in market.securities)
    assert column(market, "E") == [(10 + number) * 10**8 for number in range(22)]
    assert market.prices_e8.dtype == market.rates_e8.dtype == np.int64
    assert market.pairs == ("EURUSD", "USDJPY")
    assert market.notes == ()
    assert market.moments_per_date == 1
    assert market.source == (
        "Prices of prices.csv. EURUSD and USDJPY of the European Central Bank."
    )


def test_own_market__no_fx__has_the_rates_of_the_ecb(prices):
    market = own_market(write(prices, rows_of(first=date(2017, 5, 29))))
    rates = market.rates_e8[:, 0].tolist()
    assert rates[market.dates.index(date(2017, 6, 1))] == 1_12190000
    saturday = market.dates.index(date(2017, 6, 3))
    assert rates[saturday] == rates[saturday + 1] == rates[saturday - 1]


def test_own_market__first_column_in_eur__leaves_out_the_pair_without_it(prices):
    market = own_market(write(prices, rows_of(["A:EUR", "B:EUR", *"CDEF"])))
    assert market.pairs == ("EURUSD",)
    assert market.rates_e8.shape == (22, 1)
    assert market.notes == ("USDJPY is not used: it is not a pair of EUR.",)


def test_own_market__fx__is_used_as_quoted(prices, fx):
    write(prices, rows_of(MIXED))
    rates_file(
        fx, ["USDEUR", "USDJPY"], [(day(n), "0.9", "142" if n > 3 else "141.5") for n in range(22)]
    )
    market = own_market(prices, fx)
    assert market.pairs == ("USDEUR", "USDJPY")
    assert market.rates_e8[0].tolist() == [90000000, 141_50000000]
    assert market.rates_e8[4].tolist() == [90000000, 142_00000000]
    assert market.source == "Prices of prices.csv. Rates of fx.csv."


def test_own_market__currency_without_a_pair__is_refused(prices, fx):
    write(prices, rows_of([*"ABCDE", "F:GBP"]))
    assert refusal(prices) == (
        "prices.csv:1: column F:GBP: needs the pair USDGBP or GBPUSD;"
        " the ECB's are EURUSD, USDJPY: give --fx"
    )
    rates_file(fx, ["EURUSD", "EURGBP"], [(day(0), "1.1", "0.86")])
    assert refusal(prices, fx) == (
        "prices.csv:1: column F:GBP: needs the pair USDGBP or GBPUSD; fx.csv has EURUSD, EURGBP"
    )


def test_own_market__no_pair_of_the_first_columns_currency__is_refused(prices, fx):
    write(prices, rows_of([f"{name}:GBP" for name in NAMES]))
    assert refusal(prices) == (
        "prices.csv:1: column A:GBP: no pair has its currency, GBP;"
        " the ECB's are EURUSD, USDJPY: give --fx"
    )
    rates_file(fx, ["EURUSD"], [(day(0), "1.1")])
    assert refusal(prices, fx) == (
        "prices.csv:1: column A:GBP: no pair has its currency, GBP; fx.csv has EURUSD"
    )


def test_own_market__dates_before_the_ecbs__asks_for_fx(prices):
    write(prices, rows_of(first=date(1998, 12, 1)))
    message = refusal(prices)
    assert message.startswith(
        "prices.csv:1: 0 dates have a rate of EURUSD and USDJPY, needs 22;"
        " the ECB's are from 1999-01-04 to 20"
    )
    assert message.endswith(": give --fx")


def test_own_market__rates_of_too_few_dates__is_refused(prices, fx):
    write(prices, rows_of(count=30))
    rates_file(fx, ["EURUSD"], [(day(2), "1.1"), (day(15), "1.2")])
    # Days 2 to 9 and 15 to 22.
    assert refusal(prices, fx) == (
        "prices.csv:1: 16 dates have a rate of EURUSD, needs 22;"
        " fx.csv has them from 2024-01-03 to 2024-01-16"
    )


def test_own_market__dates_without_a_rate__are_left_out(prices, fx):
    write(prices, rows_of(count=40, columns={"A": [str(n + 100) for n in range(40)]}))
    rates_file(
        fx,
        ["EURUSD", "USDJPY"],
        [(day(n), "1.1" if n < 20 else "", "" if n < 1 else "150") for n in range(40)],
    )
    market = own_market(prices, fx)
    # EURUSD lasts from day 0 to 19 and seven days more; USDJPY begins on day 1.
    assert market.dates == tuple(day(number) for number in range(1, 27))
    assert column(market, "A")[0] == 101_00000000
    assert market.notes == (
        "14 dates from 2024-01-01 to 2024-02-09 left out without a rate of EURUSD or USDJPY"
        " at most 7 days old.",
    )


def test_own_market__gaps__are_filled_for_seven_days(prices):
    a = path_of(100, {3: "", 5: "101", 10: "102", **dict.fromkeys(range(11, 20), ""), 20: "103"})
    market = own_market(write(prices, rows_of(columns={"A": a})))
    found = [value // 10**8 for value in column(market, "A")]
    assert found == [100] * 5 + [101] * 5 + [102] * 8 + [0, 0] + [103, 103]
    assert market.notes == (
        "A: 8 dates from 2024-01-04 to 2024-01-18 filled with the last price, at most 7 days old.",
        "A: 2 dates from 2024-01-19 to 2024-01-20 without a price at most 7 days old.",
    )


def test_own_market__column_that_begins_later__has_no_price_before(prices):
    b = ["", *["50"] * 21]
    market = own_market(write(prices, rows_of(columns={"B": b})))
    assert column(market, "B")[:2] == [0, 50_00000000]
    assert market.notes == ("B: 1 date, 2024-01-01, without a price at most 7 days old.",)


def test_own_market__gap_on_a_date_left_out__is_filled_after_it(prices, fx):
    # The price of day 1, which has no rate, is known on day 2.
    a = ["100", "101", "", *["102"] * 28]
    write(prices, rows_of(columns={"A": a}, count=31))
    rates_file(fx, ["EURUSD"], [(day(n), "1.1") for n in range(2, 31)])
    market = own_market(prices, fx)
    assert market.dates[0] == day(2)
    assert column(market, "A")[:2] == [101_00000000, 102_00000000]
    assert market.notes[1:] == (
        "A: 1 date, 2024-01-03, filled with the last price, at most 7 days old.",
    )


def test_own_market__steps_between_dates__age_in_calendar_days(prices):
    rows = rows_of(count=22)
    for number, row in enumerate(rows[1:]):
        row[0] = str(FIRST + timedelta(4 * number))
    rows[3][1] = rows[4][1] = ""  # four and eight days after the last
    market = own_market(write(prices, rows))
    assert [value // 10**8 for value in column(market, "A")][:5] == [100, 100, 100, 0, 100]


@given(
    st.lists(st.integers(1, 5), min_size=30, max_size=30),
    st.lists(st.booleans(), min_size=30, max_size=30),
)
def test_filled__any_gaps__is_never_old_nor_of_the_future(steps, there):
    dates = [FIRST + timedelta(sum(steps[:row])) for row in range(30)]
    raw = np.array([[row + 1 if has else 0] for row, has in enumerate(there)], np.int64)
    found = filled(dates, raw)[:, 0].tolist()
    for row, value in enumerate(found):
        known = [
            earlier
            for earlier in range(row + 1)
            if there[earlier] and (dates[row] - dates[earlier]).days <= 7
        ]
        assert value == (known[-1] + 1 if known else 0)


def test_gap_notes__no_gap__says_nothing():
    prices_e8 = np.ones((2, 1), np.int64)
    assert gap_notes(["A"], [day(0), day(1)], prices_e8, prices_e8) == ()


def test_dates_with_rates__all_there__says_nothing():
    kept, notes = dates_with_rates([day(0)], ["EURUSD"], np.ones((1, 1), np.int64))
    assert kept.tolist() == [True]
    assert notes == ()


def test_dates_with_rates__one_lacks__names_the_date_and_the_pair():
    rates_e8 = np.array([[1, 1], [1, 0]], np.int64)
    kept, notes = dates_with_rates([day(0), day(1)], ["EURUSD", "USDJPY"], rates_e8)
    assert kept.tolist() == [True, False]
    assert notes == ("1 date, 2024-01-02, left out without a rate of USDJPY at most 7 days old.",)
