# SPDX-License-Identifier: MIT
"""Reads what a transaction did, trade by trade, from its receipt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from tanpo.chain.abi import Event, Log
from tanpo.chain.base import Receipt
from tanpo.replay.entry import ESCROW, Interest, Moved
from tanpo.replay.world import World
from tanpo.scenario import TradeSpec

_ACTS = frozenset({"IncomePaid", "IncomeMissed", "Exchanged"})
_PASSING = frozenset({"Joined", "Left"})
_TRANSFER = keccak(text="Transfer(address,address,uint256)")


@dataclass
class Doings:
    """One trade's part of a transaction, or a netting set's."""

    trade_id: bytes
    """Or the set's."""
    events: list[Event] = field(default_factory=list)
    moves: list[tuple[str, Moved]] = field(default_factory=list)

    def named(self, name: str) -> Iterator[Event]:
        """The events of that name."""
        return (event for event in self.events if event.name == name)

    def first(self, name: str) -> Event | None:
        """The first event of that name."""
        return next(self.named(name), None)

    def interest(self, spec: TradeSpec) -> Interest | None:
        """What was paid until now by one party of the trade to the other."""
        event = self.first("Paid") or self.first("Closed")
        if event is None or not event.args["interest"] or spec.rate_token is None:
            return None
        quantity = event.args["interest"]
        sides = (spec.borrower, spec.lender) if quantity > 0 else (spec.lender, spec.borrower)
        return Interest(spec.rate_token, quantity, *sides)

    def moved(self, spec: TradeSpec) -> list[tuple[str, Moved]]:
        """What moved of each token between each two holders, netted.

        Without the interest where that is paid in a token of the basket and not of the loan: it is
        no part of it.
        """
        moves = list(self.moves)
        interest = self.interest(spec)
        is_own_move = interest and interest.symbol != spec.loan.symbol
        if interest and is_own_move and interest.symbol in spec.basket:
            quantity = abs(interest.quantity)
            moves.remove((interest.symbol, Moved(interest.payer, interest.receiver, quantity)))
        return _netted(moves)


def doings(world: World, receipt: Receipt) -> list[Doings]:
    """What each trade of a transaction did, and each netting set, in order.

    In a batch each trade begins with an event of its own; alone it may begin with a move. That a
    trade joins a set or leaves it tells nothing more.
    """
    found: list[Doings] = []
    before: list[tuple[str, Moved]] = []
    for log in receipt.logs:
        if log.address == world.escrow.address:
            (event,) = world.escrow.interface.decode_events([log])
            if event.name in _PASSING:
                continue
            if not found or found[-1].trade_id != event.args["id"]:
                found.append(Doings(event.args["id"], moves=before))
                before = []
            found[-1].events.append(event)
        elif log.topics and log.topics[0] == _TRANSFER:
            (found[-1].moves if found else before).append(_move(world, log))
    return found


def acts(world: World, receipt: Receipt) -> list[tuple[Event, list[tuple[str, Moved]]]]:
    """What issuers' acts did in a transaction, in order, each with what the escrow exchanged."""
    found: list[tuple[Event, list[tuple[str, Moved]]]] = []
    for log in receipt.logs:
        if log.address == world.escrow.address:
            (event,) = world.escrow.interface.decode_events([log])
            if event.name in _ACTS:
                found.append((event, []))
        elif log.topics and log.topics[0] == _TRANSFER:
            symbol, moved = _move(world, log)
            if ESCROW in (moved.sender, moved.receiver):
                found[-1][1].append((symbol, moved))
    return found


def all_moves(world: World, receipt: Receipt) -> list[tuple[str, Moved]]:
    """What a transaction moved of each token between each two holders, netted."""
    logs = (log for log in receipt.logs if log.topics and log.topics[0] == _TRANSFER)
    return _netted([_move(world, log) for log in logs])


def _move(world: World, log: Log) -> tuple[str, Moved]:
    sender, receiver = (to_checksum_address(topic[-20:]) for topic in log.topics[1:3])
    quantity = int.from_bytes(log.data, "big")
    moved = Moved(world.name(sender), world.name(receiver), quantity)
    return world.symbol(log.address), moved


def _netted(moves: list[tuple[str, Moved]]) -> list[tuple[str, Moved]]:
    totals: dict[tuple[str, str, str], int] = {}
    for symbol, (sender, receiver, quantity) in moves:
        if (symbol, receiver, sender) in totals:
            totals[symbol, receiver, sender] -= quantity
        else:
            totals[symbol, sender, receiver] = totals.get((symbol, sender, receiver), 0) + quantity
    return [
        (symbol, Moved(*((one, other) if total > 0 else (other, one)), abs(total)))
        for (symbol, one, other), total in totals.items()
        if total
    ]
