# SPDX-License-Identifier: MIT
"""One run at a time of a feeder on a machine.

The operating system holds the lock (flock) and lets go of it with the process, however that ends:
files that are left behind stop nobody. Who holds it stands in a file beside, for people only.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout


class LockError(Exception):
    """There is no lock to be had in the folder: it cannot be written."""


class LockedError(LockError):
    """Another run holds the lock."""

    def __init__(self, name: str, pid: int | None, since: str | None) -> None:
        holder = "" if pid is None else f": process {pid}, since {since}"
        super().__init__(f"another run of {name} is under way{holder}")
        self.pid = pid
        """None in the moment before that run has written it."""
        self.since = since
        """Time in UTC, ISO 8601."""


@contextmanager
def one_run(folder: Path, name: str) -> Iterator[None]:
    """Hold the lock of this name in the folder, which is made; does not wait for it.

    `name` is part of a file's name, such as an address. Raises LockedError where another run, of
    this process or another, holds it, and LockError where the folder cannot be used.
    """
    holder = folder / f"{name}.json"
    lock = FileLock(folder / f"{name}.lock", timeout=0)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise LockedError(name, *_read(holder)) from None
    except OSError as error:
        raise LockError(f"cannot lock in {folder}: {error.strerror}") from error
    try:
        holder.write_text(json.dumps({"pid": os.getpid(), "since": _now()}))
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _read(holder: Path) -> tuple[int | None, str | None]:
    """Return process and time; none of both where the file is not there or is half written."""
    try:
        content = json.loads(holder.read_text())
        return int(content["pid"]), str(content["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return None, None
