# SPDX-License-Identifier: MIT
"""The keys of a feeder's file, as `tanpo.scenario.schema` has those of a scenario file."""

from __future__ import annotations

from typing import Annotated, Any

from eth_utils.address import is_address, is_checksum_address, to_checksum_address
from pydantic import Field, PlainValidator

from oracles.markets import MARKETS
from oracles.observation import KeyKind
from tanpo.scenario import words
from tanpo.scenario.messages import Subjects
from tanpo.scenario.numbers import integer
from tanpo.scenario.schema import Entry, Name

MOST_BPS = 100_000
"""A tenfold value: limits beyond this are mistakes."""

SUBJECTS: Subjects = {
    (): "the file",
    ("sources", "*"): "source {1}",
    ("keys", "*"): "key {1}",
}
"""What errors call the parts of the file."""


def _kind(text: object) -> KeyKind:
    return words.choice(text, {kind.value: kind for kind in KeyKind})


def _market(text: object) -> str:
    return words.choice(text, {market: market for market in MARKETS})


def _token(text: object) -> str:
    """Read an address; capitals in it are a checksum (EIP-55), which must be right."""
    if not isinstance(text, str) or not text.startswith("0x") or not is_address(text):
        raise ValueError("be an address such as 0x and 40 hexadecimal digits")
    if text != text.lower() and not is_checksum_address(text):
        raise ValueError("be an address whose capitals are right")
    if int(text, 16) == 0:
        raise ValueError("be a token's address")
    return to_checksum_address(text)


def _options(tree: object) -> dict[str, Any]:
    if not isinstance(tree, dict) or not isinstance(tree.get("kind"), str) or not tree["kind"]:
        raise ValueError("be a mapping with a kind")
    return tree


def _bps(text: object) -> int:
    return integer(text, MOST_BPS)


Bps = Annotated[int, PlainValidator(_bps)]


class KeyEntry(Entry):
    """One of `keys`."""

    source: Name
    market: Annotated[str, PlainValidator(_market)]
    kind: Annotated[KeyKind, PlainValidator(_kind)] | None = None
    """By default a pair, whose name must be one."""
    token: Annotated[str, PlainValidator(_token)] | None = None
    symbol: Annotated[Name | None, Field(alias="as")] = None
    """By default the key."""
    tolerance_bps: Bps = 0
    outlier_bps: Bps | None = None
    """By default that of its kind."""


class FeedEntry(Entry):
    """A feeder's file."""

    sources: dict[Name, Annotated[dict[str, Any], PlainValidator(_options)]]
    keys: dict[Name, KeyEntry]
