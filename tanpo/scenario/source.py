# SPDX-License-Identifier: MIT
"""YAML text to a tree of mappings, lists and texts that remembers the lines.

Every scalar stays the text that was written: `NO` is no boolean, `010` no octal, `2023-04-19` no
date and `98.8110` no float. That is why the tree is made from the parser's events and not by a
YAML constructor. Aliases and tags have no use in a scenario and are refused: an alias can blow a
short file up to any size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from tanpo.scenario.errors import Path

Tree = str | list[Any] | dict[str, Any]
"""A text, a list of trees, or a mapping of texts to trees."""

DEEPEST = 16
"""Levels of nesting allowed; the format needs 5. The parser slows down with the square of them."""


class SourceError(Exception):
    """The text is not a YAML document of the plain kind that scenarios are."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class Document:
    """One YAML document: its tree, and the line of each key and value.

    Raises SourceError where the text is none.
    """

    def __init__(self, text: str) -> None:
        self._key_lines: dict[Path, int] = {}
        self._value_lines: dict[Path, int] = {(): 1}
        self._events = _events(text)
        next(self._events)  # the stream's start
        if isinstance(next(self._events), StreamEndEvent):
            raise SourceError(1, "the file is empty")
        self.tree = self._value(next(self._events), ())
        next(self._events)  # the document's end
        after = next(self._events)
        if isinstance(after, DocumentStartEvent):
            raise SourceError(_line(after), "a file holds one document, found a second")

    def line(self, path: Path, on_key: bool = False) -> int:
        """Return the line of a text, or of the key of a mapping or list (and of any, `on_key`).

        Of a path that is not in the file, the line of the nearest one above it that is.
        """
        while path not in self._value_lines:
            path = path[:-1]
        if on_key and path in self._key_lines:
            return self._key_lines[path]
        return self._value_lines[path]

    def move(self, old: Path, new: Path) -> None:
        """Let the lines of `old` and what is in it be those of `new` too, for a tree rewritten."""
        for lines in (self._key_lines, self._value_lines):
            lines |= {
                (*new, *path[len(old) :]): line
                for path, line in lines.items()
                if path[: len(old)] == old
            }

    def _value(self, event: Event, path: Path) -> Tree:
        """Return the tree that starts with this event, and keep its line."""
        line = _line(event)
        if isinstance(event, AliasEvent):
            raise SourceError(line, f"aliases are not supported, found *{event.anchor}")
        if isinstance(event, ScalarEvent | CollectionStartEvent) and event.ctag is not None:
            raise SourceError(line, f"tags are not supported, found {event.ctag}")
        if len(path) > DEEPEST:
            raise SourceError(line, "nested too deeply")
        if isinstance(event, ScalarEvent):
            # The parser finds a value that is left out only at the next token.
            left_out = not event.value and event.style is None
            self._value_lines[path] = self._key_lines.get(path, line) if left_out else line
            return str(event.value)
        self._value_lines[path] = self._key_lines.get(path, line)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        return self._list(path)

    def _mapping(self, path: Path) -> dict[str, Tree]:
        tree: dict[str, Tree] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._value(event, (*path, ""))
            line = _line(event)
            if not isinstance(key, str):
                raise SourceError(line, "a key must be a single value")
            here = (*path, key)
            if key in tree:
                reason = f'duplicate key "{key}", first on line {self._key_lines[here]}'
                raise SourceError(line, reason)
            self._key_lines[here] = line
            tree[key] = self._value(next(self._events), here)
        return tree

    def _list(self, path: Path) -> list[Tree]:
        tree: list[Tree] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            tree.append(self._value(event, (*path, len(tree))))
        return tree


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _events(text: str) -> Iterator[Event]:
    """Yield the parser's events. Raises SourceError where the parser finds no YAML."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        raise SourceError(_line_of(error, text), f"not YAML: {error.problem}") from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SourceError(line, f"not YAML: {error.reason}") from error
    except (YAMLError, ValueError, OverflowError) as error:  # escapes beyond Unicode, bad versions
        raise SourceError(1, f"not YAML: {error}") from error


def _line_of(error: MarkedYAMLError, text: str) -> int:
    """The line where the parser gave up; where it began, if it saw the mistake only later.

    It does so where a colon is missing, and at the end of the text.
    """
    mark = error.problem_mark
    late = error.context == "while scanning a simple key" or (
        mark is not None and mark.index >= len(text.rstrip())
    )
    if mark is None or (late and error.context_mark is not None):
        mark = error.context_mark
    return 1 if mark is None else int(mark.line) + 1
