# SPDX-License-Identifier: MIT
"""Whose account a job uses: a keystore's, or on devnets a private key's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from eth_account import Account
from eth_account.signers.local import LocalAccount

from oracles.keys import KeystoreError, load
from oracles.passwords import password_for
from oracles.settings import Settings
from tanpo.errors import InputError

_FILE = click.Path(dir_okay=False, path_type=Path)


def identity_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --keystore, --password-file and --key, whose defaults the environment gives."""
    for option in (
        click.option(
            "--key",
            default=lambda: _secret_key(),
            metavar="HEX",
            help="Private key, for devnets (or TANPO_KEY).",
        ),
        click.option(
            "--password-file",
            type=_FILE,
            default=lambda: Settings.from_environment().password_file,
            help="File whose first line opens the keystore (or TANPO_PASSWORD_FILE).",
        ),
        click.option(
            "--keystore",
            type=_FILE,
            default=lambda: Settings.from_environment().keystore,
            help="Encrypted key of the account that signs and pays (or TANPO_KEYSTORE). Without "
            "one it is a dry run.",
        ),
    ):
        command = option(command)
    return command


def account(
    keystore: Path | None, password_file: Path | None, key: str | None
) -> LocalAccount | None:
    """Return the account, of the keystore if there is one; None without any.

    Raises InputError where it cannot be had.
    """
    try:
        if keystore is not None:
            given = Settings.from_environment().password
            return load(keystore, password_for(password_file, given))
        if key is None:
            return None
        made: LocalAccount = Account.from_key(key)
        return made
    except KeystoreError as error:
        raise InputError(str(error)) from None
    except ValueError:
        raise InputError("--key is not a private key") from None


def _secret_key() -> str | None:
    key = Settings.from_environment().key
    return None if key is None else key.get_secret_value()
