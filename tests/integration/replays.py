# SPDX-License-Identifier: MIT
"""Runs `tanpo` as a user does, and finds the scenarios of this folder."""

from __future__ import annotations

import json
import os
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from tanpo.cli import main

FOLDER = Path(__file__).parent
SCENARIOS = sorted(path.stem for path in (FOLDER / "scenarios").glob("*.yaml"))

Line = dict[str, Any]


def scenario_file(name: str) -> Path:
    return FOLDER / "scenarios" / f"{name}.yaml"


def expected_text(name: str) -> str:
    """The lines that stand beside the scenario, computed from scenario.md without Tanpo's code."""
    return (FOLDER / "expected" / f"{name}.jsonl").read_text("utf-8")


@dataclass(frozen=True)
class Result:
    """How a run of the command ended."""

    exit_code: int
    stdout: str
    stderr: str


def tanpo(*args: object, **env: str) -> Result:
    """Run the command in this process; an exception that it would die of is raised here."""
    out, err = StringIO(), StringIO()
    with (
        patch.dict(os.environ, {"COLUMNS": "80", **env}),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as end,
    ):
        main([str(arg) for arg in args])
    return Result(int(end.value.code or 0), out.getvalue(), err.getvalue())


def fresh_lines(file: Path, *options: object) -> str:
    """The JSON lines of one more run of a file."""
    result = tanpo("run", file, "--json", *options)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def events_and_balances(name: str) -> tuple[list[Line], Line]:
    """What a scenario prints: its events, and the last line. `test_scenarios` says that it does."""
    *events, balances = map(json.loads, expected_text(name).splitlines())
    assert balances.pop("event") == "balances"
    return events, balances
