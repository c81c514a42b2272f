# SPDX-License-Identifier: MIT
"""A deployment with a book of trades on a node, and the nightly job on it.

Every key is known, and nothing depends on the real time: two nodes have the same identities.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from integration.devnet import KEY
from integration.replays import tanpo
from tanpo.chain.base import Contract
from tanpo.chain.web3 import Web3Chain
from tanpo.deployer import Platform
from tanpo.instrument import Instrument, Kind
from tanpo.report import Observation
from tanpo.terms import Agreement, Collateral, Custody, Terms
from tanpo.units import date_from_number, date_number

ROOT = Path(__file__).parents[2]

FIRST = date_number(date(2100, 4, 19))
"""A Monday, later than any node's own clock: what the trades open on."""
SECOND, THIRD, FOURTH, FIFTH = range(FIRST + 1, FIRST + 5)
SATURDAY = FIRST + 5

KEEPER = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"
OTHER_KEEPER = "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a"
"""Of anvil's second and third account; the first is the administrator's."""

E8 = 10**8
PRICES = {"X": 100 * E8, "Y": 50 * E8, "Z": 10 * E8}

INSTRUMENTS = (
    Instrument("X", Kind.EQUITY, "USD", 0, 1),
    Instrument("Y", Kind.EQUITY, "USD", 0, 10),
    Instrument("Z", Kind.EQUITY, "USD", 0, 1),
    Instrument("USD", Kind.CASH, "USD", 2, 1),
)

ENOUGH = 10**12

Lines = list[dict[str, Any]]


def iso(day: int) -> str:
    return date_from_number(day).isoformat()


def at(day: int, hour: int = 0) -> int:
    return day * 86_400 + hour * 3_600


def publish(platform: Platform, day: int, values: dict[bytes, int]) -> None:
    """Publish values at the scale 1e8, observed on that day."""
    platform.publish(day, [Observation(key, value, day) for key, value in values.items()])


