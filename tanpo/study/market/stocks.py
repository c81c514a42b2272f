# SPDX-License-Identifier: MIT
"""Daily closes of 20 US stocks from 1990 to 2022, without a network.

They are `skfolio/datasets/data/sp500_dataset.csv.gz` of the package `skfolio` (BSD): US dollars per
share, adjusted for later splits and dividends, to a tenth of a cent. So a close of 1999 is less
than what was paid in 1999, and the changes from date to date are an owner's whole return.
"""

from __future__ import annotations

import csv
import gzip
import io
from datetime import date

from oracles.sources import text
from tanpo.study.market.installed import installed_file
from tanpo.study.market.series import Series
from tanpo.units import to_e8

PACKAGE, FILE = "skfolio", "skfolio/datasets/data/sp500_dataset.csv.gz"


def stock_closes(first: date) -> dict[str, Series]:
    """Return the closes of each stock by symbol, from `first` on, exactly as in the file.

    Every stock has a close on every date of the file. Raises InputError where the package is not
    there.
    """
    content = gzip.decompress(installed_file(PACKAGE, FILE)).decode("ascii")
    (_, *symbols), *lines = csv.reader(io.StringIO(content))
    rows = [line for line in lines if text.day(line[0]) >= first]
    dates = tuple(text.day(row[0]) for row in rows)
    columns = list(zip(*rows, strict=True))[1:]
    return {
        symbol: Series(dates, tuple(to_e8(text.number(cell)) for cell in column))
        for symbol, column in zip(symbols, columns, strict=True)
    }
