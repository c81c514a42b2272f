# SPDX-License-Identifier: MIT
"""The numbers that stand in a scenario file, each read exactly into the integer that contracts use.

A reader takes one text and raises ValueError with what that text must do ("be a number"), which
`messages` makes a sentence. Exponents are refused, `1_000_000` is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from tanpo.units import MAX_DECIMALS, percent_to_bps, percent_to_e9, to_e8, to_smallest

FIXING_LIMIT = 2**63
"""Fixings at E8 stay below: the contracts keep them in 64 bits."""

MAX_RATIO_BPS = 65_535
"""The contracts keep ratios in 16 bits of basis points: 655.35 %."""

MTA_LIMIT = 2**64
"""Minimum transfer amounts at E6 stay below: the contracts keep them in 64 bits."""

RATE_LIMIT = 2**39
"""Rates at E9 stay below, either side of 0: the contracts keep them in 40 bits with a sign."""

PENALTY_LIMIT = 2**32
"""Penalty rates at E9 stay below: the contracts keep them in 32 bits."""

SPLIT_LIMIT = 2**64
"""Both parts of a split's ratio stay below: the contracts keep them in 64 bits."""

_LONGEST = 60
_INTEGER = re.compile("0|[1-9][0-9]{0,8}")
_NUMBER = re.compile(r"[+-]?[0-9]+(_[0-9]+)*(\.[0-9]+)?")
_PERCENT = re.compile(r"(\S*)\s*%")


@dataclass(frozen=True, slots=True)
class Weight:
    """A token's share of the required value; `auto` is all of it."""

    share: Fraction
    is_auto: bool = False


def number(text: object, requirement: str = "be a number") -> Decimal:
    """Read a number."""
    if not isinstance(text, str) or len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        raise ValueError(requirement)
    return Decimal(text)


def non_negative(text: object) -> Decimal:
    """Read a number of at least 0."""
    return _not_negative(number(text))


def positive(text: object) -> Decimal:
    """Read a number above 0."""
    value = non_negative(text)
    if not value:
        raise ValueError("be positive")
    return value


def percent(text: object, requirement: str = "be a percentage such as 2.5%") -> Decimal:
    """Read a percentage: "2.5%" or "2.5 %" is 2.5. A bare 2 is ambiguous, a bare 0 is not."""
    if text == "0":
        return Decimal(0)
    match = _PERCENT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(requirement)
    return number(match[1], requirement)


def rate_e9(text: object) -> int:
    """Read a yearly rate in percent, which may be negative, at the scale 1e9."""
    rate = _exact(percent_to_e9, percent(text), 7)
    if abs(rate) >= RATE_LIMIT:
        raise ValueError("be within 54975.5813887% of 0")
    return rate


def penalty_e9(text: object) -> int:
    """Read a yearly rate in percent, not negative, at the scale 1e9."""
    rate = _exact(percent_to_e9, _not_negative(percent(text)), 7)
    if rate >= PENALTY_LIMIT:
        raise ValueError("be at most 429.4967295%")
    return rate


def ratio_bps(text: object) -> int:
    """Read a margin ratio in percent, above 0 and at most `MAX_RATIO_BPS`, as basis points."""
    bps = _exact(percent_to_bps, percent(text), 2)
    if bps <= 0:
        raise ValueError("be above 0%")
    if bps > MAX_RATIO_BPS:
        raise ValueError("be at most 655.35%")
    return bps


def threshold_bps(text: object) -> int:
    """Read a threshold in percent, 0 to 100, as basis points."""
    bps = _exact(percent_to_bps, _not_negative(percent(text)), 2)
    if bps > 10_000:
        raise ValueError("be at most 100%")
    return bps


def haircut_bps(text: object) -> int:
    """Read what a value is lowered by, at least 0 and below 100 %, as basis points."""
    bps = _exact(percent_to_bps, _not_negative(percent(text)), 2)
    if bps >= 10_000:
        raise ValueError("be below 100%")
    return bps


def mta_e6(text: object) -> int:
    """Read a minimum transfer amount, at the scale 1e6."""
    amount = _exact(lambda written: to_smallest(written, 6), non_negative(text), 6)
    if amount >= MTA_LIMIT:
        raise ValueError("be below 18446744073709.551616")
    return amount


def fixing_e8(text: object) -> int:
    """Read a price or FX rate, positive and below `FIXING_LIMIT`, at the scale 1e8."""
    value = _exact(to_e8, positive(text), 8)
    if value >= FIXING_LIMIT:
        raise ValueError("be below 92233720368.54775808")
    return value


def collateral_amount(text: object) -> Decimal | Weight:
    """Read what a basket says of a token: a quantity above 0, `auto`, or a weight above 0%."""
    if text == "auto":
        return Weight(Fraction(1), is_auto=True)
    requirement = "be a number, auto or a weight such as 60%"
    if isinstance(text, str) and text.endswith("%"):
        share = percent(text, requirement)
        if share <= 0:
            raise ValueError("be above 0%")
        return Weight(Fraction(share) / 100)
    number(text, requirement)
    return positive(text)


def incoming_amount(text: object) -> Decimal | Literal["auto"]:
    """Read what a substitution says of a token: a quantity above 0 or `auto`."""
    if text == "auto":
        return "auto"
    number(text, "be a number or auto")
    return positive(text)


def split_ratio(text: object) -> Fraction:
    """Read what one unit becomes: a number, or two as in 3/2 or 3:2, above 0."""
    requirement = "be a ratio such as 2, 1.5 or 3:2"
    parts = re.split("[/:]", text) if isinstance(text, str) else []
    if len(parts) not in (1, 2):
        raise ValueError(requirement)
    after, before = (number(part, requirement) for part in (*parts, "1")[:2])
    if after <= 0 or before <= 0:
        raise ValueError("be above 0")
    ratio = Fraction(after) / Fraction(before)
    if max(ratio.numerator, ratio.denominator) >= SPLIT_LIMIT:
        raise ValueError("have a numerator and a denominator below 2**64")
    return ratio


def integer(text: object, most: int) -> int:
    """Read an integer from 0 to `most`."""
    if not isinstance(text, str) or not _INTEGER.fullmatch(text) or int(text) > most:
        raise ValueError(f"be an integer from 0 to {most}")
    return int(text)


def token_decimals(text: object) -> int:
    """Read a token's decimals, 0 to 18."""
    written = [str(count) for count in range(MAX_DECIMALS + 1)]
    if text not in written:
        raise ValueError(f"be an integer from 0 to {MAX_DECIMALS}")
    return written.index(str(text))


def notice_days(text: object) -> int:
    """Read a number of business days, 0 to 999."""
    return integer(text, 999)


def cure_days(text: object) -> int:
    """Read a number of calendar days, 0 to 255."""
    return integer(text, 255)


def _not_negative(value: Decimal) -> Decimal:
    if value < 0:
        raise ValueError("not be negative")
    return value


def _exact(convert: Callable[[Decimal], int], value: Decimal, places: int) -> int:
    try:
        return convert(value)
    except ValueError:
        raise ValueError(f"have at most {places} decimals") from None
