# SPDX-License-Identifier: MIT
"""The command: what it refuses and how, and the sample."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from integration.replays import scenario_file, tanpo

FIRST_LINES = """\
{"date": "2023-04-19", "event": "opened", "trade": "T1", "loan_value": "53976991", \
"collateral_value": "53976992", "moved": {"BUND": {"from": "A", "to": "B", "quantity": \
"50000000"}, "STOCK": {"from": "B", "to": "escrow", "quantity": "335240"}}}
{"date": "2023-04-20", "event": "marked", "trade": "T1", "loan_value": "54195483", \
"required_value": "54195483", "collateral_value": "54486557", "exposure": "-291075"}
{"date": "2023-04-20", "event": "returned", "trade": "T1", "collateral_value": "54195629", \
"moved": {"STOCK": {"from": "escrow", "to": "B", "quantity": "1790"}}}
"""
"""The example of scenario.md."""

CLOSING = """\
{"date": "2023-04-21", "event": "closed", "trade": "T1", "moved": {"BUND": {"from": "B", "to": \
"A", "quantity": "50000000"}, "STOCK": {"from": "escrow", "to": "B", "quantity": "333450"}}}
"""

RIGHT = """\
name: Small
instruments:
  X: {kind: equity, currency: USD}
parties:
  A: {USD: 1000}
  B: {X: 100}
fixings:
  2023-01-06: {X: 100}
  2023-01-09: {X: 101}
trades:
  - id: T1
    lender: A
    borrower: B
    loan: {USD: 1000}
    collateral: {X: auto}
    start: 2023-01-06
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(RIGHT)
    return file


# ---------------------------------------------------------------------- the sample


def test_demo__json__prints_the_example_and_the_closing() -> None:
    result = tanpo("demo", "--json")
    balances = (
        '{"event": "balances", "A": {"BUND": "50000000"}, '
        '"B": {"BUND": "0", "STOCK": "335240"}, "escrow": {"STOCK": "0"}}\n'
    )
    assert result.exit_code == 0
    assert result.stdout == FIRST_LINES + CLOSING + balances
    assert result.stderr == ""


def test_demo__account__shows_the_figures_within_80_columns() -> None:
    result = tanpo("demo")
    assert result.exit_code == 0
    for figure in ("53,976,991", "53,976,992", "54,195,483", "54,195,629", "1,790", "335,240"):
        assert figure in result.stdout
    assert "…" not in result.stdout
    assert all(len(line) <= 80 for line in result.stdout.splitlines())


def test_tanpo__as_a_program__writes_lines_to_a_pipe(small: Path) -> None:
    program = Path(sys.prefix) / "bin" / "tanpo"
    done = subprocess.run([program, "run", small, "--json"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    events = [json.loads(line)["event"] for line in done.stdout.splitlines()]
    assert events == ["opened", "marked", "balances"]


# ---------------------------------------------------------------------- bad files


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("    start: 2023-01-06", "    begin: 2023-01-06", 11, "start"),
        ("    borrower: B", "    borrower: C", 13, 'unknown party "C"'),
        ("    loan: {USD: 1000}", "    loan: {USD: -1000}", 14, "negative"),
        ("  2023-01-09: {X: 101}", "  2023-01-05: {X: 101}", 9, "order"),
        ("  2023-01-09: {X: 101}", "  2023-01-09: {}", 9, "no fixing of X"),
        ("  B: {X: 100}", "  B: {Z: 100}", 6, 'unknown token "Z"'),
        ("  A: {USD: 1000}", "  A: {USD: 1000, USD: 1}", 5, "duplicate key"),
        ("name: Small", "name: 'Small", 1, "not YAML"),
    ],
)
def test_run__bad_file__names_the_line_and_prints_nothing(
    small: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert RIGHT.count(old) == 1
    small.write_text(RIGHT.replace(old, new))
    result = tanpo("run", small, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{small}:{line}: " in result.stderr
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1


def test_run__missing_file__is_refused(tmp_path: Path) -> None:
    result = tanpo("run", tmp_path / "none.yaml", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{tmp_path / 'none.yaml'}:1: no such file" in result.stderr


def test_run__folder__is_refused(tmp_path: Path) -> None:
    result = tanpo("run", tmp_path, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is a directory" in result.stderr


def test_run__auto_beyond_96_bits__is_a_failure_of_that_trade(small: Path) -> None:
    """A share that costs a hundred-millionth of a dollar, in units of 18 decimals."""
    dear = RIGHT.replace("currency: USD}", "currency: USD, decimals: 18}").replace("1000", "1" * 12)
    small.write_text(dear.replace("X: 100}", "X: 0.00000001}").replace("X: 101}", "X: 0.00000001}"))
    result = tanpo("run", small, "--json")
    assert result.exit_code in (0, 2)
    assert ("failed" in result.stdout) == (result.exit_code == 0)


def test_run__symbol_of_40_letters__runs_or_is_refused(small: Path) -> None:
    small.write_text(RIGHT.replace("X:", "X" * 40 + ":"))
    result = tanpo("run", small, "--json")
    assert result.exit_code in (0, 2)
    assert result.exit_code == 0 or f"{small}:3: " in result.stderr


# ---------------------------------------------------------------------- bad options


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "foo", "ws://127.0.0.1:1"])
def test_run__unreachable_node__is_refused(url: str) -> None:
    result = tanpo("demo", "--json", "--rpc", url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"Error: no node answers at {url}\n"


@pytest.mark.parametrize("key", ["", "zz", "0x12", "00" * 32, "ff" * 32, "é"])
def test_run__bad_key__is_refused_and_not_repeated(key: str) -> None:
    result = tanpo("demo", "--json", "--key", key)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Error: --key is not a private key\n"


def test_run__bad_key_in_environment__is_refused() -> None:
    result = tanpo("demo", "--json", TANPO_KEY="zz")
    assert (result.exit_code, result.stdout) == (2, "")


def test_run__manifest_alone__is_refused(tmp_path: Path) -> None:
    result = tanpo("demo", "--json", "--manifest", tmp_path / "manifest.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Error: --manifest needs --rpc and --key\n"


def test_run__two_files__is_refused(small: Path) -> None:
    result = tanpo("run", small, small, "--json")
    assert (result.exit_code, result.stdout) == (2, "")


# ---------------------------------------------------------------------- the account


@pytest.mark.parametrize(
    "name",
    [
        "borrower_short",
        "interest",
        "odd_names",
        "changes",
        "substitutions",
        "failures",
        "netting",
        "netting_default",
        "income",
        "splits",
        "redemptions",
    ],
)
def test_run__account__fits_80_columns_and_cuts_nothing(name: str) -> None:
    result = tanpo("run", scenario_file(name))
    assert result.exit_code == 0
    assert "…" not in result.stdout


@pytest.mark.parametrize("name", ["[/b]", "[red]", "a [/] b"])
def test_run__account_of_names_with_brackets__shows_them(small: Path, name: str) -> None:
    small.write_text(
        RIGHT.replace("name: Small", f"name: '{name}'").replace("id: T1", f"id: '{name}'")
    )
    result = tanpo("run", small)
    assert result.exit_code == 0
    assert result.stdout.count(name) >= 4


def test_run__account_of_long_names__cuts_nothing(small: Path) -> None:
    long = "LONGSYMBOLOFAFAVOURITESECURITY"
    small.write_text(
        RIGHT.replace("X:", f"{long}:").replace("T1", "TRADE-NUMBER-ONE-OF-2023-01-06")
    )
    result = tanpo("run", small)
    assert result.exit_code == 0
    assert "…" not in result.stdout
