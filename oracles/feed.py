# SPDX-License-Identifier: MIT
"""The feeder's job: one run of it.

For each business date in order: read the sources, check, compare with what is published and with
what the other feeders have signed, sign what agrees, and look again. All state is on the chain, so
a run can be repeated, killed anywhere, and overlap with those of other feeders.

It goes by the chain's clock alone, whatever this machine's says. A value is due once its market has
closed, so no clock makes a closing price out of one within the day.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from eth_account.signers.local import LocalAccount

from oracles.agreement import Decision, Own, decide
from oracles.config import Key
from oracles.observation import KeyKind
from oracles.onchain import OnChain, fixing_key
from oracles.reading import Desk, Reading
from oracles.scale import from_e8, to_e8
from tanpo.chain.abi import Reverted
from tanpo.chain.web3 import TransactionLostError
from tanpo.report import Correction, Observation
from tanpo.units import date_number

LOOKBACK_DAYS = 14
"""How far back missed dates are caught up: as far as the contract compares."""

MAX_AGE_DAYS = 7
"""Of an observation, where no chain says how old it may be."""

_ROUNDS = 5
"""How often a run tries before it gives up on the same: others change what is there meanwhile."""

_MOST_REPORTS = 10
"""Signed before it looks again: a feeder gone bad can propose without end, at others' expense."""

log = structlog.get_logger()


class Status(StrEnum):
    """What became of a value."""

    READ = "read"
    """It would be signed: a dry run."""
    PUBLISHED = "published"
    SIGNED = "signed"
    """It waits for other feeders."""
    DIFFERS = "differs"
    """Another value is published."""
    REFUSED = "refused"
    """By the checks, or by the contract."""


class DateInFutureError(ValueError):
    """The business date has not begun."""

    def __init__(self, day: date, today: date) -> None:
        super().__init__(f"{day} has not begun: today is {today} (UTC)")


@dataclass(frozen=True, slots=True)
class Result:
    """A value of a date at the end of a run."""

    reading: Reading
    status: Status
    reason: str = ""
    """Why it is not published; empty where it is."""


@dataclass
class Feed:
    """One run. `chain` is None in a dry run without a node; `feeder` in any dry run."""

    desk: Desk
    chain: OnChain | None = None
    feeder: LocalAccount | None = None
    wait_seconds: float = 0
    poll_seconds: float = 10
    sleep: Callable[[float], None] = field(default=time.sleep)

    def dates(self, until: date | None) -> list[date]:
        """The business dates to see to, the earliest first: `until` (default: today, by the chain's
        clock) and, on a chain, those before it that have gaps, since the first that has any of the
        fixings, or all where the chain's last fixings are older than these.

        Raises DateInFutureError.
        """
        today = self._now().date()
        last = until or today
        if last > today:
            raise DateInFutureError(last, today)
        if self.chain is None:
            return [last] if self.desk.is_business_date(last) else []
        keys = [fixing_key(key) for key in self.desk.keys]
        found: list[date] = []
        first = date_number(last - timedelta(LOOKBACK_DAYS))
        has_begun = 0 < self.chain.latest() < first
        for age in range(LOOKBACK_DAYS, -1, -1):
            day = last - timedelta(age)
            if not self.desk.is_business_date(day):
                continue
            count = len(self.chain.published(keys, day))
            has_begun = has_begun or count > 0
            if day == last or (has_begun and count < len(keys)):
                found.append(day)
        return found

    def waiting(self, day: date) -> Mapping[Key, datetime]:
        """The keys that are not due yet, and when they are."""
        return self.desk.waiting(day, self._now())

    def _now(self) -> datetime:
        return datetime.now(UTC) if self.chain is None else self.chain.now()

    def run(self, days: Iterable[date], corrected: Mapping[date, frozenset[str]]) -> list[Result]:
        """See to all that is due of business dates, in their order; then wait, for all of them at
        once: one that is disputed holds up no other.

        `corrected` are names of keys whose published value of a date an operator wants replaced by
        the source's. Raises ChainUnreachableError, Reverted where the contract refuses the feeder
        or a report as such, and TransactionLostError where that goes on for too long.
        """
        if self.chain is None or self.feeder is None:
            return [_dry(reading) for day in days for reading in self._read(day)]
        signings = []
        for day in days:
            names = corrected.get(day, frozenset())
            signing = Signing(self.chain, self.feeder, day, self._read(day), names)
            signing.begin()
            signings.append(signing)
        waited = 0.0
        while waited < self.wait_seconds and not all(each.is_complete for each in signings):
            self.sleep(self.poll_seconds)
            waited += self.poll_seconds
            for signing in signings:
                signing.sign()
        return [result for signing in signings for result in signing.results()]

    def _read(self, day: date) -> list[Reading]:
        waiting, chain = self.waiting(day), self.chain
        due = [key for key in self.desk.keys if key not in waiting]
        if chain is None:
            return self.desk.read(due, day, lambda key: self.desk.earlier(key, day), MAX_AGE_DAYS)
        return self.desk.read(due, day, lambda key: chain.last(key, day), chain.max_age_days)


