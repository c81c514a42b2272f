# SPDX-License-Identifier: MIT
"""What issuers do to securities, and what that means for the trades of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from tanpo.instrument import Instrument, Kind
from tanpo.scenario.errors import Path, Problem
from tanpo.scenario.period import period
from tanpo.scenario.schema import ActionEntry, ScenarioEntry
from tanpo.scenario.tokens import find

ISSUER = "issuer"
"""What reports call who pays for a security and who exchanges it."""

Located = tuple[Path, ActionEntry]


def check_actions(file: ScenarioEntry, instruments: Mapping[str, Instrument]) -> Iterator[Problem]:
    """Every action's problems, and what comes too late for a security that is redeemed."""
    actions = list(_actions(file))
    if actions and ISSUER in file.parties:
        reason = f'a party cannot be named "{ISSUER}" where issuers act: reports use that name'
        yield Problem(("parties", ISSUER), reason, on_key=True)
    redeemed = _redeemed(file)
    seen: set[tuple[str, date]] = set()
    for at, action in actions:
        token = find(action.token, instruments)
        if token is None:
            yield Problem((*at, "token"), f'unknown token "{action.token}"')
        elif token.kind is Kind.CASH:
            yield Problem((*at, "token"), f"{action.token} is cash: issuers act on securities")
        if action.date not in file.fixings:
            yield Problem((*at, "date"), f"{action.date} is no business date of the file")
        if (action.token, action.date) in seen:
            reason = f"there is another action on {action.token} on {action.date}"
            yield Problem((*at, "date"), reason)
        seen.add((action.token, action.date))
        end = redeemed.get(action.token)
        if end is not None and action.date > end:
            yield Problem((*at, "date"), f"{action.token} is redeemed on {end}")


def check_redeemed(file: ScenarioEntry) -> Iterator[Problem]:
    """Trades and events that name a security that is no more; in a file whose trades are right."""
    redeemed = _redeemed(file)
    for index, trade in enumerate(file.trades):
        start = period(trade, file).start.day
        for key, tokens in (("loan", trade.loan), ("collateral", trade.collateral)):
            for symbol in tokens:
                end = redeemed.get(symbol)
                if end is not None and next(day for day in file.fixings if day >= start) >= end:
                    reason = f"{symbol} is redeemed on {end}, before the trade opens"
                    yield Problem(("trades", index, key, symbol), reason, on_key=True)
    for index, event in enumerate(file.events):
        named = (("quantity", event.quantity), ("out", event.out), ("in", event.into))
        for key, amounts in named:
            for symbol in amounts or {}:
                end = redeemed.get(symbol)
                if end is not None and event.date >= end:
                    reason = f"{symbol} is redeemed on {end}"
                    yield Problem(("events", index, key, symbol), reason, on_key=True)


def _actions(file: ScenarioEntry) -> Iterator[Located]:
    for key in ("income", "splits", "redemptions"):
        for index, action in enumerate(getattr(file, key)):
            yield (key, index), action


def _redeemed(file: ScenarioEntry) -> dict[str, date]:
    """When each security is redeemed that is."""
    return {action.token: action.date for action in reversed(file.redemptions)}
