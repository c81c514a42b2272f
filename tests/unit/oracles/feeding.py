# SPDX-License-Identifier: MIT
"""Sources in memory, and feeders on a deployment of their own in this process."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from oracles.config import Key
from oracles.feed import Feed, Result
from oracles.observation import KeyKind, Observation
from oracles.onchain import OnChain, fixing_key
from oracles.reading import Desk
from oracles.sources import SourceError
from tanpo.chain.abi import Log
from tanpo.chain.base import Receipt
from tanpo.deployer import Consensus, Platform
from tanpo.report import Observation as Signed
from tanpo.units import date_number

FRIDAY, SATURDAY, MONDAY = date(2024, 4, 12), date(2024, 4, 13), date(2024, 4, 15)
TUESDAY, WEDNESDAY = date(2024, 4, 16), date(2024, 4, 17)


def key(
    name: str = "EURUSD",
    kind: KeyKind = KeyKind.PAIR,
    market: str = "TARGET",
    source: str = "desk",
    symbol: str | None = None,
    token: str | None = None,
    tolerance_bps: int = 0,
    outlier_bps: int = 500,
) -> Key:
    return Key(name, kind, market, source, symbol or name, token, tolerance_bps, outlier_bps)


@dataclass
class Memory:
    """A source with these values by symbol and day; `asked` has what it was asked for."""

    values: dict[tuple[str, date], str | tuple[str, date]] = field(default_factory=dict)
    name: str = "memory"
    away: str = ""
    asked: list[tuple[tuple[str, ...], date]] = field(default_factory=list)

    def keys(self, day: date) -> Sequence[str]:
        return sorted(symbol for symbol, each in self.values if each == day)

    def read(self, keys: Sequence[str], day: date) -> Mapping[str, Observation]:
        self.asked.append((tuple(keys), day))
        if self.away:
            raise SourceError(self.away)
        found = {}
        for symbol in keys:
            if (symbol, day) in self.values:
                given = self.values[symbol, day]
                value, observed = given if isinstance(given, tuple) else (given, day)
                found[symbol] = Observation(symbol, observed, Decimal(value), self.name)
        return found


def node() -> Any:
    """revm as a node: with blocks, one for each transaction, and their logs."""
    revm = pytest.importorskip("tanpo.chain.revm", reason="pyrevm has no wheel for Python 3.13")

    class Node(revm.RevmChain):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.blocks: list[tuple[int, tuple[Log, ...]]] = [(self.now(), ())]

        def send(self, sender: LocalAccount, to: str | None, data: bytes) -> Receipt:
            receipt: Receipt = super().send(sender, to, data)
            self.advance_to(self.now() + 1)
            self.blocks.append((self.now(), receipt.logs))
            return receipt

        def clock(self) -> int:
            return int(self.now())

        def block(self) -> tuple[int, int]:
            return len(self.blocks) - 1, self.blocks[-1][0]

        def first_block_from(self, timestamp: int) -> int:
            return bisect_left(self.blocks, timestamp, key=lambda block: block[0])

        def logs(
            self, addresses: Sequence[str], topics: Sequence[bytes], first: int, last: int
        ) -> Iterator[Log]:
            for _, logs in self.blocks[first : last + 1]:
                for log in logs:
                    if log.address in addresses and log.topics[0] in topics:
                        yield log

    return Node()


@dataclass
class Deployment:
    """Three feeders, each with its own desk of EURUSD and USDJPY from its own source."""

    keys: tuple[Key, ...] = (key("EURUSD"), key("USDJPY"))
    consensus: Consensus = field(default_factory=lambda: Consensus(2, 3))

    def __post_init__(self) -> None:
        self.node = node()
        self.accounts = [Account.from_key(keccak(text=f"feeder {i}")) for i in range(3)]
        administrator = Account.from_key(keccak(text="administrator"))
        addresses = [account.address for account in self.accounts]
        self.platform = Platform.deploy(
            self.node, administrator, feeders=addresses, consensus=self.consensus
        )
        self.chain = OnChain(self.node, self.platform)
        self.sources = [Memory() for _ in self.accounts]
        self.sent = [0, 0, 0]

    def at(self, day: date, hour: int = 23) -> None:
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        self.node.advance_to(int(moment.timestamp()))

    def have(self, day: date, *numbers: int, **values: str) -> None:
        """The sources of these feeders (by default of all) have these values."""
        for number in numbers or range(3):
            self.sources[number].values |= {(name, day): each for name, each in values.items()}

    def feed(self, number: int, **options: Any) -> Feed:
        desk = Desk(self.keys, {"desk": self.sources[number]})
        return Feed(desk, self.chain, self.accounts[number], **options)

    def run(self, number: int, day: date, corrected: Sequence[str] = ()) -> list[Result]:
        before = len(self.node.blocks)
        results = self.feed(number).run([day], {day: frozenset(corrected)})
        self.sent[number] += len(self.node.blocks) - before
        return results

    def begin(self, day: date, **values: str) -> None:
        """All three publish these values on the evening of `day`."""
        self.at(day)
        self.have(day, **values)
        for number in range(3):
            self.run(number, day)
        assert self.published(day) == values
        self.sent = [0, 0, 0]

    def published(self, day: date) -> dict[str, str]:
        found = self.chain.published([fixing_key(each) for each in self.keys], day)
        return {
            each.name: str((Decimal(found[fixing_key(each)].value_e8) / 10**8).normalize())
            for each in self.keys
            if fixing_key(each) in found
        }

    def propose(self, number: int, day: date, *rows: tuple[str, int]) -> None:
        """Bring a report that no feeder's job would make."""
        report = [
            Signed(name.encode().ljust(32, b"\0"), value, date_number(day))
            for name, value in sorted(rows)
        ]
        self.chain.sign(day, report, self.accounts[number])


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(count) for count in range((last - first).days + 1)]
