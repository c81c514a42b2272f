# SPDX-License-Identifier: MIT
"""Calls, errors and events of a contract as Python values.

Addresses come out as checksummed text, `bytesN` as bytes, structs as dicts by field name; structs
go in as tuples in the order of their fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import abi_to_signature, collapse_if_tuple
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

Entry = dict[str, Any]

checksummed = lru_cache(4096)(to_checksum_address)
"""An address in the spelling of EIP-55, which takes a hash; the same few addresses come often."""


@dataclass(frozen=True)
class Log:
    """A log as the chain keeps it."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True)
class Event:
    """A decoded log: the event's name and its arguments by name."""

    name: str
    args: dict[str, Any]
    address: str


class Reverted(Exception):
    """A call was undone by the contract: the error's name and its arguments by name."""

    def __init__(self, name: str, args: dict[str, Any], data: bytes = b"") -> None:
        self.name = name
        self.arguments = args
        self.data = data
        shown = ", ".join(f"{key}={_shown(value)}" for key, value in args.items())
        super().__init__(f"{name}({shown})")


def _shown(value: Any) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)


class Interface:
    """A contract's ABI, with the errors of others that its calls may pass on."""

    def __init__(self, abi: Sequence[Entry], errors: Sequence[Entry] = ()) -> None:
        self._abi = abi
        self._passed_on = errors

    @cached_property
    def _functions(self) -> dict[str, tuple[Entry, bytes, list[str], list[str]]]:
        return {
            entry["name"]: (
                entry,
                selector(entry),
                _types(entry["inputs"]),
                _types(entry["outputs"]),
            )
            for entry in self._abi
            if entry["type"] == "function"
        }

    @cached_property
    def _errors(self) -> dict[bytes, Entry]:
        entries = [*self._passed_on, *self._abi]
        return {selector(entry): entry for entry in entries if entry["type"] == "error"}

    @cached_property
    def _events(self) -> dict[bytes, tuple[str, list[Entry], list[Entry]]]:
        """Name, arguments in the data and arguments in the topics, by the first topic."""
        return {
            keccak(text=abi_to_signature(entry)): (  # type: ignore[arg-type]
                entry["name"],
                [item for item in entry["inputs"] if not item["indexed"]],
                [item for item in entry["inputs"] if item["indexed"]],
            )
            for entry in self._abi
            if entry["type"] == "event"
        }

    def selector_of(self, function: str) -> bytes:
        """First four bytes of a call of `function`."""
        return self._functions[function][1]

    def topic_of(self, event: str) -> bytes:
        """First topic of the logs of `event`."""
        return next(topic for topic, (name, *_) in self._events.items() if name == event)

    def has_result(self, function: str) -> bool:
        """Whether `function` returns anything."""
        return bool(self._functions[function][3])

    def encode_call(self, function: str, args: Sequence[Any]) -> bytes:
        """Calldata for `function`."""
        _, start, inputs, _ = self._functions[function]
        return start + encode(inputs, args)

    def encode_constructor(self, args: Sequence[Any]) -> bytes:
        """Constructor arguments, to follow the creation code."""
        none: Entry = {"inputs": []}
        entry = next((e for e in self._abi if e["type"] == "constructor"), none)
        return encode(_types(entry["inputs"]), args)

    def decode_result(self, function: str, data: bytes) -> Any:
        """What `function` returned: one value, or a dict by name where it returns several."""
        entry, _, _, outputs = self._functions[function]
        return _result(entry["outputs"], decode(outputs, data))

    def decode_error(self, data: bytes) -> Reverted:
        """The error that `data` encodes; `Unknown` where no contract says so."""
        entry = self._errors.get(data[:4]) or _BUILT_IN.get(data[:4])
        if entry is not None:
            with suppress(DecodingError):
                values = decode(_types(entry["inputs"]), data[4:])
                return Reverted(entry["name"], _named(entry["inputs"], values), data)
        return Reverted("Unknown", {"data": data}, data)

    def decode_events(self, logs: Iterable[Log]) -> list[Event]:
        """The events of this interface among `logs`, in order."""
        return [
            _decode_event(*self._events[log.topics[0]], log)
            for log in logs
            if log.topics and log.topics[0] in self._events
        ]


def _decode_event(name: str, plain: list[Entry], indexed: list[Entry], log: Log) -> Event:
    args = _named(plain, decode(_types(plain), log.data))
    for item, topic in zip(indexed, log.topics[1:], strict=True):
        args.update(_named([item], decode(_types([item]), topic)))
    return Event(name, args, log.address)


def selector(entry: Entry) -> bytes:
    """First four bytes of the hash of a function's or an error's signature."""
    return keccak(text=abi_to_signature(entry))[:4]  # type: ignore[arg-type]


_BUILT_IN: dict[bytes, Entry] = {
    selector(entry): entry
    for entry in (
        {"type": "error", "name": "Error", "inputs": [{"name": "message", "type": "string"}]},
        {"type": "error", "name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
    )
}


def _types(items: Sequence[Entry]) -> list[str]:
    # Most are no structs, and stand there as they are.
    return [
        collapse_if_tuple(item) if item["type"].startswith("tuple") else item["type"]
        for item in items
    ]


def _result(items: Sequence[Entry], values: Sequence[Any]) -> Any:
    if len(items) == 1:
        return _value(items[0], values[0])
    return _named(items, values)


def _named(items: Sequence[Entry], values: Sequence[Any]) -> dict[str, Any]:
    return {item["name"]: _value(item, value) for item, value in zip(items, values, strict=True)}


def _value(item: Entry, value: Any) -> Any:
    kind: str = item["type"]
    if kind.endswith("]"):
        element = {**item, "type": kind[: kind.rindex("[")]}
        return [_value(element, each) for each in value]
    if kind == "tuple":
        return _named(item["components"], value)
    if kind == "address":
        return checksummed(value)
    return value
