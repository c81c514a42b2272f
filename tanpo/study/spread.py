# SPDX-License-Identifier: MIT
"""The same work on this machine's cores or on a Dask cluster: both are a `concurrent.futures`
executor, and the figures do not depend on which.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from threading import Thread, current_thread, main_thread
from typing import TypeVar

from tanpo.errors import InputError

Item = TypeVar("Item")
Found = TypeVar("Found")


class Spread:
    """Where work goes; `progress` hears of each piece that is done."""

    def __init__(self, executor: Executor, progress: Callable[[], None] = lambda: None) -> None:
        self._executor = executor
        self._progress = progress

    def map(self, function: Callable[[Item], Found], items: Sequence[Item]) -> list[Found]:
        """Results in the order of the items. Raises what `function` raises."""
        futures = [self._executor.submit(function, item) for item in items]
        for future in futures:
            future.add_done_callback(lambda _: self._progress())
        return [future.result() for future in futures]


@contextmanager
def executor(processes: int, scheduler: str | None = None) -> Iterator[Executor]:
    """So many processes here, or the workers of the Dask scheduler at that address.

    The workers need this version of the package. Raises InputError where no scheduler answers.
    """
    if scheduler is None:
        with _processes(processes) as pool:
            yield pool
        return
    from distributed import Client

    try:
        client = Client(scheduler, timeout=10, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"no Dask scheduler at {scheduler}: {error}") from None
    with client:
        yield client.get_executor()  # type: ignore[no-untyped-call]


@contextmanager
def _processes(count: int) -> Iterator[Executor]:
    """They end with the block, at once where it is left by an exception, and with this process."""
    # Not forked: a fork of a process with threads may stop dead.
    context = multiprocessing.get_context("spawn")
    others = multiprocessing.active_children()
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_work)
    try:
        with _ignoring_interrupts():
            for _ in range(count):
                pool.submit(_work_nothing)
        yield pool
    except BaseException:
        for child in multiprocessing.active_children():
            if child not in others:
                child.terminate()
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """What is started meanwhile does not hear of Ctrl-C: whoever started it does, and ends it."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work() -> None:
    """At the start of each worker: let it end with the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _work_nothing() -> None:
    """So that the workers are started."""


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
