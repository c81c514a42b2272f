# SPDX-License-Identifier: MIT
"""Prices of US Treasury bonds of constant maturity, out of the Treasury's daily par yields.

A par yield is the coupon at which a new bond of that maturity costs 100. So on each quotation date
the bond is one issued at par on the quotation date before, with that date's yield c as its coupon
(percent a year, paid half-yearly), and it is priced at the date's own yield y. With n half-years
and v = 1 / (1 + y/200), its clean price for 100 of face is

    c/2 × (v + v² + … + vⁿ) + 100 × vⁿ  =  100 + 100 × (c − y)/y × (1 − vⁿ)

The maturity stays full: the days since the quotation date before are not taken off. An index that
starts at 100 is multiplied by that price / 100 from one quotation date to the next. It is a price,
without the coupons: they go to whoever owns the bond. It is reckoned in 40 significant digits and
rounded half to even at the scale 1e8 when it is read, never on the way.

The yields are `src/dailytreasuryrates-cache.csv` of the package `dailytreasuryrates` (MIT), which
has them from the Treasury's "Daily Treasury Par Yield Curve Rates".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from oracles.sources import text
from tanpo.study.market.installed import installed_file
from tanpo.study.market.series import Series

MATURITIES_YEARS = (2, 3, 5, 7, 10, 20)
"""The 30-year bond is left out: from 2002 to 2006 there was none."""
PACKAGE, FILE = "dailytreasuryrates", "src/dailytreasuryrates-cache.csv"
_DIGITS = 40
_E8 = Decimal(10) ** 8


def treasury_prices(first: date) -> dict[str, Series]:
    """Return the price index of each bond by symbol (UST2 to UST20), for 100 of face.

    It is 100 on the first quotation date that is not before `first`. Raises InputError where the
    package is not there.
    """
    content = installed_file(PACKAGE, FILE).decode("ascii")
    rows = [row for row in csv.DictReader(io.StringIO(content)) if text.day(row["Date"]) >= first]
    found = {}
    for years in MATURITIES_YEARS:
        # On 2010-10-11, Columbus Day, the file has a line without any of these.
        quoted = [
            (text.day(row["Date"]), text.number(row[f"{years} Yr"]))
            for row in rows
            if row[f"{years} Yr"]
        ]
        prices_e8 = index_e8((percent for _, percent in quoted), years)
        found[f"UST{years}"] = Series(tuple(day for day, _ in quoted), prices_e8)
    return found


def index_e8(yields_percent: Iterable[Decimal], years: int) -> tuple[int, ...]:
    """Return the price index of the bond on the dates of these par yields, at the scale 1e8."""
    indexes_e8: list[int] = []
    with localcontext(prec=_DIGITS):
        index, coupon = Decimal(100), None
        for percent in yields_percent:
            if coupon is not None:
                index *= par_bond_price(coupon, percent, years) / 100
            indexes_e8.append(int((index * _E8).to_integral_value(ROUND_HALF_EVEN)))
            coupon = percent
    return tuple(indexes_e8)


def par_bond_price(coupon_percent: Decimal, yield_percent: Decimal, years: int) -> Decimal:
    """Return the clean price for 100 of face: the formula above, in the context's digits."""
    if not yield_percent:
        return 100 + coupon_percent * years
    discount = (1 + yield_percent / 200) ** (-2 * years)
    return 100 + 100 * (coupon_percent - yield_percent) / yield_percent * (1 - discount)
