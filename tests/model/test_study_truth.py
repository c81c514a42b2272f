# SPDX-License-Identifier: MIT
"""Single trades through the contracts: they give the engine's integers, or it is said."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from model.setexamples import priced, share
from model.tradeexamples import jsf_sample, trades
from tanpo.chain.revm import RevmChain
from tanpo.study.engine.margining import Schedule, margin
from tanpo.study.engine.tokens import Tokens
from tanpo.study.engine.trades import Trades
from tanpo.study.market.packaged import packaged_market
from tanpo.study.proof.contracts import (
    Truth,
    differences,
    embedded_chain,
    expected_balances,
    through_contracts,
)
from tanpo.study.proof.deployment import Deployment
from tanpo.study.sampling import draw, trades_of
from tanpo.study.setting import Setting, TradeType
from tanpo.study.universe import universe_of
from tanpo.terms import Custody

TITLE = Custody.TITLE_TRANSFER


def packaged(securities: int) -> tuple[Tokens, Trades]:
    """Twelve paths of eight days in September and October 2008: each type, with all limits."""
    universe = universe_of(packaged_market())
    first = next(row for row, day in enumerate(universe.market.dates) if str(day) >= "2008-09-26")
    last = first + 8
    settings = (
        Setting(securities),
        Setting(securities, 200),
        Setting(securities, 50, mta=50_000, haircut_bps=500),
    )
    tokens, draws = universe.tokens.between(first, last), draw(universe, first, last, 1, (7,))
    types = tuple(TradeType)
    return tokens, trades_of(tokens, universe.cash, draws, types, settings, 10_000_000)


def small() -> tuple[Tokens, Trades]:
    """Nine trades, of which USD 1,000 A or 1,001 to 1,008, against B, in lots of 10, and C.

    Two transactions mark them. Every second one has a threshold that step 2 does not exceed.
    """
    tokens = priced(
        [share("A"), share("B", lot=10), share("C", "JPY")],
        [[10, 10, 1_000], [13, 10, 1_000], [13, 10, 1_010], [9, 12, 1_010]],
    )
    quantities = 1_000 + np.arange(9)
    return tokens, trades(
        quantities, collateral=(1, 2), threshold_bps=quantities % 2 * 200, haircut_bps=500
    )


@cache
def small_truth() -> Truth:
    return through_contracts(*small(), RevmChain())


@pytest.mark.parametrize("securities", [1, 5, 20])
def test_through_contracts__packaged_market__is_what_the_engine_says(securities: int) -> None:
    tokens, paths = packaged(securities)

    truth = through_contracts(tokens, paths, RevmChain())

    assert differences(tokens, paths, truth) == []
    assert truth.quantities.shape == (9, securities, 12)
    # Some calls move, some thresholds hold.
    assert 0.5 < truth.moved[1:].mean() < 1


def test_through_contracts__jsf_sample__is_the_published_one() -> None:
    tokens, sample = jsf_sample()

    truth = through_contracts(tokens, sample, RevmChain())

    assert truth.quantities[:, 0, 0].tolist() == [335_240, 333_450]
    assert truth.moved[:, 0].tolist() == [False, True]
    assert truth.balances.tolist() == [[-50_000_000, 50_000_000, 0], [0, -333_450, 333_450]]
    # Each token issued to both and allowed by both; entered, registered, approved; settled and
    # marked; two publications.
    assert truth.transactions == 2 * 4 + 3 + 2 + 2


def test_through_contracts__more_trades_than_a_transaction_marks__are_all_marked() -> None:
    truth = small_truth()

    assert differences(*small(), truth) == []
    assert truth.moved[1:].all(axis=1).tolist() == [True, False, True]
    assert truth.transactions == 3 * 4 + 9 * 3 + 4 * 2 + 4


def test_through_contracts__title_transfer__lender_holds_the_baskets() -> None:
    tokens, paths = small()

    truth = through_contracts(tokens, paths, RevmChain(), TITLE)

    assert differences(tokens, paths, truth, TITLE) == []
    assert (truth.quantities == small_truth().quantities).all()
    assert (truth.moved == small_truth().moved).all()
    baskets = truth.quantities[-1].sum(axis=1).tolist()
    lent = int(paths.loan_quantity.sum())
    assert truth.balances.tolist() == [
        [-lent, lent, 0],
        *([basket, -basket, 0] for basket in baskets),
    ]
    assert differences(tokens, paths, truth) == ["balances: 4 of 9 differ"]


def test_expected_balances__custody__says_who_has_the_baskets() -> None:
    tokens, paths = jsf_sample()
    result = margin(tokens, paths, Schedule.every(tokens.steps))

    escrowed = expected_balances(tokens, paths, result)
    transferred = expected_balances(tokens, paths, result, TITLE)

    assert escrowed.tolist() == [[-50_000_000, 50_000_000, 0], [0, -333_450, 333_450]]
    assert transferred.tolist() == [[-50_000_000, 50_000_000, 0], [333_450, -333_450, 0]]


def _off_by_one(values: Any, *place: int) -> Any:
    found = values.copy()
    found[place] += 1
    return found


def test_differences__one_quantity__is_counted() -> None:
    truth = small_truth()
    other = replace(truth, quantities=_off_by_one(truth.quantities, 2, 1, 8))

    assert differences(*small(), other) == ["quantities: 1 of 72 differ"]


def test_differences__quantity_at_the_opening__is_counted() -> None:
    truth = small_truth()
    other = replace(truth, quantities=_off_by_one(truth.quantities, 0, 0, 0))

    assert differences(*small(), other) == ["quantities: 1 of 72 differ"]


def test_differences__calls__are_counted() -> None:
    truth = small_truth()
    moved = truth.moved.copy()
    moved[1, 3:5] = False

    other = replace(truth, moved=moved)

    assert differences(*small(), other) == ["calls that moved tokens: 2 of 27 differ"]


@pytest.mark.parametrize("holder", [0, 1, 2])
def test_differences__one_balance__is_counted(holder: int) -> None:
    truth = small_truth()
    other = replace(truth, balances=_off_by_one(truth.balances, 2, holder))

    assert differences(*small(), other) == ["balances: 1 of 9 differ"]


def test_differences__of_all_kinds__are_a_sentence_each() -> None:
    truth = small_truth()
    other = Truth(truth.quantities + 1, ~truth.moved, truth.balances - 1, 0)

    assert differences(*small(), other) == [
        "quantities: 72 of 72 differ",
        "calls that moved tokens: 27 of 27 differ",
        "balances: 9 of 9 differ",
    ]


def test_act__one_of_a_batch_fails__is_no_truth() -> None:
    deployment = Deployment(small()[0], RevmChain())
    deployment.publish(0)

    with pytest.raises(AssertionError, match="Failed"):
        deployment.act("settle", [bytes(32)], 0, batch=1)


def test_embedded_chain__with_revm__is_revm() -> None:
    assert isinstance(embedded_chain(), RevmChain)
