# SPDX-License-Identifier: MIT
"""Any vendor that answers in JSON over HTTP.

Three templates say how. In each, `{key}` and `{date}` (2023-04-19) stand for what is asked for:

    url: https://prices.example/eod/{key}?date={date}
    value: data[?date=='{date}'] | [0].close
    observed: data[?date=='{date}'] | [0].date

`value` and `observed` are JMESPath expressions; a key with other signs than letters, digits and
underscores needs quotes there: `rates."{key}"`. A `url` without `{key}` has all keys in one
document. Secrets belong in headers, which no error, repr or log shows.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx
import jmespath
from jmespath.exceptions import JMESPathError
from pydantic_core import from_json

from oracles.observation import Observation
from oracles.sources import SourceError, text
from oracles.sources.download import DownloadError, Limits, NotFound, download

_FIELD = re.compile(r"\{(key|date)\}")
_UNSAFE_KEY = re.compile(r"""["'`\\\x00-\x1f]""")


@dataclass(frozen=True)
class HttpSource:
    """Values out of JSON documents. Raises ValueError for templates or headers that are none."""

    name: str
    url: str = field(repr=False)
    value: str
    """A number or the text of one; null where the vendor has none."""
    observed: str | None = None
    """A text that is a date or begins with one; by default the day that is asked for."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    limits: Limits = field(default_factory=Limits)
    """Of each document."""

    def __post_init__(self) -> None:
        """Refuse at once what would fail at every reading."""
        sample = _fill(self.url, "KEY", date.min)
        try:
            usable = httpx.URL(sample).host and sample.startswith(("http://", "https://"))
        except httpx.InvalidURL:
            usable = False
        if not usable:
            raise ValueError(f"{self.name}: the url is none of http or https")
        for template in (self.value, *([] if self.observed is None else [self.observed])):
            try:
                jmespath.compile(_fill(template, "KEY", date.min))
            except JMESPathError as error:
                raise ValueError(f"{self.name}: {_first_line(error)}") from None
        for header, content in self.headers.items():
            if not (header.isascii() and content.isascii() and content.isprintable()):
                raise ValueError(f"{self.name}: the header {header} is not printable ASCII")

    def keys(self, day: date) -> Sequence[str]:
        """See Source: it cannot list them."""
        return ()

    def read(self, keys: Sequence[str], day: date) -> Mapping[str, Observation]:
        """See Source. One request for each key, or a single one where `url` has no `{key}`.

        Missing are a document that the server does not have (404), where it is of one key, and a
        value that is null. `observed` may name another day, if the vendor does.
        """
        documents: dict[str, Any] = {}
        found = {}
        for key in keys:
            if _UNSAFE_KEY.search(key):
                raise SourceError(f"{self.name}: {key!r} cannot stand in an expression")
            url = _fill(self.url, quote(key, safe=""), day)
            if url not in documents:
                documents[url] = self._document(url, key, day)
            if (value := self._search(self.value, documents[url], key, day)) is not None:
                observed = self._observed(documents[url], key, day)
                found[key] = Observation(key, observed, self._number(value, key), self.name)
        return found

    def _document(self, url: str, key: str, day: date) -> Any:
        """The document at `url`; None where there is none of this key."""
        of_key = "{key}" in self.url
        where = f"{self.name}: {httpx.URL(url).host} for {f'{key} on ' if of_key else ''}{day}"
        try:
            return _parse(download(url, self.headers, self.limits))
        except NotFound as error:
            if of_key:
                return None
            raise SourceError(f"{where}: {error}") from None
        except DownloadError as error:
            raise SourceError(f"{where}: {error}") from None
        except (ValueError, ArithmeticError):
            raise SourceError(f"{where}: is no JSON") from None

    def _search(self, template: str, document: Any, key: str, day: date) -> Any:
        try:
            return jmespath.search(_fill(template, key, day), document)
        except JMESPathError as error:
            raise SourceError(f"{self.name}: {key}: {_first_line(error)}") from None

    def _number(self, value: Any, key: str) -> Decimal:
        # JMESPath's own functions make floats; they are refused with the rest.
        if not isinstance(value, Decimal | str):
            raise SourceError(f"{self.name}: {key}: found a {type(value).__name__} for a number")
        try:
            return text.number(str(value).strip())
        except ValueError as error:
            raise SourceError(f'{self.name}: {key}: "{value}" {error}') from None

    def _observed(self, document: Any, key: str, day: date) -> date:
        if self.observed is None:
            return day
        stated = self._search(self.observed, document, key, day)
        try:
            return text.day(re.split("[T ]", str(stated))[0])
        except ValueError as error:
            raise SourceError(f'{self.name}: {key}: observed "{stated}" {error}') from None


def _parse(document: bytes) -> Any:
    """JSON with exact numbers. Raises ValueError and ArithmeticError."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)  # NaN and the infinities are none of JSON's

    document = document.removeprefix(codecs.BOM_UTF8)
    # It stops at 200 levels. `json` goes as deep as Python's limit, which py-evm raises to where a
    # document of brackets overflows the stack and ends the process.
    from_json(document)
    return json.loads(document, parse_float=Decimal, parse_int=Decimal, parse_constant=refuse)


def _fill(template: str, key: str, day: date) -> str:
    values = {"key": key, "date": day.isoformat()}
    return _FIELD.sub(lambda match: values[match[1]], template)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(":")
