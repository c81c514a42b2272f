# SPDX-License-Identifier: MIT
"""A study on a Dask cluster: the same figures, also where a worker dies, and clear refusals."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from signal import SIGKILL

import pytest

from integration.clusters import connected, scheduler, worker
from integration.studies import columns_of, weekdays, write
from tanpo.errors import InputError
from tanpo.study.laboratory import Effort, Laboratory
from tanpo.study.setting import Setting
from tanpo.study.spread import Spread, executor
from tanpo.study.windows import windows_of
from unit.study.made import universe, walks

TANPO = Path(sys.prefix) / "bin" / "tanpo"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with scheduler(tmp_path) as (found, _):
        yield found


def study(*options: str) -> subprocess.CompletedProcess[str]:
    command = [TANPO, "study", "--quick", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def figures(out: Path) -> dict[str, bytes]:
    files = [out / "published.csv", *(out / "tables").glob("*.csv")]
    return {file.name: file.read_bytes() for file in files}


@pytest.mark.slow
def test_study__on_a_cluster__writes_the_same_figures(address: str, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    prices = str(write(tmp_path / "prices.csv", weekdays(60), columns_of(walks(1, 60, 7))))
    with worker(address), worker(address), connected(address):
        found = study("--out", str(there), "--prices", prices, "--scheduler", address)
    assert (found.returncode, found.stderr) == (0, "")
    expected = study("--out", str(here), "--prices", prices, "--processes", "2")
    assert (expected.returncode, expected.stderr) == (0, "")
    assert len(figures(here)) > 10
    assert figures(there) == figures(here)


def test_study__no_scheduler__ends_with_one_line(tmp_path: Path) -> None:
    begun = time.monotonic()
    found = study("--out", str(tmp_path), "--scheduler", "tcp://127.0.0.1:9")
    assert time.monotonic() - begun < 30
    assert found.returncode == 2
    assert found.stdout == ""
    assert found.stderr == (
        "Error: no Dask scheduler at tcp://127.0.0.1:9: no answer within 5 seconds\n"
    )


def test_study__scheduler_without_workers__ends_with_one_line(address: str, tmp_path: Path) -> None:
    found = study("--out", str(tmp_path), "--scheduler", address)
    assert found.returncode == 2
    assert found.stderr == f"Error: the Dask scheduler at {address} has no workers\n"


def test_measure__worker_dies__is_bit_identical(address: str) -> None:
    market = universe(walks(1, 400, 8))
    windows = tuple(windows_of(market))
    settings = tuple(
        Setting(count, threshold) for count in (1, 5) for threshold in range(0, 500, 5)
    )

    def measure(workers: Executor, progress: Callable[[], None] = lambda: None) -> list[bytes]:
        spread = Spread(workers, progress)
        laboratory = Laboratory(market, windows, Effort(40, 40, 1), 1, spread)
        return [part.tobytes() for part in laboratory.measure(settings).found]

    with executor(1) as workers:
        expected = measure(workers)
    heard: list[None] = []
    with worker(address) as first, connected(address) as workers, worker(address):

        def progress() -> None:
            heard.append(None)
            if len(heard) == 2:
                first.kill()

        assert measure(workers, progress) == expected
        assert first.wait(timeout=10) == -SIGKILL


def test_map__scheduler_dies__is_refused(tmp_path: Path) -> None:
    def lose(workers: Executor) -> None:
        Spread(workers, process.kill).map(time.sleep, [0.2 + at / 1000 for at in range(50)])

    with scheduler(tmp_path) as (address, process), worker(address):
        message = f"^the Dask scheduler at {address} is gone$"
        with pytest.raises(InputError, match=message), connected(address) as workers:
            lose(workers)
