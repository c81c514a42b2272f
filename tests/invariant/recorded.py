# SPDX-License-Identifier: MIT
"""A twin that enters in a journal all that is sent through it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from eth_account.signers.local import LocalAccount

from invariant.journal import Journal, Step
from model.pair import Outcome
from model.twin import Twin
from model.world import World
from tanpo.model import Refused


class Recorded(Twin):
    """Journal, and the last message to the escrow with what it did."""

    def __init__(self, world: World) -> None:
        self.journal = Journal()
        self.last_steps: list[Step] = []
        self.last_send: Callable[[], Outcome] | None = None
        """Sends the message again; none where that is another one each time, as a buy-in."""
        super().__init__(world)

    def _send(self, *args: Any) -> Outcome:
        outcome = super()._send(*args)
        self.last_steps = []
        if not isinstance(outcome, Refused):
            assert self.receipt is not None
            self.last_steps = self.journal.read(self.escrow, self.receipt.logs)
        self.last_send = partial(self._send, *args) if args[1] != "buyIn" else None
        return outcome

    def issue(self, token: str, holder: str, quantity: int) -> None:
        super().issue(token, holder, quantity)
        self.journal.own[token, holder] += quantity
        self.journal.supply[token] += quantity

    def transfer(self, token: str, holder: LocalAccount, receiver: str, quantity: int) -> None:
        super().transfer(token, holder, receiver, quantity)
        self.journal.give(token, holder.address, receiver, quantity)

    def seize(self, token: str, quantity: int) -> None:
        super().seize(token, quantity)
        to = self.world.administrator.address
        self.journal.give(token, self.escrow.address, to, quantity)
