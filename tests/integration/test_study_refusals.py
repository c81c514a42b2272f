# SPDX-License-Identifier: MIT
"""`tanpo study`: what it refuses, in one line and before any work, and how it is interrupted."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from integration.replays import Result, tanpo
from integration.studies import NAMES, columns_of, ended, start, walks, weekdays, write

SIX = NAMES[:6]


def file_of(
    path: Path,
    names: tuple[str, ...] = SIX,
    count: int = 22,
    first: date = date(2024, 1, 1),
    apart: int = 1,
) -> Path:
    dates = [first + timedelta(apart * number) for number in range(count)]
    return write(path, dates, {name: np.full(count, 100.0) for name in names})


def changed(path: Path, line: int, text: str) -> Path:
    lines = path.read_text("utf-8").splitlines()
    lines[line - 1] = text
    path.write_text("\n".join(lines), "utf-8")
    return path


def refused(result: Result) -> str:
    """The one line of the error."""
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    return line.removeprefix("Error: ")


# ---------------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("names", "options", "reason"),
    [
        (SIX[:4], {}, "1: found 4 columns of securities, needs 5"),
        (SIX, {"count": 21}, "1: found 21 dates, needs 22"),
        (
            SIX,
            {"apart": 30},
            "1: most dates are 30 days or more apart, but a study needs daily closes",
        ),
        ((*SIX, "A:EUR"), {}, '1: column A:EUR: "A" is there twice'),
        ((*SIX, "A"), {}, '1: column 8: "A" is there twice'),
        ((*SIX, "G:XYZ"), {}, '1: column G:XYZ: unknown currency "XYZ"'),
        ((*SIX, "EUR"), {}, "1: column EUR: is the name of a currency of the market"),
        (
            (*SIX, "G:GBP"),
            {},
            "1: column G:GBP: needs the pair USDGBP or GBPUSD;"
            " the ECB's are EURUSD, USDJPY: give --fx",
        ),
    ],
)
def test_prices__columns_or_dates__line_one(
    tmp_path: Path, names: tuple[str, ...], options: dict[str, Any], reason: str
) -> None:
    columns = {name: np.full(options.get("count", 22), 100.0) for name in names}
    prices = file_of(tmp_path / "prices.csv", tuple(columns), **options)
    if names[-1] == "A":
        changed(prices, 1, "date," + ",".join(names))
    result = tanpo("study", "--out", tmp_path / "out", "--prices", prices)
    assert refused(result) == f"{prices}:{reason}"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("line", "text", "reason"),
    [
        (1, "day,A,B,C,D,E,F", 'the first column must be date, found "day"'),
        (1, "date,A,B,,D,E,F", "column 4 has no name"),
        (3, "2024-01-02,1,2,3,4,5,x", 'column F: "x" is no positive decimal number'),
        (3, "2024-01-02,1,2,3,4,5,-6", 'column F: "-6" is not positive'),
        (3, "2024-01-02,1,2,3,4,5", "found 6 cells for 7 columns"),
        (3, "2024-01-02,,,,,,", "every cell of 2024-01-02 is empty"),
        (4, "2024-01-02,1,2,3,4,5,6", "column date: 2024-01-02 follows 2024-01-02,"),
        (4, "3.1.2024,1,2,3,4,5,6", 'column date: "3.1.2024" '),
        (4, "1969-12-31,1,2,3,4,5,6", 'column date: "1969-12-31" is before 1970-01-01'),
    ],
)
def test_prices__a_line_of_them__names_it(
    tmp_path: Path, line: int, text: str, reason: str
) -> None:
    prices = changed(file_of(tmp_path / "prices.csv"), line, text)
    result = tanpo("study", "--out", tmp_path / "out", "--prices", prices)
    assert refused(result).startswith(f"{prices}:{line}: {reason}")
    assert not (tmp_path / "out").exists()


def test_prices__no_file__or_a_folder_or_no_text__cannot_be_read(tmp_path: Path) -> None:
    out = ["study", "--out", tmp_path / "out", "--prices"]
    missing = tmp_path / "missing.csv"
    assert (
        refused(tanpo(*out, missing)) == f"{missing}:1: cannot be read: No such file or directory"
    )
    assert refused(tanpo(*out, tmp_path)) == f"{tmp_path}:1: cannot be read: Is a directory"
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"date,A\n2024-01-01,\xff\n")
    assert refused(tanpo(*out, binary)) == f"{binary}:2: is no UTF-8 text"
    binary.write_bytes(b"")
    assert refused(tanpo(*out, binary)) == f"{binary}:1: the file is empty"
    assert not (tmp_path / "out").exists()


def test_prices__before_the_ecbs_rates__says_to_give_fx(tmp_path: Path) -> None:
    prices = file_of(tmp_path / "prices.csv", count=40, first=date(1985, 1, 1), apart=7)
    message = refused(tanpo("study", "--out", tmp_path / "out", "--prices", prices))
    assert message.startswith(f"{prices}:1: 0 dates have a rate of EURUSD and USDJPY, needs 22;")
    assert message.endswith(": give --fx")


def test_fx__unusable__names_its_own_line(tmp_path: Path) -> None:
    prices = file_of(tmp_path / "prices.csv")
    fx = tmp_path / "fx.csv"
    call = ["study", "--out", tmp_path / "out", "--prices", prices, "--fx", fx]
    assert refused(tanpo(*call)) == f"{fx}:1: cannot be read: No such file or directory"
    fx.write_text("date,EURUSD\n2024-01-01,one\n")
    assert refused(tanpo(*call)) == f'{fx}:2: column EURUSD: "one" is no positive decimal number'
    fx.write_text("date,EURXYZ\n2024-01-01,1\n")
    assert refused(tanpo(*call)).startswith(f"{fx}:1: column EURXYZ: is no pair of two currencies")
    fx.write_text("date,GBPJPY\n2024-01-01,1\n")
    assert refused(tanpo(*call)) == (
        f"{prices}:1: column A: no pair has its currency, USD; {fx} has GBPJPY"
    )
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------------- markets


def four_of_the_base(values: Any) -> dict[str, Any]:
    return {**columns_of(values[:, :4]), "F:EUR": values[:, 4], "G:EUR": values[:, 5]}


def too_late(values: Any) -> dict[str, Any]:
    values[:21, 0] = np.nan
    return columns_of(values)


def too_dear(values: Any) -> dict[str, Any]:
    values[:, 1] = 30_000_000
    return columns_of(values)


def too_cheap(values: Any) -> dict[str, Any]:
    values[:, 2] = 0.00000001
    return columns_of(values)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (four_of_the_base, "baskets of 5 need as many securities in USD, found 4"),
        (too_late, "some kind of window has no "),
        (
            too_dear,
            "B: a unit is worth 30,000,000 USD on 2022-01-03, more than a loan, which is"
            " 10,000,000",
        ),
        (too_cheap, "C: a loan of 10,000,000 USD is 1e+15 units, more than 1e+14"),
    ],
)
def test_market__no_study_can_be_made_of_it__folder_stays_empty(
    tmp_path: Path, columns: Callable[[Any], dict[str, Any]], reason: str
) -> None:
    prices = write(tmp_path / "prices.csv", weekdays(24), columns(walks(24, 6)), ".8f")
    result = ended(start("--out", tmp_path / "out", "--prices", prices, "--processes", 1))
    assert refused(result).startswith(f"{prices}:1: {reason}")
    assert list((tmp_path / "out").iterdir()) == []


# ---------------------------------------------------------------------- options


@pytest.mark.parametrize("options", [["--fx", "fx.csv"], ["--keep-splits"]])
def test_options__without_prices__go_with_them(tmp_path: Path, options: list[str]) -> None:
    result = tanpo("study", "--out", tmp_path / "out", *options)
    assert refused(result) == "--fx and --keep-splits go with --prices"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--seed", "x"], "Invalid value for '--seed': 'x' is not a valid integer range."),
        (["--seed", "-1"], "Invalid value for '--seed': -1 is not in the range x>=0."),
        (["--processes", "0"], "Invalid value for '--processes': 0 is not in the range x>=1."),
        (["--slow"], "No such option: --slow"),
        (["twice"], "Got unexpected extra argument (twice)"),
    ],
)
def test_options__unknown_or_out_of_range__usage(
    tmp_path: Path, options: list[str], reason: str
) -> None:
    result = tanpo("study", "--out", tmp_path / "out", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1].startswith(f"Error: {reason}")
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()


def test_out__not_given_or_a_file__usage(tmp_path: Path) -> None:
    assert tanpo("study").stderr.splitlines()[-1] == "Error: Missing option '--out'."
    file = tmp_path / "file"
    file.write_text("mine")
    result = tanpo("study", "--out", file)
    assert result.exit_code == 2
    said = result.stderr.splitlines()[-1]
    assert said == f"Error: Invalid value for '--out': Directory '{file}' is a file."
    assert file.read_text() == "mine"


def test_out__below_a_file__cannot_be_made(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    result = tanpo("study", "--out", file / "out")
    assert refused(result) == f"--out {file / 'out'}: Not a directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_out__not_writable__said_before_the_work(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir(mode=0o500)
    assert refused(tanpo("study", "--out", out)) == f"--out {out}: Permission denied"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder that takes no files")
def test_out__takes_no_files__said_before_the_work() -> None:
    message = refused(tanpo("study", "--out", "/proc"))
    assert message.startswith("--out /proc: ")


# ---------------------------------------------------------------------- interrupted


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    return write(tmp_path / "prices.csv", weekdays(300), columns_of(walks(300, 8)))


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not come"
        time.sleep(0.05)


def is_over(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def busy(process: psutil.Process) -> bool:
    """Whether two workers have started to work, not only to import."""
    times = [child.cpu_times() for child in process.children()]
    return sum(each.user > 1.5 for each in times) == 2


@pytest.mark.parametrize("to", ["group", "process"])
def test_interrupt__in_the_middle__ends_soon_and_leaves_nobody(tmp_path: Path, to: str) -> None:
    # All of the packaged data: what has been begun would take much longer.
    run = start("--out", tmp_path / "out", "--processes", 2)
    try:
        process = psutil.Process(run.pid)
        until(lambda: busy(process))
        children = process.children(recursive=True)
        before = time.monotonic()
        # A terminal's Ctrl-C goes to all of the group.
        (os.killpg if to == "group" else os.kill)(run.pid, signal.SIGINT)
        result = ended(run, 20)
        assert time.monotonic() - before < 10
        assert (result.exit_code, result.stdout, result.stderr) == (1, "", "\nAborted!\n")
        until(lambda: all(map(is_over, children)), 10)
        assert list((tmp_path / "out").iterdir()) == []
    finally:
        run.kill()


def test_kill__of_a_worker__says_so(prices: Path, tmp_path: Path) -> None:
    run = start("--out", tmp_path / "out", "--prices", prices, "--processes", 2)
    try:
        process = psutil.Process(run.pid)
        until(lambda: busy(process))
        children = process.children(recursive=True)
        max(children, key=lambda child: child.cpu_times().user).kill()
        result = ended(run, 20)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == (
            "Error: a process of the study has been ended from outside; fewer of them (--processes)"
            " need less memory\n"
        )
        until(lambda: all(map(is_over, children)), 10)
    finally:
        run.kill()


def test_kill__in_the_middle__workers_end_too(prices: Path, tmp_path: Path) -> None:
    run = start("--out", tmp_path / "out", "--prices", prices, "--processes", 2)
    try:
        process = psutil.Process(run.pid)
        until(lambda: busy(process))
        children = process.children(recursive=True)
        assert len(children) >= 2
    finally:
        run.kill()
    ended(run, 20)
    until(lambda: all(map(is_over, children)), 10)
