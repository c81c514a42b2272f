# SPDX-License-Identifier: MIT
"""The same work on this machine's cores or on a Dask cluster: both are a `concurrent.futures`
executor, and the figures do not depend on which.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
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
        # Not forked: a fork of a process with threads may stop dead.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, mp_context=context) as pool:
            yield pool
        return
    from distributed import Client

    try:
        client = Client(scheduler, timeout=10, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"no Dask scheduler at {scheduler}: {error}") from None
    with client:
        yield client.get_executor()  # type: ignore[no-untyped-call]
