# SPDX-License-Identifier: MIT
"""`questions.sweeps` and `.by_type`: one thing varied at a time."""

from __future__ import annotations

import pytest

from tanpo.study.measured import Measured
from tanpo.study.output.words import case
from tanpo.study.questions import by_type, sweeps
from tanpo.study.questions.published import DESIGN
from tanpo.study.setting import Setting, TradeType

from .laboratories import everywhere, made

THRESHOLDS = [0, 50, 100, 150, 200, 300, 400, 500]


def sweep_of(name, largest_basket=5):
    (found,) = [each for each in sweeps.sweeps(largest_basket, 10_000_000) if each.name == name]
    return found


@pytest.mark.parametrize(
    ("largest", "few", "counts"),
    [
        (5, [1, 5], [1, 2, 3, 4, 5]),
        (12, [1, 5], [1, 2, 3, 4, 5, 8, 10]),
        (20, [1, 5, 20], [1, 2, 3, 4, 5, 8, 10, 15, 20]),
    ],
)
def test_sweeps__largest_basket__no_setting_has_more(largest, few, counts):
    assert sweep_of("thresholds", largest).settings == tuple(
        Setting(count, threshold) for count in few for threshold in THRESHOLDS
    )
    assert sweep_of("securities", largest).settings == tuple(
        Setting(count, threshold) for count in counts for threshold in (0, 200)
    )
    assert sweep_of("minimum_transfers", largest).settings == tuple(
        Setting(count, mta=mta)
        for count in (1, 5)
        for mta in (0, 50_000, 100_000, 200_000, 300_000, 500_000)
    )
    assert sweep_of("haircuts", largest).settings == tuple(
        Setting(count, haircut_bps=haircut)
        for count in (1, 5)
        for haircut in (0, 200, 500, 1_000, 1_500, 2_000)
    )
    assert sweep_of("periods", largest).settings == tuple(
        Setting(count, period=period) for count in (1, 5) for period in (1, 5, 15, 22, 0)
    )


@pytest.mark.parametrize("largest", [5, 12, 20])
def test_sweeps__base__is_one_of_the_settings(largest):
    for sweep in sweeps.sweeps(largest, 10_000_000):
        assert sweep.settings.count(sweep.base) == 1
        assert len(set(sweep.settings)) == len(sweep.settings)


@pytest.mark.parametrize(
    ("name", "setting", "x", "series"),
    [
        ("thresholds", Setting(1, 150), 1.5, "1 security"),
        ("securities", Setting(8), 8, "no threshold"),
        ("securities", Setting(8, 200), 8, "2 % threshold"),
        ("minimum_transfers", Setting(5, mta=50_000), 0.5, "5 securities"),
        ("haircuts", Setting(5, haircut_bps=1_500), 15, "5 securities"),
        ("periods", Setting(1, period=1), "overnight", "1 security"),
        ("periods", Setting(1, period=5), "1 week", "1 security"),
        ("periods", Setting(1, period=15), "3 weeks", "1 security"),
        ("periods", Setting(5, period=22), "over a month end", "5 securities"),
        ("periods", Setting(5), "whole window", "5 securities"),
    ],
)
def test_sweeps__setting__its_place_and_series(name, setting, x, series):
    sweep = sweep_of(name)
    assert (sweep.x(setting), sweep.series(setting)) == (x, series)


def test_section__made_figures__says_the_first_and_the_last():
    sweep = sweep_of("haircuts")
    figures = everywhere(
        uncovered=[60, 50, 40, 30, 20, 10] * 2,
        net_credit=[100, 101, 102, 103, 104, 105] * 2,
        call_amount=[7.04, 7, 7, 7, 7, 7.06] * 2,
    )
    section = sweep.section(sweep.table(made(sweep.settings, figures)))
    said = (
        "from 0.0 to 20.0: uncovered loan 60.0 to 10.0 (bp of the loan), net credit amount 100.0 to"
        " 105.0 (bp of the loan), amount of margin calls 7.0 to 7.1 (bp of the loan, per 21"
        " business dates)."
    )
    assert section.findings == (
        f"Normal, 1 security, {said}",
        f"Normal, 5 securities, {said}",
        f"Turmoil, 1 security, {said}",
        f"Turmoil, 5 securities, {said}",
    )
    rows = section.table[(section.table.regime == "normal") & (section.table.metric == "uncovered")]
    assert rows["index"].tolist() == pytest.approx([1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6] * 2)


def test_ask__small_market__all_on_the_same_draws(bonds):
    grid, sections = sweeps.ask(bonds)
    assert [section.name for section in sections] == [
        "thresholds",
        "securities",
        "minimum_transfers",
        "haircuts",
        "periods",
    ]
    assert bonds.largest_basket == 6
    assert grid.settings == tuple(
        Setting(count, threshold) for count in (1, 2, 3, 5) for threshold in THRESHOLDS
    )
    thresholds, securities = sections[0].table, sections[1].table
    wanted = ["regime", "metric", "value", "index"]
    same = [
        table[(table.collaterals == 5) & (table.threshold == 0.02)][wanted].to_numpy().tolist()
        for table in (thresholds, securities)
    ]
    assert same[0] == same[1]
    calls = thresholds[(thresholds.metric == "calls") & (thresholds.regime == "normal")]
    for _, of_series in calls.groupby("series"):
        assert of_series.value.is_monotonic_decreasing
        assert of_series.value.iloc[0] == pytest.approx(21)


def test_by_type__made_figures__each_to_its_own_base():
    one, two = (
        made(DESIGN, everywhere(calls=calls)).found for calls in ([10, 2, 10, 4], [20, 8, 20, 2])
    )
    parts = made(DESIGN, everywhere())
    found = tuple(
        before.repeat(2, axis=2) * [[[[1.0], [0.0]]]] + after.repeat(2, axis=2) * [[[[0.0], [1.0]]]]
        for before, after in zip(one, two, strict=True)
    )
    measured = Measured(parts.settings, parts.windows, found, 1)
    section = by_type.ask(measured, (TradeType.CASH_SAME, TradeType.SECURITY_CROSS))
    calls = section.table[(section.table.metric == "calls") & (section.table.regime == "normal")]
    assert calls[["series", "x", "index"]].to_numpy().tolist() == [
        [series, case(setting.collaterals, setting.threshold_bps / 10_000), index]
        for series, indexes in (
            ("CT of the same currency", [1.0, 0.2, 1.0, 0.4]),
            ("ST of another currency", [1.0, 0.4, 1.0, 0.1]),
        )
        for setting, index in zip(DESIGN, indexes, strict=True)
    ]
    assert section.findings[0] == (
        "Normal: one security and a threshold of 2 % call 0.20 for CT of the same currency,"
        " 0.40 for ST of another currency."
    )
