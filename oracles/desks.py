# SPDX-License-Identifier: MIT
"""Makes a feeder's desk: out of its file, or of a source that needs none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import ValidationError

from oracles.config import Config, Key, read_config
from oracles.feed import DateInFutureError
from oracles.markets import last_session
from oracles.observation import KeyKind, Observation
from oracles.reading import Desk
from oracles.sources import Source, SourceError
from oracles.sources.build import build
from tanpo.errors import InputError

EMBEDDED = {"ecb": (KeyKind.PAIR, "TARGET"), "us_stocks": (KeyKind.EQUITY, "US")}
"""Sources that need no options: kind and market of all they have."""


def make_desk(
    config: Path | None, source: str | None, day: date | None, accepted: frozenset[str]
) -> Desk:
    """Return the desk of a feeder's file, with the keys of `source` alone where that is given.

    Without a file it has all that `source` has on `day`. On `day` the overridable findings of the
    keys `accepted` are accepted. Raises ConfigError, InputError, DateInFutureError, and SourceError
    where the source has nothing.
    """
    on_day = {} if day is None else {day: accepted}
    if config is None:
        return _embedded(source, day)
    read = read_config(config)
    keys = tuple(key for key in read.keys.values() if source in (None, key.source))
    if not keys:
        raise InputError(f"{config}: no key has the source {source}")
    markets = tuple(sorted({key.market for key in read.keys.values()}))
    sources = {name: _source(read, name) for name in {key.source for key in keys}}
    return Desk(keys, sources, on_day, markets)


def _source(config: Config, name: str) -> Source:
    try:
        return build(name, config.sources[name])
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in problem["loc"][1:])
        raise config.source_error(name, f"{where}: {problem['msg']}".strip(": ")) from None
    except ValueError as error:
        raise config.source_error(name, str(error).removeprefix(f"{name}: ")) from None
    except SourceError as error:
        return _Away(name, str(error))


@dataclass(frozen=True)
class _Away:
    """A source that could not even be set up: its keys have no values, all others do."""

    name: str
    reason: str

    def keys(self, day: date) -> Sequence[str]:
        """See Source."""
        raise SourceError(self.reason)

    def read(self, keys: Sequence[str], day: date) -> Mapping[str, Observation]:
        """See Source."""
        raise SourceError(self.reason)


def _embedded(source: str | None, day: date | None) -> Desk:
    """All that a source has on the date, for a dry run without a file."""
    if source not in EMBEDDED:
        known = " or ".join(sorted(EMBEDDED))
        raise InputError(f"without --config, give --source {known}")
    if day is None:
        raise InputError("without --config, give --date")
    today = datetime.now(UTC).date()
    if day > today:
        raise DateInFutureError(day, today)
    kind, market = EMBEDDED[source]
    found = build(source, {"kind": source})
    try:
        session = last_session(market, day)
    except ValueError as error:
        raise InputError(str(error)) from None
    names = found.keys(session)
    if not names:
        raise SourceError(f"{source} has no value of {session}")
    keys = tuple(Key(name, kind, market, source, name, None, 0, 500) for name in names)
    return Desk(keys, {source: found}, markets=(market,))
