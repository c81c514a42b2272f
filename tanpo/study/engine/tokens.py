# SPDX-License-Identifier: MIT
"""What one smallest unit of each token is worth, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanpo.instrument import Instrument
from tanpo.model.values import ONE_E8, Line, Rate

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Exact = NDArray[Any]
"""Python integers, of any size (dtype object)."""


@dataclass(frozen=True)
class Tokens:
    """The tokens that trades are made of, over T steps, valued in one currency."""

    currency: str
    """ISO 4217; in which trades are compared."""
    instruments: tuple[Instrument, ...]
    prices_e8: Integers
    """(T, tokens); 10**8 for cash."""
    pairs: tuple[str, ...]
    """Of that currency with every other one of a token, either way round."""
    rates_e8: Integers
    """(T, pairs), as quoted."""

    @property
    def steps(self) -> int:
        """T."""
        return len(self.prices_e8)

    @cached_property
    def lots(self) -> Floats:
        """(tokens,)."""
        return np.array([each.lot for each in self.instruments], dtype=np.float64)

    @cached_property
    def denominators(self) -> list[int]:
        """Of each step: `exact` counts in so many parts of the currency."""
        return [lcm(*(line.value.denominator for line in lines)) for lines in self._lines]

    @cached_property
    def exact(self) -> Exact:
        """(T, tokens): a smallest unit's value times the step's denominator."""
        rows = [
            [int(line.value * denominator) for line in lines]
            for lines, denominator in zip(self._lines, self.denominators, strict=True)
        ]
        return np.array(rows, dtype=object).reshape(self.prices_e8.shape)

    @cached_property
    def units(self) -> Floats:
        """(T, tokens): a smallest unit's value, the float nearest to the exact one."""
        rows = [[float(line.value) for line in lines] for lines in self._lines]
        return np.array(rows).reshape(self.prices_e8.shape)

    def between(self, first: int, last: int) -> Tokens:
        """The steps from `first` to `last`, both included."""
        rows = slice(first, last + 1)
        return Tokens(
            self.currency,
            self.instruments,
            self.prices_e8[rows],
            self.pairs,
            self.rates_e8[rows],
        )

    @cached_property
    def _lines(self) -> list[list[Line]]:
        """One smallest unit of each token at each step, as the reference model values it."""
        return [
            [
                Line(1, instrument, int(price), self._rate(instrument.currency, rates))
                for instrument, price in zip(self.instruments, prices, strict=True)
            ]
            for prices, rates in zip(self.prices_e8, self.rates_e8, strict=True)
        ]

    def _rate(self, currency: str, rates_e8: Integers) -> Rate:
        if currency == self.currency:
            return Rate(1, 1)
        if currency + self.currency in self.pairs:
            return Rate(int(rates_e8[self.pairs.index(currency + self.currency)]), ONE_E8)
        return Rate(ONE_E8, int(rates_e8[self.pairs.index(self.currency + currency)]))