@dataclass
class Signing:
    """One business date of a run, by a feeder."""

    chain: OnChain
    feeder: LocalAccount
    day: date
    readings: list[Reading]
    corrected: frozenset[str]
    own: dict[bytes, Own] = field(init=False)
    """What the feeder stands for."""
    refused: dict[bytes, str] = field(default_factory=dict)
    """Why the contract takes a value from nobody."""
    is_complete: bool = False
    """Whether all that the feeder stands for is published."""

    def __post_init__(self) -> None:
        """Take the values that have passed their checks."""
        self.own = {fixing_key(each.key): _own(each) for each in self.readings if not each.refusals}

    def begin(self) -> None:
        """Correct what is to be corrected, and sign what agrees."""
        self._correct()
        self.sign()

    def sign(self) -> None:
        """Sign as long as there is something to sign; nothing where all is published."""
        rounds = 0
        while not self.is_complete:
            decision = self._decide()
            for digest in decision.withdrawn:
                self._bring(lambda digest=digest: self._withdraw(digest), rounds)  # type: ignore[misc]
            for report in decision.reports[:_MOST_REPORTS]:
                self._bring(lambda report=report: self._send(report), rounds)  # type: ignore[misc]
            rounds += 1
            self.is_complete = self.own.keys() <= self._published().keys()
            if not decision.reports or rounds >= _ROUNDS:
                return

    def results(self) -> list[Result]:
        """What became of each value."""
        published = self._published()
        return [self._result(reading, published) for reading in self.readings]

    def _send(self, report: tuple[Observation, ...]) -> None:
        """Unless the one before, or another feeder, has settled it meanwhile."""
        published = self._published()
        if all(each.key in published for each in report):
            return
        self.chain.sign(self.day, report, self.feeder)
        log.info("signed", date=self.day, values=len(report))

    def _withdraw(self, digest: bytes) -> None:
        self.chain.withdraw(digest, self.feeder)
        log.warning("withdrawn, for the source has another value now", date=self.day, digest=digest)

    def _bring(self, send: Callable[[], None], rounds: int) -> None:
        """What fails is looked at again, for another may have been first."""
        try:
            send()
        except Reverted as error:
            key = error.arguments.get("key", error.arguments.get("offered"))
            if key not in {fixing_key(each.key) for each in self.readings}:
                raise  # not for a value: no other report fares better
            log.warning("refused by the contract", date=self.day, reason=str(error))
            if error.name != "AlreadyPublished" and key in self.own:
                del self.own[key]
                self.refused[key] = str(error)
        except TransactionLostError as error:
            log.warning("lost", date=self.day, reason=str(error))
            if rounds + 1 >= _ROUNDS:
                raise

    def _correct(self) -> None:
        for reading in self.readings:
            key = fixing_key(reading.key)
            if reading.key.name not in self.corrected or key not in self.own:
                continue
            found, value = self.chain.fixing(key, self.day), self.own[key].observation
            said = (found["valueE8"], found["observedOn"])
            if not found["publishedAt"] or said == (value.value_e8, value.observed_on):
                continue
            correction = Correction(
                date_number(self.day),
                key,
                found["valueE8"],
                found["publishedAt"],
                value.value_e8,
                value.observed_on,
            )
            self._bring(lambda made=correction: self.chain.correct(made, self.feeder), 0)  # type: ignore[misc]

    def _decide(self) -> Decision:
        proposals = self.chain.proposals(self.day)
        return decide(self.own, self._published(), proposals, self.feeder.address)

    def _published(self) -> dict[bytes, Observation]:
        return self.chain.published([fixing_key(each.key) for each in self.readings], self.day)

    def _result(self, reading: Reading, published: Mapping[bytes, Observation]) -> Result:
        key = fixing_key(reading.key)
        found = published.get(key)
        kind = reading.key.kind
        if found is not None:
            shown = f"{_shown(kind, found.value_e8)} is published"
            if reading.observation is None or self._is_good(reading, found):
                return Result(reading, Status.PUBLISHED)
            return Result(reading, Status.DIFFERS, f"{shown}, the source has {_quoted(reading)}")
        if reason := self.refused.get(key) or _refusal(reading):
            return Result(reading, Status.REFUSED, reason)
        return Result(reading, Status.SIGNED, self._unfinished(key, kind))

    def _is_good(self, reading: Reading, found: Observation) -> bool:
        """Whether a published value is the source's, or as good; one that the checks refuse may
        have been accepted by the others.
        """
        own, seen = self.own.get(found.key), reading.observation
        if own is not None:
            return own.agrees(found)
        return seen is not None and (seen.value, date_number(seen.observed)) == (
            from_e8(reading.key.kind, found.value_e8),
            found.observed_on,
        )

    def _unfinished(self, key: bytes, kind: KeyKind) -> str:
        """Who has signed which value, and how many are needed."""
        said: dict[int, set[str]] = {}
        for proposal in self.chain.proposals(self.day):
            for each in proposal.observations:
                if each.key == key:
                    said.setdefault(each.value_e8, set()).update(proposal.signers)
        quorum, outlier_quorum = self.chain.quorum()
        shown = "; ".join(
            f"{_shown(kind, value)} by {', '.join(sorted(signers))}"
            for value, signers in said.items()
        )
        needed = f"needed {quorum} signatures, {outlier_quorum} of an outlier"
        return f"signed {shown or 'by nobody'}; {needed}"


def _own(reading: Reading) -> Own:
    observation, key = reading.observation, reading.key
    assert observation is not None  # a missing one is refused
    value = Observation(
        fixing_key(key), to_e8(key.kind, observation.value), date_number(observation.observed)
    )
    return Own(value, key.tolerance_bps, key.kind is KeyKind.RATE)


def _dry(reading: Reading) -> Result:
    reason = _refusal(reading)
    return Result(reading, Status.REFUSED if reason else Status.READ, reason)


def _refusal(reading: Reading) -> str:
    return "; ".join(f"{each.name}: {each.text}" for each in reading.refusals)


def _shown(kind: KeyKind, value_e8: int) -> str:
    return format(from_e8(kind, value_e8).normalize(), "f")


def _quoted(reading: Reading) -> Any:
    return "none" if reading.observation is None else format(reading.observation.value, "f")
