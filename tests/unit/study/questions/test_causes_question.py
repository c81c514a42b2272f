# SPDX-License-Identifier: MIT
"""`questions.causes`: what is lent, and how alike securities move."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from tanpo.study.questions import causes
from tanpo.study.questions.causes import VARIANTS, needed_correlation
from tanpo.study.questions.published import PUBLISHED
from tanpo.study.setting import TradeType


@pytest.mark.parametrize(
    ("index", "correlation"), [(1.0, 1.0), (0.2**0.5, 0.0), (0.6**0.5, 0.5), (0.0, -0.25)]
)
def test_needed_correlation__index__as_of_equal_securities(index, correlation):
    assert needed_correlation(index) == pytest.approx(correlation)


def test_correlations__random_returns__as_numpys_for_each_basket():
    random = np.random.default_rng(1)
    returns = random.normal(size=(30, 9)) + random.normal(size=(30, 1))
    baskets = np.array([[0, 8, 4], [1, 7, 5], [2, 6, 0], [3, 5, 8], [8, 0, 7]])
    expected = [
        np.mean([np.corrcoef(returns[:, a], returns[:, b])[0, 1] for a, b in combinations(own, 2)])
        for own in baskets.T
    ]
    assert causes._correlations(returns, baskets) == pytest.approx(expected)


def test_correlations__alike_and_opposite__one_and_less():
    moves = np.array([0.01, -0.02, 0.03, 0.01])
    returns = np.stack([moves, 2 * moves, 3 * moves, -moves], axis=1)
    baskets = np.array([[0, 0], [1, 1], [2, 3]])
    assert causes._correlations(returns, baskets) == pytest.approx([1, -1 / 3])


def test_correlations__one_that_does_not_move__none_for_its_baskets():
    moves = np.array([0.01, -0.02, 0.03, 0.01])
    returns = np.stack([moves, 2 * moves, 0 * moves], axis=1)
    assert causes._correlations(returns, np.array([[0], [1]])) == pytest.approx([1])
    assert np.isnan(causes._correlations(returns, np.array([[0, 0], [1, 2]]))).tolist() == [
        False,
        True,
    ]
    assert np.isnan(causes._correlations(0 * returns, np.array([[0], [1]]))).all()


def test_alone__returns__mean_size_over_the_basket_in_bp():
    returns = np.array([[0.01, -0.02, 0.0], [-0.03, 0.02, 0.0]])
    assert causes._alone(returns, np.array([[0, 0], [1, 2]])) == pytest.approx([200, 100])


def test_likeness__small_market__a_point_for_each_basket_and_window(stocks):
    section = causes.likeness(stocks)
    table = section.table
    assert len(table) == len(stocks.windows) * stocks.effort.further
    assert set(table.regime) == {"normal", "turmoil"}
    # The curve's securities are equal; these nearly are.
    assert np.sqrt((1 + 4 * table.x) / 5).to_numpy() == pytest.approx(table.y.to_numpy(), abs=0.12)
    _, xs, ys = table.attrs["curve"]
    assert (xs[0], xs[-1], ys[-1]) == (0, 1, 1)
    assert ys[0] == pytest.approx(0.2**0.5)
    assert table.attrs["levels"] == [
        ("published, normal", 0.96),
        ("published, turmoil", 0.81),
        ("published, turmoil", 0.94),
    ]
    low, high = map(needed_correlation, PUBLISHED["turmoil"]["net_credit"][2])
    assert section.findings[0].endswith("the published 0.96 needs a correlation of 0.90.")
    assert section.findings[1].endswith(f"needs a correlation of {low:.2f} to {high:.2f}.")


def test_variants__stocks_alone__are_not_asked(stocks):
    assert causes.variants(stocks) is None


def test_variants__with_bonds__four_kinds_of_trades(bonds):
    section = causes.variants(bonds)
    table = section.table
    names = [variant.name for variant in VARIANTS]
    assert list(table.series.unique()) == names
    base = table[(table.collaterals == 1) & (table.threshold == 0)]
    assert (base["index"] == 1).all()
    credit = base[(base.metric == "net_credit") & (base.regime == "normal")]
    of = credit.set_index("series").value
    # Stocks move four times as much as bonds.
    assert of["bonds against cash"] < of["stocks against cash"]
    assert of["bonds against lent stocks"] > of["bonds against cash"]
    assert all(name in section.findings[0] for name in names)


def test_variants__types__are_those_that_the_basket_can_secure():
    assert VARIANTS[0].types == VARIANTS[3].types == (TradeType.CASH_SAME, TradeType.CASH_CROSS)
    assert VARIANTS[1].types == VARIANTS[2].types == (TradeType.SECURITY_SAME,)
