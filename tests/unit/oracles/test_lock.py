# SPDX-License-Identifier: MIT
"""One run at a time, and no more than the process that runs."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from oracles.lock import LockedError, LockError, one_run

NAME = "0x5A2493487d4ECfE09dD1660794Ef8E613bB8bC61"
HOLD = """
import sys, time
from pathlib import Path
from oracles.lock import one_run
with one_run(Path(sys.argv[1]), sys.argv[2]):
    print("held", flush=True)
    time.sleep(600)
"""


def refusal(folder: Path) -> LockedError:
    with pytest.raises(LockedError) as error, one_run(folder, NAME):
        pass
    return error.value


def test_one_run__a_second__is_told_who_and_since_when(tmp_path: Path) -> None:
    with one_run(tmp_path, NAME):
        error = refusal(tmp_path)
    assert error.pid == os.getpid()
    assert error.since is not None
    assert abs(datetime.fromisoformat(error.since) - datetime.now(UTC)) < timedelta(minutes=1)
    assert str(error) == (
        f"another run of {NAME} is under way: process {error.pid}, since {error.since}"
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", error.since)


def test_one_run__one_after_another__is_no_matter(tmp_path: Path) -> None:
    for _ in range(2):
        with one_run(tmp_path, NAME):
            pass
    with pytest.raises(KeyError), one_run(tmp_path, NAME):
        raise KeyError
    with one_run(tmp_path, NAME):
        pass


def test_one_run__refused__leaves_the_holder_alone(tmp_path: Path) -> None:
    with one_run(tmp_path, NAME):
        first, second = refusal(tmp_path), refusal(tmp_path)
    assert (first.pid, first.since) == (second.pid, second.since)


def test_one_run__other_feeders__run(tmp_path: Path) -> None:
    with one_run(tmp_path, NAME), one_run(tmp_path, "other"), one_run(tmp_path / "b" / "c", NAME):
        pass


def test_one_run__killed__holds_it_no_more(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path, NAME], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            assert refusal(tmp_path).pid == process.pid
        finally:
            process.kill()
    assert (tmp_path / f"{NAME}.json").exists()  # left behind
    with one_run(tmp_path, NAME):
        assert refusal(tmp_path).pid == os.getpid()


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"pid": null, "since": 1}'])
def test_one_run__holder_not_written_yet__is_refused_all_the_same(
    tmp_path: Path, content: str
) -> None:
    with one_run(tmp_path, NAME):
        (tmp_path / f"{NAME}.json").write_text(content)
        error = refusal(tmp_path)
    assert str(error) == f"another run of {NAME} is under way"
    assert (error.pid, error.since) == (None, None)


def test_one_run__no_folder_to_be_made__is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "state"
    with pytest.raises(LockError, match=f"^cannot lock in {folder}: Not a directory$") as error:  # noqa: SIM117
        with one_run(folder, NAME):
            pass
    assert not isinstance(error.value, LockedError)
