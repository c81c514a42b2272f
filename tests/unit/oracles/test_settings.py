# SPDX-License-Identifier: MIT
"""The environment, and that nothing else reads it."""

import re
from pathlib import Path

import pytest

from oracles.settings import Settings, environment_key

ROOT = Path(__file__).resolve().parents[3]
SECRET = "0x" + "5e" * 32
NAMES = (
    "RPC",
    "MANIFEST",
    "FEED",
    "KEYSTORE",
    "PASSWORD_FILE",
    "PASSWORD",
    "KEY",
    "STATE",
)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(f"TANPO_{name}", raising=False)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/feeder")


def test_from_environment__nothing_set__is_silent() -> None:
    state = Path("/home/feeder/.local/state/tanpo")
    assert Settings.from_environment() == Settings(None, None, None, None, None, None, None, state)
    assert environment_key() is None


def test_from_environment__all_set__is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(f"TANPO_{name}", f"/{name.lower()}")
    found = Settings.from_environment()
    assert found.rpc == "/rpc"
    assert found.manifest == Path("/manifest")
    assert found.feed == Path("/feed")
    assert found.keystore == Path("/keystore")
    assert found.password_file == Path("/password_file")
    assert found.password is not None
    assert found.password.get_secret_value() == "/password"
    assert found.key is not None
    assert found.key.get_secret_value() == environment_key() == "/key"
    assert found.state == Path("/state")


def test_from_environment__empty__counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = Settings.from_environment()
    for name in NAMES:
        monkeypatch.setenv(f"TANPO_{name}", "")
    assert Settings.from_environment() == silent


def test_from_environment__state_home__is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/var/lib")
    assert Settings.from_environment().state == Path("/var/lib/tanpo")


def test_settings__shown__has_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANPO_KEY", SECRET)
    monkeypatch.setenv("TANPO_PASSWORD", "open sesame")
    shown = f"{Settings.from_environment()!r} {Settings.from_environment()}"
    assert "password=SecretStr('**********'), key=SecretStr('**********')" in shown
    assert "5e5e" not in shown
    assert "sesame" not in shown


def test_settings__python_files__alone_read_the_environment() -> None:
    reading = re.compile(r"\benvironb?\b|getenv|envvar")
    readers = [
        file.relative_to(ROOT).as_posix()
        for folder in ("tanpo", "oracles", "scripts")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if reading.search(file.read_text("utf-8"))
    ]
    assert readers == ["oracles/settings.py"]
