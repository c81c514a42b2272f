# SPDX-License-Identifier: MIT
"""Price feeds on a chain that answer as Chainlink's do (AggregatorV3Interface).

A feed's value of a day is the answer of the last round that was updated on that day in UTC; as long
as the day lasts, the last so far. It is a median of reporters at that moment and no closing price.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from eth_abi.exceptions import DecodingError
from eth_utils.address import is_address
from web3.exceptions import Web3Exception

from oracles.observation import Observation
from oracles.sources import SourceError
from tanpo.chain.abi import Entry, Interface
from tanpo.chain.base import CallFailed, Chain


def _view(name: str, inputs: Mapping[str, str], outputs: Mapping[str, str]) -> Entry:
    return {
        "type": "function",
        "name": name,
        "inputs": [{"name": each, "type": kind} for each, kind in inputs.items()],
        "outputs": [{"name": each, "type": kind} for each, kind in outputs.items()],
    }


_ROUND = {
    "roundId": "uint80",
    "answer": "int256",
    "startedAt": "uint256",
    "updatedAt": "uint256",
    "answeredInRound": "uint80",
}
_FEED = Interface(
    [
        _view("decimals", {}, {"": "uint8"}),
        _view("latestRoundData", {}, _ROUND),
        _view("getRoundData", {"roundId": "uint80"}, _ROUND),
    ]
)


@dataclass(frozen=True)
class ChainlinkSource:
    """Feeds on `chain`. Raises ValueError for an address that is none."""

    name: str
    chain: Chain = field(repr=False)
    feeds: Mapping[str, str]
    """Addresses by key."""
    most_rounds: int = 1_000
    """How many may be read of a feed, each by a call, before it is given up."""

    def __post_init__(self) -> None:
        """Refuse what is no address."""
        for key, address in self.feeds.items():
            if not is_address(address):
                raise ValueError(f'{self.name}: {key}: "{address}" is no address')

    def keys(self, day: date) -> Sequence[str]:
        """See Source. It takes as many calls as to read them."""
        return sorted(self.read(tuple(self.feeds), day))

    def read(self, keys: Sequence[str], day: date) -> Mapping[str, Observation]:
        """See Source. Answers are given as they are, zero and negative ones too.

        Only the feed's present phase is read: what an aggregator before this one said is missing.
        """
        found = {}
        for key in keys:
            if key in self.feeds and (value := self._value(key, day)) is not None:
                found[key] = Observation(key, day, value, self.name)
        return found

    def _value(self, key: str, day: date) -> Decimal | None:
        decimals = self._ask(key, "decimals")
        # Not `scaleb`, which rounds to the context's 28 digits.
        answer = self._answer(key, day)
        return None if answer is None else Decimal(f"{answer}E-{decimals}")

    def _answer(self, key: str, day: date) -> int | None:
        start, end = (_midnight(each) for each in (day, day + timedelta(1)))
        found = self._ask(key, "latestRoundData")
        number = int(found["roundId"])
        for _ in range(self.most_rounds):
            # A round that nobody answered repeats the answer of an earlier one, or has none.
            if found and found["updatedAt"] and found["answeredInRound"] >= found["roundId"]:
                if found["updatedAt"] < start:
                    return None
                if found["updatedAt"] < end:
                    return int(found["answer"])
            # The phase stands in the upper 16 bits; in each, rounds count from 1.
            if number % 2**64 <= 1:
                return None
            number -= 1
            found = self._round(key, number)
        raise self._error(key, f"{self.most_rounds} rounds do not go back to {day}")

    def _round(self, key: str, number: int) -> Any:
        """A round's data; None where the feed says that it has none."""
        try:
            return self._call(key, "getRoundData", number)
        except CallFailed as failed:
            # Without a reason the node may have failed: to skip the round might skip the right one.
            if failed.data:
                return None
            raise self._error(key, f"getRoundData({number}) fails without a reason") from None

    def _ask(self, key: str, function: str) -> Any:
        try:
            return self._call(key, function)
        except CallFailed:
            raise self._error(key, f"{function}() fails") from None

    def _call(self, key: str, function: str, *args: Any) -> Any:
        """What the feed answers. Raises CallFailed and SourceError."""
        try:
            data = self.chain.call(self.feeds[key], _FEED.encode_call(function, args))
        except (OSError, Web3Exception) as error:
            # Its text may show the node's address, and a key of the provider in it.
            raise self._error(key, f"the node fails ({type(error).__name__})") from None
        if not data:
            raise self._error(key, "no contract answers there")
        try:
            # Where ape is loaded, eth_abi fills up what is cut short.
            if len(data) < 32 * (1 if function == "decimals" else len(_ROUND)):
                raise DecodingError
            return _FEED.decode_result(function, data)
        except DecodingError:
            raise self._error(key, f"{function}() does not answer as a feed does") from None

    def _error(self, key: str, reason: str) -> SourceError:
        return SourceError(f"{self.name}: {key} at {self.feeds[key]}: {reason}")


def _midnight(day: date) -> int:
    """Unix seconds of the day's start in UTC."""
    return int(datetime.combine(day, time(), UTC).timestamp())
