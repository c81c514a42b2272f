# SPDX-License-Identifier: MIT
"""Reads from the chain's logs what happened on business dates, whoever sent the transactions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Set
from typing import Any

from tanpo.chain.abi import Event, Reverted
from tanpo.chain.web3 import Web3Chain
from tanpo.deployer import Platform
from tanpo.keeper.asking import MISSING
from tanpo.keeper.book import DAY
from tanpo.keeper.line import Line
from tanpo.keeper.names import Names
from tanpo.keeper.night import Outcome
from tanpo.keeper.reading import Reader
from tanpo.keeper.work import MARKS, OF_SETS, Work
from tanpo.units import MAX_DECIMALS, from_smallest

_TOLD = {
    "Opened": "opened",
    "Closed": "closed",
    "Marked": "marked",
    "SetMarked": "marked",
    "Returned": "returned",
    "SetReturned": "returned",
    "Delivered": "delivered",
    "SetDelivered": "delivered",
    "Deficit": "deficit",
    "SetDeficit": "deficit",
    "Late": "late",
    "IncomePaid": "income",
    "IncomeMissed": "income_missed",
    "Exchanged": "exchanged",
}
"""The escrow's events and how the report calls them."""


class Telling:
    """Tells what happened and what is left as lines."""

    def __init__(self, chain: Web3Chain, platform: Platform, reader: Reader) -> None:
        self._chain = chain
        self._escrow = platform.escrow
        self._reader = reader
        self.names = Names(chain)
        self._views: dict[bytes, dict[str, Any]] = {}
        self._currencies: dict[bytes, str] = {}

    def lines(self, outcome: Outcome) -> list[Line]:
        """All of the outcome's dates: what was done, what is planned, what is left."""
        done = list(self._done(outcome.dates))
        marked = {(line.subject, line.at) for line in done if line.event == "marked"}
        last = {work.subject: work.at for work in outcome.planned if work.action in MARKS}
        last |= {line.subject: line.at for line in done if line.event == "marked" and line.subject}
        lines = [*done, *map(_planned, outcome.planned)]
        for work, reverted in outcome.refused.items():
            if work.action not in MARKS or (work.subject, work.at) not in marked:
                is_skipped = outcome.skips and last.get(work.subject, 0) > work.at
                lines.append(self._left(work, reverted, is_skipped))
        if outcome.lacks_fixings:
            lines.append(_without_fixings(outcome))
        return sorted(lines, key=lambda line: line.at)

    # ------------------------------------------------------------------ what was done

    def _done(self, dates: Collection[int]) -> Iterator[Line]:
        topics = [self._escrow.interface.topic_of(name) for name in _TOLD]
        block, _ = self._chain.block()
        # No date has begun before its midnight.
        first = self._chain.first_block_from(min(dates) * DAY)
        logs = list(self._chain.logs([self._escrow.address], topics, first, block))
        events = self._escrow.interface.decode_events(logs)
        events = [event for event in events if event.args["date"] in dates]
        self._read_views({event.args["id"] for event in events})
        yield from map(self._line, events)

    def _read_views(self, subjects: Set[bytes]) -> None:
        """Of all trades and sets at once, with their valuation currencies."""
        asked = sorted(subjects - self._views.keys())
        names = ["trade" if each in self._reader.booked else "nettingSet" for each in asked]
        calls = [(name, [each]) for name, each in zip(names, asked, strict=True)]
        self._views.update(zip(asked, self._reader.views(calls), strict=True))
        agreements = {self._views[each]["agreement"] for each in asked}
        unknown = sorted(agreements - self._currencies.keys())
        found = self._reader.views([("agreement", [each]) for each in unknown])
        for each, agreement in zip(unknown, found, strict=True):
            self._currencies[each] = agreement["valuationCurrency"].decode()

    def _line(self, event: Event) -> Line:
        args = event.args
        details = dict(self._details(event))
        is_account = args["id"] not in self._reader.booked
        return Line(args["date"], _TOLD[event.name], args["id"], is_account, details)

    def _details(self, event: Event) -> Iterator[tuple[str, Any]]:
        args = event.args
        if "loanE18" in args:
            yield "loan_value", _e18(args["loanE18"])
            yield "required_value", _e18(args["requiredE18"])
            yield "collateral_value", _e18(args["collateralE18"])
            yield "exposure", _e18(args["requiredE18"] - args["collateralE18"])
            yield "currency", self._currencies[self._views[args["id"]]["agreement"]]
        for name in ("party", "payer", "receiver"):
            if name in args:
                yield name, args[name]
        if "token" in args:
            yield "token", args["token"]
            yield "symbol", self.names.symbol(args["token"])
        cash = args.get("cash") or args.get("successor") or args.get("token")
        for name in ("quantity", "missing"):
            if name in args and cash:
                yield name, self.names.quantity(cash, args[name])
        if event.name == "Exchanged":
            yield "before", self.names.quantity(args["token"], args["before"])
            yield "successor", args["successor"]
        if event.name == "Late":
            yield "missing_value", from_smallest(args["missingE6"], 6)
        if event.name == "Closed" and args["interest"]:
            token = self._views[args["id"]]["rateToken"]
            yield "interest", self.names.quantity(token, args["interest"])
            yield "rate_token", token

    # ------------------------------------------------------------------ what is left

    def _left(self, work: Work, reverted: Reverted, is_skipped: bool) -> Line:
        details: dict[str, Any] = {"action": work.action.value}
        event = "failed"
        if reverted.name in MISSING:
            event = "missing"
            details["missing"] = self.names.missing(reverted)
        if is_skipped:
            details["skipped"] = True
        details["reason"] = self.names.reason(reverted)
        return Line(work.at, event, work.subject, work.action in OF_SETS, details)


def _without_fixings(outcome: Outcome) -> Line:
    details: dict[str, Any] = {"skipped": True} if outcome.skips else {}
    return Line(outcome.day, "missing", details={**details, "reason": "no fixings are published"})


def _planned(work: Work) -> Line:
    is_account = work.action in OF_SETS
    return Line(work.at, "planned", work.subject, is_account, {"action": work.action.value})


def _e18(value: int) -> str:
    return from_smallest(value, MAX_DECIMALS)
