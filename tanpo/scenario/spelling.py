# SPDX-License-Identifier: MIT
"""The spellings of an event, brought to one: the verb under `do`, its arguments beside it.

    {date: …, trade: T1, do: extend, end: 2023-05-02}
    {date: …, trade: T1, do: {extend: {end: 2023-05-02}}}
    {date: …, trade: T1, do: extend, extend: {end: 2023-05-02}}

Of a verb that takes a quantity the tokens stand in the same places, or under `quantity`, where
they are brought to: {…, do: partial_return, quantity: {STOCK: 100}}.
"""

from __future__ import annotations

from typing import Any

from tanpo.scenario.errors import Path
from tanpo.scenario.messages import must
from tanpo.scenario.schema import EventEntry
from tanpo.scenario.source import Document, SourceError

TAKE_QUANTITY = frozenset({"partial_return", "increase", "buy_in"})
"""The verbs whose arguments are tokens."""

KEYS = {field.alias or name: name for name, field in EventEntry.model_fields.items()}
"""The keys of an event in the file, and what they are called here."""


def spell_out(document: Document) -> None:
    """Rewrite the document's events. What has not the shape of one stays, for `schema` to refuse.

    Raises SourceError where a verb has no mapping of arguments, or an argument stands there twice.
    """
    events = document.tree.get("events") if isinstance(document.tree, dict) else None
    if isinstance(events, list):
        for index, event in enumerate(events):
            if isinstance(event, dict):
                _Event(document, ("events", index), event).rewrite()


class _Event:
    def __init__(self, document: Document, at: Path, tree: dict[str, Any]) -> None:
        self._document = document
        self._at = at
        self._tree = tree

    def rewrite(self) -> None:
        do = self._tree.get("do")
        if isinstance(do, dict):
            if len(do) != 1:
                self._refuse(("do",), f"do must have one verb, found {len(do)}")
            (verb,) = do
            self._lift(("do", verb), do[verb])
            self._tree["do"] = verb
        elif isinstance(do, str) and do in self._tree and do not in KEYS:
            verb = do
            self._lift((verb,), self._tree.pop(verb))
        else:
            verb = str(do)
        if verb in TAKE_QUANTITY:
            self._gather()

    def _lift(self, at: Path, arguments: Any) -> None:
        """Bring the arguments of a verb beside it."""
        if not isinstance(arguments, dict):
            if arguments:
                self._refuse(at, must(str(at[-1]), "be a mapping", arguments))
            return
        for key, value in arguments.items():
            self._put((*at, key), (key,), self._tree, value)

    def _gather(self) -> None:
        """Bring tokens that stand beside the verb under `quantity`."""
        tokens = [key for key in self._tree if key not in KEYS]
        quantity = self._tree.setdefault("quantity", {}) if tokens else None
        if isinstance(quantity, dict):
            for token in tokens:
                self._put((token,), ("quantity", token), quantity, self._tree.pop(token))

    def _put(self, old: Path, new: Path, tree: dict[str, Any], value: Any) -> None:
        if new[-1] in tree:
            self._refuse(old, f'duplicate key "{new[-1]}"')
        tree[str(new[-1])] = value
        self._document.move((*self._at, *old), (*self._at, *new))

    def _refuse(self, at: Path, reason: str) -> None:
        raise SourceError(self._document.line((*self._at, *at), on_key=True), reason)
