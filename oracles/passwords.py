# SPDX-License-Identifier: MIT
"""The password of a keystore: from a file, from the environment, or asked for."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from pydantic import SecretStr

from oracles.keys import KeystoreError, read_private


def password_for(file: Path | None, given: SecretStr | None, *, is_new: bool = False) -> SecretStr:
    """Return the password: of the file if there is one, else what is given, else ask for it.

    `given` is what the environment says. A new password is asked for twice. Raises KeystoreError
    where the file has none, and where nobody is there to ask.
    """
    if file is not None:
        return password_in(file)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise KeystoreError(
            "no password: give --password-file, or set TANPO_PASSWORD_FILE or TANPO_PASSWORD"
        )
    return SecretStr(click.prompt("Password", hide_input=True, confirmation_prompt=is_new))


def password_in(file: Path) -> SecretStr:
    """Return a file's first line, without its end. Raises KeystoreError as `read_private` does,
    and where that is empty or not UTF-8.
    """
    first, *_ = read_private(file).splitlines() or [b""]
    try:
        text = first.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    if text is None:
        raise KeystoreError(f"{file}: not UTF-8")
    if not text:
        raise KeystoreError(f"{file}: its first line is empty, where the password should be")
    return SecretStr(text)
