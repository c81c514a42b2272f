# SPDX-License-Identifier: MIT
"""What a study varies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tanpo.study.output.words import case


class TradeType(StrEnum):
    """The four of J: what the lender delivers, against ST of the valuation currency."""

    CASH_SAME = "cash_same"
    CASH_CROSS = "cash_cross"
    SECURITY_SAME = "security_same"
    SECURITY_CROSS = "security_cross"

    @property
    def label(self) -> str:
        """For a reader."""
        token, currency = self.value.split("_")
        which = "the same" if currency == "same" else "another"
        return f"{'CT' if token == 'cash' else 'ST'} of {which} currency"


@dataclass(frozen=True, order=True)
class Setting:
    """How a trade is secured and margined."""

    collaterals: int = 1
    """Securities in the basket, in equal parts by value."""
    threshold_bps: int = 0
    mta: int = 0
    """Minimum transfer amount, whole units of the valuation currency."""
    haircut_bps: int = 0
    marked_every: int = 1
    """Steps from one mark to the next."""
    period: int = 0
    """Business dates until a trade ends and the same opens again; 0: it lasts for the window."""

    @property
    def threshold(self) -> float:
        """As a fraction of the required value."""
        return self.threshold_bps / 10_000

    @property
    def case(self) -> str:
        """For a reader, of what the published design varies: "5 securities, 2 % threshold"."""
        return case(self.collaterals, self.threshold)
