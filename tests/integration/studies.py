# SPDX-License-Identifier: MIT
"""Runs of `tanpo study` in processes of their own, and files of prices such as users have."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from integration.nights import ENVIRONMENT
from integration.replays import Result

NAMES = ("A", "B", "C", "D", "E", "F", "G", "H")
METRICS = ("net_credit", "calls", "call_amount", "tokens_moved")
PEERS = (
    ("reference model", "contracts, segregated")
    if find_spec("pyrevm") is None
    else (
        "reference model",
        "contracts, segregated",
        "contracts, title transfer",
        "contracts, netting sets",
    )
)
"""Whose integers a study compares; py-evm is too slow for the last two."""
HEADER = "regime,collaterals,threshold,metric,index,low,high,published_low,published_high"


@dataclass(frozen=True)
class Study:
    """What a run has said and written."""

    folder: Path
    result: Result

    @property
    def published(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "published.csv")

    @property
    def config(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "config.json").read_text("utf-8"))
        return found

    def index(self, regime: str, collaterals: int, threshold: float, metric: str) -> float:
        table = self.published.set_index(["regime", "collaterals", "threshold", "metric"])
        return float(table.loc[(regime, collaterals, threshold, metric), "index"])

    def files(self) -> dict[str, bytes]:
        """By name: all that does not say how long a run took, or into which folder it went."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.name not in ("config.json", "report.html")
        }


def start(*options: object) -> subprocess.Popen[str]:
    """Begin a run, in a group of processes of its own, as a terminal does."""
    command = [sys.executable, "-c", "from tanpo.cli import main; main()", "study"]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [*command, *map(str, options)],
        stdout=pipe,
        stderr=pipe,
        text=True,
        env=ENVIRONMENT,
        start_new_session=True,
    )


def ended(run: subprocess.Popen[str], seconds: float = 300) -> Result:
    out, err = run.communicate(timeout=seconds)
    return Result(run.returncode, out, err)


def studies(folder: Path, runs: Mapping[str, Sequence[object]]) -> dict[str, Study]:
    """Quick runs side by side, each into a folder of its name; all must be good and quiet."""
    started = {
        name: start("--quick", "--out", folder / name, *options) for name, options in runs.items()
    }
    found = {name: Study(folder / name, ended(run)) for name, run in started.items()}
    for study in found.values():
        assert (study.result.exit_code, study.result.stderr) == (0, "")
    return found


def weekdays(count: int, first: date = date(2022, 1, 3)) -> list[date]:
    days = (first + timedelta(number) for number in range(2 * count + 7))
    return [day for day in days if day.weekday() < 5][:count]


def walks(count: int, columns: int, start: float = 100.0) -> Any:
    """(count, columns) prices with a market in common; the same each time."""
    random = np.random.default_rng(5)
    shocks = random.normal(0, 0.008, (count, 1)) + random.normal(0, 0.015, (count, columns))
    return start * np.exp(shocks.cumsum(axis=0))


def write(
    path: Path, dates: Sequence[date], columns: Mapping[str, Sequence[float]], form: str = ".6f"
) -> Path:
    """A CSV; NaN is an empty cell."""
    lines = [",".join(["date", *columns])]
    for row, day in enumerate(dates):
        cells = (values[row] for values in columns.values())
        lines.append(
            ",".join([str(day), *("" if np.isnan(cell) else f"{cell:{form}}" for cell in cells)])
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def columns_of(prices: Any, names: Sequence[str] = NAMES, currency: str = "") -> dict[str, Any]:
    return {f"{name}{currency}": column for name, column in zip(names, prices.T, strict=False)}
