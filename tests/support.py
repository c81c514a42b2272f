# SPDX-License-Identifier: MIT
"""What tests on ape's chain share: the calendar, and comparisons that leave nothing out."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import ape
from ape.exceptions import CustomError
from eth_account import Account
from eth_typing import Hash32

from tanpo.chain.abi import Event, Interface, Log
from tanpo.chain.artifacts import artifact, error_entries
from tanpo.chain.base import Chain
from tanpo.deployer import Platform
from tanpo.report import pair_key, price_key
from tanpo.units import date_number

# py-evm's clock cannot stand before the real one, so JSF's 19 and 20 April 2023 lie in 2100 here.
SETTLED = date_number(date(2100, 4, 19))
MARKED = SETTLED + 1
THIRD = SETTLED + 2

(
    NONE,
    PROPOSED_BY_LENDER,
    PROPOSED_BY_BORROWER,
    APPROVED,
    OPEN,
    CLOSED,
    WITHDRAWN,
    DEFAULTED,
    CLOSED_OUT,
) = range(9)
"""Status, as numbered in contracts/types/Account.sol."""


_ERRORS = Interface([], error_entries())


def at(day: int, hour: int = 0, minute: int = 0) -> int:
    """Unix seconds of a time (UTC) on business date `day`."""
    return day * 86_400 + hour * 3_600 + minute * 60


pair = pair_key
"""The fixing key of a pair of currencies."""


def price(token: Any) -> bytes:
    """The fixing key of a token's price."""
    return price_key(token.address)


def signatures(digest: bytes, *feeders: Any) -> list[tuple[str, bytes]]:
    """Of feeders, as `publish` and `correct` take them."""
    return [
        (
            feeder.address,
            bytes(Account.from_key(feeder.private_key).unsafe_sign_hash(Hash32(digest)).signature),
        )
        for feeder in feeders
    ]


def publish(fixings: Any, date: int, observations: Iterable[Any], *feeders: Any) -> Any:
    """Publish (key, E8, observed on) with these feeders' signatures; the first of them sends."""
    report = (date, sorted(observations))
    signed = signatures(fixings.digestOf(report), *feeders)
    return fixings.publish(report, signed, sender=feeders[0])


@dataclass(frozen=True, eq=False)
class Below:
    """Equals what is less: nobody promises how much gas is left at some point."""

    limit: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int) and other < self.limit


@contextmanager
def reverts(error: Any, **arguments: Any) -> Iterator[None]:
    """As ape.reverts, but with every argument, and never content with an undecoded error."""
    with ape.reverts(error) as info:
        yield
    found = info.value
    if isinstance(found, CustomError):
        assert isinstance(found, error), f"expected {error.__name__}, found {found!r}"
        assert dict(found.inputs) == arguments
    else:
        # ape leaves undecoded what another contract passed on, and data with an apostrophe's byte.
        shown = str(found)
        data = bytes.fromhex(shown[2:]) if shown.startswith("0x") else ast.literal_eval(shown)
        decoded = _ERRORS.decode_error(data)
        assert (decoded.name, decoded.arguments) == (error.__name__, arguments)


def events(receipt: Any, contract: str = "IEscrow") -> list[tuple[str, dict[str, Any]]]:
    """Events of `contract`'s interface in the order of emission, with all their arguments."""
    return [(event.name, event.args) for event in _decoded(receipt, contract)]


def transfers(receipt: Any) -> list[tuple[str, str, str, int]]:
    """Token, sender, receiver and quantity of every ERC-20 transfer, in order."""
    return [
        (event.address, event.args["from"], event.args["to"], event.args["value"])
        for event in _decoded(receipt, "SecurityToken")
        if event.name == "Transfer"
    ]


def failed(trade: bytes, day: int, action: str, error: str, **arguments: Any) -> tuple[Any, ...]:
    """What `failures` shows of one trade of a batch."""
    return (trade, day, action, error, arguments)


def failures(receipt: Any) -> list[tuple[Any, ...]]:
    """The `Failed` events: trade, date, function, and the error by name and arguments."""
    interface = Interface(artifact("IEscrow").abi)
    actions = {
        interface.selector_of(name): name for name in ("settle", "mark", "close", "markSets")
    }
    found = []
    for name, args in events(receipt):
        if name == "Failed":
            error = _ERRORS.decode_error(args["reason"])
            action = actions[args["action"]]
            found.append((args["id"], args["date"], action, error.name, error.arguments))
    return found


def _decoded(receipt: Any, contract: str) -> list[Event]:
    return Interface(artifact(contract).abi).decode_events(
        Log(
            log["address"],
            tuple(bytes(topic) for topic in log["topics"]),
            bytes(log["data"]),
        )
        for log in receipt.logs
    )


def attached(platform: Platform, chain: Chain) -> Platform:
    """The platform on a chain that counts nonces afresh: ape takes transactions back."""
    return Platform.at(chain, platform.administrator, platform.manifest())
