# SPDX-License-Identifier: MIT
"""One thing varied at a time: thresholds, securities, minimum transfers, haircuts, periods."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from tanpo.model.values import ONE_BPS
from tanpo.study.laboratory import Laboratory
from tanpo.study.measured import UNITS, Measured
from tanpo.study.output import words
from tanpo.study.output.section import Chart, Section
from tanpo.study.questions.published import BASE, METRICS
from tanpo.study.setting import Setting

THRESHOLDS_BPS = (0, 50, 100, 150, 200, 300, 400, 500)
SECURITIES = (1, 2, 3, 4, 5, 8, 10, 15, 20)
FEW = (1, 5, 20)
"""Securities that lines are drawn for."""
MINIMUM_TRANSFERS_BPS = (0, 50, 100, 200, 300, 500)
"""Of the loan."""
HAIRCUTS_BPS = (0, 200, 500, 1_000, 1_500, 2_000)
PERIODS = {"overnight": 1, "1 week": 5, "3 weeks": 15, "over a month end": 22, "whole window": 0}
"""In business dates. An intraday trade ends before any close, so that it is never marked."""


@dataclass(frozen=True)
class Sweep:
    """A question that varies one thing."""

    name: str
    title: str
    chart: Chart
    x_label: str
    x: Callable[[Setting], object]
    series: Callable[[Setting], str]
    settings: tuple[Setting, ...]
    base: Setting = BASE
    metrics: tuple[str, ...] = METRICS
    notes: tuple[str, ...] = ()

    def table(self, measured: Measured[Setting]) -> pd.DataFrame:
        """As `Chart.LINES`, with the columns `collaterals` and `threshold` beside."""
        return measured.of(self.settings).table(
            self.base,
            self.metrics,
            lambda setting: {
                "series": self.series(setting),
                "x": self.x(setting),
                "collaterals": setting.collaterals,
                "threshold": setting.threshold,
            },
        )

    def section(self, table: pd.DataFrame) -> Section:
        """With what the table says in sentences."""
        findings = tuple(_findings(self, table))
        return Section(self.name, self.title, findings, table, self.chart, self.x_label, self.notes)


def sweeps(largest_basket: int, notional: int) -> list[Sweep]:
    """All of them, for baskets of up to so many securities and loans of `notional`."""
    counts = [count for count in SECURITIES if count <= largest_basket]
    few = [count for count in FEW if count <= largest_basket]

    def of(counts: Sequence[int], **varied: Sequence[int]) -> tuple[Setting, ...]:
        ((name, values),) = varied.items()
        bases = [Setting(collaterals=count) for count in counts]
        return tuple(replace(base, **{name: value}) for base in bases for value in values)

    def by_securities(setting: Setting) -> str:
        return words.securities(setting.collaterals)

    names = {days: name for name, days in PERIODS.items()}
    return [
        Sweep(
            "thresholds",
            "What does the threshold do?",
            Chart.LINES,
            "threshold (% of the required value)",
            lambda setting: setting.threshold_bps / 100,
            by_securities,
            of(few, threshold_bps=THRESHOLDS_BPS),
        ),
        Sweep(
            "securities",
            "What does diversified collateral do?",
            Chart.LINES,
            "securities in the basket",
            lambda setting: setting.collaterals,
            lambda setting: "2 % threshold" if setting.threshold_bps else "no threshold",
            of(counts, threshold_bps=(0, 200)),
        ),
        Sweep(
            "minimum_transfers",
            "What does a minimum transfer amount do?",
            Chart.LINES,
            "minimum transfer amount (% of the loan)",
            lambda setting: setting.mta * 100 / notional,
            by_securities,
            of((1, 5), mta=[notional * bps // ONE_BPS for bps in MINIMUM_TRANSFERS_BPS]),
        ),
        Sweep(
            "haircuts",
            "What do haircuts do?",
            Chart.LINES,
            "haircut (%)",
            lambda setting: setting.haircut_bps / 100,
            by_securities,
            of((1, 5), haircut_bps=HAIRCUTS_BPS),
            metrics=("uncovered", "net_credit", "call_amount"),
            notes=(
                "The net credit amount compares the value after haircut with the required value;"
                " what a haircut is for shows in the uncovered amount, which compares the market"
                " value with the loan.",
            ),
        ),
        Sweep(
            "periods",
            "What does a trade's period do?",
            Chart.BARS,
            "period of the trades, each followed by the next",
            lambda setting: names[setting.period],
            by_securities,
            of((1, 5), period=tuple(PERIODS.values())),
            base=Setting(period=0),
            notes=(
                "On its last date a trade returns everything: it has a difference and no call. An"
                " intraday trade meets no close, so all its figures are 0.",
            ),
        ),
    ]


def ask(laboratory: Laboratory) -> tuple[Measured[Setting], list[Section]]:
    """Measure all sweeps at once, on the same draws; also the grid of securities and thresholds."""
    wanted = sweeps(laboratory.largest_basket, laboratory.universe.notional)
    counts = [count for count in (1, 2, 3, 5, 10, 20) if count <= laboratory.largest_basket]
    grid = [Setting(count, threshold) for count in counts for threshold in THRESHOLDS_BPS]
    settings = dict.fromkeys([*grid, *(setting for sweep in wanted for setting in sweep.settings)])
    measured = laboratory.measure(tuple(settings))
    return measured.of(grid), [sweep.section(sweep.table(measured)) for sweep in wanted]


def _findings(sweep: Sweep, table: pd.DataFrame) -> Iterator[str]:
    """From the first to the last x, in normal times and in turmoil, as it was measured."""
    for regime in ("normal", "turmoil"):
        for series in table.series.unique()[:2]:
            rows = table[(table.regime == regime) & (table.series == series)]
            first, last = rows.x.iloc[0], rows.x.iloc[-1]
            parts = []
            for metric in sweep.metrics:
                of_metric = rows[rows.metric == metric].set_index("x")["value"]
                name, unit = words.metric(metric).lower(), UNITS[metric]
                parts.append(f"{name} {of_metric[first]:.1f} to {of_metric[last]:.1f} ({unit})")
            yield f"{regime.capitalize()}, {series}, from {first} to {last}: {', '.join(parts)}."
