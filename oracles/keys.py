# SPDX-License-Identifier: MIT
"""Private keys in encrypted files (version 3 of Ethereum's keystore format), as other wallets read.

No error here contains a password, a key or what stands in a keystore; nor has one a cause or a
context that does, so a traceback or a log of it is safe too.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from pydantic import SecretStr

SCRYPT_WORK = 2**18
"""Rounds of scrypt, as geth has them: about a second and 256 MB for each guess at a password."""

_LARGEST = 2**16
"""Bytes that are read of a file: a keystore has 500."""


class KeystoreError(Exception):
    """A keystore or its password cannot be used. One line that says which file and why."""


def load(path: Path, password: SecretStr) -> LocalAccount:
    """Return the account whose key the file holds.

    Raises KeystoreError where the file is missing, open to other users, no keystore, or opens with
    another password.
    """
    keystore = _keystore(read_private(path))
    if keystore is None:
        raise KeystoreError(f"{path}: not a keystore")
    account, reason = _open(keystore, password)
    if account is None:
        raise KeystoreError(f"{path}: {reason}")
    return account


def create(path: Path, password: SecretStr) -> str:
    """Make a new key, write it to a new file that only its owner may read, return its address.

    The file is there whole or not at all. Raises KeystoreError where there already is one, where
    it cannot be written, and for an empty password.
    """
    if not password.get_secret_value():
        raise KeystoreError(f"{path}: the password is empty")
    if os.path.lexists(path):  # before a second's work; `_write_new` makes sure
        raise KeystoreError(f"{path}: exists already")
    account: LocalAccount = Account.create()
    keystore = Account.encrypt(
        account.key, password.get_secret_value(), kdf="scrypt", iterations=SCRYPT_WORK
    )
    reason = _write_new(path, json.dumps(keystore))
    if reason is not None:
        raise KeystoreError(f"{path}: {reason}")
    return str(account.address)


def read_private(path: Path) -> bytes:
    """Return the start of a file that holds a secret.

    Raises KeystoreError where it cannot be read, or where every user of the machine may open it.
    """
    content, reason = b"", None
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & stat.S_IRWXO:
                reason = f"is open to all users (mode {mode:04o}): chmod 600"
            else:
                content = file.read(_LARGEST)
    except FileNotFoundError:
        reason = "no such file"
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    if reason is not None:
        raise KeystoreError(f"{path}: {reason}")
    return content


def _keystore(content: bytes) -> dict[str, Any] | None:
    """Parse a keystore; None for all else. Version 4 is of another curve's keys."""
    try:
        keystore = json.loads(content)
    except ValueError:
        return None
    if not isinstance(keystore, dict) or keystore.get("version") != 3:
        return None
    return keystore


def _open(keystore: dict[str, Any], password: SecretStr) -> tuple[LocalAccount | None, str]:
    """Decrypt; without an account the reason why. Returned, so that no error has a context."""
    try:
        account: LocalAccount = Account.from_key(
            Account.decrypt(keystore, password.get_secret_value())
        )
    except ValueError as error:
        if str(error) == "MAC mismatch":
            return None, "the password is wrong"
    except Exception:  # the library checks nothing: any key can be missing or of any type
        pass
    else:
        return account, ""
    return None, "not a keystore"


def _write_new(path: Path, text: str) -> str | None:
    """Write a file that must not exist yet; the reason why not. A link is made once or never."""
    try:
        with NamedTemporaryFile("w", dir=path.parent, prefix=".keystore-") as file:  # mode 0600
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            os.link(file.name, path)
    except FileExistsError:
        return "exists already"
    except OSError as error:
        return f"cannot be written: {error.strerror}"
    return None
