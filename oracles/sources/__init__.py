# SPDX-License-Identifier: MIT
"""Where values come from: one file a vendor, behind one interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from oracles.observation import Observation


class SourceError(Exception):
    """A source cannot be read at all: away, malformed, too large. Says which and why.

    A value that it merely does not have is no error: it is missing.
    """


class Source(Protocol):
    """A vendor of values."""

    @property
    def name(self) -> str:
        """What the configuration calls it; it stands beside each value that it gives."""

    def keys(self, day: date) -> Sequence[str]:
        """All keys that it has values for on `day`, sorted; empty where it cannot list them."""

    def read(self, keys: Sequence[str], day: date) -> Mapping[str, Observation]:
        """What it has of `keys` for `day`; what it does not have is left out.

        `observed` is the day that the source itself states, else `day`. Never a value of another
        day in place of a missing one, never one that is computed from others. Raises SourceError.
        """
