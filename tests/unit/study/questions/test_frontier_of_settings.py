# SPDX-License-Identifier: MIT
"""`questions.frontier`: which settings nothing beats."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tanpo.study.questions import frontier
from tanpo.study.questions.frontier import efficient
from tanpo.study.setting import Setting

from .laboratories import everywhere, made

POINTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12)


@given(POINTS)
def test_efficient__any_points__as_by_comparing_each_with_each(points):
    # Few values, so that ties and equal points are many.
    expected = [
        not any(a <= x and b <= y and (a < x or b < y) for a, b in points) for x, y in points
    ]
    coordinates = np.array(points, dtype=float).reshape(-1, 2)
    assert efficient(coordinates[:, 0], coordinates[:, 1]).tolist() == expected


def test_efficient__equal_points_and_ties__both_stay_or_the_worse_goes():
    first = np.array([1.0, 1.0, 1.0, 2.0, 3.0])
    second = np.array([5.0, 5.0, 6.0, 5.0, 1.0])
    assert efficient(first, second).tolist() == [True, True, False, False, True]


def test_ask__made_figures__marks_each_regime_alone():
    settings = (Setting(1), Setting(1, 200), Setting(5), Setting(5, 200))
    figures = {
        **everywhere(net_credit=[100, 120, 70, 90], call_amount=[100, 60, 70, 60]),
        "normal": {"net_credit": [10, 12, 10, 9], "call_amount": [10, 5, 10, 4]},
    }
    section = frontier.ask(made(settings, figures))
    table = section.table
    assert list(table.columns) == [
        "regime",
        "collaterals",
        "threshold",
        "liquidity",
        "net_credit",
        "efficient",
    ]
    normal, turmoil = (table[table.regime == regime] for regime in ("normal", "turmoil"))
    assert normal.efficient.tolist() == [False, False, False, True]
    assert turmoil.efficient.tolist() == [False, False, True, True]
    assert turmoil.liquidity.tolist() == [100, 60, 70, 60]
    assert section.findings == (
        "Normal: 1 of 4 settings are efficient; their baskets have 5 securities.",
        "Turmoil: 2 of 4 settings are efficient; their baskets have 5 securities.",
    )
