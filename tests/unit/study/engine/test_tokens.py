# SPDX-License-Identifier: MIT
"""`tanpo.study.engine.tokens`: the values of `tanpo.model.values.Line`."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from .markets import QUOTED, STEPS, market, value


@pytest.mark.parametrize("currency", QUOTED)
def test_exact__any_token__is_the_models_value(currency):
    tokens = market(currency)

    for step, token in product(range(STEPS), range(len(tokens.instruments))):
        exact = Fraction(tokens.exact[step, token], tokens.denominators[step])
        assert exact == value(tokens, step, token), tokens.instruments[token]


@pytest.mark.parametrize("currency", QUOTED)
def test_units__any_token__is_the_nearest_float(currency):
    tokens = market(currency)

    assert tokens.units.dtype == np.float64
    for step, token in product(range(STEPS), range(len(tokens.instruments))):
        assert tokens.units[step, token] == float(value(tokens, step, token))


def test_exact__values_beyond_64_bits__are_whole_numbers():
    tokens = market("EUR")

    assert {type(each) for each in tokens.exact.flat} == {int}
    assert {type(each) for each in tokens.denominators} == {int}
    assert max(tokens.exact.flat) > 2**64


def test_denominators__no_pair_divided__are_those_of_price_rate_and_scale():
    tokens = market("JPY", decimals=(0,))

    assert tokens.denominators.tolist() == [10**18] * STEPS


def test_lots__instruments__are_theirs():
    tokens = market("USD")

    assert tokens.lots.tolist() == [each.lot for each in tokens.instruments]


def test_steps__rows_of_prices__are_counted():
    assert market("USD").steps == STEPS


def test_between__two_steps__both_are_included():
    tokens = market("USD")

    part = tokens.between(3, 7)

    assert part.steps == 5
    assert (part.currency, part.instruments, part.pairs) == (
        tokens.currency,
        tokens.instruments,
        tokens.pairs,
    )
    assert (part.prices_e8 == tokens.prices_e8[3:8]).all()
    assert (part.rates_e8 == tokens.rates_e8[3:8]).all()
    assert (part.units == tokens.units[3:8]).all()
    assert (part.exact == tokens.exact[3:8]).all()
