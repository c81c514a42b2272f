# SPDX-License-Identifier: MIT
"""A drop folder: files of one business date each, as most desks receive their closes.

A file's name ends in its date, `2023-04-19.csv` or `closes-2023-04-19.parquet`, and a date may have
several. Columns are `key`, `value` and, where the vendor says it, `observed`, an ISO date; others
are left alone. Whoever writes a file renames it when it is complete: names that end in `.part` or
`.tmp`, or begin with a dot, are not read.

CSV is UTF-8 with commas, and its values are the text that stands there. Of Parquet, integers,
decimals and texts are exact, and a float is the shortest decimal that stands for it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from oracles.observation import Observation
from oracles.sources import SourceError, text

_NAME = re.compile(r"(?!\.)(?:.*-)?(\d{4}-\d{2}-\d{2})\.(csv|parquet)", re.ASCII | re.IGNORECASE)
_NEEDED = ("key", "value")

Row = tuple[str, str, str, str]
"""Where it stands, and the texts of key, value and `observed`, which is empty if not stated."""


@dataclass(frozen=True, slots=True)
class FolderSource:
    """What lies in the folder `path` at the time of reading; nothing is remembered."""

    name: str
    path: Path

    def keys(self, day: date) -> Sequence[str]:
        """See Source."""
        return sorted(self._read(day))

    def read(self, keys: Sequence[str], day: date) -> Mapping[str, Observation]:
        """See Source. Nothing where there is no file of `day`.

        Raises SourceError, with file and line, where any line of any file of `day` cannot be read
        or contradicts another: then the files are not what the vendor meant.
        """
        found = self._read(day)
        return {key: found[key] for key in keys if key in found}

    def _read(self, day: date) -> dict[str, Observation]:
        found: dict[str, tuple[str, Observation]] = {}
        for path in self._files(day):
            for row in self._rows(path):
                where, seen = row[0], self._observation(row, day)
                first, known = found.setdefault(seen.key, (where, seen))
                if (known.value, known.observed) != (seen.value, seen.observed):
                    raise self._error(
                        f"{seen.key} is {known.value} of {known.observed} at {first}"
                        f" and {seen.value} of {seen.observed} at {where}"
                    )
        return {key: seen for key, (_, seen) in found.items()}

    def _files(self, day: date) -> list[Path]:
        """The files of `day`, by name."""
        try:
            found = [path for path in self.path.iterdir() if path.is_file()]
        except OSError as error:
            raise self._error(f"cannot list {self.path}: {error.strerror}") from None
        names = ((_NAME.fullmatch(path.name), path) for path in found)
        return sorted(path for match, path in names if match and match[1] == day.isoformat())

    def _rows(self, path: Path) -> list[Row]:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise self._error(f"cannot read {path.name}: {error.strerror}") from None
        reader = _parquet if path.suffix.lower() == ".parquet" else _csv
        try:
            rows = list(reader(path.name, data)) if data else []
        except ValueError as error:
            raise self._error(str(error)) from None
        if not rows:
            raise self._error(f"{path.name}: is empty")
        return rows

    def _observation(self, row: Row, day: date) -> Observation:
        where, key, value, observed = row
        if not key or not key.isprintable():
            raise self._error(f'{where}: "{key}" is no key'.encode("unicode_escape").decode())
        try:
            read = text.number(value)
        except ValueError as error:
            raise self._error(f'{where}: value "{value}" of {key} {error}') from None
        try:
            on = text.day(observed) if observed else day
        except ValueError as error:
            raise self._error(f'{where}: observed "{observed}" of {key} {error}') from None
        return Observation(key, on, read, self.name)

    def _error(self, reason: str) -> SourceError:
        return SourceError(f"{self.name}: {reason}")


def _csv(name: str, data: bytes) -> Iterator[Row]:
    """Rows of a CSV file. Raises ValueError."""
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{name}:{line}: is no UTF-8 text") from None
    lines = csv.reader(io.StringIO(content, newline=""), strict=True, skipinitialspace=True)
    header: list[str] | None = None
    before = 0
    try:
        for cells in lines:
            # A quoted field may go over several lines; the first of them is named.
            where, before = f"{name}:{before + 1}", lines.line_num
            fields = [cell.strip() for cell in cells]
            if fields in ([], [""]):
                continue
            if header is None:
                _check_columns(where, header := fields)
            elif len(fields) != len(header):
                raise ValueError(f"{where}: has {len(fields)} fields for {len(header)} columns")
            else:
                row = dict(zip(header, fields, strict=True))
                yield where, row["key"], row["value"], row.get("observed", "")
    except csv.Error as error:
        raise ValueError(f"{name}:{before + 1}: is no CSV: {error}") from None


def _parquet(name: str, data: bytes) -> Iterator[Row]:
    """Rows of a Parquet file, which count from 1. Raises ValueError."""
    try:
        # Here, for it takes longer to load than any CSV file to read, and loads only beside the
        # numpy that it was made for.
        import pyarrow
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise ValueError(f"{name}: cannot be read without pyarrow: {error}") from None
    try:
        table = ParquetFile(pyarrow.BufferReader(data)).read()
        _check_columns(f"{name}:1", table.column_names)
        # Arrow writes each decimal in full, and each float in the fewest digits that mean it.
        columns = [
            table[column].cast(pyarrow.string()).to_pylist()
            for column in (*_NEEDED, "observed")
            if column in table.column_names
        ]
    except (pyarrow.ArrowException, OSError) as error:
        raise ValueError(f"{name}:1: is no Parquet: {str(error).splitlines()[0]}") from None
    for line, cells in enumerate(zip(*columns, strict=True), 1):
        key, value, observed = ((cell or "").strip() for cell in (*cells, None)[:3])
        yield f"{name}:{line}", key, value, observed


def _check_columns(where: str, columns: Sequence[str]) -> None:
    """Raise ValueError where a column is missing, or stands there twice."""
    for column in (*_NEEDED, "observed"):
        if columns.count(column) > 1:
            raise ValueError(f"{where}: has the column {column} twice")
        if column in _NEEDED and column not in columns:
            raise ValueError(f"{where}: lacks the column {column}")
