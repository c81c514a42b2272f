# SPDX-License-Identifier: MIT
"""What goes into a contract and comes out of it, in the shapes that ape has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tanpo.chain.abi import Entry, checksummed


class Struct(tuple[Any, ...]):
    """The fields in order, and by name as attributes."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str], values: Iterable[Any]) -> Struct:
        made = cls(values)
        made.names = tuple(names)
        return made

    def items(self) -> list[tuple[str, Any]]:
        return list(zip(self.names, self, strict=True))

    def __getattr__(self, name: str) -> Any:
        try:
            return self[self.names.index(name)]
        except ValueError:
            raise AttributeError(f"no field {name} among {', '.join(self.names)}") from None


def encodable(value: Any) -> Any:
    """The address of an account or contract, also within lists and structs."""
    if isinstance(value, (list, tuple)):
        return [encodable(each) for each in value]
    return getattr(value, "address", value)


def returned(items: Sequence[Entry], values: Sequence[Any]) -> Any:
    """One value, or a struct of several."""
    if len(items) == 1:
        return _readable(items[0], values[0])
    return _struct(items, values) if items else None


def _struct(items: Sequence[Entry], values: Sequence[Any]) -> Struct:
    return Struct.of(
        (item["name"] for item in items),
        (_readable(item, value) for item, value in zip(items, values, strict=True)),
    )


def _readable(item: Entry, value: Any) -> Any:
    kind = item["type"]
    if kind.endswith("]"):
        element = {**item, "type": kind[: kind.rindex("[")]}
        return [_readable(element, each) for each in value]
    if kind == "tuple":
        return _struct(item["components"], value)
    return checksummed(value) if kind == "address" else value
