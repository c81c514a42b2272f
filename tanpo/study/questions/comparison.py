# SPDX-License-Identifier: MIT
"""The published table and ours, figure by figure: where they agree, where not, and why.

Their windows are not known. So under a figure that does not agree stands its range over ours, one
by one. Two circumstances are tried besides, each fitted to one published figure of the same regime
and no other, so that the rest shows whether it explains:

- what is lent: the share of trades that lend stocks against bonds, at which the net credit amount
  of five securities without a threshold is the published one;
- how much prices move: the factor on every move, at which the calls of one security with a
  threshold of 2 % are the published ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tanpo.study.measured import Measured
from tanpo.study.output.section import Section
from tanpo.study.output.words import case, index, metric, regime
from tanpo.study.questions.causes import OTHER_TRADES, needed_correlation
from tanpo.study.questions.published import BASE, DESIGN, METRICS, PUBLISHED, Range, by_case
from tanpo.study.setting import Setting

ROUNDING = 0.005
"""Published figures have two decimals."""
NONE = "none"
"""The verdict where the base has nothing of a measure, so that it has no index or no interval."""
_ONE, _FIVE = DESIGN[1], DESIGN[2]

Row = Mapping[Any, Any]


def compare(
    published: pd.DataFrame,
    measured: Measured[Setting],
    variants: Section | None,
    scaling: Section,
    likeness: Section,
) -> pd.DataFrame:
    """Columns `regime, case, metric, ours, published, verdict, cause`, all texts.

    Of normal times and of turmoil as a whole; the base case, which is 1.00 in both, is left out.
    Ours agrees where its interval (of turmoil: the range of the three kinds) and the published
    range, of figures rounded to two decimals, have a figure in common.
    """
    causes = {
        name: _Causes(
            name,
            measured,
            measured.of(DESIGN).table(BASE, METRICS, by_case),
            None if variants is None else variants.table,
            scaling.table,
            likeness.table,
        )
        for name in ("normal", "turmoil")
    }
    rows = []
    for row in published[published.regime.isin(list(causes))].to_dict("records"):
        setting = Setting(row["collaterals"], round(row["threshold"] * 10_000))
        if setting == BASE:
            continue
        given = Range(row["published_low"], row["published_high"])
        verdict = _verdict(row, given)
        is_explained = verdict in ("agrees", NONE)
        cause = "" if is_explained else causes[row["regime"]].of(setting, row["metric"])
        rows.append(
            {
                "regime": regime(row["regime"]),
                "case": case(row["collaterals"], row["threshold"]),
                "metric": metric(row["metric"]),
                "ours": _ours(row),
                "published": given.shown,
                "verdict": verdict,
                "cause": cause,
            }
        )
    return pd.DataFrame(rows)


def _ours(row: Row) -> str:
    if np.isnan(row["index"]):
        return index(row["index"])
    return f"{index(row['index'])} ({index(row['low'])} to {index(row['high'])})"


def _verdict(row: Row, given: Range) -> str:
    if np.isnan(row["low"]) or np.isnan(row["high"]):
        return NONE
    if row["high"] < given.low - ROUNDING:
        return "lower"
    return "higher" if row["low"] > given.high + ROUNDING else "agrees"


@dataclass(frozen=True)
class _Causes:
    """Of one regime: what its figures would be in other circumstances."""

    regime: str
    measured: Measured[Setting]
    own: pd.DataFrame
    variants: pd.DataFrame | None
    scaling: pd.DataFrame
    likeness: pd.DataFrame

    def of(self, setting: Setting, name: str) -> str:
        """In words."""
        parts = []
        factor = self._factor()
        if not np.isnan(scaled := self._scaled(setting, name, factor)):
            parts.append(f"{scaled:.2f} if prices moved {factor:.2f} times")
        if self.variants is not None:
            share = self._share(self.variants)
            mixed = self._mixed(self.variants, share, setting, name)
            parts.insert(0, f"{mixed:.2f} if {share:.0%} of the trades lent stocks against bonds")
        alone = self.measured.by_window(self.regime, setting, BASE, name)
        parts.append(f"{min(alone):.2f} to {max(alone):.2f} in single windows")
        if setting.collaterals > 1:
            parts += self._alike(setting, name)
        return "; ".join(parts)

    def _alike(self, setting: Setting, name: str) -> Iterator[str]:
        """How alike the securities of a basket move; nothing where they do not move."""
        correlation = self.likeness[self.likeness.regime == self.regime].x.mean()
        if np.isnan(correlation):
            return
        found = f"the mean correlation in our baskets is {correlation:.2f}"
        if setting.threshold_bps:
            yield found
            return
        given = PUBLISHED[self.regime][name][DESIGN.index(setting)].middle
        yield f"{found}, and theirs would be {needed_correlation(given):.2f}"

    def _factor(self) -> float:
        """At which one security with a threshold calls as often as published.

        NaN where that is more or less than was tried.
        """
        calls = self._of(self.scaling, "calls", "series", _ONE).set_index("x")["index"]
        given = PUBLISHED[self.regime]["calls"][DESIGN.index(_ONE)]
        ascending = calls.sort_values()
        factor = np.interp(
            given.middle, ascending, ascending.index, left=float("nan"), right=float("nan")
        )
        return float(factor)

    def _scaled(self, setting: Setting, name: str, factor: float) -> float:
        """Our index, changed as it changes from moves as they were, on the smaller sample."""
        by_factor = self._of(self.scaling, name, "series", setting).set_index("x")["index"]
        scaled, real = np.interp((factor, 1.0), by_factor.index, by_factor)
        ours = self._of(self.own, name, "x", setting)["index"].iloc[0]
        return float(ours * scaled / real)

    def _share(self, variants: pd.DataFrame) -> float:
        """Of other trades: solves mixed index = published index for five securities."""
        given = PUBLISHED[self.regime]["net_credit"][DESIGN.index(_FIVE)].middle
        ours, theirs = self._pair(self.own, _FIVE), self._pair(self._other(variants), _FIVE)
        distance = ours[0] - given * ours[1]
        change = distance - (theirs[0] - given * theirs[1])
        return float(np.clip(distance / change, 0, 1)) if change else 0.0

    def _pair(
        self, table: pd.DataFrame, setting: Setting, name: str = "net_credit"
    ) -> tuple[float, float]:
        """The figure of a setting and that of the base, in the measure's unit."""
        return tuple(  # type: ignore[return-value]
            float(self._of(table, name, "x", each)["value"].iloc[0]) for each in (setting, BASE)
        )

    def _mixed(self, variants: pd.DataFrame, share: float, setting: Setting, name: str) -> float:
        ours = self._pair(self.own, setting, name)
        theirs = self._pair(self._other(variants), setting, name)
        figure, base = (
            (1 - share) * mine + share * other for mine, other in zip(ours, theirs, strict=True)
        )
        return figure / base

    def _other(self, variants: pd.DataFrame) -> pd.DataFrame:
        return variants[variants.series == OTHER_TRADES]

    def _of(self, table: pd.DataFrame, name: str, column: str, setting: Setting) -> pd.DataFrame:
        wanted = setting.case
        alike = (table.regime == self.regime) & (table.metric == name)
        return table[alike & (table[column] == wanted)]
