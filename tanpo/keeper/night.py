# SPDX-License-Identifier: MIT
"""One run of the nightly job: reads, plans, asks, acts, until nothing is left (the package)."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from eth_account.signers.local import LocalAccount
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    wait_exponential,
    wait_random,
)

from tanpo.chain.abi import Reverted
from tanpo.chain.base import Receipt
from tanpo.chain.web3 import ChainUnreachableError, TransactionLostError, Web3Chain
from tanpo.deployer import Platform
from tanpo.keeper.asking import FINAL, HOPELESS, MISSING, Asking, Refusals, arguments
from tanpo.keeper.book import Book
from tanpo.keeper.expecting import expected
from tanpo.keeper.planning import awaits, business_dates, is_weekend, plan
from tanpo.keeper.reading import Reader
from tanpo.keeper.work import MARKS, Action, Work, batches

_MOST_LOSSES = 5
"""Lost transactions or answers in a row, while nothing changes, that the job puts up with: some
eight seconds, in which a node restarts. Two jobs with the same key wait for different times.
"""

_NOBODY = "0x" + "00" * 19 + "01"
"""In whose name a dry run asks."""

_IN_VAIN = Reverted("SentInVain", {})
"""The contracts would do it and have not done it, and nobody said why."""

T = TypeVar("T")


class DateInFutureError(ValueError):
    """The date of the run has not begun by the chain's clock."""


@dataclass(frozen=True)
class Options:
    """How a run goes; see the command."""

    wait_seconds: float = 0
    poll_seconds: float = 30
    skips_missing: bool = False


@dataclass
class Outcome:
    """What a run found and did."""

    day: int
    """Its business date."""
    skips: bool = False
    """Whether trades go on without a fixing that is missing."""
    dates: set[int] = field(default_factory=set)
    """All that it worked through."""
    refused: dict[Work, Reverted] = field(default_factory=dict)
    """What is left, and why."""
    lacks_fixings: bool = False
    """Whether there are none at all of the run's date, though a trade is to be marked."""
    planned: list[Work] = field(default_factory=list)
    """What a dry run would do."""


