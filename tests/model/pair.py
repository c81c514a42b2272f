# SPDX-License-Identifier: MIT
"""The contracts and the model side by side, and whether they agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from eth_abi.abi import encode
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32
from eth_utils.crypto import keccak

from model.world import Listed, World
from model.written import (
    decoded,
    decoded_agreement,
    decoded_change,
    decoded_key,
    failure_view,
    view,
)
from tanpo.chain import abi
from tanpo.chain.abi import Reverted
from tanpo.chain.artifacts import artifact
from tanpo.chain.base import Contract, Receipt
from tanpo.model import UNLIMITED, Event, Ledger, Refused, Trade, TradeId
from tanpo.model.ledger import e18
from tanpo.model.sets import SetKey
from tanpo.terms import Agreement, Change, Terms

ACTIONS = ("settle", "mark", "close", "markSets")

Outcome = list[Event] | Refused
"""What an action did, or why it did nothing."""

Balances = dict[tuple[str, str], int]
"""Smallest units by token and holder."""


class Pair:
    """A case in the world and in a fresh ledger."""

    def __init__(self, world: World) -> None:
        world.reset()
        self.world = world
        self.chain = world.chain
        self.escrow = world.platform.escrow
        self.fixings = world.platform.fixings
        self.receipt: Receipt | None = None
        """Of the last transaction that was not undone."""
        self._ids: dict[Terms | Change | SetKey, bytes] = {}
        self._agreements: dict[bytes, Agreement] = {}
        self.ledger = Ledger(
            self.escrow.address, world.max_age_days, self.chain.now(), self.identify
        )
        self.tokens: dict[str, Listed] = {}
        for token in world.tokens.values():
            self.adopt(token)
        for books in self.ledger.tokens.values():
            for party in world.parties:
                books.allowances[party.address] = UNLIMITED
        self._arguments = {
            entry["name"]: {item["name"] for item in entry["inputs"]}
            for entry in artifact("IEscrow").abi
            if entry["type"] == "event"
        }
        self._selectors = {self.escrow.interface.selector_of(name): name for name in ACTIONS}

    def adopt(self, token: Listed, **kwargs: Any) -> None:
        """Let the model know a token that the escrow lists."""
        self.tokens[token.address] = token
        self.ledger.list_token(token.address, token.instrument, **kwargs)

    def identify(self, message: Terms | Change | SetKey) -> bytes:
        """The digest that is signed, from the contract; of a netting set its hash."""
        if message not in self._ids and isinstance(message, SetKey):
            first, second, agreement = message
            packed = encode(
                ["address", "address", "bytes32"], [first, second, agreement.struct_hash()]
            )
            self._ids[message] = keccak(packed)
        elif message not in self._ids:
            function = "changeDigest" if isinstance(message, Change) else "tradeIdOf"
            self._ids[message] = self.escrow.call(function, message.as_tuple())
        return self._ids[message]

    def _send(
        self,
        caller: LocalAccount,
        function: str,
        args: Sequence[Any],
        model: Callable[[], list[Event]],
    ) -> Outcome:
        return self._both(self.escrow, lambda: self.escrow.send(caller, function, *args), model)

    def _both(
        self, contract: Contract, chain: Callable[[], Receipt], model: Callable[[], list[Event]]
    ) -> Outcome:
        expected: Outcome
        try:
            expected = [self._shown(event) for event in model()]
        except Refused as refused:
            expected = refused
        found: Outcome
        try:
            self.receipt = chain()
            found = [self._event(event) for event in contract.events(self.receipt)]
        except Reverted as reverted:
            found = self._refused(reverted)
        assert found == expected
        return expected

    def _signatures(
        self, terms: Terms, lender: LocalAccount, borrower: LocalAccount
    ) -> tuple[bytes, bytes]:
        return self._signature(terms, lender), self._signature(terms, borrower)

    def _signature(self, message: Terms | Change, signer: LocalAccount) -> bytes:
        return bytes(signer.unsafe_sign_hash(Hash32(self.identify(message))).signature)

    # ------------------------------------------------------------------ comparing

    def check_set(self, id_: bytes) -> None:
        """The contract keeps of the set what the model keeps."""
        found = self.escrow.call("nettingSet", id_)
        set_ = self.ledger.sets.get(id_)
        if set_ is None:
            assert found["trades"] == 0
            return
        trades = [self.ledger.trades[each] for each in set_.trades]
        signs = [1 if trade.terms.lender == set_.key.first else -1 for trade in trades]
        holdings = []
        for holding in set_.holdings:
            lent = [
                (sign * trade.terms.loan_quantity, trade.terms.ratio_bps)
                for sign, trade in zip(signs, trades, strict=True)
                if trade.terms.loan_token == holding.token
            ]
            expected = {
                "haircutBps": holding.haircut_bps,
                "givenBySecond": holding.given[False],
                "givenByFirst": holding.given[True],
                "heldForFirst": holding.held[True],
                "heldForSecond": holding.held[False],
                "loan": sum(quantity for quantity, _ in lent),
                "loanE4": sum(quantity * ratio_bps for quantity, ratio_bps in lent),
            }
            holdings.append(expected)
        for each in found["holdings"]:
            del each["instrument"]
        del found["dailyE18"], found["dailyFromE18"]
        assert found == {
            "first": set_.key.first,
            "lastMarked": set_.last_marked,
            "caughtUpTo": set_.caught_up_to,
            "trades": len(trades),
            "isInDefault": set_.in_default,
            "defaultByFirst": set_.default_by_first,
            "second": set_.key.second,
            "agreement": set_.key.agreement.struct_hash(),
            "calledOn": set_.called_on,
            "deficit": failure_view(set_.deficit),
            "missedE6Days": set_.missed_e6_days,
            "holdings": holdings,
        }

    def check_trade(self, trade: Trade) -> None:
        """The contract keeps of the trade what the model keeps."""
        found = self.kept(trade.id)
        if not trade.basket:
            assert found["status"] == trade.status
            return
        expected = view(trade)
        assert found == expected
        basket = [
            {"token": leg.token, "quantity": held, "haircutBps": leg.haircut_bps}
            for leg, held in zip(trade.terms.collateral, trade.basket, strict=True)
        ]
        assert self.escrow.call("basket", trade.id) == basket

    def kept(self, id_: TradeId) -> dict[str, Any]:
        """What `trade` says."""
        found: dict[str, Any] = self.escrow.call("trade", id_)
        return found

    def check_valuation(self, id_: bytes, date: int) -> None:
        """`valuation` says what the model says, or fails as it does."""
        expected: Any
        try:
            expected = e18(self.ledger.value(id_, date))
        except Refused as refused:
            expected = refused
        found: Any
        try:
            found = self.escrow.call("valuation", id_, date)
        except Reverted as reverted:
            found = self._refused(reverted)
        assert found == expected

    def balances(self, tokens: Iterable[str] | None = None) -> Balances:
        """What every holder has on the chain, by token."""
        return {
            (token, holder): self.tokens[token].contract.call("balanceOf", holder)
            for token in (self.tokens if tokens is None else tokens)
            for holder in self._holders()
        }

    def expected_balances(self, tokens: Iterable[str] | None = None) -> Balances:
        """The same in the model."""
        return {
            (token, holder): self.ledger.tokens[token].balances[holder]
            for token in (self.tokens if tokens is None else tokens)
            for holder in self._holders()
        }

    def _holders(self) -> list[str]:
        world = self.world
        accounts = (world.keeper, world.administrator, *world.parties)
        return [self.escrow.address, *(account.address for account in accounts)]

    def _shown(self, event: Event) -> Event:
        """The event with the figures that the contracts put into it."""
        names = self._arguments.get(event.name)
        return Event(event.name, {k: v for k, v in event.args.items() if not names or k in names})

    def _event(self, event: abi.Event) -> Event:
        args = {name: self._plain(name, value) for name, value in event.args.items()}
        return Event(event.name, args)

    def _refused(self, reverted: Reverted) -> Refused:
        args = reverted.arguments.items()
        return Refused(reverted.name, **{name: self._plain(name, value) for name, value in args})

    def _plain(self, name: str, value: Any) -> Any:
        """A value of the contracts as the model writes it."""
        if name == "reason":
            return self._refused(self.escrow.interface.decode_error(value))
        if name == "action":
            return self._selectors[value]
        if name == "agreement":
            return decoded_agreement(value)
        if name == "change":
            return decoded_change(value)
        if name == "terms":
            return decoded(value, self._agreements)
        if isinstance(value, bytes) and len(value) == 3:
            return value.decode()
        if isinstance(value, bytes) and name in ("key", "offered", "found"):
            return decoded_key(value)
        return value
