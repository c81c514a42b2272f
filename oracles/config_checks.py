# SPDX-License-Identifier: MIT
"""What the keys of a feeder's file say about one another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from oracles.config_schema import FeedEntry, KeyEntry
from oracles.observation import KeyKind
from tanpo.scenario.errors import Problem
from tanpo.scenario.tokens import is_fx_pair, opposite

SECURITIES = (KeyKind.BOND, KeyKind.EQUITY)
"""Kinds whose fixings go by the address of a token."""

_RATE_NAME = re.compile("[A-Z0-9]{1,31}", re.ASCII)
"""What the contract takes, behind a percent sign (FixingKey.sol)."""


def check_keys(file: FeedEntry) -> Iterator[Problem]:
    """Sources that are not there, kinds or names that do not fit, and two keys for one fixing."""
    seen: set[str] = set()
    tokens: dict[str, str] = {}
    for name, entry in file.keys.items():
        if entry.source not in file.sources:
            yield Problem(("keys", name, "source"), f'unknown source "{entry.source}"')
        yield from _check_kind(name, entry)
        if is_fx_pair(name) and opposite(name) in seen:
            reason = f"{name} is {opposite(name)} the other way round: a pair has one of the two"
            yield Problem(("keys", name), reason, on_key=True)
        seen.add(name)
        if entry.token is not None:
            first = tokens.setdefault(entry.token, name)
            if first != name:
                reason = f"token of {name} is that of {first} already"
                yield Problem(("keys", name, "token"), reason)


def _check_kind(name: str, entry: KeyEntry) -> Iterator[Problem]:
    at = ("keys", name)
    if is_fx_pair(name):
        if entry.kind not in (None, KeyKind.PAIR):
            yield Problem((*at, "kind"), f"{name} is a pair by its name, found {entry.kind}")
    elif entry.kind is None:
        yield Problem(at, 'missing key "kind": only pairs such as EURUSD need none', on_key=True)
    elif entry.kind is KeyKind.PAIR:
        reason = f"{name} is no pair of two currencies such as EURUSD"
        yield Problem(at, reason, on_key=True)
    elif entry.kind is KeyKind.RATE and not _RATE_NAME.fullmatch(name):
        reason = f"{name} is no rate's name such as ESTR: up to 31 capitals and digits"
        yield Problem(at, reason, on_key=True)
    if entry.kind in SECURITIES and entry.token is None:
        yield Problem(at, f'missing key "token": {name} has kind {entry.kind}', on_key=True)
    elif entry.kind not in SECURITIES and entry.token is not None:
        yield Problem((*at, "token"), "only bonds and equities have a token")
