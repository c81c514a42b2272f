# SPDX-License-Identifier: MIT
"""The contracts and the model side by side: every action goes to both and must come out equal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_typing import Hash32

from model.world import Listed, World
from tanpo.chain import abi
from tanpo.chain.abi import Reverted
from tanpo.chain.artifacts import artifact
from tanpo.chain.base import Contract, Receipt
from tanpo.model import (
    UNLIMITED,
    Collateral,
    Custody,
    Event,
    Fixing,
    Ledger,
    Refused,
    Terms,
    Trade,
    TradeId,
)
from tanpo.model.fixings import is_pair
from tanpo.model.ledger import e18

ACTIONS = ("settle", "mark", "close")

Outcome = list[Event] | Refused
"""What an action did, or why it did nothing."""


class Twin:
    """A case in the world and in a fresh ledger."""

    def __init__(self, world: World) -> None:
        world.reset()
        self.world = world
        self.chain = world.chain
        self.escrow = world.platform.escrow
        self.fixings = world.platform.fixings
        self.receipt: Receipt | None = None
        """Of the last transaction that was not undone."""
        self._ids: dict[Terms, bytes] = {}
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
            for entry in artifact("Escrow").abi
            if entry["type"] == "event"
        }
        self._selectors = {self.escrow.interface.selector_of(name): name for name in ACTIONS}

    def adopt(self, token: Listed, **kwargs: Any) -> None:
        """Let the model know a token that the escrow lists."""
        self.tokens[token.address] = token
        self.ledger.list_token(token.address, token.instrument, **kwargs)

    def identify(self, terms: Terms) -> bytes:
        """The digest of the terms, from the contract."""
        if terms not in self._ids:
            self._ids[terms] = self.escrow.call("tradeIdOf", encoded(terms))
        return self._ids[terms]

    # ------------------------------------------------------------------ the world around

    def issue(self, token: str, holder: str, quantity: int) -> None:
        """Create tokens."""
        self.tokens[token].contract.send(self.world.administrator, "issue", holder, quantity)
        self.ledger.tokens[token].balances[holder] += quantity

    def allow(self, token: str, holder: LocalAccount, quantity: int) -> None:
        """Set what the escrow may pull from a holder."""
        self.tokens[token].contract.send(holder, "approve", self.escrow.address, quantity)
        self.ledger.tokens[token].allowances[holder.address] = quantity

    def transfer(self, token: str, holder: LocalAccount, receiver: str, quantity: int) -> None:
        """A holder moves tokens by itself."""
        self.tokens[token].contract.send(holder, "transfer", receiver, quantity)
        self.ledger.tokens[token].move(holder.address, receiver, quantity)

    def advance_to(self, timestamp: int) -> None:
        """Let time pass."""
        self.chain.advance_to(timestamp)
        self.ledger.now = self.chain.now()

    def publish(self, date: int, observations: Mapping[str, Fixing]) -> Outcome:
        """Publish fixings."""
        rows = [(encoded_key(key), *fixing) for key, fixing in observations.items()]
        return self._both(
            self.fixings,
            lambda: self.fixings.send(self.world.administrator, "publish", date, rows),
            lambda: self.ledger.fixings.publish(date, observations, self.ledger.now),
        )

    # ------------------------------------------------------------------ the escrow's functions

    def register(self, caller: LocalAccount, terms: Terms) -> Outcome:
        """`register` in both."""
        return self._send(
            caller,
            "register",
            [encoded(terms)],
            lambda: self.ledger.register(caller.address, terms),
        )

    def approve(self, caller: LocalAccount, id_: bytes) -> Outcome:
        """`approve` in both."""
        return self._send(
            caller, "approve", [id_], lambda: self.ledger.approve(caller.address, id_)
        )

    def withdraw(self, caller: LocalAccount, terms: Terms) -> Outcome:
        """`withdraw` in both."""
        return self._send(
            caller,
            "withdraw",
            [encoded(terms)],
            lambda: self.ledger.withdraw(caller.address, terms),
        )

    def relay(
        self, caller: LocalAccount, terms: Terms, lender: LocalAccount, borrower: LocalAccount
    ) -> Outcome:
        """`relay` in both, signed by `lender` and `borrower`, whoever they are."""
        return self._send(
            caller,
            "relay",
            [encoded(terms), *self._signatures(terms, lender, borrower)],
            lambda: self.ledger.relay(terms, lender.address, borrower.address),
        )

    def open(
        self,
        caller: LocalAccount,
        terms: Terms,
        lender: LocalAccount,
        borrower: LocalAccount,
        date: int,
    ) -> Outcome:
        """`open` in both."""
        return self._send(
            caller,
            "open",
            [encoded(terms), *self._signatures(terms, lender, borrower), date],
            lambda: self.ledger.open(terms, lender.address, borrower.address, date),
        )

    def settle(self, caller: LocalAccount, ids: Sequence[bytes], date: int) -> Outcome:
        """`settle` in both."""
        return self._send(caller, "settle", [ids, date], lambda: self.ledger.settle(ids, date))

    def mark(self, caller: LocalAccount, ids: Sequence[bytes], date: int) -> Outcome:
        """`mark` in both."""
        return self._send(caller, "mark", [ids, date], lambda: self.ledger.mark(ids, date))

    def close(self, caller: LocalAccount, ids: Sequence[bytes], date: int) -> Outcome:
        """`close` in both."""
        address = caller.address
        return self._send(
            caller, "close", [ids, date], lambda: self.ledger.close(address, ids, date)
        )

    # ------------------------------------------------------------------ comparing

    def check_trade(self, trade: Trade) -> None:
        """The contract keeps of the trade what the model keeps."""
        found = self.kept(trade.id)
        assert found["status"] == trade.status
        assert found["lastMarked"] == trade.last_marked
        assert found["inDeficit"] == trade.in_deficit
        if trade.basket:
            assert found["opened"] == trade.opened
            assert found["loanQuantity"] == trade.terms.loan_quantity
            tokens = [leg.token for leg in trade.terms.collateral]
            basket = {"tokens": tokens, "quantities": trade.basket}
            assert self.escrow.call("basket", trade.id) == basket

    def kept(self, id_: TradeId) -> dict[str, Any]:
        """What `trade` says, without the levels of its structs."""
        found = self.escrow.call("trade", id_)
        return {**found, **found.get("account", {})}

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

    def check_balances(self, tokens: Iterable[str] | None = None) -> None:
        """Every holder has on the chain what it has in the model."""
        holders = [self.escrow.address, self.world.keeper.address]
        holders += [party.address for party in self.world.parties]
        for name in self.tokens if tokens is None else tokens:
            contract, balances = self.tokens[name].contract, self.ledger.tokens[name].balances
            for holder in holders:
                found = contract.call("balanceOf", holder)
                assert found == balances[holder], (name, holder)

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
        digest = Hash32(self.identify(terms))
        return (
            bytes(lender.unsafe_sign_hash(digest).signature),
            bytes(borrower.unsafe_sign_hash(digest).signature),
        )

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
        if name == "terms":
            return decoded(value)
        if isinstance(value, bytes) and len(value) == 3:
            return value.decode()
        if isinstance(value, bytes) and name in ("key", "offered", "found"):
            return decoded_key(value)
        return value


def encoded(terms: Terms) -> tuple[Any, ...]:
    """The terms as the contracts' struct."""
    return terms._replace(valuation_currency=terms.valuation_currency.encode())  # type: ignore[arg-type]


def decoded(struct: dict[str, Any]) -> Terms:
    """The terms of a struct that came out of an event."""
    values = list(struct.values())
    values[4] = tuple(Collateral(**leg) for leg in values[4])
    values[5] = values[5].decode()
    values[9] = Custody(values[9])
    return Terms(*values)


def encoded_key(key: str) -> bytes:
    """The bytes32 of a fixing's key."""
    if is_pair(key):
        return key.encode().ljust(32, b"\0")
    return bytes.fromhex(key.removeprefix("0x")).rjust(32, b"\0")


def decoded_key(key: bytes) -> str:
    """The key of a bytes32."""
    if key[:12].strip(b"\0"):
        return key.rstrip(b"\0").decode()
    return abi.checksummed(f"0x{key[12:].hex()}")
