# SPDX-License-Identifier: MIT
"""A contract on revm that is used as ape's: functions and errors are attributes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from ape.exceptions import ContractLogicError, CustomError
from eth_abi.abi import decode
from eth_utils.abi import collapse_if_tuple
from ethpm_types.abi import ErrorABI

from chains.values import encodable, returned
from tanpo.chain.abi import Entry, Interface, Reverted
from tanpo.chain.artifacts import artifact
from tanpo.chain.base import CallFailed, Receipt


@dataclass(frozen=True)
class Sent:
    """A receipt."""

    gas_used: int
    logs: list[dict[str, Any]]

    @classmethod
    def of(cls, receipt: Receipt) -> Sent:
        return cls(
            receipt.gas_used,
            [
                {"address": log.address, "topics": log.topics, "data": log.data}
                for log in receipt.logs
            ],
        )


@dataclass(frozen=True)
class Contract:
    """A contract's interface at an address."""

    chain: Any
    kind: str
    address: str

    def __getattr__(self, name: str) -> Any:
        if name in _functions(self.kind):
            return Function(self, _functions(self.kind)[name])
        return error_class(self.kind, name)


@dataclass(frozen=True)
class Container:
    """A kind of contract."""

    chain: Any
    name: str
    contract_type: Any

    def at(self, address: str) -> Contract:
        return Contract(self.chain, self.name, address)

    def __getattr__(self, name: str) -> Any:
        return error_class(self.name, name)


@dataclass(frozen=True)
class Function:
    """Called, it reads or sends, as its ABI has it."""

    contract: Contract
    entry: Entry

    def __call__(self, *args: Any, sender: Any = None, **limits: Any) -> Any:
        if self.entry["stateMutability"] in ("view", "pure"):
            return self.call(*args, sender=sender)
        data = self.encode_input(*args)
        with failing(self.contract.kind):
            return Sent.of(self.contract.chain.send(sender, self.contract.address, data, **limits))

    def call(self, *args: Any, sender: Any = None) -> Any:
        caller = None if sender is None else sender.address
        data = self.encode_input(*args)
        with failing(self.contract.kind):
            found = self.contract.chain.call(self.contract.address, data, caller)
        outputs = self.entry["outputs"]
        return returned(outputs, decode([collapse_if_tuple(item) for item in outputs], found))

    def encode_input(self, *args: Any) -> bytes:
        return interface(self.contract.kind).encode_call(self.entry["name"], encodable(args))


@contextmanager
def failing(name: str) -> Iterator[None]:
    """As ape has it: the contract's own error decoded, and any other's left as it is."""
    try:
        yield
    except (CallFailed, Reverted) as failed:
        found = interface(name).decode_error(failed.data)
        if found.name in _errors(name):
            raise error_class(name, found.name)(found.arguments) from None
        raise ContractLogicError(f"0x{failed.data.hex()}") from None


@cache
def error_class(contract: str, name: str) -> type[CustomError]:
    """The class of a contract's error; the same for every contract that declares it alike."""
    try:
        return _error_class(name, tuple(_errors(contract)[name]))
    except KeyError:
        raise AttributeError(f"{contract} has no {name}") from None


@cache
def _error_class(name: str, inputs: tuple[tuple[str, str], ...]) -> type[CustomError]:
    abi = ErrorABI(
        type="error", name=name, inputs=[{"name": each, "type": kind} for each, kind in inputs]
    )

    def construct(self: CustomError, arguments: dict[str, Any]) -> None:
        CustomError.__init__(self, abi, arguments)

    return type(name, (CustomError,), {"__init__": construct})


@cache
def interface(name: str) -> Interface:
    return Interface(artifact(name).abi)


@cache
def _functions(name: str) -> dict[str, Entry]:
    return {entry["name"]: entry for entry in artifact(name).abi if entry["type"] == "function"}


@cache
def _errors(name: str) -> dict[str, list[tuple[str, str]]]:
    return {
        entry["name"]: [(each["name"], each["type"]) for each in entry["inputs"]]
        for entry in artifact(name).abi
        if entry["type"] == "error"
    }