@dataclass(frozen=True)
class Result:
    """How the job ended."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def lines(self) -> Lines:
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def summary(self) -> dict[str, Any]:
        return self.lines[-1]

    def of(self, event: str, **details: Any) -> Lines:
        return [
            line
            for line in self.lines
            if line["event"] == event and details.items() <= line.items()
        ]


@dataclass
class Deployment:
    """The platform on the node at `url`, three parties with tokens, and their trades by name."""

    url: str
    folder: Path
    platform: Platform = field(init=False)
    tokens: dict[str, Contract] = field(default_factory=dict)
    parties: dict[str, LocalAccount] = field(default_factory=dict)
    trades: dict[str, bytes] = field(default_factory=dict)
    rpc: str = ""
    """Where the job finds the node, if it is another address."""

    def __post_init__(self) -> None:
        administrator = Account.from_key(KEY)
        self.chain = Web3Chain.at(self.url, administrator)
        self.chain.advance_to(at(FIRST, 9))
        self.platform = Platform.deploy(self.chain, administrator)
        self.manifest = self.folder / "manifest.json"
        self.platform.manifest().write(self.manifest)
        for instrument in INSTRUMENTS:
            self.tokens[instrument.symbol] = self.platform.issue_instrument(instrument)
        for name in "ABC":
            party = Account.from_key(keccak(text=name))
            self.chain.fund(party)
            self.parties[name] = party
            for token in self.tokens.values():
                token.send(administrator, "issue", party.address, ENOUGH)
                token.send(party, "approve", self.escrow.address, 2**256 - 1)

    @property
    def escrow(self) -> Contract:
        return self.platform.escrow

    def publish(self, day: int, without: Sequence[str] = (), **prices: int) -> None:
        """Come to the evening of `day` and publish its prices, as before but for `prices`."""
        self.chain.advance_to(at(day, 18))
        values = PRICES | {symbol: price * E8 for symbol, price in prices.items()}
        publish(
            self.platform,
            day,
            {self.key(symbol): value for symbol, value in values.items() if symbol not in without},
        )

    def key(self, symbol: str) -> bytes:
        return bytes.fromhex(self.tokens[symbol].address[2:]).rjust(32, b"\0")

    def terms(self, name: str, **changes: Any) -> Terms:
        """A lends B 100,000.00 USD against 1,000 X, from the first date on."""
        given = Terms(
            lender=self.parties["A"].address,
            borrower=self.parties["B"].address,
            loan_token=self.tokens["USD"].address,
            loan_quantity=10_000_000,
            collateral=self.basket(X=1_000),
            agreement=Agreement("USD"),
            start=at(FIRST),
            expiry=at(FIRST + 30),
            uti=keccak(text=name),
        )
        return replace(given, **changes)

    def basket(self, **quantities: int) -> tuple[Collateral, ...]:
        return tuple(
            Collateral(self.tokens[symbol].address, quantity)
            for symbol, quantity in quantities.items()
        )

    def book(self, name: str, **changes: Any) -> bytes:
        """Have both parties approve; the trade's identity."""
        terms = self.terms(name, **changes)
        by_address = {party.address: party for party in self.parties.values()}
        self.escrow.send(self.platform.administrator, "enter", terms.agreement.as_tuple())
        trade: bytes = self.escrow.call("tradeIdOf", terms.as_tuple())
        self.escrow.send(by_address[terms.lender], "register", terms.as_tuple())
        self.escrow.send(by_address[terms.borrower], "approve", trade)
        self.trades[name] = trade
        return trade

    def book_all(self) -> None:
        """One trade of each sort; C can give nothing beyond its baskets. Not settled."""
        title = Agreement("USD", custody=Custody.TITLE_TRANSFER)
        netting = Agreement("USD", netting=True)
        a, b, c = (self.parties[name].address for name in "ABC")
        usd = self.tokens["USD"].address
        with_rate = {"rate_e9": 36_000_000, "day_count_basis": 360, "rate_token": usd}
        self.book("segregated", **with_rate)
        self.book("title", agreement=title)
        self.book("netted", agreement=netting)
        self.book(
            "back",
            agreement=netting,
            lender=b,
            borrower=a,
            loan_quantity=4_000_000,
            collateral=self.basket(X=400),
        )
        self.book("basket", collateral=self.basket(X=500, Y=1_000))
        self.book("ending", end=at(THIRD), **with_rate)
        self.book("priceless", collateral=self.basket(Z=10_000))
        self.book("short", borrower=c)
        self.book("late", lender=a, borrower=c, end=at(THIRD))
        self.book("starting", start=at(FOURTH))

    def book_many(self, number: int) -> None:
        """More than a transaction takes."""
        for index in range(number):
            self.book(f"further {index}")

    def mine_every(self, seconds: int) -> None:
        """From now on blocks come by the clock, not with each transaction."""
        provider: Any = self.chain._w3.provider
        provider.make_request("evm_setIntervalMining", [seconds])

    def empty(self, name: str, *symbols: str) -> None:
        """The party can give nothing more of these tokens."""
        for symbol in symbols:
            self.tokens[symbol].send(self.parties[name], "approve", self.escrow.address, 0)

    # ------------------------------------------------------------------ the job

    def night(self, *options: object, key: str | None = KEEPER) -> Result:
        """Run the job in this process, to its end."""
        with patch.dict(os.environ):
            os.environ.pop("TANPO_KEY", None)
            done = tanpo(*self.arguments(options, key))
        return Result(done.exit_code, done.stdout, done.stderr)

    def start(self, *options: object, key: str = KEEPER) -> subprocess.Popen[str]:
        """Start the job in a process of its own."""
        pipe = subprocess.PIPE
        start = [sys.executable, "-c", "from tanpo.cli import main; main()"]
        command = [*start, *self.arguments(options, key)]
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=ENVIRONMENT)

    def arguments(self, options: Sequence[object], key: str | None) -> list[str]:
        given = ["--rpc", self.rpc or self.url, "--manifest", self.manifest]
        keys = ["--key", key] if key else []
        return ["night", "--json", *map(str, [*given, *keys, *options])]

    def sent(self, key: str = KEEPER) -> int:
        """How many transactions the key has sent."""
        return count(self.chain, key)

    # ------------------------------------------------------------------ the state

    def state(self) -> dict[str, Any]:
        """All that the chain has of trades, sets and balances."""
        escrow = self.escrow
        trades = {
            name: (escrow.call("trade", trade), escrow.call("basket", trade))
            for name, trade in self.trades.items()
        }
        sets = escrow.call("nettingSet", escrow.call("setOf", self.trades["netted"]))
        holders = {name: party.address for name, party in self.parties.items()}
        holders["escrow"] = escrow.address
        balances = {
            (name, symbol): token.call("balanceOf", address)
            for name, address in holders.items()
            for symbol, token in self.tokens.items()
        }
        return {"trades": trades, "sets": sets, "balances": balances}

    def name_of(self, line: dict[str, Any]) -> str:
        """The trade's name of a line; that of an account is `set`."""
        if "account" in line:
            return "set"
        by_id = {f"0x{trade.hex()}": name for name, trade in self.trades.items()}
        return by_id[line["trade"]]

    def told(self, lines: Lines) -> list[tuple[str, str, str]]:
        """Date, event and trade's name of each line that has one."""
        return [
            (line["date"], line["event"], self.name_of(line))
            for line in lines
            if "trade" in line or "account" in line
        ]


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
ENVIRONMENT.pop("TANPO_KEY", None)


def finished(job: subprocess.Popen[str]) -> Result:
    """Wait for the end of a job that was started."""
    out, err = job.communicate(timeout=120)
    assert "Traceback" not in err, err
    return Result(job.returncode, out, err)


def count(chain: Web3Chain, key: str) -> int:
    """How many transactions of the key are in blocks."""
    found: int = chain._w3.eth.get_transaction_count(Account.from_key(key).address)
    return found
