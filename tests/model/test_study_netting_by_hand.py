# SPDX-License-Identifier: MIT
"""Netting sets as the study margins them, on figures that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from model.setexamples import held_by_step, one_set, priced, share, wide
from tanpo.model.netting import MAX_TOKENS
from tanpo.study.engine.margining import Schedule
from tanpo.study.engine.netting import margin_sets
from tanpo.study.engine.outcome import MEASURES
from tanpo.study.engine.sets import Sets
from tanpo.study.proof.replay_sets import replay_sets


def test_margin_sets__two_trades__by_hand() -> None:
    """A at USD 8, B (lots of 10) at USD 10, C at EUR 4 x 1.25 = USD 5; haircut 20 %, threshold 2 %.

    The first lends 1,000 A (8,000) against B and C: 4,000 each after the haircut, that is 5,000 at
    market, 500 B and 1,000 C. The second lends 200 C (1,000) against A and B: 500 each, 625 at
    market, 78.125 A and 62.5 B, rounded up 79 and 70.

    Step 1, A at 10: required 10,000 - 1,000 = 9,000, collateral 0.8 x (5,000 + 5,000 - 790 - 700)
    = 6,808, at market 8,510: 490 uncovered. The second owes 2,192. It gets back 79 A and 70 B, with
    which 1,192 is done, and delivers 1,000 of 8,000 held from it: 62.5 B, rounded up 70, and 125 C.

    Step 2, A at 5: required 4,000, collateral 0.8 x (5,700 + 5,625) = 9,060. The first owes 5,060
    and gives back of 570 B 318.3, rounded down 310, and of 1,125 C 628.3, rounded down 628.

    Moved, at the first prices: 632 + 700 + 700 + 625, and 3,100 + 3,140.
    """
    tokens = priced(
        [share("A"), share("B", lot=10), share("C", "EUR")],
        [[8, 10, 4], [10, 10, 4], [5, 10, 4]],
        rates=[[1.25, 100]] * 3,
    )
    sets = one_set(
        first_lends=[True, False],
        loan=[0, 2],
        loan_quantity=[1_000, 200],
        collateral=[[1, 0], [2, 1]],
        threshold_bps=200,
        haircut_bps=2_000,
    )

    result = margin_sets(tokens, sets, Schedule.every(3), history=True)

    assert held_by_step(result) == [
        ([0, 500, 1_000], [79, 70, 0]),
        ([0, 570, 1_125], [0, 0, 0]),
        ([0, 260, 497], [0, 0, 0]),
    ]
    assert dict(zip(MEASURES, result.outcome.stacked()[:, 0], strict=True)) == pytest.approx(
        {
            "net_credit": (2_192 + 5_060) / 2,
            "calls": 2,
            "call_amount": 2_192 + 5_060,
            "tokens_moved": 2_657 + 6_240,
            "lender_credit": 2_192 / 2,
            "borrower_credit": 5_060 / 2,
            "uncovered": 490 / 2,
            "delivered": 1_000,
            "worst": 5_060,
            "largest_call": 5_060,
        }
    )


def test_margin_sets__side_that_owes_changes__delivers_afresh() -> None:
    """A at USD 10, B at 1, C at 5, D (lots of 10) at JPY 2,000 / 100 = USD 20.

    The first lends 1,000 A against 10,000 B, the second 1,000 C against 250 D: the exposure is
    10,000 - 5,000 - (10,000 - 5,000), exactly nothing, and nothing moves in step 1.

    Step 2, A at 15: the second owes 5,000, exactly what D is worth. All 250 D go back.

    Step 3, A at 10 and C at 25, D at 2,000 / 110: required -15,000, collateral 10,000. The first
    owes 25,000. All B goes back, and nothing is held from the first; 15,000 are 825 of D, the one
    token that it has ever given, rounded up 830. The second's loan, 15,000 more than the first's,
    and its B, 10,000, were not covered.
    """
    tokens = priced(
        [share("A"), share("B"), share("C"), share("D", "JPY", lot=10)],
        [[10, 1, 5, 2_000], [10, 1, 5, 2_000], [15, 1, 5, 2_000], [10, 1, 25, 2_000]],
        rates=[[1, 100], [1, 100], [1, 100], [1, 110]],
    )
    sets = one_set(
        first_lends=[True, False],
        loan=[0, 2],
        loan_quantity=[1_000, 1_000],
        collateral=[[1, 3]],
    )

    result = margin_sets(tokens, sets, Schedule.every(4), history=True)

    assert held_by_step(result) == [
        ([0, 10_000, 0, 0], [0, 0, 0, 250]),
        ([0, 10_000, 0, 0], [0, 0, 0, 250]),
        ([0, 10_000, 0, 0], [0, 0, 0, 0]),
        ([0, 0, 0, 0], [0, 0, 0, 830]),
    ]
    assert result.history is not None
    assert result.history.called[:, 0].tolist() == [0, 0, 5_000, -25_000]
    assert result.outcome.delivered.tolist() == pytest.approx([15_000])
    assert result.outcome.uncovered.tolist() == pytest.approx([(5_000 + 25_000) / 3])
    replayed = replay_sets(tokens, sets, Schedule.every(4))
    assert (result.history.quantities == replayed.held).all()


@pytest.mark.parametrize(
    ("threshold_bps", "mta_of_exposure", "calls"),
    [(200, 0, 0), (199, 0, 1), (0, 1, 1), (200, 1, 0), (199, 1, 1)],
)
def test_margin_sets__exposure_is_just_the_limit__is_decided_exactly(
    threshold_bps: int, mta_of_exposure: int, calls: int
) -> None:
    """The loan, 98 JPY a unit, is covered by 14 at 7 JPY and rises to 100: 2 % are missing.

    At USDJPY 125 that is USD 0.016 a unit. Floats would say more or less than that for some.
    """
    quantity = np.arange(1, 2_001)
    tokens = priced(
        [share("A", "JPY"), share("B", "JPY")], [[98, 7], [100, 7]], rates=[[1, 125], [1, 125]]
    )
    nothing = np.zeros_like(quantity)
    sets = Sets(
        quantity[None] % 2 == 0,
        nothing[None],
        quantity[None],
        nothing[None, None] + 1,
        nothing + threshold_bps,
        16_000 * quantity * mta_of_exposure,
        nothing,
    )

    result = margin_sets(tokens, sets, Schedule.every(2))

    assert (result.outcome.calls == calls).all()
    assert (result.held.sum(axis=(0, 1)) == 14 * quantity - calls * (-2 * quantity // 7)).all()


def test_margin_sets__outgrows_a_float__is_refused() -> None:
    tokens = priced([share("A"), share("B")], [[1, 1], [10**6, 1]])
    sets = one_set([True], [0], [10**10], [[1]])

    with pytest.raises(OverflowError):
        margin_sets(tokens, sets, Schedule.every(2))


def test_sets__loans_that_add_up_beyond_a_float__are_refused() -> None:
    tokens = priced([share("A"), share("B")], [[1, 1]])
    sets = one_set([True, True], [0, 0], [2**52, 2**52], [[1, 1]])

    with pytest.raises(OverflowError):
        margin_sets(tokens, sets, Schedule.every(1))


def test_sets__more_tokens_than_a_set_holds__are_refused() -> None:
    widest = wide(MAX_TOKENS)

    assert len(widest.holdings.tokens) == MAX_TOKENS
    with pytest.raises(ValueError, match="32"):
        wide(MAX_TOKENS + 1)
