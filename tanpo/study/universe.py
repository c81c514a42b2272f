# SPDX-License-Identifier: MIT
"""The tokens that a market gives to trades, and which of them a trade may use for what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from tanpo.errors import InputError
from tanpo.instrument import Instrument, Kind
from tanpo.model.values import ONE_E8
from tanpo.study.engine.tokens import Tokens
from tanpo.study.market import Market, Security
from tanpo.study.setting import TradeType
from tanpo.units import minor_unit

SMALLEST_POOL = 5
"""The published design has baskets of five."""
NOTIONAL = 10**9
"""Of every loan, in the currency's smallest units: 10,000,000 USD, 1,000,000,000 JPY."""


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
    read_again: Mapping[int, int]
    """Of those that are a security read in another currency: which one."""

    @property
    def types(self) -> tuple[TradeType, ...]:
        """What there are tokens for."""
        lacking = set()
        if not self.lent:
            lacking.add(TradeType.SECURITY_SAME)
        if not self.foreign_lent:
            lacking.add(TradeType.SECURITY_CROSS)
        return tuple(type_ for type_ in TradeType if type_ not in lacking)

    @property
    def notional(self) -> int:
        """Of every loan at its opening, whole units of the currency: 10,000,000 USD."""
        return NOTIONAL // int(10 ** minor_unit(self.tokens.currency))

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
        loans = [whole[list(tokens)].any() for tokens in (self.lent, self.foreign_lent) if tokens]
        return bool(whole[list(self.pool)].sum() >= needed and all(loans))

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
    Where the smallest pool leaves none of it to lend, none is lent.

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
    pool = [
        number
        for number, each in enumerate(market.securities)
        if is_collateral(each) and each.instrument.currency == base
    ]
    needed = pool if len(pool) <= SMALLEST_POOL else []
    lent = [
        number
        for number, each in enumerate(market.securities)
        if is_lent(each) and number not in needed
    ]
    foreign = [listed[number] for number in lent if listed[number].currency != base]
    again = [] if foreign else [(number, code) for code in others for number in lent]
    read_as_foreign = [
        replace(listed[number], symbol=f"{listed[number].symbol}:{code}", currency=code)
        for number, code in again
    ]
    first = len(cash)
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
        pool=tuple(first + number for number in pool),
        lent=tuple(first + number for number in lent if listed[number].currency == base),
        foreign_lent=tuple(range(last, last + len(again)))
        or tuple(first + listed.index(each) for each in foreign),
        read_again={last + at: first + number for at, (number, _) in enumerate(again)},
    )
    if universe.largest_basket < SMALLEST_POOL:
        raise InputError(
            f"baskets of {SMALLEST_POOL} need as many securities in {base},"
            f" found {len(universe.pool)}"
        )
    return universe
