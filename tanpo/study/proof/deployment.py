# SPDX-License-Identifier: MIT
"""A new deployment that carries paths: two parties with plenty of each token, one date a step."""

from __future__ import annotations

from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount

from tanpo.chain.base import Chain, Contract
from tanpo.deployer import Platform
from tanpo.model import UNLIMITED
from tanpo.report import Observation, pair_key, price_key
from tanpo.study.engine.tokens import Tokens
from tanpo.study.proof.replay import DAY, FIRST_DATE, WEALTH, Names, values_at
from tanpo.terms import Terms


class Deployment:
    """The contracts and who acts on them; the lender is the party of the lower address."""

    def __init__(self, tokens: Tokens, chain: Chain) -> None:
        self.tokens, self.chain = tokens, chain
        self.administrator = self._account()
        parties = (self._account(), self._account())
        self.lender, self.borrower = sorted(parties, key=lambda each: each.address.lower())
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

    def publish(self, step: int) -> None:
        """Enter the values of a step, on its date."""
        date = FIRST_DATE + step
        self.chain.advance_to(date * DAY)
        values = values_at(self.tokens, step, self.names)
        keys = {name: price_key(name) for name in self.names.tokens}
        keys |= {pair: pair_key(pair) for pair in self.tokens.pairs}
        self.platform.publish(
            date, [Observation(keys[key], value, date) for key, value in values.items()]
        )
        self.transactions += 1

    def approve(self, terms: Terms) -> bytes:
        """Both parties take the terms; returns the trade's identity."""
        accounts: dict[str, LocalAccount] = {
            account.address: account for account in (self.lender, self.borrower)
        }
        lender, borrower = accounts[terms.lender], accounts[terms.borrower]
        self._send(lender, self.escrow, "enter", terms.agreement.as_tuple())
        self._send(lender, self.escrow, "register", terms.as_tuple())
        id_ = terms.trade_id(self.chain.chain_id, self.escrow.address)
        self._send(borrower, self.escrow, "approve", id_)
        return id_

    def act(self, function: str, ids: list[bytes], step: int, batch: int) -> list[Any]:
        """Do `function` to all, so many in a transaction; its events, of which none is Failed."""
        events: list[Any] = []
        for at in range(0, len(ids), batch):
            part, date = ids[at : at + batch], FIRST_DATE + step
            receipt = self._send(self.administrator, self.escrow, function, part, date)
            events += self.escrow.events(receipt)
        failed = [event for event in events if event.name == "Failed"]
        assert not failed, failed
        return events

    def gains(self) -> list[list[int]]:
        """(tokens, 3), as `Truth.balances`."""
        return [self._gains(token) for token in self.contracts]

    def _gains(self, token: Contract) -> list[int]:
        lender, borrower, escrow = (
            token.call("balanceOf", holder)
            for holder in (self.lender.address, self.borrower.address, self.escrow.address)
        )
        return [lender - WEALTH, borrower - WEALTH, escrow]

    def _send(self, sender: LocalAccount, contract: Contract, function: str, *args: Any) -> Any:
        self.transactions += 1
        return contract.send(sender, function, *args)

    def _account(self) -> LocalAccount:
        account: LocalAccount = Account.create()
        self.chain.fund(account)
        return account
