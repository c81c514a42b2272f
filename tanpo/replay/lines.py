# SPDX-License-Identifier: MIT
"""A replay as JSON lines, one object for each entry (scenario file: `--json`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tanpo.instrument import Instrument
from tanpo.replay.entry import Balances, Entry
from tanpo.units import exact_decimal, from_smallest, round_half_up


def value_text(value: Fraction, exact: bool) -> str:
    """A value rounded half up to the currency's unit, or as its exact decimal."""
    return exact_decimal(value) if exact else round_half_up(value)


def entry_line(entry: Entry, instruments: Mapping[str, Instrument], exact: bool = False) -> str:
    """One entry. A token that moved between more than two holders has a list of its moves."""

    def quantity(symbol: str, smallest: int) -> str:
        return from_smallest(smallest, instruments[symbol].decimals)

    line: dict[str, Any] = {"date": entry.date.isoformat(), "event": entry.event}
    subject = {"trade": entry.trade, "account": entry.account, "token": entry.token}
    line |= {key: name for key, name in subject.items() if name}
    line |= {key: value_text(value, exact) for key, value in entry.values.items()}
    for leg, amounts in entry.exchanged.items():
        line[leg] = {
            when: {symbol: quantity(symbol, smallest)}
            for when, (symbol, smallest) in zip(("before", "after"), amounts, strict=True)
        }
    if entry.interest:
        line["interest"] = {
            entry.interest.symbol: quantity(entry.interest.symbol, entry.interest.quantity)
        }
    line |= entry.details
    line |= {key: {symbol: quantity(symbol, paid)} for key, (symbol, paid) in entry.cash.items()}
    if entry.missing:
        line["missing"] = {
            symbol: quantity(symbol, missing) for symbol, missing in entry.missing.items()
        }
    if entry.action:
        line |= {"action": entry.action, "reason": entry.reason}
    if entry.moved:
        moves: dict[str, list[dict[str, str]]] = {}
        for symbol, moved in entry.moved:
            shown = quantity(symbol, moved.quantity)
            each = {"from": moved.sender, "to": moved.receiver, "quantity": shown}
            moves.setdefault(symbol, []).append(each)
        line["moved"] = {
            symbol: several if len(several) > 1 else several[0] for symbol, several in moves.items()
        }
    return json.dumps(line, ensure_ascii=False)


def balances_line(balances: Balances, instruments: Mapping[str, Instrument]) -> str:
    """The last line: what everyone holds."""
    line: dict[str, Any] = {"event": "balances"}
    for name, held in balances.items():
        line[name] = {
            symbol: from_smallest(quantity, instruments[symbol].decimals)
            for symbol, quantity in held.items()
        }
    return json.dumps(line, ensure_ascii=False)
