# SPDX-License-Identifier: MIT
"""A devnet of April 2023 with three feeders, each with sources of its own, and two of them needed.

Prices and rates are those of the packaged histories, copied into the feeders' drop folders, where
a test can change what one of them has.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from integration.devnet import KEY
from integration.replays import Result, tanpo
from oracles.sources.ecb import EcbSource
from oracles.sources.us_stocks import UsStocksSource
from tanpo.chain.base import Contract
from tanpo.chain.web3 import Web3Chain
from tanpo.deployer import Consensus, Platform
from tanpo.instrument import Instrument, Kind
from tanpo.report import pair_key, price_key
from tanpo.units import date_number

FRIDAY = date(2023, 4, 14)
WEEK = [date(2023, 4, 17) + timedelta(days) for days in range(5)]
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, LAST = WEEK

STOCKS = ("AAPL", "NVDA")
KEYS = (*STOCKS, "EURUSD")

START = ["--timestamp", str(int(datetime(2023, 4, 14, 1, tzinfo=UTC).timestamp()))]
"""Options of anvil: its clock begins on the Friday before."""


@cache
def real(key: str, day: date) -> Decimal:
    """The value of the packaged history."""
    source: Any = EcbSource() if key == "EURUSD" else UsStocksSource()
    return source.read([key], day)[key].value


def e8(key: str, day: date) -> int:
    return int(real(key, day) * 10**8)


@dataclass
class Feeder:
    """One machine: its key, its folder of values, its file."""

    name: str
    folder: Path
    account: LocalAccount = field(init=False)

    def __post_init__(self) -> None:
        self.account = Account.from_key(keccak(text=f"feeder {self.name}"))
        self.closes = self.folder / "closes"
        self.closes.mkdir(parents=True)
        self.config = self.folder / "feed.yaml"

    @property
    def key(self) -> str:
        return "0x" + bytes(self.account.key).hex()

    def receive(self, day: date, without: Sequence[str] = (), **values: object) -> None:
        """Have a file of the day's real values, but for `values`."""
        rows = {key: real(key, day) for key in KEYS if key not in without and key not in values}
        self.drop(day, **rows, **values)

    def drop(self, day: date, **values: object) -> None:
        lines = ["key,value", *(f"{key},{value}" for key, value in values.items())]
        (self.closes / f"{day}.csv").write_text("\n".join(lines) + "\n")


@dataclass
class Devnet:
    """The platform on the node at `url`, with listed stocks and cash."""

    url: str
    folder: Path
    tokens: dict[str, Contract] = field(default_factory=dict)

    def __post_init__(self) -> None:
        administrator = Account.from_key(KEY)
        self.chain = Web3Chain.at(self.url, administrator)
        self.feeders = [Feeder(name, self.folder / name) for name in ("one", "two", "three")]
        self.platform = Platform.deploy(
            self.chain,
            administrator,
            feeders=[feeder.account.address for feeder in self.feeders],
            consensus=Consensus(quorum=2, outlier_quorum=3),
        )
        self.manifest = self.folder / "manifest.json"
        self.platform.manifest().write(self.manifest)
        for symbol in STOCKS:
            stock = Instrument(symbol, Kind.EQUITY, "USD", 0, 1)
            self.tokens[symbol] = self.platform.issue_instrument(stock)
        for currency in ("EUR", "USD"):
            cash = Instrument(currency, Kind.CASH, currency, 2, 1)
            self.tokens[currency] = self.platform.issue_instrument(cash)
        for feeder in self.feeders:
            self.chain.fund(feeder.account)
            feeder.config.write_text(yaml.safe_dump(self.configuration()))

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """A feeder's file, with these options for every key."""
        keys: dict[str, Any] = {
            symbol: {
                "token": self.tokens[symbol].address,
                "kind": "equity",
                "market": "US",
                "source": "closes",
            }
            for symbol in STOCKS
        }
        keys["EURUSD"] = {"market": "TARGET", "source": "closes"}
        return {
            "sources": {"closes": {"kind": "folder", "path": "closes"}},
            "keys": {name: key | changes for name, key in keys.items()},
        }

    def key(self, name: str) -> bytes:
        return price_key(self.tokens[name].address) if name in STOCKS else pair_key(name)

    def at(self, day: date, hour: int = 23, minute: int = 0) -> None:
        """Come to a time (UTC)."""
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
        self.chain.advance_to(int(moment.timestamp()))

    def begin(self, day: date = FRIDAY) -> None:
        """Publish a day's real values at once, and come to its evening."""
        self.at(day)
        for feeder in self.feeders:
            feeder.receive(day)
        for number in range(3):
            self.feed(number, "--date", day)
        assert set(self.published(day).values()) == {e8(key, day) for key in KEYS}

    def feed(self, number: int, *options: object, rpc: str = "", key: str | None = None) -> Result:
        """Run a feeder's job in this process."""
        feeder = self.feeders[number]
        arguments = ["--config", feeder.config, "--rpc", rpc or self.url, "--json"]
        arguments += ["--manifest", self.manifest, "--key", key or feeder.key]
        with patch.dict(os.environ, {"TANPO_STATE": str(feeder.folder / "state")}):
            return tanpo("feed", *arguments, *options)

    def published(self, day: date) -> dict[str, int]:
        """The values that are published for a day, at E8."""
        found = {
            name: self.platform.fixings.call("fixing", self.key(name), date_number(day))
            for name in KEYS
        }
        return {name: row["valueE8"] for name, row in found.items() if row["publishedAt"]}

    def sent(self, number: int) -> int:
        """How many transactions a feeder has sent."""
        address = self.feeders[number].account.address
        found: int = self.chain._w3.eth.get_transaction_count(address)
        return found


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def said(result: Result, event: str) -> list[dict[str, Any]]:
    """What the log has of an event."""
    found = [json.loads(line) for line in result.stderr.splitlines()]
    return [line for line in found if line["event"] == event]
