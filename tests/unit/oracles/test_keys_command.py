# SPDX-License-Identifier: MIT
"""`tanpo key`, and that nothing it prints has a secret in it."""

import json
import sys
from pathlib import Path

import pexpect
import pytest
from eth_account import Account

from integration.replays import Result, tanpo
from oracles import keys

PASSWORD = "korrekt horse"
KEY = "5e" * 32
ADDRESS = Account.from_key(KEY).address
NO_PASSWORD = "no password: give --password-file, or set TANPO_PASSWORD_FILE or TANPO_PASSWORD"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "SCRYPT_WORK", 2)
    for name in ("TANPO_PASSWORD", "TANPO_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def keystore(tmp_path: Path) -> Path:
    path = tmp_path / "feeder.json"
    path.write_text(json.dumps(Account.encrypt(KEY, PASSWORD, kdf="scrypt", iterations=2)))
    path.chmod(0o600)
    return path


def password_file(folder: Path, password: str = PASSWORD, mode: int = 0o600) -> str:
    path = folder / "password"
    path.write_text(f"{password}\n")
    path.chmod(mode)
    return str(path)


def key(*args: object, **env: str) -> Result:
    """Run the command; whatever it shows has no secret in it. An exception would be raised."""
    result = tanpo("key", *args, **env)
    shown = result.stdout + result.stderr
    assert "5e5e" not in shown
    assert "horse" not in shown
    assert "cipher" not in shown
    return result


def test_new__password_file__prints_the_address_of_what_it_wrote(tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    made = key("new", path, "--password-file", password_file(tmp_path))
    shown = key("show", path, TANPO_PASSWORD=PASSWORD)
    assert (made.exit_code, made.stderr) == (0, "")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert made.stdout == shown.stdout
    address = json.loads(path.read_text())["address"].removeprefix("0x")
    assert made.stdout.lower() == f"0x{address.lower()}\n"


def test_show__file_of_the_environment__before_its_password(keystore: Path, tmp_path: Path) -> None:
    result = key(
        "show", keystore, TANPO_PASSWORD_FILE=password_file(tmp_path), TANPO_PASSWORD="other"
    )
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{ADDRESS}\n", "")


@pytest.mark.parametrize(
    ("password", "reason"),
    [("horses", "{keystore}: the password is wrong"), ("", NO_PASSWORD)],
)
def test_show__bad_password__is_refused(keystore: Path, password: str, reason: str) -> None:
    result = key("show", keystore, TANPO_PASSWORD=password)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"Error: {reason.format(keystore=keystore)}\n"


def test_show__password_file_open_to_all__is_refused(keystore: Path, tmp_path: Path) -> None:
    file = password_file(tmp_path, mode=0o644)
    result = key("show", keystore, "--password-file", file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"Error: {file}: is open to all users (mode 0644): chmod 600\n"


def test_show__password_for_a_keystore__is_refused(tmp_path: Path) -> None:
    """The two files mixed up."""
    file = password_file(tmp_path)
    result = key("show", file, TANPO_PASSWORD=PASSWORD)
    assert (result.exit_code, result.stderr) == (2, f"Error: {file}: not a keystore\n")


def test_new__file_is_there__is_refused(keystore: Path) -> None:
    before = keystore.read_text()
    result = key("new", keystore, TANPO_PASSWORD=PASSWORD)
    assert (result.exit_code, result.stderr) == (2, f"Error: {keystore}: exists already\n")
    assert keystore.read_text() == before


def test_key__on_a_terminal__asks_and_does_not_show_the_password(tmp_path: Path) -> None:
    program = "import sys; from oracles import keys; keys.SCRYPT_WORK = 2; "
    program += "from tanpo.cli import main; main(sys.argv[1:])"
    arguments = ["-c", program, "key", "new", str(tmp_path / "new.json")]
    with pexpect.spawn(sys.executable, arguments, encoding="utf-8", timeout=60) as terminal:
        for question in ("Password: ", "Repeat for confirmation: "):
            terminal.expect_exact(question)
            terminal.waitnoecho()
            terminal.sendline(PASSWORD)
        shown = terminal.read()
    assert terminal.exitstatus == 0
    assert "horse" not in shown
    address = shown.strip()
    assert key("show", tmp_path / "new.json", TANPO_PASSWORD=PASSWORD).stdout == f"{address}\n"
