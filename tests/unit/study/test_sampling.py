# SPDX-License-Identifier: MIT
"""`tanpo.study.sampling`: random trades, and how much they lend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tanpo.instrument import Instrument, Kind
from tanpo.study.market import Security
from tanpo.study.sampling import Draws, draw, trades_of
from tanpo.study.setting import Setting, TradeType
from tanpo.study.universe import universe_of

from .made import equity, market_of, universe

SHARED = universe(np.full((5, 8), 100.0))


def test_draw__same_seed__gives_the_same_trades():
    once, again, other, third = (
        draw(SHARED, 0, 4, 50, seed) for seed in ((1, 3), (1, 3), (2, 3), (1, 4))
    )
    for part, same in zip(once, again, strict=True):
        assert part.tolist() == same.tolist()
    assert once.order.tolist() != other.order.tolist()
    assert once.lent.tolist() != other.lent.tolist()
    assert once.lent.tolist() != third.lent.tolist()


def test_draw__what_is_lent__is_in_no_basket():
    draws = draw(SHARED, 0, 4, 400, (1,))
    assert draws.order.shape == (7, 400)
    for lent, basket in zip(draws.lent, draws.order.T, strict=True):
        assert sorted([lent, *basket]) == list(SHARED.pool)
    assert set(draws.order[0].tolist()) == set(SHARED.pool)
    assert set(draws.lent.tolist()) == set(SHARED.lent)
    assert set(draws.foreign_lent.tolist()) == set(SHARED.foreign_lent)
    assert set(draws.foreign_cash.tolist()) == set(SHARED.foreign_cash)


def test_draw__only_some_collateral_is_lent__baskets_are_as_large_for_all():
    listed = [Security(equity(f"S{at}"), is_lent=at == 0) for at in range(7)]
    listed.append(Security(equity("L"), is_collateral=False))
    found = universe_of(market_of([[100.0] * 8] * 2, securities=listed))
    draws = draw(found, 0, 1, 100, (1,))
    assert draws.order.shape == (6, 100)
    assert set(draws.lent.tolist()) == set(found.lent)
    assert not (draws.order == draws.lent).any()


def test_draw__no_collateral_is_lent__baskets_have_all_of_it():
    listed = [Security(equity(f"S{at}"), is_lent=False) for at in range(5)]
    listed.append(Security(equity("L"), is_collateral=False))
    found = universe_of(market_of([[100.0] * 6] * 2, securities=listed))
    draws = draw(found, 0, 1, 10, (1,))
    assert [sorted(basket) for basket in draws.order.T.tolist()] == [list(found.pool)] * 10


def test_draw__missing_price__leaves_the_token_out():
    prices = np.full((5, 8), 100.0)
    prices[1, 0] = prices[4, 1] = 0
    found = universe(prices)
    draws = draw(found, 2, 4, 200, (1,))
    assert set(draws.order.ravel().tolist()) == set(found.pool) - {found.pool[1]}
    assert set(draws.lent.tolist()) == set(found.lent) - {found.lent[1]}
    assert set(draws.foreign_lent.tolist()) == set(found.foreign_lent) - {found.foreign_lent[1]}
    assert set(draw(found, 1, 3, 200, (1,)).lent.tolist()) == set(found.lent) - {found.lent[0]}


def test_first__fewer_draws__are_the_beginning():
    draws = draw(SHARED, 0, 4, 10, (1,))
    assert [part.tolist() for part in draws.first(3)] == [part[..., :3].tolist() for part in draws]


def test_trades_of__basket_of_five__begins_with_the_basket_of_one():
    draws = draw(SHARED, 0, 4, 20, (1,))
    one, five = (
        trades_of(SHARED.tokens, 0, draws, (TradeType.CASH_SAME,), (Setting(count),), 1000)
        for count in (1, 5)
    )
    assert one.collateral.tolist() == five.collateral[:1].tolist() == draws.order[:1].tolist()
    assert five.collateral.tolist() == draws.order[:5].tolist()


def test_trades_of__columns__are_by_setting_then_type_then_draw():
    draws = Draws(
        np.array([1, 1]), np.array([2, 3]), np.array([10, 11]), np.array([[4, 5], [6, 7]])
    )
    settings = (Setting(2, 0, 5, 100), Setting(2, 200, 0, 300))
    types = (TradeType.SECURITY_CROSS, TradeType.CASH_SAME, TradeType.CASH_CROSS)
    trades = trades_of(SHARED.tokens, 0, draws, types, settings, 1000)
    assert trades.loan.tolist() == [10, 11, 0, 0, 1, 1] * 2
    assert trades.collateral.tolist() == [[4, 5] * 6, [6, 7] * 6]
    assert trades.threshold_bps.tolist() == [0] * 6 + [200] * 6
    assert trades.mta_e6.tolist() == [5_000_000] * 6 + [0] * 6
    assert trades.haircut_bps.tolist() == [100] * 6 + [300] * 6
    same = trades_of(SHARED.tokens, 0, draws, (TradeType.SECURITY_SAME,), settings[:1], 1000)
    assert same.loan.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("instrument", "price", "quantity"),
    [
        (equity("A"), 99.7, 100_300),  # 100,300.9 shares
        (equity("A", lot=100), 99.7, 100_300),
        (equity("A", lot=1000), 99.7, 100_000),
        (Instrument("A", Kind.BOND, "USD", 0, 1), 99.7, 10_030_090),  # per 100 of face
        (Instrument("A", Kind.EQUITY, "USD", 2, 1), 99.7, 10_030_090),  # 100,300.90
        (equity("A"), 100, 100_000),
        (equity("A"), 0.00000001, 10**15),
    ],
)
def test_trades_of__loan__is_worth_the_notional_rounded_down_to_the_lot(
    instrument, price, quantity
):
    listed = [Security(instrument), *(Security(equity(f"S{at}")) for at in range(6))]
    prices = [[price, *[100.0] * 6], [2 * price, *[100.0] * 6]]
    tokens = universe_of(market_of(prices, securities=listed)).tokens
    draws = Draws(np.array([1]), np.array([2]), np.array([9]), np.array([[4]]))
    types = (TradeType.SECURITY_SAME, TradeType.CASH_SAME, TradeType.CASH_CROSS)
    trades = trades_of(tokens, 0, draws, types, (Setting(),), 10_000_000)
    assert tokens.instruments[9].symbol == "A:EUR"
    # Cents; a euro is 1.25 USD.
    assert trades.loan_quantity.tolist() == [quantity, 1_000_000_000, 800_000_000]
    cross = trades_of(tokens, 0, draws, (TradeType.SECURITY_CROSS,), (Setting(),), 12_500_000)
    assert cross.loan_quantity.tolist() == [quantity]


def test_trades_of__later_start__takes_the_prices_of_that_step():
    prices = np.full((3, 7), 100.0)
    prices[1:] = 200
    found = universe(prices)
    draws = draw(found, 1, 2, 1, (1,))
    trades = trades_of(
        found.tokens.between(1, 2), 0, draws, (TradeType.SECURITY_SAME,), (Setting(),), 1000
    )
    assert trades.loan_quantity.tolist() == [5]
    assert replace(trades, loan_quantity=np.array([7])).opening_round_up(
        found.tokens, 0
    ).tolist() == [[7]]
