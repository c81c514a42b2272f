# SPDX-License-Identifier: MIT
"""The same work on this machine's cores or on a Dask cluster: both are a `concurrent.futures`
executor, and the figures do not depend on which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import TypeVar

from tanpo.study.processes import processes_here

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

    Raises InputError as `cluster.workers_of`.
    """
    if scheduler is None:
        with processes_here(processes) as pool:
            yield pool
        return
    # Imported here: it takes a second, which who has no cluster should not wait for.
    from tanpo.study.cluster import workers_of

    with workers_of(scheduler) as workers:
        yield workers
