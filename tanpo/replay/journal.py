# SPDX-License-Identifier: MIT
"""Reads what a batch did, trade by trade, from its receipt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from tanpo.chain.abi import Event, Log
from tanpo.chain.base import Receipt
from tanpo.replay.entry import Moved
from tanpo.replay.world import World

_HEADS = frozenset({"Opened", "Marked", "Closed", "Failed"})
"""Each trade of a batch begins with one of these; what follows belongs to it."""

_TRANSFER = keccak(text="Transfer(address,address,uint256)")


@dataclass
class Doings:
    """One trade's part of a batch."""

    head: Event
    events: list[Event] = field(default_factory=list)
    moves: list[tuple[str, Moved]] = field(default_factory=list)

    @property
    def trade_id(self) -> bytes:
        """The trade's identity."""
        found: bytes = self.head.args["id"]
        return found

    @property
    def moved(self) -> dict[str, Moved]:
        """Moves by symbol; where interest and collateral are the same token, the collateral's."""
        return dict(self.moves)

    def named(self, name: str) -> Iterator[Event]:
        """The events of that name."""
        return (event for event in self.events if event.name == name)

    def has(self, name: str) -> bool:
        """Whether there is an event of that name."""
        return any(self.named(name))


def doings(world: World, receipt: Receipt) -> list[Doings]:
    """What each trade of a batch did, in order."""
    found: list[Doings] = []
    for log in receipt.logs:
        if log.address == world.escrow.address:
            (event,) = world.escrow.interface.decode_events([log])
            if event.name in _HEADS:
                found.append(Doings(event))
            else:
                found[-1].events.append(event)
        elif log.topics and log.topics[0] == _TRANSFER:
            found[-1].moves.append(_move(world, log))
    return found


def _move(world: World, log: Log) -> tuple[str, Moved]:
    sender, receiver = (to_checksum_address(topic[-20:]) for topic in log.topics[1:3])
    quantity = int.from_bytes(log.data, "big")
    moved = Moved(world.name(sender), world.name(receiver), quantity)
    return world.symbol(log.address), moved
