# SPDX-License-Identifier: MIT
"""What a keeper can do, in the order of a business date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tanpo.replay.cycle import BATCH


class Action(StrEnum):
    """The escrow's functions by their names, in the order of a business date."""

    CATCH_UP = "catchUp"
    CATCH_UP_SET = "catchUpSet"
    CLOSE = "close"
    NOTE_LATE = "noteLate"
    MARK = "mark"
    MARK_SETS = "markSets"
    SETTLE = "settle"


BATCHED = frozenset({Action.CLOSE, Action.MARK, Action.MARK_SETS, Action.SETTLE})
"""What one transaction does for many."""

MARKS = frozenset({Action.MARK, Action.MARK_SETS})

OF_SETS = frozenset({Action.CATCH_UP_SET, Action.MARK_SETS})
"""What is done for a netting set and not for a trade."""


@dataclass(frozen=True)
class Work:
    """One action for one trade or netting set."""

    action: Action
    subject: bytes
    """The trade's or the set's identity."""
    at: int
    """The business date whose turn it is."""
    date: int
    """The business date that the contracts are told: of a close or an opening that of the run."""
    tokens: int
    """How many it may move."""
    trades: tuple[bytes, ...] = ()
    """The open trades of the set, where a call takes them."""

    @property
    def once(self) -> Work:
        """What it counts as: a close in the place of several dates is one close on its date."""
        return replace(self, at=self.date)


def batches(works: Sequence[Work], most: int = BATCH) -> Iterator[list[Work]]:
    """In order, as many in each as move no more than `most` tokens, one at the least."""
    batch: list[Work] = []
    tokens = 0
    for work in works:
        alone = work.action not in BATCHED
        if batch and (alone or tokens + work.tokens > most):
            yield batch
            batch, tokens = [], 0
        batch.append(work)
        tokens += work.tokens
    if batch:
        yield batch
