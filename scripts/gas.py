# SPDX-License-Identifier: MIT
"""Measures the named gas scenarios, each against a floor in the same run.

The floor (contracts/mocks/Floor.sol) does only the same token moves and writes only the words that
must change. All accounts, and so all addresses and calldata, are fixed: the figures are exact, and
`--check` fails where one differs from those committed in gas.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak
from rich.console import Console
from rich.table import Table

from tanpo.chain.base import Contract
from tanpo.chain.web3 import Web3Chain
from tanpo.deployer import Consensus, Platform
from tanpo.instrument import Instrument, Kind
from tanpo.replay.world import NO_LIMIT
from tanpo.report import Observation, pair_key, price_key
from tanpo.terms import Agreement, Collateral, Terms

COMMITTED = Path(__file__).with_suffix(".json")
BATCH = 100
DAY = 20_000
"""4 October 2024, as the contracts count."""
AGREEMENT = Agreement("USD", threshold_bps=200)
LOAN, COLLATERAL = 50_000_000, 335_240
CALLED = 30_000
"""Units that the floor moves for a call; the escrow computes about as many."""

SET_SIZES = (1, 10, 100, 1_000)
"""Trades in a netting set."""

Figures = dict[str, dict[str, dict[str, int]]]
"""Gas by scenario, by "single" or "batch", of "escrow" and "floor"; of a batch, per trade."""


def account(name: str) -> LocalAccount:
    """An account that is the same in every run."""
    found: LocalAccount = Account.from_key(keccak(text=f"tanpo gas {name}"))
    return found


class Bench:
    """A lender, 101 borrowers with their own balances, and the escrow beside the floor."""

    def __init__(self) -> None:
        self.chain = Web3Chain.embedded(gas_limit=80_000_000)
        self.keeper, self.lender = account("keeper"), account("lender")
        self.borrowers = [account(f"borrower {i}") for i in range(BATCH + 1)]
        for each in (self.keeper, self.lender, *self.borrowers):
            self.chain.fund(each)
        self.platform = Platform.deploy(self.chain, self.keeper)
        self.escrow = self.platform.escrow
        self.bond = self.platform.issue_instrument(Instrument("BOND", Kind.BOND, "EUR", 0, 1))
        self.stock = self.platform.issue_instrument(Instrument("STOCK", Kind.EQUITY, "USD", 0, 1))
        self.floor = Contract.deploy(
            self.chain,
            self.keeper,
            "Floor",
            self.bond.address,
            self.stock.address,
            self.lender.address,
        )
        # Every party holds some of everything: a first balance costs more than a further one.
        for party in (self.lender, *self.borrowers):
            for token in (self.bond, self.stock):
                token.send(self.keeper, "issue", party.address, 10**12)
                token.send(party, "approve", self.escrow.address, NO_LIMIT)
                token.send(party, "approve", self.floor.address, NO_LIMIT)
        for holder in (self.escrow, self.floor):
            self.stock.send(self.keeper, "issue", holder.address, 1)
        self.escrow.send(self.keeper, "enter", AGREEMENT.as_tuple())
        self.figures: Figures = {}

    def terms(self, borrower: LocalAccount, number: int) -> Terms:
        """The terms of trade `number`: bonds in EUR against stock, valued in USD."""
        return Terms(
            lender=self.lender.address,
            borrower=borrower.address,
            loan_token=self.bond.address,
            loan_quantity=LOAN,
            collateral=(Collateral(self.stock.address, COLLATERAL),),
            agreement=AGREEMENT,
            start=DAY * 86_400,
            end=(DAY + 5) * 86_400,
            expiry=2**40 - 1,
            uti=number.to_bytes(32, "big"),
        )

    def publish(self, day: int, price: int) -> None:
        """Fixings of a day: the stock's price (E8) changes, the others stay."""
        values = {
            price_key(self.bond.address): 9_881_100_000,
            price_key(self.stock.address): price,
            pair_key("EURUSD"): 109_253_000,
        }
        self.platform.publish(day, [Observation(key, e8, day) for key, e8 in values.items()])

    def measure(
        self,
        scenario: str,
        escrow: Callable[[Sequence[int]], tuple[Any, ...]],
        floor: Callable[[Sequence[int]], tuple[Any, ...]],
    ) -> None:
        """Send what `escrow` and `floor` give for trade 0, then for the others in one batch."""
        self.figures[scenario] = {}
        for size, trades in (("single", [0]), ("batch", range(1, BATCH + 1))):
            sender, *call = escrow(trades)
            receipt = self.escrow.send(sender, *call)
            failed = [event for event in self.escrow.events(receipt) if event.name == "Failed"]
            assert not failed, self.escrow.interface.decode_error(failed[0].args["reason"])
            least = self.floor.send(self.keeper, *floor(trades))
            self.figures[scenario][size] = {
                "escrow": round(receipt.gas_used / len(trades)),
                "floor": round(least.gas_used / len(trades)),
            }

    def run(self) -> Figures:
        """Carry out all scenarios."""
        self._fixings()
        self.publish(DAY, 16_101_000_000)
        self._consent()
        ids = self._relayed_opens()
        addresses = [borrower.address for borrower in self.borrowers]
        legs = (LOAN, COLLATERAL)

        def keep(action: str, day: int) -> Callable[[Sequence[int]], tuple[Any, ...]]:
            return lambda trades: (self.keeper, action, [ids[i] for i in trades], day)

        def least(action: str, *quantities: int) -> Callable[[Sequence[int]], tuple[Any, ...]]:
            def call(trades: Sequence[int]) -> tuple[Any, ...]:
                borrowers = [[addresses[i] for i in trades]] if quantities else []
                return (action, [ids[i] for i in trades], *borrowers, *quantities)

            return call

        self.measure("settle", keep("settle", DAY), least("settle", *legs))
        self.publish(DAY + 1, 16_101_000_000)
        self.measure("mark without call", keep("mark", DAY + 1), least("touch"))
        self.publish(DAY + 2, 18_253_000_000)
        self.measure("mark with return", keep("mark", DAY + 2), least("giveBack", CALLED))
        self.publish(DAY + 3, 15_253_000_000)
        self.measure("mark with delivery", keep("mark", DAY + 3), least("deliver", CALLED))
        self.measure("close", keep("close", DAY + 5), least("close", *legs))
        for trades in SET_SIZES:
            self._netting(trades)
        return self.figures

    def _fixings(self) -> None:
        """Publish prices signed by two of three feeders: on a first day, whose words are new, and
        on the next, which finds them and compares each value with the last.
        """
        feeders = [account(f"feeder {i}") for i in range(3)]
        platform = Platform.deploy(
            self.chain,
            self.keeper,
            feeders=[feeder.address for feeder in feeders],
            consensus=Consensus(quorum=2, outlier_quorum=3),
        )
        keys = [price_key(each.address) for each in self.borrowers]
        day = DAY - 8
        platform.publish(day - 1, [Observation(key, 10**10, day - 1) for key in keys], feeders)
        for scenario, date in (("publish", day), ("publish next day", day + 1)):
            self.figures[scenario] = {}
            for size, count in (("single", 1), ("batch", BATCH)):
                chosen = keys[:1] if size == "single" else keys[1:]
                values = [10**10 + date + i for i in range(count)]
                made = [Observation(*each, date) for each in zip(chosen, values, strict=True)]
                receipt = platform.publish(date, made, feeders[:2])
                least = self.floor.send(self.keeper, "publish", date, chosen, values)
                self.figures[scenario][size] = {
                    "escrow": round(receipt.gas_used / count),
                    "floor": round(least.gas_used / count),
                }

    def _netting(self, trades: int) -> None:
        """A mark without and with a call of one netting set, against `trades` single marks."""
        agreement = Agreement(
            "USD", threshold_bps=200, netting=True, name=trades.to_bytes(32, "big")
        )
        borrower = self.borrowers[0]
        self.escrow.send(self.keeper, "enter", agreement.as_tuple())
        day = DAY + 6 + 3 * SET_SIZES.index(trades)
        self.publish(day, 16_101_000_000)
        ids = []
        for first in range(0, trades, BATCH):
            terms = [
                replace(self.terms(borrower, i), agreement=agreement, end=0, start=DAY * 86_400)
                for i in range(first, min(first + BATCH, trades))
            ]
            batch = [each.trade_id(self.chain.chain_id, self.escrow.address) for each in terms]
            encode = self.escrow.interface.encode_call
            calls = [encode("register", [each.as_tuple()]) for each in terms]
            self.escrow.send(self.lender, "multicall", calls)
            self.escrow.send(borrower, "multicall", [encode("approve", [each]) for each in batch])
            self.escrow.send(self.keeper, "settle", batch, day)
            ids += batch
        netting_set = self.escrow.call("setOf", ids[0])
        self.figures[f"mark of a set of {trades}"] = {}
        for name, price in (("without call", 16_101_000_000), ("with return", 18_253_000_000)):
            day += 1
            self.publish(day, price)
            receipt = self.escrow.send(self.keeper, "markSets", [netting_set], day)
            single = self.figures[f"mark {name}"]["batch"]["escrow"]
            self.figures[f"mark of a set of {trades}"][name] = {
                "escrow": receipt.gas_used,
                "one by one": trades * single,
            }

    def _consent(self) -> None:
        """Register and approve, by transaction; batches are one lender's and one borrower's."""
        borrower = self.borrowers[0]
        terms = [self.terms(borrower, 1_000 + i) for i in range(BATCH + 1)]
        ids = [each.trade_id(self.chain.chain_id, self.escrow.address) for each in terms]
        register = [
            self.escrow.interface.encode_call("register", [each.as_tuple()]) for each in terms
        ]
        approve = [self.escrow.interface.encode_call("approve", [each]) for each in ids]

        def one_or_many(
            sender: LocalAccount, calls: list[bytes], function: str, args: list[Any]
        ) -> Callable[[Sequence[int]], tuple[Any, ...]]:
            return lambda trades: (
                (sender, function, args[0])
                if len(trades) == 1
                else (sender, "multicall", [calls[i] for i in trades])
            )

        self.measure(
            "register",
            one_or_many(self.lender, register, "register", [each.as_tuple() for each in terms]),
            lambda trades: ("register", [ids[i] for i in trades]),
        )
        self.measure(
            "approve",
            one_or_many(borrower, approve, "approve", ids),
            lambda trades: ("touch", [ids[i] for i in trades]),
        )

    def _relayed_opens(self) -> list[bytes]:
        """Open trades with two signatures; then book as many for the other scenarios, unopened.

        Returns the latter's ids.
        """
        place = (self.chain.chain_id, self.escrow.address)

        def signed(terms: Terms, borrower: LocalAccount) -> tuple[Any, ...]:
            return (
                terms.as_tuple(),
                terms.sign(self.lender, *place),
                terms.sign(borrower, *place),
            )

        opened = [self.terms(borrower, 2_000 + i) for i, borrower in enumerate(self.borrowers)]
        arguments = [
            (*signed(terms, borrower), DAY)
            for terms, borrower in zip(opened, self.borrowers, strict=True)
        ]
        calls = [self.escrow.interface.encode_call("open", each) for each in arguments]
        ids = [terms.trade_id(*place) for terms in opened]
        self.measure(
            "relayed open",
            lambda trades: (
                (self.keeper, "open", *arguments[0])
                if len(trades) == 1
                else (self.keeper, "multicall", [calls[i] for i in trades])
            ),
            lambda trades: (
                "open",
                [ids[i] for i in trades],
                [self.borrowers[i].address for i in trades],
                LOAN,
                COLLATERAL,
            ),
        )
        booked = [self.terms(borrower, i) for i, borrower in enumerate(self.borrowers)]
        for terms, borrower in zip(booked, self.borrowers, strict=True):
            self.escrow.send(self.keeper, "relay", *signed(terms, borrower))
        ids = [terms.trade_id(*place) for terms in booked]
        self.floor.send(self.keeper, "register", ids)
        return ids


