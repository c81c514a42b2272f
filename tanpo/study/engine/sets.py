# SPDX-License-Identifier: MIT
"""Paths of netting sets, as columns of arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanpo.model.netting import MAX_TOKENS
from tanpo.study.engine.tokens import Floats, Integers, Tokens
from tanpo.study.engine.trades import Indexes, Trades, require_whole

UNUSED = -1
"""In place of a token, where a set has fewer holdings than others."""


class Holdings(NamedTuple):
    """The tokens of sets in order of joining, each once; H is how many the widest set has."""

    tokens: Indexes
    """(H, P); UNUSED at the end."""
    loan: Indexes
    """(n, P): the holding of each trade's loan token."""
    collateral: Indexes
    """(K, n, P)."""


@dataclass(frozen=True)
class Sets:
    """P netting sets of two parties, each with n interest-free trades with baskets of K tokens.

    Tokens are given by their index in `Tokens`, quantities in smallest units. A token may stand
    once in a trade, and in several trades of a set. ValueError: more tokens than a set may hold.
    """

    first_lends: NDArray[np.bool_]
    """(n, P): the first party lends, the second borrows; otherwise the other way round."""
    loan: Indexes
    """(n, P)."""
    loan_quantity: Integers
    """(n, P)."""
    collateral: Indexes
    """(K, n, P)."""
    threshold_bps: Integers
    """(P,), of the set's required value, without sign."""
    mta_e6: Integers
    """(P,), in the valuation currency."""
    haircut_bps: Integers
    """(P,), of every token of the set."""

    def __post_init__(self) -> None:
        if len(self.holdings.tokens) > MAX_TOKENS:
            raise ValueError(f"a set of more than {MAX_TOKENS} tokens")

    @property
    def count(self) -> int:
        """P."""
        return self.loan.shape[1]

    @cached_property
    def holdings(self) -> Holdings:
        """Trade by trade, the loan's token first and then its basket's."""
        securities, trades, paths = self.collateral.shape
        joining = np.concatenate([self.loan[None], self.collateral]).swapaxes(0, 1)
        joining = joining.reshape(trades * (securities + 1), paths)
        earliest = np.empty_like(joining)
        for number, tokens in enumerate(joining):
            earliest[number] = (joining[: number + 1] == tokens).argmax(axis=0)
        is_new = earliest == np.arange(len(joining))[:, None]
        holding = np.take_along_axis(is_new.cumsum(axis=0) - 1, earliest, axis=0)

        tokens = np.full((int(holding.max(initial=-1)) + 1, paths), UNUSED)
        tokens[holding, np.arange(paths)] = joining
        of_trades = holding.reshape(trades, securities + 1, paths)
        return Holdings(tokens, of_trades[:, 0], of_trades[:, 1:].swapaxes(0, 1))

    def lent(self) -> Floats:
        """What the first party has lent of each holding; negative: has borrowed. (H, P)."""
        lent = np.zeros(self.holdings.tokens.shape)
        paths = np.arange(self.count)
        signs = np.where(self.first_lends, 1, -1)
        for holding, quantity in zip(self.holdings.loan, signs * self.loan_quantity, strict=True):
            lent[holding, paths] += quantity
            require_whole(abs(lent))
        return lent

    def given(self) -> NDArray[np.bool_]:
        """(2, H, P): of which holdings the first party (0), the second (1) has given."""
        given = np.zeros((2, *self.holdings.tokens.shape), dtype=bool)
        for borrower, holdings in self._baskets():
            given[borrower, holdings, np.arange(self.count)] = True
        return given

    def opening_round_up(self, tokens: Tokens, step: int) -> Floats:
        """What secures the first party (0), the second (1) where all trades open at `step`.

        (2, H, P). Each basket is that of the same trade outside a set (`Trades`).

        Raises OverflowError where a quantity is too large.
        """
        held = np.zeros((2, *self.holdings.tokens.shape))
        baskets = [self.trade(number).opening_round_up(tokens, step) for number in self._numbers]
        for (borrower, holdings), quantities in zip(self._baskets(), baskets, strict=True):
            held[1 - borrower, holdings, np.arange(self.count)] += quantities
        require_whole(held)
        return held

    def trade(self, number: int) -> Trades:
        """The trade of that number of every set, as one that margins alone."""
        return Trades(
            self.loan[number],
            self.loan_quantity[number],
            self.collateral[:, number],
            self.threshold_bps,
            self.mta_e6,
            self.haircut_bps,
        )

    @property
    def _numbers(self) -> range:
        return range(len(self.loan))

    def _baskets(self) -> list[tuple[Indexes, Indexes]]:
        """Of each trade who borrows (0: the first), (P,), and its basket's holdings, (K, P)."""
        borrowers = self.first_lends.astype(np.intp)
        return [
            (borrowers[number], self.holdings.collateral[:, number]) for number in self._numbers
        ]
