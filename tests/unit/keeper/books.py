# SPDX-License-Identifier: MIT
"""Books of a keeper, made by hand: Monday to Friday have fixings."""

from __future__ import annotations

from datetime import date
from typing import Any

from tanpo.keeper.book import DAY, Book, SetState, TradeState
from tanpo.units import date_number

MONDAY = date_number(date(2019, 4, 15))
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(MONDAY + 1, MONDAY + 7)

SET = b"s" * 32


def trade(name: str = "t", **changes: Any) -> TradeState:
    """Open since Monday, without an end."""
    given: dict[str, Any] = {
        "id": name.encode().ljust(32),
        "is_open": True,
        "tokens": ("USD", "X"),
        "start": MONDAY * DAY,
        "end": 0,
        "last_marked": MONDAY,
        "caught_up_to": 0,
    }
    return TradeState(**given | changes)


def netting_set(**changes: Any) -> SetState:
    given: dict[str, Any] = {
        "id": SET,
        "last_marked": MONDAY,
        "caught_up_to": 0,
        "is_in_default": False,
        "trades": (b"n".ljust(32),),
        "tokens": ("USD", "X"),
    }
    return SetState(**given | changes)


def book(*trades: TradeState, **changes: Any) -> Book:
    """On Friday evening."""
    given: dict[str, Any] = {
        "block": 100,
        "now": FRIDAY * DAY + 20 * 3_600,
        "latest": FRIDAY,
        "dates": (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY),
        "trades": trades,
    }
    return Book(**given | changes)
