# SPDX-License-Identifier: MIT
"""A Dask cluster of processes on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tanpo.errors import InputError
from tanpo.study.spread import executor

_PATIENCE_SECONDS = 60
_PLACE = ("--host", "127.0.0.1", "--no-dashboard")


@contextmanager
def process(name: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A scheduler or worker, which is killed afterwards."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{name}", *_PLACE, *options]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield started
    finally:
        started.kill()
        started.wait(timeout=_PATIENCE_SECONDS)


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Its address, at a port that was free, and the process."""
    file = folder / "scheduler.json"
    with process("scheduler", "--port", "0", "--scheduler-file", str(file)) as started:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not (file.exists() and file.read_text("utf-8").endswith("}")):
            assert started.poll() is None, "the scheduler ended at once"
            assert time.monotonic() < deadline, "the scheduler does not start"
            time.sleep(0.05)
        yield json.loads(file.read_text("utf-8"))["address"], started


@contextmanager
def worker(address: str) -> Iterator[subprocess.Popen[bytes]]:
    """One process of one thread, which nobody starts again."""
    options = ("--nthreads", "1", "--no-nanny")
    with process("worker", address, *options) as started:
        yield started


@contextmanager
def connected(address: str) -> Iterator[Executor]:
    """As soon as there is a worker."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    with ExitStack() as stack:
        while True:
            try:
                found = stack.enter_context(executor(1, address))
                break
            except InputError:
                assert time.monotonic() < deadline, "there is no worker"
                time.sleep(0.1)
        yield found
