# SPDX-License-Identifier: MIT
"""What every question of a study is asked of: a market, its windows, and hands to do the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tanpo.study.cells import Cell, run_cell
from tanpo.study.engine.tokens import Floats, Tokens
from tanpo.study.measured import Measured, in_units
from tanpo.study.sampling import Draws, draw
from tanpo.study.setting import Setting, TradeType
from tanpo.study.spread import Spread
from tanpo.study.universe import Universe
from tanpo.study.windows import Window


@dataclass(frozen=True)
class Effort:
    """How many random trades; more narrow the intervals."""

    published: int
    """Of each window, for the published design."""
    further: int
    """For every further question."""
    bootstrap: int
    """Windows that are put together from blocks."""


FULL = Effort(published=500, further=60, bootstrap=48)
QUICK = Effort(published=60, further=8, bootstrap=12)


@dataclass(frozen=True)
class Laboratory:
    """A market, and what is to be done with it."""

    universe: Universe
    windows: tuple[Window, ...]
    effort: Effort
    seed: int
    spread: Spread

    def tokens(self, window: Window) -> Tokens:
        """Of the window's steps."""
        return self.universe.tokens.between(window.first, window.last)

    @cached_property
    def largest_basket(self) -> int:
        """Securities that every window has for one basket."""
        return min(len(self.draws(number, 1).order) for number in range(len(self.windows)))

    def draws(self, number: int, count: int) -> Draws:
        """Of the window of that number; the same ones whoever asks."""
        return self._draws[number].first(count)

    @cached_property
    def _draws(self) -> list[Draws]:
        most = max(self.effort.published, self.effort.further)
        return [
            draw(self.universe, window.first, window.last, most, (self.seed, number))
            for number, window in enumerate(self.windows)
        ]

    def cell(
        self,
        number: int,
        settings: Sequence[Setting],
        types: tuple[TradeType, ...] = (),
        draws: int | None = None,
        change: Callable[[Tokens], Tokens] = lambda tokens: tokens,
    ) -> Cell:
        """The work for one window: of these `types`, else of all that the universe has.

        `change` makes another market of its tokens.
        """
        return Cell(
            change(self.tokens(self.windows[number])),
            self.universe.cash,
            self.draws(number, draws or self.effort.further),
            types or self.universe.types,
            tuple(settings),
            self.universe.notional,
            self.universe.per_date,
        )

    def measure(
        self,
        settings: Sequence[Setting],
        types: tuple[TradeType, ...] = (),
        draws: int | None = None,
        change: Callable[[Tokens], Tokens] = lambda tokens: tokens,
    ) -> Measured[Setting]:
        """Run settings in every window."""
        cells = [
            self.cell(number, settings, types, draws, change) for number in range(len(self.windows))
        ]
        found = self.spread.map(run_cell, cells)
        return Measured(
            tuple(settings), self.windows, tuple(map(_in_units, found, cells)), self.seed
        )


def _in_units(found: Floats, cell: Cell) -> Floats:
    return in_units(found, cell.notional, cell.dates)
