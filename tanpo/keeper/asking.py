# SPDX-License-Identifier: MIT
"""Asks the contracts what they would do, at no cost: nothing is sent that they would refuse."""

from __future__ import annotations

from collections.abc import Sequence

from tanpo.chain.abi import Reverted
from tanpo.chain.base import Contract
from tanpo.chain.web3 import Web3Chain
from tanpo.keeper.book import Book
from tanpo.keeper.work import BATCHED, Action, Work, batches

MISSING = frozenset({"MissingFixing", "MissingRate", "StaleFixing"})
"""Errors of what is not published, or not young enough."""

HOPELESS = frozenset({"Expired", "Ended"})
"""Errors of an approved trade that can never open any more: nobody's failure."""

FINAL = frozenset({"WorthlessBasket", "ValueTooLarge"})
"""Errors of a mark that are the same whenever it is tried, for a date's fixings are final."""

_CURRENT = frozenset({Action.CLOSE, Action.SETTLE})
"""What the contracts do on no date before the latest that has fixings."""

Refusals = dict[Work, Reverted]
"""What would fail, with the contracts' reason."""


class Asking:
    """Asks by calls that change nothing, in the name of `keeper`.

    A batch reports what fails in events, which a call does not give back. So the escrow is asked
    for `carryOut`, which only it may call and which passes the reason on: a call names its sender
    freely.
    """

    def __init__(self, chain: Web3Chain, escrow: Contract, keeper: str) -> None:
        self._escrow = escrow
        self._inside = Contract(chain, "Escrow", escrow.address)
        self._keeper = keeper

    def refusals(self, works: Sequence[Work], book: Book) -> Refusals:
        """What of `works` would fail on its own, at the latest block.

        Raises ChainUnreachableError.
        """
        refused: Refusals = {}
        for batch in batches(works):
            if len(batch) > 1 and self._refusal(batch, book) is None:
                continue
            for work in batch:
                if reverted := self._refusal([work], book):
                    refused[work] = reverted
        return refused

    def _refusal(self, batch: Sequence[Work], book: Book) -> Reverted | None:
        """Why these, of one action and date, are not all carried out together."""
        first = batch[0]
        if first.action in _CURRENT and first.date < book.latest:
            return Reverted("DatePassed", {"date": first.date, "latest": book.latest})
        try:
            if first.action in BATCHED:
                self._inside.call(
                    "carryOut",
                    self._escrow.interface.selector_of(first.action),
                    [work.subject for work in batch],
                    first.date,
                    self._keeper,
                    True,
                    sender=self._escrow.address,
                )
            else:
                self._escrow.call(first.action, *arguments(batch), sender=self._keeper)
        except Reverted as reverted:
            return reverted
        return None


def arguments(batch: Sequence[Work]) -> tuple[object, ...]:
    """What the escrow's function takes for these."""
    first = batch[0]
    if first.action in BATCHED:
        return [work.subject for work in batch], first.date
    if first.action is Action.CATCH_UP_SET:
        return first.subject, list(first.trades), first.date
    return first.subject, first.date
