# SPDX-License-Identifier: MIT
"""What one smallest unit of each token is worth, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
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
    def denominators(self) -> Exact:
        """(T,): `exact` counts in so many parts of the currency."""
        divided = self.rates_e8[:, self._divides].astype(object)
        parts: Exact = ONE_E8**2 * 10**self._largest_scale * divided.prod(axis=1)
        return parts

    @cached_property
    def exact(self) -> Exact:
        """(T, tokens): a smallest unit's value times the step's denominator."""
        scales = np.array([self._largest_scale - self._scale(each) for each in self.instruments])
        parts = self.denominators // (ONE_E8 * 10**self._largest_scale)
        rates = {self.currency: parts}
        for pair, rate_e8 in zip(self.pairs, self.rates_e8.T.astype(object), strict=True):
            is_quoted = pair.endswith(self.currency)
            rates[pair[:3] if is_quoted else pair[3:]] = (
                parts * rate_e8 // ONE_E8 if is_quoted else parts * ONE_E8 // rate_e8
            )
        by_token = np.stack([rates[each.currency] for each in self.instruments], axis=1)
        units: Exact = self.prices_e8.astype(object) * 10 ** scales.astype(object) * by_token
        return units

    @cached_property
    def units(self) -> Floats:
        """(T, tokens): a smallest unit's value, the float nearest to the exact one."""
        nearest: Floats = (self.exact / self.denominators[:, None]).astype(np.float64)
        return nearest

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
    def _divides(self) -> NDArray[np.bool_]:
        """(pairs,): whether the pair is quoted as units of the other currency."""
        return np.array([pair.startswith(self.currency) for pair in self.pairs], dtype=bool)

    @cached_property
    def _largest_scale(self) -> int:
        return max(map(self._scale, self.instruments))

    @staticmethod
    def _scale(instrument: Instrument) -> int:
        """Decimal places between a smallest unit and what the price is of."""
        return Line(0, instrument, 0, Rate(1, 1)).scale
