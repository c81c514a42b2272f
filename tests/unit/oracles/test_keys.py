# SPDX-License-Identifier: MIT
"""Keystores: what opens them, and what is refused with which words."""

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from pydantic import SecretStr
from refusing import PASSWORD, refusal, write

from oracles import keys
from oracles.keys import KeystoreError, create, load

KEY = bytes.fromhex("5e" * 32)
ADDRESS = Account.from_key(KEY).address


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "SCRYPT_WORK", 2)


@pytest.fixture
def keystore(tmp_path: Path) -> Path:
    encrypted = Account.encrypt(KEY, PASSWORD.get_secret_value(), kdf="scrypt", iterations=2)
    return write(tmp_path / "feeder.json", json.dumps(encrypted))


def test_load__right_password__is_the_account(keystore: Path) -> None:
    account = load(keystore, PASSWORD)
    assert (account.address, bytes(account.key)) == (ADDRESS, KEY)


def test_load__wrong_password__is_refused(keystore: Path) -> None:
    wrong = SecretStr(PASSWORD.get_secret_value().strip("é"))
    with pytest.raises(KeystoreError) as error:
        load(keystore, wrong)
    assert refusal(error) == f"{keystore}: the password is wrong"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "5e" * 32,
        "{}",
        '{"version": 3}',
        '{"version": 3, "crypto": {"kdf": "scrypt"}}',
        '{"version": 4, "crypto": {}}',
        b"\xff\xfe\x00",
        "[" * 60_000,
    ],
    ids=range(10),
)
def test_load__something_else__is_no_keystore(tmp_path: Path, content: str | bytes) -> None:
    path = write(tmp_path / "file", content)
    with pytest.raises(KeystoreError) as error:
        load(path, PASSWORD)
    assert refusal(error) == f"{path}: not a keystore"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("crypto", "kdf"), "rot13"),
        (("crypto", "kdfparams", "n"), "many"),
        (("crypto", "kdfparams", "n"), 3),
        (("crypto", "ciphertext"), "zz"),
        (("crypto", "mac"), None),
        (("crypto",), "5e"),
    ],
)
def test_load__damaged__is_no_keystore(keystore: Path, place: tuple[str, ...], value: Any) -> None:
    tree = part = json.loads(keystore.read_text())
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    keystore.write_text(json.dumps(tree))
    with pytest.raises(KeystoreError) as error:
        load(keystore, PASSWORD)
    assert refusal(error) == f"{keystore}: not a keystore"


def test_load__missing_file_and_folder__are_refused(tmp_path: Path) -> None:
    with pytest.raises(KeystoreError) as error:
        load(tmp_path / "none", PASSWORD)
    assert refusal(error) == f"{tmp_path / 'none'}: no such file"
    with pytest.raises(KeystoreError) as error:
        load(tmp_path, PASSWORD)
    assert refusal(error) == f"{tmp_path}: cannot be read: Is a directory"


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644, 0o666])
def test_load__open_to_all__is_refused(keystore: Path, mode: int) -> None:
    keystore.chmod(mode)
    with pytest.raises(KeystoreError) as error:
        load(keystore, PASSWORD)
    assert refusal(error) == f"{keystore}: is open to all users (mode {mode:04o}): chmod 600"


def test_create__new_file__opens_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    before = os.umask(0)
    try:
        address = create(path, PASSWORD)
    finally:
        os.umask(before)
    assert load(path, PASSWORD).address == address
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    assert re.fullmatch("0x[0-9a-fA-F]{40}", address)
    assert json.loads(path.read_text())["crypto"]["kdf"] == "scrypt"
    assert create(tmp_path / "other.json", PASSWORD) != address


def test_create__file_is_there__is_left_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "new.json", "mine")
    with pytest.raises(KeystoreError) as error:
        create(path, PASSWORD)
    assert refusal(error) == f"{path}: exists already"
    assert path.read_text() == "mine"


def test_create__file_comes_meanwhile__is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "new.json", "mine")
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    with pytest.raises(KeystoreError) as error:
        create(path, PASSWORD)
    assert refusal(error) == f"{path}: exists already"
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_create__no_folder__is_refused(tmp_path: Path) -> None:
    path = tmp_path / "none" / "new.json"
    with pytest.raises(KeystoreError) as error:
        create(path, PASSWORD)
    assert refusal(error) == f"{path}: cannot be written: No such file or directory"


def test_create__empty_password__is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeystoreError) as error:
        create(tmp_path / "new.json", SecretStr(""))
    assert refusal(error) == f"{tmp_path / 'new.json'}: the password is empty"
    assert list(tmp_path.iterdir()) == []


def test_scrypt__work__is_what_wallets_have() -> None:
    assert keys.__dict__["SCRYPT_WORK"] == 2  # the tests'
    assert "SCRYPT_WORK = 2**18\n" in Path(keys.__file__).read_text()
