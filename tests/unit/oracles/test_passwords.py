# SPDX-License-Identifier: MIT
"""Where a password comes from. Asking for it is in `test_keys_command`."""

from io import StringIO
from pathlib import Path

import pytest
from pydantic import SecretStr
from refusing import PASSWORD, refusal, write

from oracles.keys import KeystoreError
from oracles.passwords import password_for, password_in


@pytest.mark.parametrize(
    "content", ["korrekt horse é", "korrekt horse é\n", "korrekt horse é\r\nand more\n"]
)
def test_password_in__file__is_its_first_line(tmp_path: Path, content: str) -> None:
    assert password_in(write(tmp_path / "password", content)) == PASSWORD


@pytest.mark.parametrize(
    ("content", "mode", "reason"),
    [
        ("", 0o600, "its first line is empty, where the password should be"),
        ("\nhorse", 0o600, "its first line is empty, where the password should be"),
        (b"horse\xff", 0o600, "not UTF-8"),
        ("horse", 0o644, "is open to all users (mode 0644): chmod 600"),
    ],
)
def test_password_in__bad_file__is_refused(
    tmp_path: Path, content: str | bytes, mode: int, reason: str
) -> None:
    path = write(tmp_path / "password", content, mode)
    with pytest.raises(KeystoreError) as error:
        password_in(path)
    assert refusal(error) == f"{path}: {reason}"


def test_password_for__file_and_environment__file_first(tmp_path: Path) -> None:
    path = write(tmp_path / "password", "korrekt horse é")
    assert password_for(path, SecretStr("other")) == PASSWORD
    assert password_for(None, PASSWORD) == PASSWORD


def test_password_for__nobody_to_ask__is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO())
    with pytest.raises(KeystoreError) as error:
        password_for(None, None)
    assert refusal(error) == (
        "no password: give --password-file, or set TANPO_PASSWORD_FILE or TANPO_PASSWORD"
    )
