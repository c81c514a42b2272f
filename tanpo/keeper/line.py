# SPDX-License-Identifier: MIT
"""One line of the report, and all of them together."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tanpo.units import date_from_number, exact_decimal

COUNTED = ("marked", "returned", "delivered", "deficit", "closed", "opened", "failed", "missing")
"""The events whose numbers the last line has."""


@dataclass(frozen=True)
class Line:
    """What happened to a trade or an account on a business date, or did not."""

    at: int
    """The number of the business date."""
    event: str
    subject: bytes | None = None
    """None: it is of the date as a whole."""
    is_account: bool = False
    details: dict[str, Any] = field(default_factory=dict)
    """Values and quantities as exact decimals."""

    @property
    def day(self) -> date:
        """The business date."""
        return date_from_number(self.at)

    @property
    def is_left(self) -> bool:
        """Whether this is still to be done, by this job or by people."""
        return self.event in ("failed", "missing") and not self.details.get("skipped")

    def as_json(self) -> str:
        """One JSON object."""
        line: dict[str, Any] = {"date": self.day.isoformat(), "event": self.event}
        if self.subject is not None:
            line["account" if self.is_account else "trade"] = f"0x{self.subject.hex()}"
        return json.dumps(line | self.details)


@dataclass(frozen=True)
class Report:
    """What the chain has of the dates of a run, and what is left."""

    day: int
    lines: Sequence[Line]
    """In the order of the dates, and in each as it happened."""
    is_dry: bool = False

    @property
    def left(self) -> list[Line]:
        """What is missing or has failed."""
        return [line for line in self.lines if line.is_left]

    def net_credit_amounts(self, day: int) -> dict[str, str]:
        """The exposures at the marks of a date, before their calls, summed by currency."""
        sums: dict[str, Fraction] = {}
        for line in self.lines:
            if line.at == day and line.event == "marked":
                currency = line.details["currency"]
                sums[currency] = sums.get(currency, Fraction()) + Fraction(line.details["exposure"])
        return {currency: exact_decimal(total) for currency, total in sorted(sums.items())}

    def summary(self) -> str:
        """The last line: the numbers of the run's date, with all that is left of earlier ones."""
        events = Counter(line.event for line in self.lines if line.at == self.day or line.is_left)
        summary: dict[str, Any] = {
            "event": "summary",
            "date": date_from_number(self.day).isoformat(),
            **{event: events[event] for event in COUNTED},
            "net_credit_amount": self.net_credit_amounts(self.day),
            "complete": not self.left,
        }
        if self.is_dry:
            summary["dry_run"] = True
            summary["planned"] = sum(line.event == "planned" for line in self.lines)
            summary["complete"] = not (self.left or summary["planned"])
        return json.dumps(summary)
