# SPDX-License-Identifier: MIT
"""A market of a user's own prices, and of their rates or the ECB's; `rules` says how it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from tanpo.deployer import MAX_AGE_DAYS
from tanpo.study.market import Market, Security
from tanpo.study.market.columns import currencies_of, pair_among, pairs_of, securities_of
from tanpo.study.market.rates import ecb_rates
from tanpo.study.market.rules import (
    column_series,
    dates_with_rates,
    filled,
    gap_notes,
    without_splits,
)
from tanpo.study.market.series import Series, day_numbers, latest
from tanpo.study.market.table import Table, error_at, read_table

FEWEST_DATES = 22
"""Those of a trade of a month."""


def own_market(prices: Path, fx: Path | None = None, *, keep_splits: bool = False) -> Market:
    """Return the market of a file of prices and, where it is given, a file of rates.

    Args:
        prices: CSV: `date`, and a column a security, `NAME` (in USD) or `NAME:CUR`.
        fx: CSV: `date`, and a column a pair such as EURUSD. Without it the ECB's EURUSD and USDJPY.
        keep_splits: Leave the prices as they are where they look like a share split.

    Raises:
        InputError: `FILE:LINE: reason`, where a file cannot be used.
    """
    table = read_table(prices, securities_of)
    securities = securities_of(prices, table.names)
    if len(table.dates) < FEWEST_DATES:
        raise error_at(prices, 1, f"found {len(table.dates)} dates, needs {FEWEST_DATES}")
    days_apart = float(np.median(np.diff(day_numbers(table.dates))))
    if days_apart > MAX_AGE_DAYS:
        reason = f"most dates are {days_apart:g} days or more apart, but a study needs daily closes"
        raise error_at(prices, 1, reason)
    rates = _own_rates(fx) if fx else ecb_rates()
    pairs, notes = _needed_pairs(table, securities, tuple(rates), fx)
    _check_names(table, securities, pairs)
    rates_e8 = np.stack([latest(rates[pair], table.dates) for pair in pairs], axis=1)
    kept, dropped = dates_with_rates(table.dates, pairs, rates_e8)
    if kept.sum() < FEWEST_DATES:
        raise error_at(prices, 1, _too_few(int(kept.sum()), pairs, rates, fx))
    notes += dropped
    names = [security.instrument.symbol for security in securities]
    values_e8 = table.values_e8
    if not keep_splits:
        try:
            values_e8, split_notes = without_splits(names, table.dates, table.values_e8)
            notes += split_notes
        except ValueError as error:
            raise error_at(prices, 1, f"{error}; give --keep-splits") from None
    # Filled before dates are left out: their prices are known.
    prices_e8 = filled(table.dates, values_e8)[kept]
    dates = tuple(day for day, is_kept in zip(table.dates, kept, strict=True) if is_kept)
    return Market(
        dates=dates,
        securities=securities,
        prices_e8=prices_e8,
        pairs=pairs,
        rates_e8=rates_e8[kept],
        source=_source(prices, fx),
        notes=notes + gap_notes(names, dates, values_e8[kept], prices_e8),
    )


def _own_rates(fx: Path) -> dict[str, Series]:
    table = read_table(fx, pairs_of)
    return {
        pair: column_series(table.dates, column)
        for pair, column in zip(table.names, table.values_e8.T, strict=True)
    }


def _needed_pairs(
    table: Table, securities: Sequence[Security], pairs: Sequence[str], fx: Path | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the pairs of the base currency, and a note of those that are not.

    Raises InputError where there is none, or none to value some column with.
    """
    base = securities[0].instrument.currency
    needed = tuple(pair for pair in pairs if base in currencies_of(pair))
    known = f"{fx} has {', '.join(pairs)}" if fx else f"the ECB's are {', '.join(pairs)}: give --fx"
    if not needed:
        reason = f"column {table.names[0]}: no pair has its currency, {base}; {known}"
        raise error_at(table.path, 1, reason)
    for column, security in zip(table.names, securities, strict=True):
        currency = security.instrument.currency
        if currency != base and not pair_among(needed, base, currency):
            reason = f"column {column}: needs the pair {base}{currency} or {currency}{base}"
            raise error_at(table.path, 1, f"{reason}; {known}")
    others = [pair for pair in pairs if pair not in needed]
    return needed, tuple(f"{pair} is not used: it is not a pair of {base}." for pair in others)


def _check_names(table: Table, securities: Sequence[Security], pairs: Sequence[str]) -> None:
    """Raise InputError where a security is named like a currency, by which cash goes."""
    cash = {currency for pair in pairs for currency in currencies_of(pair)}
    for column, security in zip(table.names, securities, strict=True):
        if security.instrument.symbol in cash:
            reason = f"column {column}: is the name of a currency of the market"
            raise error_at(table.path, 1, reason)


def _too_few(found: int, pairs: Sequence[str], rates: Mapping[str, Series], fx: Path | None) -> str:
    """Return why too few dates are left."""
    known = [day for pair in pairs for day in rates[pair].dates]
    span = f"from {min(known)} to {max(known)}" if known else "on no date"
    where = f"{fx} has them" if fx else "the ECB's are"
    return (
        f"{found} dates have a rate of {' and '.join(pairs)}, needs {FEWEST_DATES};"
        f" {where} {span}{'' if fx else ': give --fx'}"
    )


def _source(prices: Path, fx: Path | None) -> str:
    rates = f"Rates of {fx.name}." if fx else "EURUSD and USDJPY of the European Central Bank."
    return f"Prices of {prices.name}. {rates}"
