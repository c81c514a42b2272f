# SPDX-License-Identifier: MIT
"""The tokens that a market gives to trades, and which of them a trade may use for what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tanpo.errors import InputError
from tanpo.instrument import Instrument, Kind
from tanpo.model.values import ONE_E8
from tanpo.study.engine.tokens import Tokens
from tanpo.study.market import Market, Security
from tanpo.units import minor_unit

SMALLEST_POOL = 5
"""The published design has baskets of five."""


@dataclass(frozen=True)
class Universe:
    """Tokens, and by their indexes in it who may be what.

    Baskets are drawn from securities of the valuation currency, which is the first security's.
    """

    market: Market
    tokens: Tokens
    cash: int
    """CT of the valuation currency."""
    foreign_cash: tuple[int, ...]
    """CT of every other currency that has a rate."""
    pool: tuple[int, ...]
    """ST that baskets are drawn from."""
    lent: tuple[int, ...]
    """ST of the valuation currency that trades lend."""
    foreign_lent: tuple[int, ...]
    """ST of other currencies that trades lend."""

    @property
    def largest_basket(self) -> int:
        """Tokens, where what is lent is none of the basket."""
        return len(self.pool) - (1 if set(self.pool) & set(self.lent) else 0)

    def gives_trades(self, first: int, last: int) -> bool:
        """Whether smallest baskets and all loans have prices from `first` to `last`."""
        if last <= first:
            return False
        whole = (self.tokens.prices_e8[first : last + 1] > 0).all(axis=0)
        needed = SMALLEST_POOL + len(self.pool) - self.largest_basket
        lent = whole[list(self.lent)].any() and whole[list(self.foreign_lent)].any()
        return bool(whole[list(self.pool)].sum() >= needed and lent)

    @property
    def per_date(self) -> int:
        """Steps of a business date."""
        return self.market.moments_per_date


def universe_of(
    market: Market,
    is_collateral: Callable[[Security], bool] = lambda security: security.is_collateral,
    is_lent: Callable[[Security], bool] = lambda security: security.is_lent,
) -> Universe:
    """Give a market's securities their parts.

    Where no security is of another currency, those that are lent are lent a second time as if their
    prices were in each other currency: no data that comes with this package has closes in two.

    Raises InputError where the baskets would be too small, or no other currency has a rate.
    """
    base = market.securities[0].instrument.currency
    used = [number for number, pair in enumerate(market.pairs) if base in (pair[:3], pair[3:])]
    pairs = tuple(market.pairs[number] for number in used)
    others = [pair[3:] if pair.startswith(base) else pair[:3] for pair in pairs]
    if not others:
        raise InputError(f"no pair of {base} with another currency")
    cash = [Instrument(code, Kind.CASH, code, minor_unit(code), 1) for code in (base, *others)]
    listed = [security.instrument for security in market.securities]
    lent = [number for number, each in enumerate(market.securities) if is_lent(each)]
    foreign = [listed[number] for number in lent if listed[number].currency != base]
    again = [] if foreign else [(number, code) for code in others for number in lent]
    read_as_foreign = [
        replace(listed[number], symbol=f"{listed[number].symbol}:{code}", currency=code)
        for number, code in again
    ]
    first = len(cash)
    of_base = [
        (first + index, security)
        for index, security in enumerate(market.securities)
        if security.instrument.currency == base
    ]
    last = first + len(listed)
    universe = Universe(
        market=market,
        tokens=Tokens(
            base,
            (*cash, *listed, *read_as_foreign),
            np.hstack(
                [
                    np.full((len(market.dates), len(cash)), ONE_E8),
                    market.prices_e8,
                    market.prices_e8[:, [number for number, _ in again]],
                ]
            ),
            pairs,
            market.rates_e8[:, used],
        ),
        cash=0,
        foreign_cash=tuple(range(1, first)),
        pool=tuple(index for index, security in of_base if is_collateral(security)),
        lent=tuple(index for index, security in of_base if is_lent(security)),
        foreign_lent=tuple(range(last, last + len(again)))
        or tuple(first + listed.index(each) for each in foreign),
    )
    if universe.largest_basket < SMALLEST_POOL:
        raise InputError(
            f"baskets of {SMALLEST_POOL} need {SMALLEST_POOL + 1} securities in {base},"
            f" found {len(universe.pool)}"
        )
    return universe
