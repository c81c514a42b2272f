# SPDX-License-Identifier: MIT
"""What a run says of itself on standard error: one line an event, and never a secret.

Lines are JSON, for whoever collects them, unless standard error is a terminal and no `--json` was
given: then they are for a person. Both are without colours. Results go to standard output and are
no logs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from pydantic import SecretBytes, SecretStr
from structlog.typing import EventDict, WrappedLogger

MASK = "***"

SECRET_FIELDS = frozenset(
    {"ciphertext", "crypto", "keystore_json", "mac", "password", "private_key", "secret"}
)
"""Fields whose values show as `MASK`, at any depth."""

_NOTHING = "(?!)"
"""A pattern that no text has."""

_PRIVATE_KEY = re.compile("(0x)?[0-9a-f]{64}", re.IGNORECASE)


def configure(
    *, as_json: bool = False, secrets: Iterable[SecretStr] = (), stream: TextIO | None = None
) -> None:
    """Send what `structlog.get_logger()` is told to standard error, or to `stream`.

    `secrets` are masked wherever they turn up, also within texts and errors.
    """
    output = sys.stderr if stream is None else stream
    for_person = output.isatty() and not as_json
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _Masking(secrets),
            _Ordered(),
            _line_for_person if for_person else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.PrintLoggerFactory(output),
        cache_logger_on_first_use=False,  # a second `configure` counts for loggers of before
    )


class _Masking:
    """Puts `MASK` for secrets: by their type, by the name of their field, and where known."""

    def __init__(self, secrets: Iterable[SecretStr]) -> None:
        texts = {secret.get_secret_value() for secret in secrets}
        bare = {text[2:] for text in texts if text[:2].lower() == "0x"}
        # The longest first: one may be part of another. All texts have the empty one in them.
        known = sorted((texts | bare) - {""}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known)) or _NOTHING, re.IGNORECASE)

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {name: self._field(name, value) for name, value in event.items()}

    def _field(self, name: object, value: object) -> object:
        shown = self._value(value)
        # A `key` is that of a fixing (EURUSD); what looks like another, nobody should see.
        private = name == "key" and isinstance(shown, str) and _PRIVATE_KEY.fullmatch(shown)
        return MASK if private or str(name).lower() in SECRET_FIELDS else shown

    def _value(self, value: object) -> object:
        match value:
            case SecretStr() | SecretBytes():
                return MASK
            case None | bool() | int() | float():
                return value
            case Mapping():
                return {str(name): self._field(name, each) for name, each in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._value(each) for each in value]
            case bytes() | bytearray():
                return self._text(f"0x{value.hex()}")
            case _:  # also errors, dates, decimals and paths, as people read them
                return self._text(str(value))

    def _text(self, text: str) -> str:
        return self._known.sub(MASK, text)


class _Ordered:
    """Puts time, level and event first; the fields keep the order in which they were given."""

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        first = {name: event[name] for name in ("timestamp", "level", "event")}
        return {**first, **{name: event[name] for name in event if name not in first}}


def _line_for_person(_: WrappedLogger, __: str, event: MutableMapping[str, Any]) -> str:
    """`2023-04-19T20:31:02Z info: published (key=BUND, value=98.811)`, and a traceback below."""
    moment, level, what = (event.pop(name) for name in ("timestamp", "level", "event"))
    error = event.pop("exception", None)
    fields = ", ".join(f"{name}={_plain(value)}" for name, value in event.items())
    line = f"{moment[:19]}Z {level}: {_plain(what)}" + (f" ({fields})" if fields else "")
    return line if error is None else f"{line}\n{error}"


def _plain(value: object) -> str:
    """Return a text as it is, but for what would break the line or move the terminal's cursor."""
    text = str(value)
    return text if text.isprintable() else repr(text)
