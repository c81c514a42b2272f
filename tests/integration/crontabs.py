# SPDX-License-Identifier: MIT
"""Runs crontabs as cron does, on the clock of a devnet."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from croniter import croniter

_ASSIGNMENT = re.compile(r"([A-Z_]+)=(.*)")
_ENTRY = re.compile(r"((?:\S+\s+){5})(.*)")


@dataclass(frozen=True)
class Run:
    """What a command did."""

    at: datetime
    command: str
    exit_code: int
    output: str
    """What cron would mail."""


class Crontab:
    """A crontab's entries, with other values for some of its variables."""

    def __init__(self, file: Path, changes: Mapping[str, object]) -> None:
        self.environment: dict[str, str] = {}
        self.entries: list[tuple[str, str]] = []
        for line in filter(None, map(str.strip, file.read_text().splitlines())):
            if line.startswith("#"):
                continue
            if assignment := _ASSIGNMENT.fullmatch(line):
                self.environment[assignment[1]] = assignment[2]
            elif entry := _ENTRY.fullmatch(line):
                self.entries.append((entry[1].strip(), entry[2]))
            else:
                raise AssertionError(f"no line of a crontab: {line}")
        unknown = changes.keys() - self.environment.keys()
        assert not unknown, f"the crontab does not set {unknown}"
        here = Path(sys.prefix) / "bin"
        self.environment |= {name: str(value) for name, value in changes.items()}
        self.environment["PATH"] = f"{here}{os.pathsep}{self.environment['PATH']}"

    def firings(self, first: datetime, last: datetime) -> Iterator[tuple[datetime, str]]:
        """When each command starts, from `first` to `last`."""
        for schedule, command in self.entries:
            times = croniter(schedule, first - timedelta(minutes=1))
            while (moment := times.get_next(datetime)) <= last:
                yield moment, command

    def start(self, command: str) -> subprocess.Popen[str]:
        """Start a command as cron does: the crontab's environment and no other."""
        return subprocess.Popen(
            [self.environment["SHELL"], "-c", command],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