class Night:
    """One run on a deployment, by `keeper` or, without one, dry."""

    def __init__(
        self,
        platform: Platform,
        chain: Web3Chain,
        keeper: LocalAccount | None,
        options: Options | None = None,
        sleep: Callable[[float], None] = time.sleep,
        first_block: int = 0,
    ) -> None:
        self._escrow = platform.escrow
        self._keeper = keeper
        self._options = options or Options()
        self._sleep = sleep
        self.reader = Reader(chain, platform, first_block)
        self._asking = Asking(chain, self._escrow, keeper.address if keeper else _NOBODY)
        self._deadline = time.monotonic() + self._options.wait_seconds
        self._losses = 0
        self._before: Book | None = None
        self._in_vain: set[Work] = set()
        self._has_sent = False

    def run(self, day: int | None = None) -> Outcome:
        """Do all that is to be done up to date `day`, by default the chain's today.

        Raises DateInFutureError, and ChainUnreachableError or TransactionLostError where that
        does not pass before the time to wait is over.
        """
        book = self.retried(self._read)
        if day is None:
            day = book.today
        if day > book.today:
            raise DateInFutureError(day)
        outcome = Outcome(day, self._options.skips_missing)
        self.retried(lambda: self._wait(outcome))
        if self._keeper is None:
            self.retried(lambda: self._pass(outcome, is_dry=True))
            return outcome
        self._has_sent = True
        while self._has_sent:
            self.retried(lambda: self._pass(outcome, is_dry=False))
        return outcome

    def retried(self, step: Callable[[], T]) -> T:
        """Carry out `step` again where the node or a transaction gets lost, as long as there is
        time or something changes: whatever has been done is found done.
        """
        lost = (ChainUnreachableError, TransactionLostError)
        retrying = Retrying(
            retry=retry_if_exception_type(lost),
            wait=wait_exponential(multiplier=0.5, max=5) + wait_random(0, 0.5),
            stop=self._gives_up,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(step)

    def _gives_up(self, state: RetryCallState) -> bool:
        self._losses += 1
        return self._losses >= _MOST_LOSSES and time.monotonic() >= self._deadline

    def _read(self) -> Book:
        book = self.reader.book()
        if not book.is_same(self._before):
            self._losses = 0
        self._before = book
        return book

    def _wait(self, outcome: Outcome) -> None:
        """Until nothing is missing, or the time is over."""
        while time.monotonic() < self._deadline:
            found = Outcome(outcome.day)
            self._pass(found, is_dry=True)
            missing = any(reverted.name in MISSING for reverted in found.refused.values())
            if not missing and not found.lacks_fixings:
                return
            left = self._deadline - time.monotonic()
            self._sleep(max(0.0, min(self._options.poll_seconds, left)))

    # ------------------------------------------------------------------ one pass

    def _pass(self, outcome: Outcome, is_dry: bool) -> None:
        """All dates in order, once. What it is refused replaces what the last pass was, but for
        marks: where a later date has been marked since, they never come back.
        """
        self._has_sent = False
        book = self._read()
        outcome.refused = {
            work: why
            for work, why in outcome.refused.items()
            if work.action in MARKS or work in self._in_vain
        }
        outcome.planned = []
        outcome.lacks_fixings = False
        held = {work.subject for work in self._in_vain if work.action in MARKS}
        for at in business_dates(book, outcome.day):
            outcome.dates.add(at)
            if at not in book.dates and not is_weekend(at) and awaits(book, at):
                outcome.lacks_fixings = True
            for action in Action:
                book = self._stage(action, at, book, held, outcome, is_dry)

    def _stage(
        self,
        action: Action,
        at: int,
        book: Book,
        held: set[bytes],
        outcome: Outcome,
        is_dry: bool,
    ) -> Book:
        """One action of one date, as long as that changes anything; the book after it."""
        while True:
            works = self._plan(action, at, book, held, outcome.day)
            refused = self._asking.refusals(works, book)
            if is_dry:
                refused = _unless_caught_up(refused, outcome.planned)
            elif refused:
                # Another keeper may have been first since the book was read.
                book = self._read()
                left = self._plan(action, at, book, held, outcome.day)
                refused = {work: why for work, why in refused.items() if work in left}
                works = [work for work in works if work in left]
            for work in works:
                outcome.refused.pop(work.once, None)
            self._note(refused, held, outcome)
            able = [work for work in works if work not in refused]
            if is_dry:
                outcome.planned += able
                return expected(book, able)
            if not able:
                return book
            said = self._send(able)
            book = self._read()
            left = self._plan(action, at, book, held, outcome.day)
            if set(left).issuperset(able):
                self._in_vain.update(work.once for work in able)
                self._note({work: said.get(work.subject, _IN_VAIN) for work in able}, held, outcome)

    def _plan(
        self, action: Action, at: int, book: Book, held: Collection[bytes], day: int
    ) -> list[Work]:
        works = plan(book, action, at, day, held, self._options.skips_missing)
        return [work for work in works if work.once not in self._in_vain]

    def _note(self, refused: dict[Work, Reverted], held: set[bytes], outcome: Outcome) -> None:
        for work, reverted in refused.items():
            if work.action is Action.NOTE_LATE or reverted.name in HOPELESS:
                continue
            outcome.refused[work.once] = reverted
            is_final = reverted.name in FINAL or self._options.skips_missing
            if work.action in MARKS and not is_final:
                held.add(work.subject)

    def _send(self, works: Sequence[Work]) -> dict[bytes, Reverted]:
        """Send all in batches; what the contracts then said of what failed."""
        said: dict[bytes, Reverted] = {}
        for batch in batches(works):
            said |= self._send_one(batch)
        return said

    def _send_one(self, batch: Sequence[Work]) -> dict[bytes, Reverted]:
        """The same of one batch; of its halves where a token burns what the others need."""
        assert self._keeper is not None
        self._has_sent = True
        try:
            receipt = self._escrow.send(self._keeper, batch[0].action, *arguments(batch))
        except Reverted as reverted:
            if reverted.name == "InsufficientGas" and len(batch) > 1:
                half = len(batch) // 2
                return self._send_one(batch[:half]) | self._send_one(batch[half:])
            return dict.fromkeys((work.subject for work in batch), reverted)
        return self._failures(receipt)

    def _failures(self, receipt: Receipt) -> dict[bytes, Reverted]:
        return {
            event.args["id"]: self._escrow.interface.decode_error(event.args["reason"])
            for event in self._escrow.events(receipt)
            if event.name == "Failed"
        }


def _unless_caught_up(refused: Refusals, planned: Collection[Work]) -> Refusals:
    """A dry run does not let a set catch up, which it would before it comes to this."""
    if not any(work.action is Action.CATCH_UP_SET for work in planned):
        return refused
    return {work: why for work, why in refused.items() if why.name != "ActionPending"}
