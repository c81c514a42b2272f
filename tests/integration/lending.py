# SPDX-License-Identifier: MIT
"""An open trade on the devnet of real prices, and what its marks must be: by hand.

A lends B 1,000,000.00 EUR against AAPL, compared in USD at 100 % without threshold. So each mark
leaves the fewest shares that are worth the loan.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from integration.feeders import FRIDAY, KEYS, WEEK, Devnet, e8, lines, said
from integration.nights import ENVIRONMENT, KEEPER, Result
from integration.replays import Result as Said
from integration.replays import tanpo
from tanpo.chain.abi import Event
from tanpo.report import Observation, Report
from tanpo.terms import Agreement, Collateral, Terms
from tanpo.units import date_from_number, date_number

LOAN_CENTS = 100_000_000
SHARES = 6_700
"""What B gives on Friday: 6,693 would be enough."""
ENOUGH = 10**12


@dataclass(frozen=True)
class Mark:
    """One mark as the chain has it: USD with 18 decimals, and shares that the call moved."""

    day: date
    loan_e18: int
    collateral_e18: int
    moved: int
    """Into the basket; negative: out of it."""


def mark(day: date, shares: int, price_e8: int, rate_e8: int) -> Mark:
    """The mark of a basket at these prices."""
    # Cents have two decimals and fixings eight.
    loan, collateral = LOAN_CENTS * rate_e8 * 10**8, shares * price_e8 * 10**10
    enough = -(-loan // (price_e8 * 10**10))
    return Mark(day, loan, collateral, enough - shares)


def real_marks(*days: date, shares: int = SHARES) -> list[Mark]:
    """The marks of these dates, one after another, at the real prices."""
    found = []
    for day in days:
        made = mark(day, shares, e8("AAPL", day), e8("EURUSD", day))
        found.append(made)
        shares += made.moved
    return found


@dataclass
class Lending:
    """The devnet with its trade; `devnet` does what feeders do."""

    devnet: Devnet
    opening: date = FRIDAY
    parties: dict[str, LocalAccount] = field(default_factory=dict)
    jobs: list[subprocess.Popen[str]] = field(default_factory=list)
    """Those that were started in processes of their own."""

    def __post_init__(self) -> None:
        """Publish the opening's fixings, and have the trade opened on them."""
        devnet, administrator = self.devnet, self.devnet.platform.administrator
        devnet.begin(self.opening)
        escrow = devnet.platform.escrow
        for name in "AB":
            party = Account.from_key(keccak(text=name))
            devnet.chain.fund(party)
            self.parties[name] = party
            for token in devnet.tokens.values():
                token.send(administrator, "issue", party.address, ENOUGH)
                token.send(party, "approve", escrow.address, 2**256 - 1)
        terms = Terms(
            lender=self.parties["A"].address,
            borrower=self.parties["B"].address,
            loan_token=devnet.tokens["EUR"].address,
            loan_quantity=LOAN_CENTS,
            collateral=(Collateral(devnet.tokens["AAPL"].address, SHARES),),
            agreement=Agreement("USD"),
            start=date_number(self.opening) * 86_400,
            expiry=(date_number(self.opening) + 30) * 86_400,
            uti=keccak(text="lent"),
        )
        escrow.send(administrator, "enter", terms.agreement.as_tuple())
        self.trade: bytes = escrow.call("tradeIdOf", terms.as_tuple())
        escrow.send(self.parties["A"], "register", terms.as_tuple())
        escrow.send(self.parties["B"], "approve", self.trade)
        assert self.night().exit_code == 0
        assert escrow.call("basket", self.trade)[0]["quantity"] == SHARES

    # ------------------------------------------------------------------ what happens

    @contextmanager
    def unchanged(self) -> Iterator[Lending]:
        """Take back afterwards what happens meanwhile, on the chain and in the feeders' folders."""
        provider: Any = self.devnet.chain._w3.provider
        snapshot = provider.make_request("evm_snapshot", [])["result"]
        kept = {feeder.name: feeder.config.read_text() for feeder in self.devnet.feeders}
        try:
            yield self
        finally:
            self._end_jobs()
            assert provider.make_request("evm_revert", [snapshot])["result"] is True
            self.devnet.chain._nonces.clear()
            for feeder in self.devnet.feeders:
                for file in feeder.closes.iterdir():
                    file.unlink()
                feeder.receive(self.opening)
                feeder.config.write_text(kept[feeder.name])

    def receive(self, *days: date, **values: object) -> None:
        """Give all feeders the days' files."""
        for day in days:
            for feeder in self.devnet.feeders:
                feeder.receive(day, **values)

    def feed(self, *numbers: int) -> list[int]:
        """Run these feeders one after another; how they end."""
        return [self.devnet.feed(number).exit_code for number in numbers]

    def evening(self, day: date) -> None:
        """One at which nothing is wrong: published and marked."""
        self.devnet.at(day)
        self.receive(day)
        assert self.feed(0, 1) == [1, 0]
        assert self.night().exit_code == 0

    def night(self, *options: object) -> Result:
        """Run the keeper's job in this process."""
        devnet = self.devnet
        given = ["--json", "--rpc", devnet.url, "--manifest", devnet.manifest, "--key", KEEPER]
        with patch.dict(os.environ):
            os.environ.pop("TANPO_KEY", None)
            done = tanpo("night", *given, *options)
        return Result(done.exit_code, done.stdout, done.stderr)

    def start(self, number: int, *options: object, rpc: str = "") -> subprocess.Popen[str]:
        """Start a feeder's job in a process of its own."""
        feeder, devnet = self.devnet.feeders[number], self.devnet
        arguments = ["--config", feeder.config, "--rpc", rpc or devnet.url, "--json"]
        arguments += ["--manifest", devnet.manifest, "--key", feeder.key, *options]
        command = [sys.executable, "-c", "from tanpo.cli import main; main()", "feed"]
        environment = {**ENVIRONMENT, "TANPO_STATE": str(feeder.folder / "state")}
        pipe = subprocess.PIPE
        job = subprocess.Popen(
            [*command, *map(str, arguments)], stdout=pipe, stderr=pipe, text=True, env=environment
        )
        self.jobs.append(job)
        return job

    def _end_jobs(self) -> None:
        """End what a test that failed has left behind."""
        for job in self.jobs:
            if job.poll() is None:
                job.kill()
                job.communicate()
        self.jobs.clear()

    # ------------------------------------------------------------------ reports by hand

    def report(self, day: date, **values_e8: int) -> Report:
        """The day's real values, but for `values_e8`, as feeders sign them."""
        values = {key: e8(key, day) for key in KEYS} | values_e8
        rows = [Observation(self.devnet.key(key), value, 0) for key, value in values.items()]
        rows = [Observation(row.key, row.value_e8, date_number(day)) for row in rows]
        return Report(date_number(day), tuple(sorted(rows, key=lambda row: row.key)))

    def sent_data(self, sender: str, since: int) -> list[bytes]:
        """What an account has sent to the fixings in the blocks after `since`, the oldest first."""
        eth, found = self.devnet.chain._w3.eth, []
        for number in range(since + 1, eth.block_number + 1):
            for each in eth.get_block(number, full_transactions=True)["transactions"]:
                if each["from"] == sender:  # type: ignore[index]
                    assert each["to"] == self.devnet.platform.fixings.address  # type: ignore[index]
                    found.append(bytes(each["input"]))  # type: ignore[index]
        return found

    # ------------------------------------------------------------------ the books

    def marks(self) -> list[Mark]:
        """All that the chain has of the trade, in the order in which it was done."""
        found: list[Mark] = []
        for event in self._events():
            args = event.args
            if args.get("id") != self.trade:
                continue
            if event.name == "Marked":
                assert args["loanE18"] == args["requiredE18"]
                day = date_from_number(args["date"])
                found.append(Mark(day, args["loanE18"], args["collateralE18"], 0))
            elif event.name in ("Returned", "Delivered"):
                sign = 1 if event.name == "Delivered" else -1
                last = found.pop()
                assert (last.day, last.moved) == (date_from_number(args["date"]), 0)
                moved = sign * args["quantity"]
                found.append(Mark(last.day, last.loan_e18, last.collateral_e18, moved))
        return found

    def _events(self) -> list[Event]:
        chain, escrow = self.devnet.chain, self.devnet.platform.escrow
        names = ("Marked", "Returned", "Delivered", "Deficit")
        topics = [escrow.interface.topic_of(name) for name in names]
        logs = chain.logs([escrow.address], topics, 0, chain.block()[0])
        events = escrow.interface.decode_events(logs)
        assert all(event.name != "Deficit" for event in events)
        return events

    def books(self, *days: date) -> dict[str, Any]:
        """The trade, all balances, and the week's fixings but for when they were published."""
        devnet, escrow = self.devnet, self.devnet.platform.escrow
        holders = [escrow.address, *(party.address for party in self.parties.values())]
        rows = {
            (day, key): devnet.platform.fixings.call("fixing", devnet.key(key), date_number(day))
            for day in days or (FRIDAY, *WEEK)
            for key in KEYS
        }
        return {
            "trade": escrow.call("trade", self.trade),
            "basket": escrow.call("basket", self.trade),
            "balances": {
                (symbol, holder): token.call("balanceOf", holder)
                for symbol, token in devnet.tokens.items()
                for holder in holders
            },
            "fixings": {
                name: (row["valueE8"], row["observedOn"], row["isUsed"])
                for name, row in rows.items()
            },
        }


def missing(result: Result) -> list[tuple[str, Any]]:
    """The dates of what a night says is missing, with the error."""
    return [(line["date"], line.get("reason")) for line in result.of("missing")]


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def real_values(day: date, keys: Sequence[str] = KEYS) -> dict[str, int]:
    return {key: e8(key, day) for key in keys}


def begin_lending(url: str, folder: Path, opening: date = FRIDAY) -> Lending:
    folder.mkdir(exist_ok=True)
    return Lending(Devnet(url, folder), opening)


# ---------------------------------------------------------------------- what feeders say


def statuses(result: Said, day: date) -> dict[str, str]:
    """What a run says of the values of a day."""
    return {line["key"]: line["status"] for line in lines(result) if line["date"] == str(day)}


def reasons(result: Said, event: str) -> dict[str, str]:
    """Why it says so of each key."""
    return {line["key"]: line["reason"] for line in said(result, event)}
