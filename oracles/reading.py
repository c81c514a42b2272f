# SPDX-License-Identifier: MIT
"""Reads a business date from the sources and checks what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from oracles.checks import Limits, check
from oracles.config import Key
from oracles.findings import Finding, Last
from oracles.markets import final_at, is_session, last_session
from oracles.observation import KeyKind, Observation
from oracles.sources import Source, SourceError

LastOf = Callable[[Key], Last | None]
"""The last fixing of a key before the business date."""

OVERRIDABLE = frozenset({"unit-slip", "inverted"})
"""Findings that an operator who has looked can accept: they tell of what is unlikely, not wrong."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source has of one key for a business date."""

    key: Key
    day: date
    observation: Observation | None
    findings: tuple[Finding, ...]

    @property
    def refusals(self) -> list[Finding]:
        """Why the value is not reported."""
        return [finding for finding in self.findings if finding.refuses]

    @property
    def checks(self) -> list[str]:
        """Names of what was found."""
        return [finding.name for finding in self.findings]


@dataclass
class Desk:
    """A feeder's keys with their sources."""

    keys: tuple[Key, ...]
    sources: Mapping[str, Source]
    accepted: Mapping[date, frozenset[str]] = field(default_factory=dict)
    """Keys whose overridable findings of a date an operator has accepted."""
    markets: tuple[str, ...] = field(default=())
    """Whose sessions make a business date; those of the keys unless given."""

    def is_business_date(self, day: date) -> bool:
        """Whether any market is open: then the others' last values are published for it too."""
        markets = self.markets or {key.market for key in self.keys}
        return any(is_session(market, day) for market in markets)

    def waiting(self, day: date, now: datetime) -> dict[Key, datetime]:
        """The keys whose market has not closed yet, and when their values are final."""
        finals = {key: final_at(key.market, day) for key in self.keys}
        return {key: moment for key, moment in finals.items() if now < moment}

    def read(
        self, keys: Iterable[Key], day: date, last_of: LastOf, max_age_days: int
    ) -> list[Reading]:
        """What the sources have of `keys`, in their order, with all findings."""
        keys = list(keys)
        found, broken = self._observations(keys, day)
        readings = []
        for key in keys:
            if key.name in broken:
                trouble = Finding("unreachable", broken[key.name], refuses=True)
                readings.append(Reading(key, day, None, (trouble,)))
                continue
            observation = found.get(key.name)
            limits = Limits(key.outlier_bps, max_age_days)
            session = last_session(key.market, day)
            last = last_of(key)
            findings = check(key.kind, observation, day, session, last, limits)
            readings.append(Reading(key, day, observation, self._after_review(key, day, findings)))
        return readings

    def earlier(self, key: Key, day: date) -> Last | None:
        """The value of the session before, from the source itself: where there is no chain."""
        try:
            before = last_session(key.market, last_session(key.market, day) - timedelta(1))
            found = self.sources[key.source].read([key.symbol], before).get(key.symbol)
        except (SourceError, ValueError):
            return None
        is_sound = found is not None and found.value.is_finite()
        if found is None or not is_sound or (found.value <= 0 and key.kind is not KeyKind.RATE):
            return None
        return Last(found.value, found.observed)

    def _observations(
        self, keys: list[Key], day: date
    ) -> tuple[dict[str, Observation], dict[str, str]]:
        """By the keys' names: values, and why a source could not be read."""
        asked: defaultdict[tuple[str, date], list[Key]] = defaultdict(list)
        for key in keys:
            asked[key.source, last_session(key.market, day)].append(key)
        found: dict[str, Observation] = {}
        broken: dict[str, str] = {}
        for (source, session), group in asked.items():
            try:
                values = self.sources[source].read([key.symbol for key in group], session)
            except SourceError as error:
                broken |= {key.name: str(error) for key in group}
                continue
            found |= {key.name: values[key.symbol] for key in group if key.symbol in values}
        return found, broken

    def _after_review(
        self, key: Key, day: date, findings: tuple[Finding, ...]
    ) -> tuple[Finding, ...]:
        if key.name not in self.accepted.get(day, ()):
            return findings
        return tuple(
            Finding(each.name, f"{each.text} (accepted)") if each.name in OVERRIDABLE else each
            for each in findings
        )
