# SPDX-License-Identifier: MIT
"""Random trades: what is lent and in which order securities come into the basket.

One draw serves every setting and trade type, so settings are compared on the same trades: a basket
of five begins with the security that the basket of one is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tanpo.study.engine.tokens import Integers, Tokens
from tanpo.study.engine.trades import Indexes, Trades
from tanpo.study.setting import Setting, TradeType
from tanpo.study.universe import Universe


class Draws(NamedTuple):
    """D random trades, as token indexes."""

    foreign_cash: Indexes
    """(D,)."""
    lent: Indexes
    """(D,); cash, where no ST of the valuation currency is lent."""
    foreign_lent: Indexes
    """(D,); the same in another currency, where it is read again; cash, where none is lent."""
    order: Indexes
    """(largest basket, D): the securities of a draw's baskets, none of them lent."""

    def first(self, count: int) -> Draws:
        """The first so many."""
        return self.between(0, count)

    def between(self, first: int, last: int) -> Draws:
        """From the draw of number `first` to the one before `last`."""
        return Draws(*(part[..., first:last] for part in self))


def draw(universe: Universe, first: int, last: int, count: int, seed: tuple[int, ...]) -> Draws:
    """Draw trades for the steps from `first` to `last`, of tokens that have a price at each."""
    random = np.random.default_rng(seed)
    whole = (universe.tokens.prices_e8[first : last + 1] > 0).all(axis=0)

    def among(indexes: tuple[int, ...]) -> Indexes:
        return np.array([index for index in indexes if whole[index]], dtype=np.intp)

    pool, lent, foreign_lent = map(among, (universe.pool, universe.lent, universe.foreign_lent))
    shared = set(pool.tolist()) & set(lent.tolist())
    size = len(pool) - bool(shared)
    cash = np.array(universe.foreign_cash, dtype=np.intp)
    lends = random.choice(lent if lent.size else cash, count)
    foreign = np.empty(count, dtype=np.intp)
    order = np.empty((size, count), dtype=np.intp)
    for number in range(count):
        others = pool[pool != lends[number]]
        order[:, number] = random.permutation(others)[:size]
        # What is read in another currency is what is lent, so that it is none of the basket.
        same = [
            token
            for token in foreign_lent.tolist()
            if universe.read_again.get(token, lends[number]) == lends[number]
        ]
        foreign[number] = random.choice(same or cash)
    return Draws(random.choice(cash, count), lends, foreign, order)


def trades_of(
    tokens: Tokens,
    cash: int,
    draws: Draws,
    types: tuple[TradeType, ...],
    settings: tuple[Setting, ...],
    notional: int,
) -> Trades:
    """Every draw as every type under every setting; all settings have as many collaterals.

    `cash` is the CT of the valuation currency, `notional` the loan's value at the opening, rounded
    down to the lot, in whole units of that currency. Columns are ordered by setting, then type,
    then draw.
    """
    lent_as = {
        TradeType.CASH_SAME: np.full_like(draws.lent, cash),
        TradeType.CASH_CROSS: draws.foreign_cash,
        TradeType.SECURITY_SAME: draws.lent,
        TradeType.SECURITY_CROSS: draws.foreign_lent,
    }
    loan = np.concatenate([lent_as[each] for each in types])
    paths = len(loan)
    collaterals = settings[0].collaterals
    basket = np.tile(draws.order[:collaterals], (1, len(types) * len(settings)))

    def each(values: list[int]) -> Integers:
        return np.repeat(np.array(values, dtype=np.int64), paths)

    return Trades(
        np.tile(loan, len(settings)),
        np.tile(_quantities_round_down(tokens, loan, notional), len(settings)),
        basket,
        each([setting.threshold_bps for setting in settings]),
        each([setting.mta * 10**6 for setting in settings]),
        each([setting.haircut_bps for setting in settings]),
    )


def _quantities_round_down(tokens: Tokens, loan: Indexes, notional: int) -> Integers:
    """Whole lots that are worth `notional` at the opening."""
    quantity = {
        int(index): notional * tokens.denominators[0] // (tokens.exact[0, index] * lot) * lot
        for index in np.unique(loan)
        for lot in [tokens.instruments[index].lot]
    }
    return np.array([quantity[index] for index in loan.tolist()], dtype=np.int64)
