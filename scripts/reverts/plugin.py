# SPDX-License-Identifier: MIT
"""Notes which reverts of the instrumented contracts tests come by while they expect what error.

A pytest plugin, for `make reverts` only. ape's chain runs in this process, so addresses can be
given functions of ours, as those of precompiled contracts have.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import ape
import pytest
from eth.vm.forks.prague.computation import PragueComputation
from eth.vm.forks.shanghai import computation as shanghai
from eth.vm.forks.spurious_dragon import computation as spurious_dragon

from scripts.reverts.instrument import FIRST_ADDRESS, FOUND, MOST

sys.path.insert(0, "tests")
import support

_Hit = tuple[int, tuple[int, ...]]
"""A revert, and the calls of guards that had not returned."""

_open: list[int] = []
_hits: list[_Hit] = []
"""What the current test came by, in order."""

_expected: list[tuple[_Hit, str]] = []
"""The same with the error that was expected meanwhile."""

_named: list[str] = []
"""Errors that the current test expects of single trades of batches."""

_reverts, _failed = ape.reverts, support.failed


def _note(number: int, computation: object) -> None:
    kind, site = divmod(number, MOST)
    if kind == 1:
        _open.append(site)
    elif kind == 2 and site in _open:
        del _open[_open.index(site) :]
    elif kind == 0:
        _hits.append((site, tuple(_open)))
        _open.clear()


@contextmanager
def _listening(error: Any = None, **options: Any) -> Iterator[Any]:
    before = len(_hits)
    _open.clear()
    with _reverts(error, **options) as info:
        yield info
    if error is not None:
        name = error.__name__ if isinstance(error, type) else type(error).__name__
        _expected.extend((hit, name) for hit in _hits[before:])


def _naming(trade: bytes, day: int, action: str, error: str, **arguments: Any) -> tuple[Any, ...]:
    _named.append(error)
    return _failed(trade, day, action, error, **arguments)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Write down what a test found, unless it fails."""
    for noted in (_open, _hits, _expected, _named):
        noted.clear()
    result = yield
    found = {*_expected, *((hit, error) for hit in _hits for error in _named)}
    if found:
        folder: Path = item.config.rootpath / FOUND
        with (folder / f"{os.getpid()}.jsonl").open("a") as file:
            print(json.dumps([(*hit, error) for hit, error in sorted(found)]), file=file)
    return result


for number in range(3 * MOST):
    address = (FIRST_ADDRESS + number).to_bytes(20, "big")
    PragueComputation.get_precompiles()[address] = partial(_note, number)
# What tells its number is larger.
spurious_dragon.EIP170_CODE_SIZE_LIMIT = 2**20
shanghai.MAX_INITCODE_SIZE = 2**20
ape.reverts, support.failed = _listening, _naming
