# SPDX-License-Identifier: MIT
"""An issuer's act on one security: contracts/types/CorporateAction.sol in Python."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from tanpo.terms import NOBODY


class ActionKind(IntEnum):
    """What an issuer does to a security, numbered as in the contracts."""

    INCOME = 0
    """Coupon or dividend."""
    SPLIT = 1
    """One unit becomes numerator / denominator."""
    REDEMPTION = 2
    """The security is repaid."""


@dataclass(frozen=True)
class CorporateAction:
    """For who holds the security on a business date, before that date's mark."""

    date: int
    kind: ActionKind
    numerator: int
    """Income: of the cash token's currency per unit, at E8; redemption: the price at E8."""
    agent: str
    """Who pays for what the escrow holds, and delivers or takes back split securities."""
    denominator: int = 0
    """Of a split."""
    cash: str = NOBODY
    """CT that is paid; none for a split."""
