# SPDX-License-Identifier: MIT
"""Reads the book from the chain: events give identities, views the truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from tanpo.chain.base import CallFailed
from tanpo.chain.web3 import Web3Chain
from tanpo.deployer import Platform
from tanpo.keeper.book import DAY, Book, SetState, TradeState

_PROPOSED, _APPROVED, _OPEN = (1, 2), 3, 4
"""Of Status (contracts/types/Account.sol), what can become of use to a keeper."""

_CHUNK = 50
"""Views in one call: each takes up to about 150,000 gas, of 16 million."""

_ESCROW_EVENTS = ("Registered", "InstrumentListed", "Declared")

_IS_OTHER = b"%"
"""With which the key of a value begins that no trade is valued at."""

View = tuple[str, Sequence[object]]
"""A function of the escrow and its arguments."""


class Reader:
    """Reads a deployment again and again; blocks whose logs are known are not asked for twice."""

    def __init__(self, chain: Web3Chain, platform: Platform, first_block: int = 0) -> None:
        self._chain = chain
        self._platform = platform
        self._next_block = first_block
        self._live: dict[bytes, None] = {}
        self._sets: dict[bytes, bytes] = {}
        self._is_netting: dict[bytes, bool] = {}
        self._declared: dict[str, None] = {}
        self._next_fixing_block: int | None = None
        self._dates: set[int] = set()
        self.tokens: dict[int, str] = {}
        """By their numbers in the escrow's list."""
        self.booked: set[bytes] = set()
        """All trades that were ever booked."""

    @retry(
        # A pruned node has no state but the latest, which a new block may take away meanwhile.
        retry=retry_if_exception_type(CallFailed),
        stop=stop_after_attempt(10),
        wait=wait_random_exponential(multiplier=0.05, max=1),
        reraise=True,
    )
    def book(self) -> Book:
        """The state as of the latest block. Raises ChainUnreachableError."""
        block, now = self._chain.block()
        self._read_logs(block)
        trades = self._trades(block)
        sets = self._set_states(trades, block)
        self._read_dates([trade for trade in trades if trade.is_open], sets, block)
        return Book(
            block,
            now,
            self._latest(block),
            tuple(sorted(self._dates)),
            tuple(trades),
            tuple(sets),
            self._actions(block),
        )

    def views(self, calls: Sequence[View], block: int | None = None) -> list[Any]:
        """What views that cannot revert return, all of `block`. Raises CallFailed."""
        escrow = self._platform.escrow
        found: list[Any] = []
        for start in range(0, len(calls), _CHUNK):
            chunk = calls[start : start + _CHUNK]
            data = [escrow.interface.encode_call(name, args) for name, args in chunk]
            several = escrow.interface.encode_call("multicall", [data])
            answer = self._chain.call(escrow.address, several, block=block)
            results = escrow.interface.decode_result("multicall", answer)
            found += [
                escrow.interface.decode_result(name, result)
                for (name, _), result in zip(chunk, results, strict=True)
            ]
        return found

    # ------------------------------------------------------------------ logs

    def _read_logs(self, block: int) -> None:
        escrow = self._platform.escrow
        topics = [escrow.interface.topic_of(name) for name in _ESCROW_EVENTS]
        # All or nothing is kept of it: it may break off half-way.
        logs = list(self._chain.logs([escrow.address], topics, self._next_block, block))
        self._next_block = max(self._next_block, block + 1)
        for event in escrow.interface.decode_events(logs):
            match event.name:
                case "Registered":
                    self._live[event.args["id"]] = None
                    self.booked.add(event.args["id"])
                case "InstrumentListed":
                    self.tokens[event.args["index"]] = event.args["token"]
                case "Declared":
                    self._declared[event.args["token"]] = None

    def _read_dates(
        self, trades: Sequence[TradeState], sets: Sequence[SetState], block: int
    ) -> None:
        """The dates that have fixings, from the first that may not be marked on.

        That one only goes forward, and nothing of a date is published before its midnight.
        """
        fixings = self._platform.fixings
        if self._next_fixing_block is None:
            marked = [trade.last_marked for trade in trades]
            marked += [each.last_marked for each in sets]
            first = min(marked, default=self._latest(block))
            self._next_fixing_block = self._chain.first_block_from(first * DAY)
        topics = [fixings.interface.topic_of("Published")]
        first_block = self._next_fixing_block
        for log in list(self._chain.logs([fixings.address], topics, first_block, block)):
            _, key, date = log.topics  # undecoded: a date has one for each key
            if not key.startswith(_IS_OTHER):
                self._dates.add(int.from_bytes(date, "big"))
        self._next_fixing_block = max(first_block, block + 1)

    # ------------------------------------------------------------------ views

    def _latest(self, block: int) -> int:
        fixings = self._platform.fixings
        question = fixings.interface.encode_call("latest", [])
        answer = self._chain.call(fixings.address, question, block=block)
        latest: int = fixings.interface.decode_result("latest", answer)
        return latest

    def _trades(self, block: int) -> list[TradeState]:
        ids = list(self._live)
        found = self.views([("trade", [trade_id]) for trade_id in ids], block)
        current: dict[bytes, dict[str, Any]] = {}
        for trade_id, view in zip(ids, found, strict=True):
            if view["status"] in (_APPROVED, _OPEN):
                current[trade_id] = view
            elif view["status"] not in _PROPOSED:
                del self._live[trade_id]
        self._read_sets(current, block)
        baskets = self.views([("basket", [trade_id]) for trade_id in current], block)
        return [
            TradeState(
                trade_id,
                view["status"] == _OPEN,
                (view["loanToken"], *(leg["token"] for leg in basket)),
                view["start"],
                view["end"],
                view["lastMarked"],
                view["life"]["caughtUpTo"],
                self._sets.get(trade_id),
                view["life"]["late"]["since"] != 0,
            )
            for (trade_id, view), basket in zip(current.items(), baskets, strict=True)
        ]

    def _read_sets(self, current: dict[bytes, dict[str, Any]], block: int) -> None:
        """Which trades margin in which set: for good, as agreements and set's parties are."""
        unknown = {view["agreement"] for view in current.values()} - self._is_netting.keys()
        asked = sorted(unknown)
        found = self.views([("agreement", [each]) for each in asked], block)
        for each, agreement in zip(asked, found, strict=True):
            self._is_netting[each] = agreement["netting"]
        netted = [
            trade_id
            for trade_id, view in current.items()
            if self._is_netting[view["agreement"]] and trade_id not in self._sets
        ]
        set_ids = self.views([("setOf", [trade_id]) for trade_id in netted], block)
        self._sets.update(zip(netted, set_ids, strict=True))

    def _set_states(self, trades: Sequence[TradeState], block: int) -> list[SetState]:
        members: dict[bytes, list[bytes]] = {}
        for trade in trades:
            if trade.is_open and trade.set_id is not None:
                members.setdefault(trade.set_id, []).append(trade.id)
        found = self.views([("nettingSet", [set_id]) for set_id in members], block)
        return [
            SetState(
                set_id,
                view["lastMarked"],
                view["caughtUpTo"],
                view["isInDefault"],
                tuple(sorted(ids)),
                tuple(self.tokens[holding["instrument"]] for holding in view["holdings"]),
            )
            for (set_id, ids), view in zip(members.items(), found, strict=True)
        ]

    def _actions(self, block: int) -> dict[str, tuple[int, ...]]:
        tokens = list(self._declared)
        found = self.views([("actionsOf", [token]) for token in tokens], block)
        return {
            token: tuple(action["date"] for action in actions)
            for token, actions in zip(tokens, found, strict=True)
        }
