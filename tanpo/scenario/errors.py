# SPDX-License-Identifier: MIT
"""What is wrong with a file of YAML, and where."""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str | int, ...]
"""The keys and list positions that lead to a value: ("trades", 0, "loan", "BUND")."""


class FileError(ValueError):
    """A file that cannot be used. Its text is `FILE:LINE: reason`.

    Lines count from 1, which also stands for errors of the file as a whole.
    """

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class ScenarioError(FileError):
    """A scenario file that cannot be run."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at one place of the file."""

    at: Path
    reason: str
    on_key: bool = False
    """Whether the key is wrong (and its line is meant) rather than the value."""
