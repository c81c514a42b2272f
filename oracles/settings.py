# SPDX-License-Identifier: MIT
"""The environment: read here and nowhere else.

| variable | what |
|---|---|
| `TANPO_RPC` | URL of the node |
| `TANPO_MANIFEST` | file with the addresses of the deployment |
| `TANPO_FEED` | the feeder's YAML file, see `oracles.config` |
| `TANPO_KEYSTORE` | file with the feeder's encrypted private key |
| `TANPO_PASSWORD_FILE` | file whose first line opens the keystore |
| `TANPO_PASSWORD` | the same itself, where no file can be had |
| `TANPO_KEY` | a private key in hexadecimal, for devnets |
| `TANPO_STATE` | folder for locks; by default `tanpo` in `XDG_STATE_HOME`, else `~/.local/state` |

A variable that is empty counts as not set.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; None where it is silent. Secrets show as `***`."""

    rpc: str | None
    manifest: Path | None
    feed: Path | None
    keystore: Path | None
    password_file: Path | None
    password: SecretStr | None
    key: SecretStr | None
    state: Path

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the environment as it is now."""
        return cls(
            rpc=_text("TANPO_RPC"),
            manifest=_path("TANPO_MANIFEST"),
            feed=_path("TANPO_FEED"),
            keystore=_path("TANPO_KEYSTORE"),
            password_file=_path("TANPO_PASSWORD_FILE"),
            password=_secret("TANPO_PASSWORD"),
            key=_secret("TANPO_KEY"),
            state=_path("TANPO_STATE") or _state_home() / "tanpo",
        )


def environment_key() -> str | None:
    """Return `TANPO_KEY` in the clear: the default of options `--key`."""
    key = Settings.from_environment().key
    return None if key is None else key.get_secret_value()


def _text(name: str) -> str | None:
    return os.environ.get(name) or None


def _path(name: str) -> Path | None:
    text = _text(name)
    return None if text is None else Path(text)


def _secret(name: str) -> SecretStr | None:
    text = _text(name)
    return None if text is None else SecretStr(text)


def _state_home() -> Path:
    return _path("XDG_STATE_HOME") or Path.home() / ".local" / "state"
