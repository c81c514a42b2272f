# SPDX-License-Identifier: MIT
"""A sample of paths through the contracts, which must give the engine's integers."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from eth_account import Account
from eth_account.signers.local import LocalAccount
from numpy.typing import NDArray

from tanpo.chain.base import Chain, Contract
from tanpo.chain.web3 import Web3Chain
from tanpo.deployer import Platform
from tanpo.model import UNLIMITED
from tanpo.report import Observation, pair_key, price_key
from tanpo.study.engine.margining import Result, Schedule, margin
from tanpo.study.engine.tokens import Integers, Tokens
from tanpo.study.engine.trades import Trades
from tanpo.study.reference import DAY, FIRST_DATE, WEALTH, Names, terms_of, values_at

BATCH = 8
"""Trades that one transaction marks, far below a block's gas."""


@dataclass(frozen=True)
class Truth:
    """What the contracts made of P paths over T steps, in smallest units."""

    quantities: Integers
    """(T, K, P): what the escrow's books say the baskets hold after each step."""
    moved: NDArray[np.bool_]
    """(T, P): whether tokens moved."""
    balances: Integers
    """(tokens, 3) at the end: what the lender and the borrower have gained (negative: given), and
    what the escrow holds.
    """
    transactions: int


def embedded_chain() -> Chain:
    """The fastest EVM here: revm, where it is installed, or py-evm."""
    if find_spec("pyrevm") is None:
        return Web3Chain.embedded()
    from tanpo.chain.revm import RevmChain

    return RevmChain()


def through_contracts(tokens: Tokens, trades: Trades, chain: Chain) -> Truth:
    """Open the trades on a new deployment and mark each on every date, to the last."""
    return _Run(tokens, trades, chain).run()


def differences(tokens: Tokens, trades: Trades, truth: Truth) -> list[str]:
    """Where the engine's integers are others than the contracts'; one sentence each."""
    result = margin(tokens, trades, Schedule.every(tokens.steps), history=True)
    assert result.history is not None
    quantities = result.history.quantities.astype(np.int64)
    moved = (np.diff(quantities, axis=0) != 0).any(axis=1)
    checks = {
        "quantities": (quantities, truth.quantities),
        "calls that moved tokens": (moved, truth.moved[1:]),
        "balances": (expected_balances(tokens, trades, result), truth.balances),
    }
    return [
        f"{name}: {int((ours != theirs).sum())} of {ours.size} differ"
        for name, (ours, theirs) in checks.items()
        if (ours != theirs).any()
    ]


def expected_balances(tokens: Tokens, trades: Trades, result: Result) -> Integers:
    """(tokens, 3), as `Truth.balances`: the loans out, the baskets in the escrow."""
    balances = np.zeros((len(tokens.instruments), 3), dtype=np.int64)
    np.add.at(balances[:, 0], trades.loan, -trades.loan_quantity)
    np.add.at(balances[:, 1], trades.loan, trades.loan_quantity)
    baskets = result.baskets.astype(np.int64)
    np.add.at(balances[:, 1], trades.collateral, -baskets)
    np.add.at(balances[:, 2], trades.collateral, baskets)
    return balances


class _Run:
    def __init__(self, tokens: Tokens, trades: Trades, chain: Chain) -> None:
        self.tokens, self.trades, self.chain = tokens, trades, chain
        self.administrator, self.lender, self.borrower = (self._account() for _ in range(3))
        self.platform = Platform.deploy(chain, self.administrator)
        self.escrow = self.platform.escrow
        chain.advance_to(FIRST_DATE * DAY)
        self.contracts = [self.platform.issue_instrument(each) for each in tokens.instruments]
        self.transactions = 0
        for token in self.contracts:
            for party in (self.lender, self.borrower):
                self._send(self.administrator, token, "issue", party.address, WEALTH)
                self._send(party, token, "approve", self.escrow.address, UNLIMITED)
        self.names = Names(
            self.lender.address,
            self.borrower.address,
            tuple(token.address for token in self.contracts),
        )

    def run(self) -> Truth:
        shape = (self.tokens.steps, *self.trades.collateral.shape)
        quantities = np.zeros(shape, dtype=np.int64)
        moved = np.zeros((shape[0], shape[2]), dtype=bool)
        self._publish(0)
        ids = self._open()
        quantities[0] = self._baskets(ids)
        for step in range(1, self.tokens.steps):
            self._publish(step)
            moved[step] = self._mark(ids, step)
            quantities[step] = self._baskets(ids)
        balances = np.array([self._gains(token) for token in self.contracts])
        return Truth(quantities, moved, balances, self.transactions)

    def _open(self) -> list[bytes]:
        place = (self.chain.chain_id, self.escrow.address)
        ids = []
        for terms in terms_of(self.tokens, self.trades, self.names):
            self._send(self.lender, self.escrow, "enter", terms.agreement.as_tuple())
            self._send(self.lender, self.escrow, "register", terms.as_tuple())
            ids.append(terms.trade_id(*place))
            self._send(self.borrower, self.escrow, "approve", ids[-1])
        for at in range(0, len(ids), BATCH):
            receipt = self._send(
                self.administrator, self.escrow, "settle", ids[at : at + BATCH], FIRST_DATE
            )
            self._require_success(receipt)
        return ids

    def _mark(self, ids: list[bytes], step: int) -> list[bool]:
        moving: set[bytes] = set()
        for at in range(0, len(ids), BATCH):
            batch = ids[at : at + BATCH]
            receipt = self._send(self.administrator, self.escrow, "mark", batch, FIRST_DATE + step)
            events = self._require_success(receipt)
            moving |= {
                event.args["id"] for event in events if event.name in ("Returned", "Delivered")
            }
        return [id_ in moving for id_ in ids]

    def _publish(self, step: int) -> None:
        date = FIRST_DATE + step
        self.chain.advance_to(date * DAY)
        values = values_at(self.tokens, step, self.names)
        keys = {name: price_key(name) for name in self.names.tokens}
        keys |= {pair: pair_key(pair) for pair in self.tokens.pairs}
        self.platform.publish(
            date, [Observation(keys[key], value, date) for key, value in values.items()]
        )
        self.transactions += 1

    def _baskets(self, ids: list[bytes]) -> Integers:
        """(K, P)."""
        baskets = [self.escrow.call("basket", id_) for id_ in ids]
        return np.array([[leg["quantity"] for leg in basket] for basket in baskets]).T

    def _gains(self, token: Contract) -> list[int]:
        lender, borrower, escrow = (
            token.call("balanceOf", holder)
            for holder in (self.lender.address, self.borrower.address, self.escrow.address)
        )
        return [lender - WEALTH, borrower - WEALTH, escrow]

    def _require_success(self, receipt: Any) -> Any:
        events = self.escrow.events(receipt)
        failed = [event for event in events if event.name == "Failed"]
        assert not failed, failed
        return events

    def _send(self, sender: LocalAccount, contract: Contract, function: str, *args: Any) -> Any:
        self.transactions += 1
        return contract.send(sender, function, *args)

    def _account(self) -> LocalAccount:
        account: LocalAccount = Account.create()
        self.chain.fund(account)
        return account
