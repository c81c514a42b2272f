# SPDX-License-Identifier: MIT
"""The published table (JSF and the University of Tokyo, 2023, section 4 (3)), beside ours."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from tanpo.study.measured import TURMOIL_ALL, Measured
from tanpo.study.output.section import Chart, Section
from tanpo.study.setting import Setting
from tanpo.study.windows import Regime

BASE = Setting(collaterals=1, threshold_bps=0)
DESIGN = (
    BASE,
    Setting(collaterals=1, threshold_bps=200),
    Setting(collaterals=5, threshold_bps=0),
    Setting(collaterals=5, threshold_bps=200),
)
METRICS = ("net_credit", "calls", "call_amount", "tokens_moved")


class Range(NamedTuple):
    """What was published: one figure, or the lowest and the highest of several scenarios."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Of the range."""
        return (self.low + self.high) / 2

    @property
    def shown(self) -> str:
        """With two decimals."""
        return f"{self.low:.2f}" + ("" if self.low == self.high else f" to {self.high:.2f}")


def _one(figure: float) -> Range:
    return Range(figure, figure)


PUBLISHED: dict[str, dict[str, tuple[Range, Range, Range, Range]]] = {
    "normal": {
        "net_credit": (_one(1.00), _one(1.23), _one(0.96), _one(1.11)),
        "calls": (_one(1.00), _one(0.21), _one(1.00), _one(0.20)),
        "call_amount": (_one(1.00), _one(0.65), _one(0.96), _one(0.64)),
        "tokens_moved": (_one(1.00), _one(0.65), _one(0.95), _one(0.65)),
    },
    "turmoil": {
        "net_credit": (_one(1.00), Range(0.99, 1.06), Range(0.81, 0.94), Range(0.90, 0.95)),
        "calls": (_one(1.00), Range(0.43, 0.49), _one(1.00), Range(0.39, 0.54)),
        "call_amount": (_one(1.00), Range(0.85, 0.91), Range(0.81, 0.94), Range(0.70, 0.92)),
        "tokens_moved": (_one(1.00), Range(0.85, 0.91), Range(0.78, 0.93), Range(0.67, 0.90)),
    },
}
"""By regime and metric, in the order of `DESIGN`; indexes, the first case is 1.00."""


def published(regime: str, setting: Setting, metric: str) -> Range:
    """The published figure; what was said of turmoil holds for each kind of it."""
    named = "normal" if regime == Regime.NORMAL else "turmoil"
    return PUBLISHED[named][metric][DESIGN.index(setting)]


def by_case(setting: Setting) -> dict[str, object]:
    """Columns that tell the cases of the design apart."""
    return {"x": setting.case, "collaterals": setting.collaterals, "threshold": setting.threshold}


def table(measured: Measured[Setting]) -> pd.DataFrame:
    """Our indexes beside the published ones.

    Columns `regime, collaterals, threshold, metric, index, low, high, published_low,
    published_high`; the threshold is a fraction. `low` and `high` are a 95 % interval; of `turmoil`
    they are, as in the published table, the lowest and the highest index of the three kinds.
    """
    rows = measured.of(DESIGN).table(
        BASE,
        METRICS,
        lambda setting: {
            "collaterals": setting.collaterals,
            "threshold": setting.threshold,
            "setting": setting,
        },
    )
    keys = ["collaterals", "threshold", "metric"]
    kinds = rows[~rows.regime.isin([Regime.NORMAL, TURMOIL_ALL])].groupby(keys)["index"]
    ranges = {"low": kinds.min(), "high": kinds.max()}
    whole = rows.regime == TURMOIL_ALL
    cases = pd.MultiIndex.from_frame(rows.loc[whole, keys])
    for name, values in ranges.items():
        rows.loc[whole, name] = values.reindex(cases).to_numpy()
    given = list(map(published, rows.regime, rows.setting, rows.metric))
    rows["published_low"] = [each.low for each in given]
    rows["published_high"] = [each.high for each in given]
    columns = ["regime", *keys, "index", "low", "high", "published_low", "published_high"]
    return rows[columns]


def section(table: pd.DataFrame) -> Section:
    """With the figure that puts both side by side."""
    return Section(
        "published",
        "Is the published pattern there?",
        (),
        table,
        Chart.PUBLISHED,
        "index",
        (
            "Indexes: one security without a threshold is 1.00 in each regime. The interval of"
            " turmoil as a whole is the range of its three kinds.",
        ),
    )
