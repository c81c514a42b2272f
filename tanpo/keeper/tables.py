# SPDX-License-Identifier: MIT
"""The report as tables for a person, one a business date."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from rich.console import Console
from rich.table import Table

from tanpo.keeper.line import Line, Report
from tanpo.units import round_half_up

_PLAIN = {"opened", "marked", "closed"}
"""What happens to every trade; the rest stands out."""

_SHOWN_BYTES = 4
"""Of an identity; the JSON lines have all of it."""


def print_report(console: Console, report: Report) -> None:
    """Print all dates, and what is left."""
    for day, lines in groupby(report.lines, key=lambda line: line.day):
        table = Table(title=f"\n{day:%A, %d %B %Y}", title_justify="left", title_style="bold")
        for heading in ("trade", "event", "values", "what moved, and why"):
            table.add_column(heading, overflow="fold")
        table.columns[2].justify = "right"
        several = list(lines)
        for line in several:
            style = "" if line.event in _PLAIN else "bold"
            table.add_row(
                _subject(line),
                line.event,
                "\n".join(_values(line)),
                "\n".join(_story(line)),
                style=style,
            )
        console.print(table)
        for currency, amount in report.net_credit_amounts(several[0].at).items():
            console.print(f"net credit amount {_value(amount)} {currency}")
    if not report.lines:
        console.print("nothing has happened, and nothing is left")
    state = "complete" if not report.left else f"{len(report.left)} left"
    console.print(f"\n{'dry run, nothing sent: ' if report.is_dry else ''}{state}", style="bold")


def _subject(line: Line) -> str:
    if line.subject is None:
        return ""
    kind = "account " if line.is_account else ""
    return f"{kind}0x{line.subject[:_SHOWN_BYTES].hex()}…"


def _values(line: Line) -> Iterator[str]:
    for name in ("loan", "required", "collateral"):
        if f"{name}_value" in line.details:
            yield f"{name} {_value(line.details[f'{name}_value'])} {line.details['currency']}"


def _story(line: Line) -> Iterator[str]:
    details = line.details
    if "exposure" in details:
        exposure = Fraction(details["exposure"])
        amount = f"{_value(str(abs(exposure)))} {details['currency']}"
        if line.is_account:
            yield f"the {'second' if exposure > 0 else 'first'} party owes the account {amount}"
        else:
            side = "short of" if exposure > 0 else "above"
            yield f"collateral is {amount} {side} the required value"
    if "quantity" in details:
        yield f"{Decimal(details['quantity']):,f} {details['symbol']}"
    if line.event == "deficit":
        yield f"{details['party']} did not deliver {details['missing']} {details['symbol']}"
    if line.event == "late":
        yield f"{details['party']} is late"
    if "interest" in details:
        yield f"interest {details['interest']}"
    if "action" in details:
        skipped = ", skipped" if details.get("skipped") else ""
        yield f"{details['action']}{skipped}"
    if "reason" in details:
        yield details["reason"]


def _value(exact: str) -> str:
    return f"{Decimal(round_half_up(Fraction(exact))):,f}"
