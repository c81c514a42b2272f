# SPDX-License-Identifier: MIT
"""What a run has seen happen, kept apart from the model: consents, dates, and who got what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from eth_utils.crypto import keccak

from tanpo.chain.abi import Event, Log, checksummed
from tanpo.chain.base import Contract

TRANSFER = keccak(text="Transfer(address,address,uint256)")
ZERO_ADDRESS = "0x" + "0" * 40


@dataclass(frozen=True)
class Move:
    """A token's `Transfer` event."""

    token: str
    sender: str
    receiver: str
    quantity: int


@dataclass
class Journal:
    """Built from the contracts' logs and the parties' messages alone."""

    consents: set[tuple[bytes, str]] = field(default_factory=set)
    """Trade and party."""
    openings: Counter[bytes] = field(default_factory=Counter)
    marks: defaultdict[bytes, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Business dates, the opening's first."""
    interest: dict[bytes, int] = field(default_factory=dict)
    """Of closed trades."""
    moves: defaultdict[bytes, list[Move]] = field(default_factory=lambda: defaultdict(list))
    """By the trade for which they were made."""
    own: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By token and holder: issued to it, and given or sent by its holder, not by the escrow."""
    supply: Counter[str] = field(default_factory=Counter)
    """What the administrator issued."""

    def read(self, escrow: Contract, logs: Sequence[Log]) -> list[tuple[Event, list[Move]]]:
        """Take in one transaction; returns its events with the moves that follow each.

        The escrow emits what it does for a trade before or between the moves for that trade.
        """
        steps: list[tuple[Event, list[Move]]] = []
        for log in logs:
            if log.address == escrow.address:
                (event,) = escrow.interface.decode_events([log])
                steps.append((event, []))
                self._count(event)
            elif log.topics[0] == TRANSFER:
                move = _move(log)
                event, moves = steps[-1]
                moves.append(move)
                self.moves[event.args["id"]].append(move)
        return steps

    def _count(self, event: Event) -> None:
        id_ = event.args["id"]
        if event.name == "Opened":
            self.openings[id_] += 1
            self.marks[id_].append(event.args["date"])
        elif event.name == "Marked":
            self.marks[id_].append(event.args["date"])
        elif event.name == "Closed":
            self.interest[id_] = event.args["interest"]

    def flows(self, id_: bytes) -> Counter[tuple[str, str]]:
        """Net receipts by token and holder over the trade's life."""
        net: Counter[tuple[str, str]] = Counter()
        for move in self.moves[id_]:
            net[move.token, move.sender] -= move.quantity
            net[move.token, move.receiver] += move.quantity
        return net


def _move(log: Log) -> Move:
    sender, receiver = (checksummed(f"0x{topic[12:].hex()}") for topic in log.topics[1:])
    return Move(log.address, sender, receiver, int.from_bytes(log.data, "big"))
