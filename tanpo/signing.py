# SPDX-License-Identifier: MIT
"""What parties sign: structs of the contracts as EIP-712 messages."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import Any, ClassVar

from eth_account.messages import SignableMessage, encode_typed_data
from eth_account.signers.base import BaseAccount
from eth_utils.crypto import keccak

Fields = tuple[tuple[str, str], ...]
"""The type and name of each field of a struct, in its order."""

_DOMAIN: Fields = (
    ("string", "name"),
    ("string", "version"),
    ("uint256", "chainId"),
    ("address", "verifyingContract"),
)


_NO_CONTRACT = "0x" + "00" * 20


class Message:
    """A dataclass with the fields of a Solidity struct, their names in Python's way."""

    __slots__ = ()

    FIELDS: ClassVar[Fields]
    PARTS: ClassVar[tuple[type[Message], ...]] = ()
    """The structs that its fields name."""
    BY_HASH: ClassVar[frozenset[str]] = frozenset()
    """Fields whose hash alone a contract call takes; a wallet shows them in full."""

    def as_tuple(self) -> tuple[Any, ...]:
        """Return the struct as a contract call takes it."""
        return tuple(
            value.struct_hash() if name in self.BY_HASH else _encoded(kind, value)
            for kind, name, value in self._values()
        )

    def struct_hash(self) -> bytes:
        """Return the 32 bytes of EIP-712's `hashStruct`, which no chain and no contract enters."""
        return bytes(encode_typed_data(full_message=self.typed_data(0, _NO_CONTRACT)).body)

    def typed_data(self, chain_id: int, escrow: str) -> dict[str, Any]:
        """Return the message that a wallet shows and signs; it survives JSON."""
        return {
            "types": {"EIP712Domain": _listed(_DOMAIN), **self._types()},
            "primaryType": type(self).__name__,
            "domain": {
                "name": "Tanpo",
                "version": "1",
                "chainId": chain_id,
                "verifyingContract": escrow,
            },
            "message": self._shown(),
        }

    def digest(self, chain_id: int, escrow: str) -> bytes:
        """Return the 32 bytes that are signed."""
        signable = self.signable(chain_id, escrow)
        return bytes(keccak(b"\x19" + signable.version + signable.header + signable.body))

    def sign(self, account: BaseAccount, chain_id: int, escrow: str) -> bytes:
        """Return the 65 bytes of `account`'s signature."""
        return bytes(account.sign_message(self.signable(chain_id, escrow)).signature)

    def signable(self, chain_id: int, escrow: str) -> SignableMessage:
        """Return the same message as eth_account takes it."""
        return encode_typed_data(full_message=self.typed_data(chain_id, escrow))

    def _types(self) -> dict[str, list[dict[str, str]]]:
        return {struct.__name__: _listed(struct.FIELDS) for struct in (type(self), *self.PARTS)}

    def _shown(self) -> dict[str, Any]:
        return {name: _plain(kind, value) for kind, name, value in self._values()}

    def _values(self) -> list[tuple[str, str, Any]]:
        return [(kind, name, getattr(self, _attribute(name))) for kind, name in self.FIELDS]


def _attribute(name: str) -> str:
    """The name of a Solidity field in Python: `rateE9` is `rate_e9`."""
    if iskeyword(name):
        return name + "_"
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def _listed(struct: Fields) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for kind, name in struct]


def _encoded(kind: str, value: Any) -> Any:
    """A field's value as a contract call takes it."""
    if isinstance(value, Message):
        return value.as_tuple()
    if kind.endswith("[]"):
        return tuple(item.as_tuple() for item in value)
    if kind == "bytes3":
        return value.encode()
    return int(value) if kind.startswith(("uint", "int")) else value


def _plain(kind: str, value: Any) -> Any:
    """A field's value as JSON has it."""
    if isinstance(value, Message):
        return value._shown()
    if kind.endswith("[]"):
        return [item._shown() for item in value]
    if kind.startswith("bytes"):
        return "0x" + (value.encode() if kind == "bytes3" else value).hex()
    return int(value) if kind.startswith(("uint", "int")) else value
