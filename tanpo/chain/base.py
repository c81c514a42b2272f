# SPDX-License-Identifier: MIT
"""What the library asks of a chain, and a contract on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from eth_account.signers.local import LocalAccount

from tanpo.chain.abi import Event, Interface, Log, Reverted
from tanpo.chain.artifacts import artifact, error_entries


@dataclass(frozen=True)
class Receipt:
    """What a transaction did."""

    gas_used: int
    logs: tuple[Log, ...]
    contract: str | None = None


class CallFailed(Exception):
    """A call or transaction was undone; `data` is what the contract said."""

    def __init__(self, data: bytes) -> None:
        super().__init__(f"0x{data.hex()}")
        self.data = data


class Chain(Protocol):
    """An EVM chain: the embedded one, a devnet's node, or revm in this process."""

    @property
    def chain_id(self) -> int:
        """EIP-155 number."""

    def now(self) -> int:
        """Unix seconds that the next transaction will see, at the least."""

    def advance_to(self, timestamp: int) -> None:
        """Move the clock forward to `timestamp`, where the chain is behind it and lets it move."""

    def fund(self, account: LocalAccount) -> None:
        """Give `account` what its transactions cost."""

    def send(self, sender: LocalAccount, to: str | None, data: bytes) -> Receipt:
        """Carry out a transaction; without `to` it creates a contract. Raises CallFailed."""

    def call(self, to: str, data: bytes, sender: str | None = None) -> bytes:
        """Read, changing nothing. Raises CallFailed."""


class Contract:
    """A contract at an address: `call` reads, `send` carries out a transaction."""

    def __init__(self, chain: Chain, name: str, address: str) -> None:
        self.chain = chain
        self.name = name
        self.address = address
        self.interface = Interface(artifact(name).abi, error_entries())

    @classmethod
    def deploy(cls, chain: Chain, sender: LocalAccount, name: str, *args: Any) -> Contract:
        """Create contract `name`; raises Reverted."""
        found = artifact(name)
        interface = Interface(found.abi, error_entries())
        try:
            receipt = chain.send(sender, None, found.bytecode + interface.encode_constructor(args))
        except CallFailed as failed:
            raise interface.decode_error(failed.data) from None
        assert receipt.contract is not None
        return cls(chain, name, receipt.contract)

    def call(self, function: str, *args: Any, sender: str | None = None) -> Any:
        """What `function` returns; raises Reverted."""
        try:
            data = self.chain.call(self.address, self.interface.encode_call(function, args), sender)
        except CallFailed as failed:
            raise self.interface.decode_error(failed.data) from None
        if not data and self.interface.has_result(function):
            raise Reverted("NoContract", {"address": self.address})
        return self.interface.decode_result(function, data)

    def send(self, sender: LocalAccount, function: str, *args: Any) -> Receipt:
        """Carry out `function` in a transaction; raises Reverted."""
        try:
            return self.chain.send(sender, self.address, self.interface.encode_call(function, args))
        except CallFailed as failed:
            raise self.interface.decode_error(failed.data) from None

    def events(self, receipt: Receipt) -> list[Event]:
        """This contract's events in `receipt`, in order."""
        return self.interface.decode_events(
            log for log in receipt.logs if log.address == self.address
        )
