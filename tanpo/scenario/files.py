# SPDX-License-Identifier: MIT
"""Reads text files, and says at which line one is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tanpo.scenario.errors import FileError, Problem
from tanpo.scenario.source import Document


def read_text(name: str, error: type[FileError]) -> str:
    """Return the text of a file in UTF-8. Raises `error` where it is none or cannot be read."""
    try:
        content = Path(name).read_bytes()
    except FileNotFoundError:
        raise error(name, 1, "no such file") from None
    except IsADirectoryError:
        raise error(name, 1, "is a directory, not a file") from None
    except (OSError, ValueError) as cause:  # ValueError: a NUL in the name
        reason = getattr(cause, "strerror", None) or str(cause)
        raise error(name, 1, f"cannot be read: {reason}") from cause
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = content.count(b"\n", 0, cause.start) + 1
        raise error(name, line, "not UTF-8") from None


def refuse(
    document: Document, name: str, problems: Iterable[Problem], error: type[FileError]
) -> None:
    """Raise the first problem by line; of several on one line, the first that was found."""
    lines = ((document.line(problem.at, problem.on_key), problem.reason) for problem in problems)
    first = min(lines, key=lambda found: found[0], default=None)
    if first is not None:
        raise error(name, *first)
