# SPDX-License-Identifier: MIT
"""What feeders sign: values of a business date, and corrections of them (Report.sol)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tanpo.signing import Fields, Message


def price_key(token: str) -> bytes:
    """The key of the closing price of the token at this address (FixingKey.sol)."""
    return bytes.fromhex(token.removeprefix("0x")).rjust(32, b"\0")


def pair_key(pair: str) -> bytes:
    """The key of a pair as the market quotes it: EURUSD."""
    return pair.encode().ljust(32, b"\0")


def rate_key(name: str) -> bytes:
    """The key of a reference rate: ESTR."""
    return f"%{name}".encode().ljust(32, b"\0")


@dataclass(frozen=True, slots=True)
class Observation(Message):
    """One value: E8, of a rate as a fraction; `observed_on` in days since 1970-01-01."""

    FIELDS: ClassVar[Fields] = (
        ("bytes32", "key"),
        ("int64", "valueE8"),
        ("uint24", "observedOn"),
    )

    key: bytes
    value_e8: int
    observed_on: int


@dataclass(frozen=True, slots=True)
class Report(Message):
    """Values of one business date, in days since 1970-01-01, by ascending keys."""

    FIELDS: ClassVar[Fields] = (("uint24", "date"), ("Observation[]", "observations"))
    PARTS: ClassVar[tuple[type[Message], ...]] = (Observation,)

    date: int
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Correction(Message):
    """Another value in place of a published one that no mark has used; `found_at` is when that was
    published, in Unix seconds.
    """

    FIELDS: ClassVar[Fields] = (
        ("uint24", "date"),
        ("bytes32", "key"),
        ("int64", "foundE8"),
        ("uint40", "foundAt"),
        ("int64", "valueE8"),
        ("uint24", "observedOn"),
    )

    date: int
    key: bytes
    found_e8: int
    found_at: int
    value_e8: int
    observed_on: int
