# SPDX-License-Identifier: MIT
"""`tanpo.study.measured`: units, regimes and tables."""

from __future__ import annotations

import numpy as np
import pytest

from tanpo.study.engine.outcome import MEASURES
from tanpo.study.measured import UNITS, Measured, in_units
from tanpo.study.windows import Regime, Window

from .made import FIRST


def window_of(regime: Regime) -> Window:
    return Window(regime, 0, 1, FIRST, FIRST, 0.0, 0.0)


def measured_of(**figures: tuple[float, float]) -> Measured[str]:
    """One window a regime; of each setting, a and b, one figure for all measures."""
    regimes = [Regime(name) for name in figures]
    found = tuple(
        np.ones((len(MEASURES), 1, 1, 1)) * np.array(each)[None, :, None, None]
        for each in figures.values()
    )
    return Measured(("a", "b"), tuple(map(window_of, regimes)), found, 7)


ALL = measured_of(normal=(1, 2), sharp_fall=(2, 6), sharp_rise=(2, 3), high_volatility=(5, 9))


def test_in_units__sums_over_42_dates__are_bp_of_the_loan_in_21():
    found = in_units(np.full((len(MEASURES), 1, 1, 1), 500.0), 10_000, 42).ravel()
    assert dict(zip(MEASURES, found.tolist(), strict=True)) == {
        "net_credit": 500,
        "calls": 250,
        "call_amount": 250,
        "tokens_moved": 250,
        "lender_credit": 500,
        "borrower_credit": 500,
        "uncovered": 500,
        "delivered": 250,
        "worst": 500,
        "largest_call": 500,
    }
    found = in_units(np.full((len(MEASURES), 1, 1, 1), 500.0), 1_000_000, 7).ravel()
    assert found[:3].tolist() == pytest.approx([5, 1500, 15])


def test_units__each_measure__says_what_it_is():
    bp, month = "bp of the loan", ", per 21 business dates"
    assert dict(UNITS) == {
        "net_credit": bp,
        "calls": "per trade and 21 business dates",
        "call_amount": bp + month,
        "tokens_moved": bp + month,
        "lender_credit": bp,
        "borrower_credit": bp,
        "uncovered": bp,
        "delivered": bp + month,
        "worst": bp,
        "largest_call": bp,
    }


def test_regimes__all_four__have_turmoil_after_them():
    assert ALL.regimes() == ["normal", "sharp_fall", "sharp_rise", "high_volatility", "turmoil"]
    assert measured_of(sharp_rise=(1, 1), normal=(1, 1)).regimes() == [
        "normal", "sharp_rise", "turmoil",
    ]  # fmt: skip
    assert measured_of(sharp_fall=(1, 1)).regimes() == ["sharp_fall"]


def test_table__turmoil__is_the_mean_over_its_three_kinds():
    table = ALL.table("a", ["calls", "worst"], lambda setting: {"name": setting.upper()})
    assert list(table.columns) == [
        "regime", "name", "metric", "unit", "value", "index", "low", "high",
    ]  # fmt: skip
    assert len(table) == 5 * 2 * 2
    turmoil = table[table.regime == "turmoil"]
    assert turmoil[["name", "metric", "value", "index"]].values.tolist() == [
        ["A", "calls", 3, 1],
        ["B", "calls", 6, 2],
        ["A", "worst", 3, 1],
        ["B", "worst", 6, 2],
    ]
    assert turmoil.unit.tolist() == [UNITS["calls"]] * 2 + [UNITS["worst"]] * 2
    # Bootstraps of the three ratios 3, 1.5 and 1.8 stay between the outer ones.
    assert 1.5 <= turmoil.low.iloc[1] < 2 < turmoil.high.iloc[1] <= 3
    normal = table[table.regime == "normal"]
    assert (
        normal[["value", "index", "low", "high"]].values.tolist()
        == [
            [1, 1, 1, 1],
            [2, 2, 2, 2],
        ]
        * 2
    )


def test_table__base__is_the_setting_that_is_given():
    table = ALL.table("b", ["calls"], lambda setting: {"name": setting})
    fall = table[table.regime == "sharp_fall"]
    assert fall["index"].tolist() == [pytest.approx(1 / 3), 1]


def test_of__some_settings__keeps_theirs_in_the_new_order():
    turned = ALL.of(["b", "a"])
    assert turned.settings == ("b", "a")
    assert [found[0].ravel().tolist() for found in turned.found] == [[2, 1], [6, 2], [3, 2], [9, 5]]
    assert (turned.windows, turned.seed) == (ALL.windows, 7)
    assert [found[0].ravel().tolist() for found in ALL.of(["b"]).found] == [[2], [6], [3], [9]]
    with pytest.raises(ValueError, match="not in tuple"):
        ALL.of(["c"])


def test_by_window__regime__index_of_each_window_alone():
    found = [np.zeros((len(MEASURES), 2, 1, 2)) for _ in range(3)]
    for window, (base, other) in zip(found, [(10, 5), (20, 15), (0, 3)], strict=True):
        window[MEASURES.index("calls"), :, 0] = [[base, base], [other, other]]
    made = Measured(("base", "other"), tuple(map(window_of, [Regime.NORMAL] * 3)), tuple(found), 1)
    assert made.by_window("normal", "other", "base", "calls") == [0.5, 0.75]
