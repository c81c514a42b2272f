# SPDX-License-Identifier: MIT
"""Random markets with every kind of token, and what their tokens are worth by the model."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np

from tanpo.instrument import Instrument, Kind
from tanpo.model.values import ONE_E8, Line, Rate
from tanpo.study.engine.tokens import Tokens

STEPS = 25
QUOTED = {
    "USD": ("EURUSD", "USDJPY"),
    "EUR": ("EURUSD", "EURJPY"),
    "JPY": ("EURJPY", "USDJPY"),
    "CHF": ("USDCHF", "CHFJPY", "EURCHF"),
}


def market(currency: str, decimals: tuple[int, ...] = (0, 2, 6)) -> Tokens:
    """Every kind in every currency with all decimals, at random prices."""
    random, pairs = np.random.default_rng(0), QUOTED[currency]
    currencies = {each for pair in pairs for each in (pair[:3], pair[3:])}
    instruments = tuple(
        Instrument(f"{kind.name} {code} {places}", kind, code, places, 1 + places)
        for kind, code, places in product(Kind, sorted(currencies), decimals)
    )
    prices = random.integers(1, 10**13, (STEPS, len(instruments)))
    prices[:, [each.kind is Kind.CASH for each in instruments]] = ONE_E8
    rates = random.integers(1, 10**11, (STEPS, len(pairs)))
    return Tokens(currency, instruments, prices, pairs, rates)


def value(tokens: Tokens, step: int, token: int) -> Fraction:
    instrument = tokens.instruments[token]
    quoted = dict(zip(tokens.pairs, tokens.rates_e8[step].tolist(), strict=True))
    multiplied = quoted.get(instrument.currency + tokens.currency)
    divided = quoted.get(tokens.currency + instrument.currency)
    rate = Rate(1, 1)
    if multiplied:
        rate = Rate(multiplied, ONE_E8)
    if divided:
        rate = Rate(ONE_E8, divided)
    return Line(1, instrument, int(tokens.prices_e8[step, token]), rate).value
