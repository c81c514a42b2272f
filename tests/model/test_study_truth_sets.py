# SPDX-License-Identifier: MIT
"""Netting sets through the contracts: they give the engine's integers, or it is said."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from model.setexamples import many, one_set, priced, share
from tanpo.chain.revm import RevmChain
from tanpo.study.engine.sets import Sets
from tanpo.study.engine.tokens import Tokens
from tanpo.study.proof.contract_sets import SetTruth, set_differences, sets_through_contracts


def three_trades() -> tuple[Tokens, Sets]:
    """A at USD 8, B (lots of 10) at USD 10, C at EUR 4 x 1.25 = USD 5; threshold 2 %.

    The first lends 1,000 A and 100 C, the second 200 C.
    """
    tokens = priced(
        [share("A"), share("B", lot=10), share("C", "EUR")],
        [[8, 10, 4], [10, 10, 4], [10, 10.01, 4], [5, 10, 4]],
        rates=[[1.25, 100]] * 4,
    )
    sets = one_set(
        first_lends=[True, False, True],
        loan=[0, 2, 2],
        loan_quantity=[1_000, 200, 100],
        collateral=[[1, 0, 1], [2, 1, 0]],
        threshold_bps=200,
        haircut_bps=2_000,
    )
    return tokens, sets


@cache
def three_truth() -> SetTruth:
    return sets_through_contracts(*three_trades(), RevmChain())


def test_sets_through_contracts__three_trades__are_what_the_engine_says() -> None:
    truth = three_truth()

    assert set_differences(*three_trades(), truth) == []
    assert truth.quantities.shape == (4, 2, 3, 1)
    assert truth.moved[:, 0].tolist() == [False, True, False, True]
    for_first, for_second = truth.quantities[-1, :, :, 0]
    lent = np.array([1_000, 0, -100])
    assert for_first.any()
    assert truth.balances.T.tolist() == [
        (-lent - for_second).tolist(),
        (lent - for_first).tolist(),
        (for_first + for_second).tolist(),
    ]


def test_sets_through_contracts__many_sets__are_what_the_engine_says() -> None:
    """Each is an account of its own, some with more tokens than others; both parties owe calls."""
    tokens, sets = many(paths=15, trades=3, securities=2)

    truth = sets_through_contracts(tokens, sets, RevmChain())

    assert set_differences(tokens, sets, truth) == []
    assert 0.5 < truth.moved[1:].mean() < 1
    assert truth.quantities[-1].any(axis=(1, 2)).all()


@pytest.mark.parametrize(
    ("part", "place", "sentence"),
    [
        ("quantities", (1, 0, 2, 0), "quantities: 1 of 24 differ"),
        ("quantities", (3, 1, 0, 0), "quantities: 1 of 24 differ"),
        ("moved", (2, 0), "calls that moved tokens: 1 of 3 differ"),
        ("balances", (0, 0), "balances: 1 of 9 differ"),
        ("balances", (2, 1), "balances: 1 of 9 differ"),
        ("balances", (1, 2), "balances: 1 of 9 differ"),
    ],
)
def test_set_differences__one_figure__is_counted(
    part: str, place: tuple[int, ...], sentence: str
) -> None:
    values = getattr(three_truth(), part).copy()
    values[place] += 1

    other = replace(three_truth(), **{part: values})

    assert set_differences(*three_trades(), other) == [sentence]
