# SPDX-License-Identifier: MIT
"""`tanpo.study.engine.trades`: baskets at the opening."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tanpo.instrument import Instrument, Kind
from tanpo.model.values import ONE_E8
from tanpo.study.engine.tokens import Tokens
from tanpo.study.engine.trades import LARGEST, Trades, require_whole

from .markets import market, value


def drawn(tokens, securities, paths=200):
    """Random trades that are worth something like a million at the opening."""
    random = np.random.default_rng(1)
    joining = random.random((len(tokens.instruments), paths)).argsort(axis=0)
    worth = np.array([10**6 / tokens.units[0, token] for token in joining[0]])
    return Trades(
        joining[0],
        np.ceil(worth * random.random(paths)).astype(np.int64),
        joining[1 : securities + 1],
        np.zeros(paths, dtype=np.int64),
        np.zeros(paths, dtype=np.int64),
        random.choice((0, 1, 500, 9_000), paths),
    )


@pytest.mark.parametrize("securities", [1, 3, 20])
def test_opening_round_up__any_trade__is_the_fewest_lots_that_cover(securities):
    """Each token covers its part of the loan, and with a lot less would not."""
    tokens = market("USD")
    trades = drawn(tokens, securities)

    opening = trades.opening_round_up(tokens, 0)

    assert opening.shape == (securities, 200)
    for path, quantities in enumerate(opening.T):
        loan = int(trades.loan_quantity[path]) * value(tokens, 0, trades.loan[path])
        kept = 1 - Fraction(int(trades.haircut_bps[path]), 10_000)
        basket = trades.collateral[:, path]
        for token, quantity in zip(basket, map(int, quantities), strict=True):
            lot, unit = tokens.instruments[token].lot, value(tokens, 0, token) * kept
            assert quantity % lot == 0
            assert quantity * unit >= loan / securities > (quantity - lot) * unit


def test_opening_round_up__later_step__is_at_its_prices():
    tokens = market("USD", decimals=(0,))
    trades = drawn(tokens, 2)

    assert (
        trades.opening_round_up(tokens, 4) == trades.opening_round_up(tokens.between(4, 5), 0)
    ).all()


def opened(quantity, price_e8, haircut_bps=0):
    """So many of the first token at USD 1 against the last one."""
    shares = tuple(Instrument(name, Kind.EQUITY, "USD", 0, 1) for name in ("A", "B"))
    rates = np.zeros((1, 0), dtype=np.int64)
    tokens = Tokens("USD", shares, np.array([[ONE_E8, price_e8]]), (), rates)
    lists = (0, quantity, [1], 0, 0, haircut_bps)
    trades = Trades(*(np.array(each)[..., None] for each in lists))
    return trades.opening_round_up(tokens, 0).tolist()


def test_opening_round_up__largest_basket_that_a_float_counts__is_exact():
    assert opened(LARGEST - 1, ONE_E8) == [[LARGEST - 1]]
    assert opened(LARGEST // 2 - 1, ONE_E8, 5_000) == [[LARGEST - 2]]


@pytest.mark.parametrize(
    ("quantity", "price_e8", "haircut_bps"),
    [(LARGEST, 10**12, 0), (LARGEST // 2, ONE_E8, 5_000), (LARGEST // 2, ONE_E8 // 2, 0)],
)
def test_opening_round_up__more_than_a_float_counts__is_refused(quantity, price_e8, haircut_bps):
    with pytest.raises(OverflowError, match=r"2\*\*53"):
        opened(quantity, price_e8, haircut_bps)


def test_count__columns__are_paths():
    assert drawn(market("USD"), 2, paths=17).count == 17


@pytest.mark.parametrize("quantities", [[], [0.0], [LARGEST - 1.0, 3.0]])
def test_require_whole__below_the_largest__passes(quantities):
    require_whole(np.array(quantities))


def test_require_whole__one_too_large__is_refused():
    with pytest.raises(OverflowError):
        require_whole(np.array([1, LARGEST]))
