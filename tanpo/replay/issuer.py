# SPDX-License-Identifier: MIT
"""What issuers do to securities: the administrator, as their agent, declares it before the date's
fixings and exchanges what the parties hold themselves. `catching_up` has what it does to trades.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import floor

from tanpo.instrument import Kind
from tanpo.replay.entry import Entry, Moved
from tanpo.replay.world import NO_LIMIT, World
from tanpo.scenario import ActionSpec
from tanpo.scenario.actions import ISSUER
from tanpo.terms import NOBODY
from tanpo.units import date_number

PAST = {"income": "income", "split": "split", "redemption": "redeemed"}
"""How reports call what an issuer has done."""

_KINDS = {"income": 0, "split": 1, "redemption": 2}
"""As in CorporateAction.sol."""


class Issuer:
    """Acts on the securities of a world."""

    def __init__(self, world: World) -> None:
        """Start with what the world has."""
        self._world = world

    def declare(self, day: date) -> Iterator[Entry]:
        """Declare what happens on the date, and exchange what parties hold themselves."""
        for action in self._actions(day):
            self._declare(action)
            self._provide(action)
            moved = self._exchange(action)
            self._world.progress(4)
            if moved:
                yield Entry(day, PAST[action.kind], token=action.token, moved=moved)

    def _actions(self, day: date) -> list[ActionSpec]:
        """Those on tokens that somebody can hold."""
        found = self._world.scenario.actions_on(day)
        return [action for action in found if action.token in self._world.tokens]

    def _declare(self, action: ActionSpec) -> None:
        is_split = action.kind == "split"
        amount = action.amount if is_split else action.amount * 10**8
        self._world.escrow.send(
            self._world.administrator,
            "declare",
            self._world.tokens[action.token].address,
            date_number(action.date),
            _KINDS[action.kind],
            NOBODY if is_split else self._world.tokens[action.cash].address,
            amount.numerator,
            amount.denominator if is_split else 0,
        )

    def _provide(self, action: ActionSpec) -> None:
        """Give the agent what it needs for what the escrow holds, and the escrow access to it."""
        token = self._world.tokens[action.token]
        held = token.call("balanceOf", self._world.escrow.address)
        if action.kind == "split":
            needed = self._after(action, held) - held
        else:
            # Each trade's income is rounded by itself.
            needed = self._after(action, held) + 1 + len(self._world.scenario.trades)
        paying = self._world.tokens[action.cash or action.token]
        agent = self._world.administrator
        if needed > 0:
            paying.send(agent, "issue", agent.address, needed)
        paying.send(agent, "approve", self._world.escrow.address, NO_LIMIT)

    def _exchange(self, action: ActionSpec) -> list[tuple[str, Moved]]:
        """What a split or redemption makes of the parties' own holdings."""
        moved: list[tuple[str, Moved]] = []
        token, agent = self._world.tokens[action.token], self._world.administrator
        for name, account in self._world.accounts.items():
            held = token.call("balanceOf", account.address)
            if action.kind == "income" or not held:
                continue
            after = self._after(action, held)
            gone, symbol = held, action.cash
            if action.kind == "split":
                common = min(held, after)
                gone, after, symbol = held - common, after - common, action.token
            if gone:
                token.send(agent, "forcedTransfer", account.address, agent.address, gone)
                token.send(agent, "approve", agent.address, gone)
                token.send(agent, "redeem", agent.address, gone)
                moved.append((action.token, Moved(name, ISSUER, gone)))
            if after:
                self._world.tokens[symbol].send(agent, "issue", account.address, after)
                moved.append((symbol, Moved(ISSUER, name, after)))
        return moved

    def _after(self, action: ActionSpec, held: int) -> int:
        """What becomes of a quantity, or what income it has; rounded down."""
        if action.kind == "split":
            return floor(held * action.amount)
        token = self._world.scenario.instruments[action.token]
        cash = self._world.scenario.instruments[action.cash]
        per_100 = 100 if action.kind == "redemption" and token.kind is Kind.BOND else 1
        paid = Fraction(held, 10**token.decimals) * action.amount / per_100
        return floor(paid * Fraction(10) ** cash.decimals)
