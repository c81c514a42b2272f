# SPDX-License-Identifier: MIT
"""Single trades as the study margins them, on figures that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from model.setexamples import priced, share
from model.tradeexamples import jsf_sample, trades
from tanpo.study.engine.margining import Schedule, margin
from tanpo.study.engine.outcome import MEASURES
from tanpo.study.engine.tokens import Tokens

MANY = np.arange(1, 2_001)
"""Quantities of which floats would say of some that they are just above a limit, or below."""
YEN = [share("A", "JPY"), share("B", "JPY")]


def yen(first: tuple[float, float], then: tuple[float, float]) -> Tokens:
    """What is lent and what it is lent against, in USD at USDJPY 125."""
    return priced(YEN, [list(first), list(then)], rates=[[1, 125], [1, 125]])


def test_margin__jsf_sample__returns_the_published_quantity() -> None:
    tokens, sample = jsf_sample()

    result = margin(tokens, sample, Schedule.every(2), history=True)

    assert result.history is not None
    assert result.history.quantities[:, 0, 0].tolist() == [335_240, 333_450]
    # 335,240 x 162.53 less 50,000,000 x 0.98759 x 1.09753.
    excess = 54_486_557.20 - 54_195_482.635
    assert result.history.difference[:, 0] == pytest.approx([0, excess])
    assert dict(zip(MEASURES, result.outcome.stacked()[:, 0], strict=True)) == pytest.approx(
        {
            "net_credit": excess,
            "calls": 1,
            "call_amount": excess,
            "tokens_moved": 1_790 * 161.01,
            "lender_credit": 0,
            "borrower_credit": excess,
            "uncovered": 0,
            "delivered": 0,
            "worst": excess,
            "largest_call": excess,
        }
    )


@pytest.mark.parametrize(
    ("threshold_bps", "mta_e6", "calls"),
    [
        (200, 0, 0),
        (199, 0, 1),
        (0, 16_000, 1),
        (0, 16_001, 0),
        (200, 16_000, 0),
        (199, 16_000, 1),
    ],
)
def test_margin__shortfall_is_just_the_limit__is_decided_exactly(
    threshold_bps: int, mta_e6: int, calls: int
) -> None:
    """98 JPY a unit are covered by 14 at 7; at 100 JPY 2 % are missing, USD 0.016."""
    limited = trades(MANY, threshold_bps=threshold_bps, mta_e6=mta_e6 * MANY)

    result = margin(yen((98, 7), (100, 7)), limited, Schedule.every(2))

    assert (result.outcome.calls == calls).all()
    assert (result.baskets == 14 * MANY - calls * (-2 * MANY // 7)).all()


@pytest.mark.parametrize(
    ("threshold_bps", "mta_e6", "calls"),
    [(2_500, 0, 0), (2_499, 0, 1), (0, 168_000, 1), (0, 168_001, 0)],
)
def test_margin__excess_is_just_the_limit__is_decided_exactly(
    threshold_bps: int, mta_e6: int, calls: int
) -> None:
    """105 JPY a unit are covered by 15 at 7; at 84 JPY 3 of them, USD 0.168, are a quarter more."""
    limited = trades(MANY, threshold_bps=threshold_bps, mta_e6=mta_e6 * MANY)

    result = margin(yen((105, 7), (84, 7)), limited, Schedule.every(2))

    assert (result.outcome.calls == calls).all()
    assert (result.baskets == (15 - 3 * calls) * MANY).all()


@pytest.mark.parametrize("haircut_bps", [0, 3_000])
def test_margin__exposure_of_nothing__moves_nothing(haircut_bps: int) -> None:
    """98 JPY a unit and 14 at 7, or 20 of which 30 % do not count: in USD they have no decimal."""
    prices = [[98, 7], [49, 3.5], [196, 14]]
    tokens = priced(YEN, prices, rates=[[1, 134.25], [1, 133], [1, 111.11]])

    result = margin(tokens, trades(MANY, haircut_bps=haircut_bps), Schedule.every(3), history=True)

    assert result.history is not None
    assert not result.history.moves.any()
    assert (result.history.quantities == (20 if haircut_bps else 14) * MANY).all()
    assert (result.outcome.calls == 0).all()
    assert (result.outcome.call_amount == 0).all()
    assert result.outcome.worst == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("price", "lots"), [(1.4, 5), (3.5, 2), (7, 1), (14, 0.5), (35, 0.2)])
def test_margin__share_of_whole_lots__is_not_a_lot_more_or_less(price: float, lots: float) -> None:
    """700 JPY a unit are covered by 100 at 7 JPY, ten lots; another price asks for other lots."""
    tokens = priced(
        [share("A", "JPY"), share("B", "JPY", lot=10)],
        [[700, 7], [700, price]],
        rates=[[1, 134.25]] * 2,
    )

    result = margin(tokens, trades(MANY), Schedule.every(2))

    assert (result.baskets == round(100 * lots) * MANY).all()
    assert (result.outcome.calls == (price != 7)).all()


def test_margin__call_of_less_than_a_lot__counts_and_moves_nothing_back() -> None:
    """USD 10 too much is less than one lot of 10 at USD 7; USD 10 too little is one lot."""
    tokens = priced(
        [share("A"), share("B", lot=10)], [[700, 7], [690, 7], [700, 7], [710, 7], [700, 7]]
    )

    result = margin(tokens, trades(1), Schedule.every(5), history=True)

    assert result.history is not None
    assert result.history.moves[:, 0].tolist() == [False, True, False, True, True]
    assert result.history.quantities[:, 0, 0].tolist() == [100, 100, 100, 110, 100]
    assert result.history.called[:, 0].tolist() == [0, -10, 0, 10, -70]
    assert result.outcome.delivered.tolist() == [10]
    assert result.outcome.tokens_moved.tolist() == [140]
    assert result.outcome.largest_call.tolist() == [70]


def test_margin__basket_of_two__moves_by_value() -> None:
    """1,000 at USD 10 against 500 A at 10 and 250 B, lots of 10, at 20: then A is worth 30.

    Of 20,000, 10,000 are too much: half of each goes back, 250 and 120, rounded down. At 17 and 20
    all 10,000 + 2,600 - 4,250 - 2,600 = 5,750 missing are 84 % of what is held: 210 and 110 lots.
    """
    tokens = priced(
        [share("L"), share("A"), share("B", lot=10)],
        [[10, 10, 20], [10, 30, 20], [12.6, 17, 20]],
    )

    result = margin(tokens, trades(1_000, collateral=(1, 2)), Schedule.every(3), history=True)

    assert result.history is not None
    assert result.history.quantities[:, :, 0].tolist() == [[500, 250], [250, 130], [460, 240]]
    assert result.history.called[:, 0].tolist() == [0, -10_000, 12_600 - 6_850]
    assert result.outcome.delivered.tolist() == [5_750]
    assert result.outcome.tokens_moved.tolist() == [250 * 10 + 120 * 20 + 210 * 10 + 110 * 20]


def test_margin__haircut__leaves_market_value_beyond_the_loan() -> None:
    """100 are secured by 125 less 20 %; at 0.7 they are worth 87.5, of which 70 count."""
    tokens = priced([share("L"), share("A")], [[1, 1], [1, 0.9], [1, 0.7]])

    result = margin(tokens, trades(100, haircut_bps=2_000), Schedule.every(3, marked=9))

    assert result.baskets.tolist() == [[125]]
    assert result.outcome.lender_credit == pytest.approx((10 + 30) / 2)
    assert result.outcome.uncovered == pytest.approx(12.5 / 2)


def test_margin__rolled_where_it_is_marked__opens_again_without_a_call() -> None:
    """100 at USD 1 against 100; then USD 2 and 1, where 200 cover; at the roll USD 3 and 2."""
    tokens = priced([share("L"), share("A")], [[1, 1], [2, 1], [3, 2], [3, 1.5]])
    both = Schedule(np.array([False, True, True, True]), np.array([False, False, True, False]))

    result = margin(tokens, trades(100), both, history=True)

    assert result.history is not None
    assert result.history.quantities[:, 0, 0].tolist() == [100, 200, 150, 200]
    assert result.history.difference[:, 0].tolist() == [0, -100, 100, -75]
    assert result.history.moves[:, 0].tolist() == [False, True, False, True]
    assert result.outcome.calls.tolist() == [2]
    assert result.outcome.tokens_moved.tolist() == [150]


def test_margin__opening_alone__comes_to_nothing() -> None:
    tokens = priced([share("L"), share("A")], [[1, 1]])

    result = margin(tokens, trades(100), Schedule.every(1))

    assert result.baskets.tolist() == [[100]]
    assert not result.outcome.stacked().any()
    assert result.history is None
