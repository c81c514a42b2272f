# SPDX-License-Identifier: MIT
"""What all views are made of."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from tanpo.study.output import words

LONG = 60
"""Rows, from which on a view sums up."""


class Cell(NamedTuple):
    """A text with a smaller one below."""

    text: str
    small: str = ""


@dataclass(frozen=True)
class View:
    """A line of heads and rows of as many cells."""

    caption: str
    heads: list[Cell]
    rows: list[list[Cell]]
    named: int
    """So many cells name the row; the others are figures."""


def cells(*texts: str) -> list[Cell]:
    """Plain cells."""
    return [Cell(text) for text in texts]


def within(low: float, high: float, written: Callable[[float], str] = words.index) -> str:
    """An interval or a range in words; nothing where there is none."""
    if math.isnan(low) or math.isnan(high):
        return ""
    return f"{written(low)} to {written(high)}" if low != high else written(low)


def regime_order(name: str) -> int:
    """Normal times before turmoil."""
    return words.SHOWN.index(name)


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]
