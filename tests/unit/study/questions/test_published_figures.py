# SPDX-License-Identifier: MIT
"""`questions.published`: the published figures, and ours beside them."""

from __future__ import annotations

import pytest

from tanpo.study.questions import published
from tanpo.study.questions.published import BASE, DESIGN, METRICS, PUBLISHED, Range
from tanpo.study.setting import Setting

from .laboratories import KINDS, everywhere, made

# Net credit amount, number, amount, tokens; one security without and with 2 %, five likewise.
NORMAL = """
1.00 1.23 0.96 1.11
1.00 0.21 1.00 0.20
1.00 0.65 0.96 0.64
1.00 0.65 0.95 0.65
"""
TURMOIL = """
1.00 0.99-1.06 0.81-0.94 0.90-0.95
1.00 0.43-0.49 1.00 0.39-0.54
1.00 0.85-0.91 0.81-0.94 0.70-0.92
1.00 0.85-0.91 0.78-0.93 0.67-0.90
"""


def cell(text: str) -> tuple[float, float]:
    low, _, high = text.partition("-")
    return float(low), float(high or low)


@pytest.mark.parametrize(("regime", "figures"), [("normal", NORMAL), ("turmoil", TURMOIL)])
def test_published__figures__are_those_of_the_table(regime, figures):
    assert list(PUBLISHED) == ["normal", "turmoil"]
    assert PUBLISHED[regime] == {
        metric: tuple(cell(text) for text in line.split())
        for metric, line in zip(
            ("net_credit", "calls", "call_amount", "tokens_moved"),
            figures.strip().splitlines(),
            strict=True,
        )
    }


def test_design__cases__are_one_and_five_without_and_with_a_threshold():
    assert (Setting(1, 0), Setting(1, 200), Setting(5, 0), Setting(5, 200)) == DESIGN
    assert DESIGN[0] == BASE


def test_range__shown_and_middle__of_one_figure_and_of_two():
    assert (Range(0.2, 0.2).shown, Range(0.2, 0.2).middle) == ("0.20", 0.2)
    assert (Range(0.25, 0.75).shown, Range(0.25, 0.75).middle) == ("0.25 to 0.75", 0.5)


@pytest.mark.parametrize("kind", [*KINDS, "turmoil"])
def test_published__any_turmoil__is_what_was_said_of_turmoil(kind):
    assert published.published(kind, DESIGN[1], "calls") == (0.43, 0.49)
    assert published.published("normal", DESIGN[1], "calls") == (0.21, 0.21)


def test_table__made_figures__indexes_beside_the_published():
    net_credit = {
        "normal": [50, 60, 40, 45],
        "sharp_fall": [100, 110, 80, 90],
        "sharp_rise": [200, 190, 180, 170],
        "high_volatility": [100, 150, 40, 60],
    }
    figures = {regime: {"net_credit": values} for regime, values in net_credit.items()}
    table = published.table(made(DESIGN, figures))
    assert list(table.columns) == [
        "regime",
        "collaterals",
        "threshold",
        "metric",
        "index",
        "low",
        "high",
        "published_low",
        "published_high",
    ]
    assert len(table) == 5 * 4 * 4
    assert list(table.regime.unique()) == ["normal", *KINDS, "turmoil"]
    of_credit = table[table.metric == "net_credit"]
    base = of_credit[(of_credit.collaterals == 1) & (of_credit.threshold == 0)]
    assert base[["index", "low", "high"]].to_numpy().tolist() == [[1.0] * 3] * 5
    normal = of_credit[of_credit.regime == "normal"]
    assert normal.drop(columns=["regime", "metric"]).to_numpy().tolist() == [
        [1, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        [1, 0.02, 1.2, 1.2, 1.2, 1.23, 1.23],
        [5, 0.0, 0.8, 0.8, 0.8, 0.96, 0.96],
        [5, 0.02, 0.9, 0.9, 0.9, 1.11, 1.11],
    ]
    whole = of_credit[of_credit.regime == "turmoil"]
    # Index: of the means; low and high: of the kinds' indexes.
    assert whole[["index", "low", "high"]].to_numpy().ravel().tolist() == pytest.approx(
        [
            *(1, 1, 1),
            *(450 / 400, 190 / 200, 150 / 100),
            *(300 / 400, 40 / 100, 180 / 200),
            *(320 / 400, 60 / 100, 90 / 100),
        ],
        rel=1e-12,
    )
    assert whole[["index", "low", "high"]].to_numpy()[0].tolist() == [1, 1, 1]


def test_table__settings_in_another_order__picks_the_design():
    settings = (Setting(20), *reversed(DESIGN))
    figures = everywhere(**{metric: [9, 2, 4, 6, 8] for metric in METRICS})
    table = published.table(made(settings, figures))
    normal = table[(table.regime == "normal") & (table.metric == "calls")]
    assert normal["index"].tolist() == [1, 0.75, 0.5, 0.25]


def test_table__base_without_any_of_a_measure__has_no_index():
    figures = everywhere(net_credit=[1, 2, 3, 4], tokens_moved=[0, 0, 0, 1])
    table = published.table(made(DESIGN, figures)).set_index("metric")
    assert table.loc["tokens_moved", ["index", "low", "high"]].isna().all(axis=None)
    assert table.loc["net_credit", ["index", "low", "high"]].notna().all(axis=None)
