# SPDX-License-Identifier: MIT
"""pydantic's errors as short sentences: `rate must be a percentage such as 2.5%, found "abc"`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tanpo.scenario.errors import Path, Problem

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_KEY = "[key]"
"""pydantic's last step to a key that is wrong itself."""

Subjects = Mapping[tuple[str, ...], str]
"""What stands at a path, `*` being any step; the first that fits. Elsewhere it is the key's name.
"""

_SUBJECTS: Subjects = {
    (): "the file",
    ("instruments", "*"): "instrument {1}",
    ("parties", "*"): "party {1}",
    ("parties", "*", "*"): "quantity of {2}",
    ("fixings", "*"): "fixings of {1}",
    ("fixings", "*", _KEY): "a business date",
    ("fixings", "*", "*"): "fixing of {2}",
    ("agreements", "*"): "an agreement",
    ("agreements", "*", "parties", "*"): "a party",
    ("agreements", "*", "rights", "*", "*"): "a right",
    ("trades", "*"): "a trade",
    ("trades", "*", "loan", "*"): "quantity of {3}",
    ("trades", "*", "collateral", "*"): "quantity of {3}",
    ("trades", "*", "haircut", "*"): "haircut of {3}",
    ("trades", "*", "rights", "*", "*"): "a right",
    ("income", "*"): "an income",
    ("splits", "*"): "a split",
    ("redemptions", "*"): "a redemption",
    ("events", "*"): "an event",
    ("events", "*", "quantity", "*"): "quantity of {3}",
    ("events", "*", "out", "*"): "quantity of {3}",
    ("events", "*", "in", "*"): "quantity of {3}",
}

_SHAPES = {
    "model_type": "be a mapping",
    "dict_type": "be a mapping",
    "list_type": "be a list",
}

_LONGEST = 40


def problems(error: ValidationError, subjects: Subjects = _SUBJECTS) -> list[Problem]:
    """Return what is wrong, each with its place in the file, by default a scenario file."""
    return [_problem(details, subjects) for details in error.errors(include_url=False)]


def must(subject: str, requirement: str, value: object) -> str:
    """Return the sentence: `must("lot", "be positive", "0")` is `lot must be positive, found "0"`.

    `value` is a text of the file, or the mapping or list that stands where a text is due.
    """
    return f"{subject} must {requirement}, found {_found(value)}"


def _problem(details: ErrorDetails, subjects: Subjects) -> Problem:
    path: Path = details["loc"]
    match details["type"]:
        case "missing":
            return Problem(path[:-1], f'missing key "{path[-1]}"')
        case "extra_forbidden":
            return Problem(path, f'unknown key "{path[-1]}"', on_key=True)
        case "value_error":
            requirement = str(details["ctx"]["error"])
        case shape:
            # A new kind of field without words here still gets a sentence, pydantic's own.
            requirement = _SHAPES.get(shape, f"be right ({details['msg']})")
    reason = must(_subject(path, subjects), requirement, details["input"])
    if path and path[-1] == _KEY:
        return Problem(path[:-1], reason, on_key=True)
    return Problem(path, reason)


def _subject(path: Path, subjects: Subjects) -> str:
    for pattern, words in subjects.items():
        if len(pattern) == len(path) and all(
            step == here or (step == "*" and here != _KEY)
            for step, here in zip(pattern, path, strict=True)
        ):
            return words.format(*path)
    return "a key" if path[-1] == _KEY else str(path[-1])


def _found(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    if not text:
        return "nothing"
    return f'"{text}"' if len(text) <= _LONGEST else f'"{text[:_LONGEST]}…"'
