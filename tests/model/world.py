# SPDX-License-Identifier: MIT
"""One deployment per process, with tokens of every kind; each case starts from it anew."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from eth_account import Account
from eth_account.signers.local import LocalAccount

from tanpo.chain.base import Contract
from tanpo.chain.revm import RevmChain, Snapshot
from tanpo.deployer import MAX_AGE_DAYS, Platform
from tanpo.instrument import Instrument, Kind
from tanpo.model import UNLIMITED

FIRST_DATE = 19_800
"""2024-03-18, in days since 1970-01-01."""

DAY = 86_400

INSTRUMENTS = tuple(
    Instrument(symbol, kind, currency, decimals, lot)
    for symbol, kind, currency, decimals, lot in (
        ("JPY", Kind.CASH, "JPY", 0, 1),
        ("USD", Kind.CASH, "USD", 2, 1),
        ("EUR", Kind.CASH, "EUR", 2, 1),
        ("GBP", Kind.CASH, "GBP", 2, 100),
        ("USD18", Kind.CASH, "USD", 18, 10**15),
        ("JGB", Kind.BOND, "JPY", 0, 50_000),
        ("BUND", Kind.BOND, "EUR", 0, 1),
        ("GILT", Kind.BOND, "GBP", 2, 1),
        ("TREASURY", Kind.BOND, "USD", 0, 100),
        ("BOND18", Kind.BOND, "EUR", 18, 1),
        ("STOCK_JP", Kind.EQUITY, "JPY", 0, 100),
        ("STOCK_US", Kind.EQUITY, "USD", 0, 1),
        ("STOCK_EU", Kind.EQUITY, "EUR", 6, 1_000),
        ("STOCK_CH", Kind.EQUITY, "CHF", 3, 7),
        ("STOCK_SE", Kind.EQUITY, "SEK", 0, 10),
    )
)


class Listed(NamedTuple):
    """A token on the chain, and what the ledger knows of it."""

    contract: Contract
    instrument: Instrument

    @property
    def address(self) -> str:
        return self.contract.address


class World:
    """The platform on revm; `reset` undoes what a case has done."""

    def __init__(self) -> None:
        self.chain = RevmChain()
        self.administrator = account(1)
        self.parties: tuple[LocalAccount, ...] = tuple(account(2 + i) for i in range(3))
        self.keeper = account(9)
        self.platform = Platform.deploy(self.chain, self.administrator)
        self.max_age_days = MAX_AGE_DAYS
        self.chain.advance_to(FIRST_DATE * DAY)
        self.tokens = {
            instrument.symbol: Listed(self.platform.issue_instrument(instrument), instrument)
            for instrument in INSTRUMENTS
        }
        for token in self.tokens.values():
            for party in self.parties:
                token.contract.send(party, "approve", self.platform.escrow.address, UNLIMITED)
        self._start: Snapshot = self.chain.snapshot()

    def reset(self) -> None:
        """Back to the state after the deployment."""
        self.chain.restore(self._start)
        self._start = self.chain.snapshot()


@cache
def world() -> World:
    """The process's world."""
    return World()


def account(number: int) -> LocalAccount:
    account: LocalAccount = Account.from_key(number.to_bytes(32, "big"))
    return account
