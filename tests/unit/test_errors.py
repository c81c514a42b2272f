# SPDX-License-Identifier: MIT
"""Errors: what the manual names exists, and what is declared is raised and tested."""

import re
from pathlib import Path

from tanpo.chain.artifacts import error_entries

ROOT = Path(__file__).resolve().parents[2]

SOURCES = [
    path.read_text()
    for path in (ROOT / "contracts").rglob("*.sol")
    if "mocks" not in path.relative_to(ROOT).parts
]

TESTS = [path.read_text() for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]

NEVER_RAISED = {"ERC7943CannotTransfer"}
"""ERC-7943 has it for whoever has no error that says more."""


def _found(pattern, texts):
    """Everything that the pattern's group matches in any of the texts."""
    return {name for text in texts for name in re.findall(pattern, text)}


def _refusals():
    """What the manual says after `Reverts with` or `fails with`, to the end of the sentence."""
    manuals = [path.read_text() for path in (ROOT / "contracts" / "interfaces").glob("*.sol")]
    prose = [re.sub(r"\s*\n\s*///\s*", " ", manual) for manual in manuals]
    return _found(r"(?:[Rr]everts|fails) with ([^.\n]*)", prose)


DECLARED = _found(r"\berror (\w+)\(", SOURCES)


def test_errors__that_a_manual_names__are_declared():
    named = _found(r"\b([A-Z]\w+)", _refusals())
    assert named - {entry["name"] for entry in error_entries()} == set()
    assert {"NotSeized", "SetNotFailed", "ValueTooLarge", "AccessManagedUnauthorized"} <= named


def test_errors__that_are_declared__are_raised():
    assert DECLARED - _found(r"\brevert (?:\w+\.)?(\w+)\(", SOURCES) == NEVER_RAISED


def test_errors__that_are_declared__are_named_by_a_test():
    assert DECLARED - _found(r"\b([A-Z]\w+)", TESTS) == NEVER_RAISED
