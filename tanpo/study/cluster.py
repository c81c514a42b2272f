# SPDX-License-Identifier: MIT
"""The workers of a Dask cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from typing import Any, TypeVar

from distributed import Client
from distributed.comm.core import CommClosedError, connect
from distributed.core import send_recv
from distributed.security import Security

from tanpo.errors import InputError

Found = TypeVar("Found")

PATIENCE_SECONDS = 5
"""With a scheduler that does not answer."""


@contextmanager
def workers_of(scheduler: str) -> Iterator[Executor]:
    """Those of the Dask scheduler at that address; they need this version of the package.

    Raises InputError where no scheduler answers, or it has no worker, and where it goes away
    meanwhile.
    """
    _require_workers(scheduler)
    try:
        with Client(scheduler, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            yield _Workers(client)
    except (CancelledError, CommClosedError):
        raise InputError(f"the Dask scheduler at {scheduler} is gone") from None


class _Workers(Executor):
    """Of a Dask cluster. `Client.get_executor` never ends where the scheduler does."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def submit(self, function: Callable[..., Found], /, *args: Any, **kwargs: Any) -> Future[Found]:
        found: Future[Found] = Future()

        def hand_over(sent: Any) -> None:
            try:
                found.set_result(sent.result())
            except BaseException as error:
                found.set_exception(error)

        self._client.submit(function, *args, **kwargs).add_done_callback(hand_over)
        return found


def _require_workers(scheduler: str) -> None:
    """Raise InputError unless a Dask scheduler with workers answers there.

    Before there is a client: one that finds none waits for minutes, or for ever, and complains.
    """
    try:
        identity = asyncio.run(asyncio.wait_for(_identity(scheduler), PATIENCE_SECONDS))
    except Exception as error:  # whatever answers there may say anything
        reason = " ".join(str(error).split()) or f"no answer within {PATIENCE_SECONDS} seconds"
        raise InputError(f"no Dask scheduler at {scheduler}: {reason}") from None
    if identity.get("type") != "Scheduler":
        raise InputError(f"no Dask scheduler at {scheduler}: it is a {identity.get('type')}")
    if not identity["workers"]:
        raise InputError(f"the Dask scheduler at {scheduler} has no workers")


async def _identity(address: str) -> dict[str, Any]:
    """What a Dask process says of itself."""
    arguments = Security().get_connection_args("client")  # type: ignore[no-untyped-call]
    longer = 2 * PATIENCE_SECONDS  # so that who waits for this gives up first
    comm = await connect(address, timeout=longer, **arguments)  # type: ignore[no-untyped-call]
    try:
        identity: dict[str, Any] = await send_recv(comm, op="identity")
        return identity
    finally:
        comm.abort()
