# SPDX-License-Identifier: MIT
"""What stands at addresses and behind keys, in a person's words."""

from __future__ import annotations

from typing import Any

from eth_abi.exceptions import DecodingError

from tanpo.chain.abi import Reverted, checksummed
from tanpo.chain.base import Chain, Contract
from tanpo.units import date_from_number, from_smallest

_DATES = frozenset({"date", "latest", "today", "observedOn", "lastMarked"})
"""Arguments of errors that are business dates."""

_OF_SUBJECT = frozenset({"id"})
"""Those that the line has already."""


class Names:
    """Symbols and decimals of tokens, asked for once each."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._tokens: dict[str, tuple[str, int]] = {}

    def symbol(self, token: str) -> str:
        """The token's symbol, or its address where it says none."""
        return self._token(token)[0]

    def quantity(self, token: str, smallest: int) -> str:
        """Smallest units as a person writes them."""
        return from_smallest(smallest, self._token(token)[1])

    def key(self, key: bytes) -> str:
        """A fixing's key: a token's symbol, or a pair (FixingKey.sol)."""
        if not any(key[:12]):
            return self.symbol(checksummed(key[-20:]))
        return key.rstrip(b"\0").decode("ascii", "replace")

    def missing(self, reverted: Reverted) -> str:
        """What is not published."""
        found = reverted.arguments
        if "key" in found:
            return self.key(found["key"])
        return "".join(found[each].decode("ascii", "replace") for each in ("base", "quote"))

    def reason(self, reverted: Reverted) -> str:
        """The error with symbols, pairs and dates."""
        shown = ", ".join(
            f"{name}={self._shown(name, value)}"
            for name, value in reverted.arguments.items()
            if name not in _OF_SUBJECT
        )
        return f"{reverted.name}({shown})"

    def _shown(self, name: str, value: Any) -> str:
        if name in _DATES:
            return date_from_number(value).isoformat()
        if name in ("token", "key"):
            return self.symbol(value) if isinstance(value, str) else self.key(value)
        if isinstance(value, bytes):
            return value.decode() if value.isalpha() else f"0x{value.hex()}"
        text = str(value)
        return text if text.isprintable() else repr(text)  # a token may say anything

    def _token(self, token: str) -> tuple[str, int]:
        if token not in self._tokens:
            contract = Contract(self._chain, "CashToken", token)
            try:
                symbol, decimals = contract.call("symbol"), contract.call("decimals")
                self._tokens[token] = symbol if symbol.isprintable() else token, decimals
            except (Reverted, DecodingError, ValueError):
                self._tokens[token] = token, 0
        return self._tokens[token]
