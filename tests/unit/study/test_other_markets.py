# SPDX-License-Identifier: MIT
"""`tanpo.study.stress`: larger moves, and the same ones in another order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tanpo.study.stress import blocks, scaled, shuffled

from .made import universe, walks


def tokens_of(prices, rates=None):
    found = universe(prices).tokens
    return found if rates is None else replace(found, rates_e8=np.array(rates)[:, None])


def column(tokens, at=2):
    return tokens.prices_e8[:, at].tolist()


@pytest.mark.parametrize("seed", range(5))
def test_scaled__by_1__leaves_every_integer_as_it_is(seed):
    # 64 steps are off by 128 roundings of 2**-53 at most: below 1/2 for values up to 2**45.
    prices = walks(seed, 64) * 100
    rates = np.rint(walks(seed + 100, 64, 1)[:, 0] * 10**6).astype(np.int64)
    tokens = tokens_of(prices, rates)
    assert tokens.prices_e8.max() < 2**45
    found = scaled(tokens, 1)
    assert found.prices_e8.tolist() == tokens.prices_e8.tolist()
    assert found.rates_e8.tolist() == tokens.rates_e8.tolist()
    assert (found.instruments, found.pairs) == (tokens.instruments, tokens.pairs)


def test_scaled__factor_2__doubles_each_move_of_prices_and_rates():
    prices = np.full((3, 6), 100.0)
    prices[:, 0] = [100, 110, 99]
    tokens = tokens_of(prices, [125_000_000, 150_000_000, 135_000_000])
    found = scaled(tokens, 2)
    # 10 % up, 10 % down become 20 %; the rate's 20 % and -10 % become 40 % and -20 %.
    assert column(found) == [100_00000000, 120_00000000, 96_00000000]
    assert found.rates_e8[:, 0].tolist() == [125_000_000, 175_000_000, 140_000_000]
    assert column(found, 3) == [100_00000000] * 3
    assert column(found, 0) == [10**8] * 3
    assert column(scaled(tokens, 0)) == [100_00000000] * 3
    assert column(scaled(tokens, 0.5))[1] == 105_00000000


def test_scaled__fall_beyond_the_cap__is_95_per_cent():
    prices = np.full((3, 6), 100.0)
    prices[:, 0] = [100, 52, 52]
    prices[:, 1] = [100, 53, 53]
    found = scaled(tokens_of(prices), 2)
    assert column(found) == [100_00000000, 5_00000000, 5_00000000]
    assert column(found, 3) == [100_00000000, 6_00000000, 6_00000000]


def test_scaled__tiny_price__stays_positive():
    prices = np.full((5, 6), 100.0)
    prices[:, 0] = [1.6e-7, 0.8e-7, 0.4e-7, 0.2e-7, 1e-8]
    assert column(scaled(tokens_of(prices), 3)) == [16, 1, 1, 1, 1]


def test_scaled__missing_from_the_first_step__stays_missing():
    prices = np.full((4, 6), 100.0)
    prices[:2, 0] = 0
    prices[:, 1] = [100, 0, 0, 130]
    found = scaled(tokens_of(prices), 2)
    assert column(found) == [0, 0, 0, 0]
    # What goes missing later is in no trade: it stands still.
    assert column(found, 3) == [100_00000000] * 4


def test_shuffled__rows__keep_the_cross_section_and_start_prices():
    prices = np.full((4, 6), 100.0)
    prices[:, 0] = [100, 110, 99, 198]
    prices[:, 1] = [50, 25, 50, 75]
    tokens = tokens_of(prices, [100_000_000, 120_000_000, 60_000_000, 90_000_000])
    found = shuffled(tokens, np.array([3, 1, 1]), 2)
    # From 99 by 2 and 1.1 twice; from 50 by 1.5 and 1/2 twice; from 0.6 by 1.5 and 1.2 twice.
    assert column(found) == [99_00000000, 198_00000000, 217_80000000, 239_58000000]
    assert column(found, 3) == [50_00000000, 75_00000000, 37_50000000, 18_75000000]
    assert found.rates_e8[:, 0].tolist() == [60_000_000, 90_000_000, 108_000_000, 129_600_000]


def test_shuffled__in_the_order_it_was__is_the_market_again():
    tokens = tokens_of(walks(1, 30))
    found = shuffled(tokens, np.arange(1, 30), 0)
    assert found.prices_e8.tolist() == tokens.prices_e8.tolist()
    later = shuffled(tokens, np.arange(11, 20), 10)
    assert later.prices_e8.tolist() == tokens.prices_e8[10:20].tolist()


@pytest.mark.parametrize("length", [1, 4, 5, 12])
def test_blocks__any_length__are_runs_through_consecutive_steps(length):
    steps = np.array([1, 2, 3, 4, 5, 6, 10, 11, 12, 20, 21, 22, 23, 24, 25])
    starts = set()
    for seed in range(60):
        found = blocks(steps, length, 4, np.random.default_rng(seed))
        assert len(found) == length
        for at in range(0, length, 4):
            run = found[at : at + 4].tolist()
            assert run == list(range(run[0], run[0] + len(run)))
            starts.add(run[0])
    # 10 begins a run of three only.
    assert starts == {1, 2, 3, 20, 21, 22}


def test_blocks__of_one__are_single_steps():
    steps = np.array([3, 7])
    found = blocks(steps, 40, 1, np.random.default_rng(1))
    assert set(found.tolist()) == {3, 7}
