# SPDX-License-Identifier: MIT
"""What `tanpo study` says on standard output."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from tanpo.study.folder import speed_sentence, summary
from tanpo.study.output import words
from tanpo.study.setting import TradeType
from tanpo.study.study import Findings


def lines(findings: Findings, out: Path) -> Iterator[str]:
    """The windows, the published table beside ours, what was proved, and where the report is."""
    laboratory = findings.laboratory
    for regime, windows in groupby(laboratory.windows, key=lambda window: window.regime):
        dates = ", ".join(f"{window.start} to {window.end}" for window in windows)
        yield f"{regime.label.capitalize()}: {dates}"
    yield from laboratory.universe.market.notes
    lacking = set(TradeType) - set(laboratory.universe.types)
    if lacking:
        names = " and ".join(sorted(type_.label for type_ in lacking))
        yield f"Left out, for no security is there to be lent: trades of {names}."
    yield from _comparison(findings)
    yield ""
    yield from summary(findings)
    yield from (proof.sentence for proof in findings.proofs)
    yield speed_sentence(findings)
    yield f"Report: {out / 'report.html'}"


def _comparison(findings: Findings) -> Iterator[str]:
    """Case by case; under a figure that does not agree, what it would be otherwise."""
    for (regime, case), rows in findings.comparison.groupby(["regime", "case"], sort=False):
        yield ""
        interval = "range of the kinds" if regime == words.regime("turmoil") else "95 % interval"
        yield f"{f'{regime}, {case}':<45}{f'ours ({interval})':<27}published"
        for row in rows.to_dict("records"):
            yield f"  {row['metric']:<43}{row['ours']:<27}{row['published']:<15}{row['verdict']}"
            yield from (f"      {cause}" for cause in row["cause"].split("; ") if cause)
