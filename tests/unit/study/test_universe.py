# SPDX-License-Identifier: MIT
"""`tanpo.study.universe`: which token may be what."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tanpo.errors import InputError
from tanpo.study.market import Security
from tanpo.study.setting import TradeType
from tanpo.study.universe import universe_of

from .made import equity, market_of

FLAT = [[100.0] * 6] * 2


def symbols(found, indexes):
    return [found.tokens.instruments[index].symbol for index in indexes]


def test_universe__one_currency__reads_what_is_lent_in_each_other_currency():
    market = market_of(
        [[100.0, 101, 102, 103, 104, 105]] * 2,
        securities=[Security(equity(name), is_lent=name in "AB") for name in "ABCDEF"],
        pairs=("EURUSD", "USDJPY"),
        rates=(1.25, 160),
    )
    found = universe_of(market)
    assert symbols(found, [found.cash, *found.foreign_cash]) == ["USD", "EUR", "JPY"]
    assert symbols(found, found.pool) == ["A", "B", "C", "D", "E", "F"]
    assert symbols(found, found.lent) == ["A", "B"]
    assert symbols(found, found.foreign_lent) == ["A:EUR", "B:EUR", "A:JPY", "B:JPY"]
    tokens = found.tokens
    assert tokens.currency == "USD"
    assert [tokens.instruments[index].currency for index in found.foreign_lent] == [
        "EUR", "EUR", "JPY", "JPY",
    ]  # fmt: skip
    assert tokens.prices_e8[0, list(found.foreign_lent)].tolist() == [
        100_00000000, 101_00000000, 100_00000000, 101_00000000,
    ]  # fmt: skip
    assert tokens.units[0, list(found.foreign_lent)].tolist() == [125, 126.25, 0.625, 0.63125]
    assert tokens.prices_e8[:, :3].tolist() == [[10**8] * 3] * 2
    # A cent of a dollar, a cent of a euro, a yen.
    assert tokens.units[0, :3].tolist() == [0.01, 0.0125, 0.00625]


def test_universe__foreign_securities__are_lent_as_they_are():
    listed = [Security(equity(name)) for name in "ABCDEF"]
    listed.insert(1, Security(equity("X", "EUR")))
    listed.append(Security(equity("Y", "EUR"), is_lent=False))
    found = universe_of(market_of([[100.0] * 8] * 2, securities=listed))
    assert symbols(found, found.pool) == list("ABCDEF")
    assert symbols(found, found.lent) == list("ABCDEF")
    assert symbols(found, found.foreign_lent) == ["X"]
    assert symbols(found, range(len(found.tokens.instruments))) == [
        "USD", "EUR", "A", "X", "B", "C", "D", "E", "F", "Y",
    ]  # fmt: skip


def test_universe__first_security__gives_the_currency():
    listed = [Security(equity(name, "EUR")) for name in "ABCDEF"]
    listed.append(Security(equity("X", "USD")))
    found = universe_of(market_of([[100.0] * 7] * 2, securities=listed))
    assert found.tokens.currency == "EUR"
    assert symbols(found, found.foreign_lent) == ["X"]
    # 100 USD at 1.25 USD for a euro.
    assert found.tokens.units[0, found.foreign_lent[0]] == 80


def test_universe__pairs_without_the_currency__are_left_out():
    market = market_of(FLAT, pairs=("EURJPY", "USDJPY", "GBPUSD"), rates=(150, 160, 1.5))
    found = universe_of(market)
    assert found.tokens.pairs == ("USDJPY", "GBPUSD")
    assert found.tokens.rates_e8.tolist() == [[160_00000000, 1_50000000]] * 2
    assert symbols(found, found.foreign_cash) == ["JPY", "GBP"]


def test_universe__no_pair_of_the_currency__is_refused():
    with pytest.raises(InputError) as info:
        universe_of(market_of(FLAT, pairs=("EURJPY",), rates=(150,)))
    assert info.value.message == "no pair of USD with another currency"


@pytest.mark.parametrize(
    ("count", "lent", "expected"),
    [(7, 7, ["C0", "C1", "C2", "C3", "C4", "C5", "C6", "L"]), (5, 5, ["L"]), (5, 0, ["L"])],
)
def test_universe__five_securities_of_collateral__are_not_lent(count, lent, expected):
    listed = [Security(equity(f"C{at}"), is_lent=at < lent) for at in range(count)]
    listed.append(Security(equity("L"), is_collateral=False))
    found = universe_of(market_of([[100.0] * (count + 1)] * 2, securities=listed))
    assert symbols(found, found.lent) == expected
    assert found.largest_basket == (6 if count == 7 else 5)
    assert found.types == tuple(TradeType)


def test_universe__nothing_but_five_securities__lends_cash_alone():
    found = universe_of(market_of([[100.0] * 5] * 2))
    assert (found.lent, found.foreign_lent) == ((), ())
    assert found.types == (TradeType.CASH_SAME, TradeType.CASH_CROSS)
    assert found.gives_trades(0, 1)


def test_universe__five_and_a_foreign_one__lend_that():
    listed = [*(Security(equity(f"C{at}")) for at in range(5)), Security(equity("F", "EUR"))]
    found = universe_of(market_of([[100.0] * 6] * 2, securities=listed))
    assert symbols(found, found.foreign_lent) == ["F"]
    assert found.types == (TradeType.CASH_SAME, TradeType.CASH_CROSS, TradeType.SECURITY_CROSS)


def test_universe__four_securities__are_refused():
    with pytest.raises(InputError) as info:
        universe_of(market_of([[100.0] * 4] * 2))
    assert info.value.message == "baskets of 5 need as many securities in USD, found 4"


@pytest.mark.parametrize(("currency", "notional"), [("USD", 10_000_000), ("JPY", 1_000_000_000)])
def test_universe__notional__is_a_billion_smallest_units(currency, notional):
    listed = [Security(equity(f"C{at}", currency)) for at in range(6)]
    pairs = ("USDJPY",) if currency == "JPY" else ("EURUSD",)
    found = universe_of(market_of([[1.0] * 6] * 2, securities=listed, pairs=pairs))
    assert found.notional == notional


def test_universe__own_rules__decide_the_parts():
    market = market_of([[100.0] * 7] * 2)
    found = universe_of(
        market,
        is_collateral=lambda security: security.instrument.symbol != "S0",
        is_lent=lambda security: security.instrument.symbol == "S0",
    )
    assert symbols(found, found.pool) == ["S1", "S2", "S3", "S4", "S5", "S6"]
    assert symbols(found, found.lent) == ["S0"]
    assert symbols(found, found.foreign_lent) == ["S0:EUR"]
    assert found.largest_basket == 6


@pytest.mark.parametrize(
    ("missing", "gives"),
    [([], True), ([(1, 5)], True), ([(1, 5), (2, 6)], False), ([(0, 5), (0, 6)], True)],
)
def test_gives_trades__six_with_prices_at_each_step__are_enough(missing, gives):
    prices = np.full((3, 7), 100.0)
    for at in missing:
        prices[at] = 0
    assert universe_of(market_of(prices)).gives_trades(1, 2) is gives


def test_gives_trades__nothing_to_lend_or_no_step_to_mark__is_none():
    prices = np.full((3, 7), 100.0)
    prices[2, 0] = 0
    found = universe_of(market_of(prices), is_lent=lambda each: each.instrument.symbol == "S0")
    assert (found.gives_trades(0, 1), found.gives_trades(0, 2)) == (True, False)
    assert not found.gives_trades(1, 1)
    apart = replace(found, foreign_lent=found.pool[1:])
    assert not apart.gives_trades(0, 2)
    apart = replace(found, lent=found.pool[1:])
    assert not apart.gives_trades(0, 2)
