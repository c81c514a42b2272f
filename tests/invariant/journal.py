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
PLAIN = {"Registered", "Approved", "Withdrawn", "Opened", "Marked", "Closed", "Failed"} | {
    "Returned",
    "Delivered",
    "Deficit",
}
"""What happens to every trade; anything else leaves it another."""


@dataclass(frozen=True)
class Move:
    """A token's `Transfer` event."""

    token: str
    sender: str
    receiver: str
    quantity: int


Step = tuple[Event, list[Move]]
"""What the escrow said, and what moved for it."""


@dataclass
class Journal:
    """Built from the contracts' logs and the parties' messages alone."""

    consents: set[tuple[bytes, str]] = field(default_factory=set)
    """Trade and party."""
    openings: Counter[bytes] = field(default_factory=Counter)
    marks: defaultdict[bytes, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Business dates of a trade, the opening's first, or of a netting set."""
    interest: dict[bytes, int] = field(default_factory=dict)
    """Of closed trades."""
    ended: set[bytes] = field(default_factory=set)
    """Closed or closed out."""
    moves: defaultdict[bytes, list[Move]] = field(default_factory=lambda: defaultdict(list))
    """By the trade for which they were made."""
    own: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By token and holder: issued to it, and given or sent by its holder, not by the escrow."""
    touched: set[bytes] = field(default_factory=set)
    """Trades that have changed, failed, or been acted on by an issuer."""
    members: defaultdict[bytes, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    """By netting set, its open trades."""
    newcomers: defaultdict[bytes, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By trade, who has taken the place of a party."""
    supply: Counter[str] = field(default_factory=Counter)
    """What the administrator issued."""

    def give(self, token: str, sender: str, receiver: str, quantity: int) -> None:
        """A holder, or the issuer by force, moves tokens without the escrow."""
        self.own[token, sender] -= quantity
        self.own[token, receiver] += quantity

    def read(self, escrow: Contract, logs: Sequence[Log]) -> list[Step]:
        """Take in one transaction; returns its events with the moves that follow each.

        The escrow emits what it does for a trade before or between the moves for that trade; what
        moves before the first event belongs to that.
        """
        steps: list[Step] = []
        early: list[Move] = []
        for log in logs:
            if log.address == escrow.address:
                (event,) = escrow.interface.decode_events([log])
                steps.append((event, early))
                early = []
                self._count(event)
            elif log.topics[0] == TRANSFER:
                (steps[-1][1] if steps else early).append(_move(log))
        assert not early
        for event, moves in steps:
            if moves:
                self.moves[event.args["id"]] += moves
        return steps

    def _count(self, event: Event) -> None:
        id_ = event.args.get("id", b"")
        if event.name not in PLAIN:
            self.touched |= {id_, event.args.get("trade", b"")}
        if event.name == "Opened":
            self.openings[id_] += 1
            self.marks[id_].append(event.args["date"])
        elif event.name in ("Marked", "SetMarked"):
            self.marks[id_].append(event.args["date"])
        elif event.name == "Closed":
            self.interest[id_] = event.args["interest"]
            self.ended.add(id_)
        elif event.name == "ClosedOut":
            self.ended.add(id_)
        elif event.name == "Joined":
            self.members[id_].add(event.args["trade"])
        elif event.name == "Left":
            self.members[id_].remove(event.args["trade"])
        elif event.name == "SetClosedOut":
            self.ended |= self.members.pop(id_)
        elif event.name == "Changed":
            self.newcomers[id_].add(event.args["change"]["to"])
        elif event.name in ("Seized", "SetSeized"):
            # The books are short of it no more.
            self.own[event.args["token"], event.address] += event.args["quantity"]

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
