# SPDX-License-Identifier: MIT
"""The feeder's file: which keys it publishes, and from which source each comes.

    sources:
      closes: {kind: folder, path: closes}     # `path` and `cache` count from the file's folder
      ecb: {kind: ecb}
    keys:
      EURUSD: {source: ecb, market: TARGET}    # a pair by its name; its kind may be left out
      BUND: {kind: bond, token: "0x…", market: DE, source: closes, as: DE0001102580}
      ESTR: {kind: rate, market: TARGET, source: closes, tolerance_bps: 1, outlier_bps: 30}

A source's options but for its `kind` are for `oracles.sources.build` to check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from oracles.config_checks import check_keys
from oracles.config_schema import SUBJECTS, FeedEntry, KeyEntry
from oracles.observation import KeyKind
from tanpo.scenario import messages
from tanpo.scenario.errors import FileError
from tanpo.scenario.files import read_text, refuse
from tanpo.scenario.source import Document, SourceError

OUTLIER_BPS = {KeyKind.BOND: 500, KeyKind.EQUITY: 2000, KeyKind.PAIR: 500, KeyKind.RATE: 50}
"""Where the file has none: moves of a day that a market makes only in a crisis. Of the last value;
of a rate basis points of the rate itself (it may be near zero)."""

PATHS = ("path", "cache")
"""Options of sources that name files."""


class ConfigError(FileError):
    """A feeder's file that cannot be used."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is published under one name, and where it comes from."""

    name: str
    kind: KeyKind
    market: str
    """One of `oracles.markets.MARKETS`."""
    source: str
    symbol: str
    """What the source calls it."""
    token: str | None
    """The checksummed address of a bond's or an equity's token; None of pairs and rates."""
    tolerance_bps: int
    """How far another feeder's value may be from this one's to be agreed to; 0: not at all."""
    outlier_bps: int


@dataclass(frozen=True, slots=True)
class Config:
    """A feeder's file that has passed all checks."""

    path: str
    keys: Mapping[str, Key]
    """In the order of the file."""
    sources: Mapping[str, Mapping[str, Any]] = field(repr=False)  # there may be passwords in it
    """The options of each source, all of them texts, with paths made absolute."""
    _document: Document = field(repr=False, compare=False)

    def source_error(self, source: str, reason: str) -> ConfigError:
        """Return the error for a source whose options turn out to be wrong."""
        line = self._document.line(("sources", source), on_key=True)
        return ConfigError(self.path, line, f"source {source}: {reason}")


def read_config(path: str | PathLike[str]) -> Config:
    """Read a feeder's file in UTF-8. Raises ConfigError for every way that it can be wrong."""
    name = fspath(path)
    return parse_config(read_text(name, ConfigError), name)


def parse_config(text: str, path: str = "<text>") -> Config:
    """Read a feeder's file from text; `path` names it, and its folder. Raises ConfigError."""
    try:
        document = Document(text)
    except SourceError as error:
        raise ConfigError(path, error.line, error.reason) from None
    entry = _entry(document, path)
    refuse(document, path, check_keys(entry), ConfigError)
    folder = Path(path).absolute().parent
    return Config(
        path=path,
        keys={name: _key(name, each) for name, each in entry.keys.items()},
        sources={name: _located(options, folder) for name, options in entry.sources.items()},
        _document=document,
    )


def _entry(document: Document, path: str) -> FeedEntry:
    try:
        return FeedEntry.model_validate(document.tree)
    except ValidationError as error:
        refuse(document, path, messages.problems(error, SUBJECTS), ConfigError)
        raise


def _key(name: str, entry: KeyEntry) -> Key:
    kind = entry.kind or KeyKind.PAIR
    outlier = OUTLIER_BPS[kind] if entry.outlier_bps is None else entry.outlier_bps
    symbol = entry.symbol or name
    return Key(
        name,
        kind,
        entry.market,
        entry.source,
        symbol,
        entry.token,
        entry.tolerance_bps,
        outlier,
    )


def _located(options: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    return {
        name: str(folder / option) if name in PATHS and isinstance(option, str) else option
        for name, option in options.items()
    }