def show(figures: Figures) -> None:
    """Print gas and its ratio to the floor."""
    table = Table("scenario", title=f"Gas: one trade or value, and each of a batch of {BATCH}")
    for heading in ("single", "floor", "ratio", "batch", "floor", "ratio"):
        table.add_column(heading, justify="right")
    sets = Table("scenario", title="Gas: one mark of a netting set, and of its trades one by one")
    for heading in ("without call", "one by one", "ratio", "with return", "one by one", "ratio"):
        sets.add_column(heading, justify="right")
    for scenario, columns in figures.items():
        row = []
        for figure in columns.values():
            gas, other = figure.values()
            row += [f"{gas:,}", f"{other:,}", f"{gas / other:.2f}"]
        (table if "floor" in figure else sets).add_row(scenario, *row)
    Console().print(table)
    Console().print(sets)


@click.command()
@click.option("--check", is_flag=True, help="Fail where a figure is not the committed one.")
@click.option("--write", is_flag=True, help="Commit the figures to gas.json.")
def main(check: bool, write: bool) -> None:
    """Measure the gas scenarios."""
    figures = Bench().run()
    show(figures)
    if write:
        COMMITTED.write_text(json.dumps(figures, indent=2) + "\n")
    if check and figures != json.loads(COMMITTED.read_text()):
        click.echo("gas differs from scripts/gas.json: `scripts/gas.py --write` if meant", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
