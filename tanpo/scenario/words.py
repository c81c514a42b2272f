# SPDX-License-Identifier: MIT
"""The names, codes and choices that stand in a scenario file.

A reader takes one text and raises ValueError with what that text must do ("be a name").
"""

from __future__ import annotations

import re
from typing import Literal, TypeVar, get_args

from tanpo.calendar import MARKETS, Calendar, Convention, is_tenor
from tanpo.instrument import Kind
from tanpo.terms import Order, Verb
from tanpo.units import is_currency

Custody = Literal["segregated", "title"]
"""Who holds the collateral: the escrow, or the lender as its owner."""

VERBS = {verb.name.lower(): verb for verb in Verb}
"""What both parties can agree on, or one of them has a right to."""

ACTIONS = (*VERBS, "cure", "buy_in", "close_out")
"""What can happen to a trade on a date of the file."""

_ISIN = re.compile("[A-Z]{2}[A-Z0-9]{9}[0-9]")

Choice = TypeVar("Choice")


def name(text: object) -> str:
    """Read a name, symbol or title: any printable text without spaces around it."""
    if not isinstance(text, str) or not text or text != text.strip() or not text.isprintable():
        raise ValueError("be a name")
    return text


def currency(text: object) -> str:
    """Read an ISO 4217 code that has a minor unit."""
    if not isinstance(text, str) or not is_currency(text):
        raise ValueError("be an ISO 4217 currency code")
    return text


def isin(text: object) -> str:
    """Read an ISIN by its shape; the check digit is free, so that invented bonds can have one."""
    if not isinstance(text, str) or not _ISIN.fullmatch(text):
        raise ValueError("be an ISIN of 12 characters")
    return text


def kind(text: object) -> Kind:
    """Read a kind of instrument."""
    return choice(text, {"bond": Kind.BOND, "equity": Kind.EQUITY, "cash": Kind.CASH})


def day_count(text: object) -> int:
    """Read the days of a year that interest counts with."""
    return choice(text, {"360": 360, "365": 365})


def yes_or_no(text: object) -> bool:
    """Read a choice between two."""
    return choice(text, {"true": True, "false": False})


def custody(text: object) -> Custody:
    """Read who holds the collateral."""
    choices: dict[str, Custody] = {"segregated": "segregated", "title": "title"}
    return choice(text, choices)


def order(text: object) -> Order:
    """Read how calls move a basket."""
    return choice(text, {"pro_rata": Order.PRO_RATA, "ordered": Order.AS_LISTED})


def right(text: object) -> Verb:
    """Read what a party may do alone."""
    return choice(text, VERBS)


def action(text: object) -> str:
    """Read what happens to a trade."""
    return choice(text, {name: name for name in ACTIONS})


def calendar(text: object) -> Calendar:
    """Read the name of a market's calendar, or several."""
    try:
        if isinstance(text, str):
            return Calendar(text)
    except ValueError:
        pass
    raise ValueError(f"be {' or '.join(MARKETS)}, or several such as JP+US")


def convention(text: object) -> Convention:
    """Read where a date goes that falls on a holiday."""
    choices: dict[str, Convention] = {choice: choice for choice in get_args(Convention)}
    return choice(text, choices)


def term(text: object) -> str:
    """Read how long a trade runs."""
    if not isinstance(text, str) or not (text == "open" or is_tenor(text)):
        raise ValueError("be intraday, overnight, month_end, open or a period such as 3d, 1w or 2m")
    return text


def choice(text: object, choices: dict[str, Choice]) -> Choice:
    """Read one of these words as what it stands for."""
    if not isinstance(text, str) or text not in choices:
        raise ValueError("be " + " or ".join(choices))
    return choices[text]
