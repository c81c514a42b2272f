# SPDX-License-Identifier: MIT
"""Files with secrets, and refusals that have none."""

import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr

from oracles.keys import KeystoreError

PASSWORD = SecretStr("korrekt horse é")


def write(path: Path, content: str | bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)
    return path


def refusal(error: pytest.ExceptionInfo[KeystoreError]) -> str:
    """The error's text; it and its traceback tell no secret."""
    shown = "".join(traceback.format_exception(error.value)) + repr(error.value)
    assert "5e5e" not in shown
    assert "horse" not in shown
    assert "cipher" not in shown
    assert error.value.__context__ is None
    return str(error.value)
