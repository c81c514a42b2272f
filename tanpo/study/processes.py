# SPDX-License-Identifier: MIT
"""Processes on this machine that end with the one that started them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from threading import Thread, current_thread, main_thread


@contextmanager
def processes_here(count: int) -> Iterator[Executor]:
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
