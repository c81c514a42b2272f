# SPDX-License-Identifier: MIT
"""What a study replays: closes of securities and rates of exchange on common business dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tanpo.instrument import Instrument


@dataclass(frozen=True)
class Security:
    """A security of a market, and what trades may use it for."""

    instrument: Instrument
    is_collateral: bool = True
    """Whether baskets are drawn from it."""
    is_lent: bool = True
    """Whether trades of ST against ST lend it."""


@dataclass(frozen=True)
class Market:
    """Prices and rates by business date, T rows in ascending order of time.

    With `moments_per_date` 2 each date has two rows, of its opening and of its close.
    """

    dates: tuple[date, ...]
    """T of them, each `moments_per_date` times."""
    securities: tuple[Security, ...]
    prices_e8: NDArray[np.int64]
    """(T, securities), in the security's currency: the last price that is not older than the
    escrow lets a fixing be; 0 where there is none.
    """
    pairs: tuple[str, ...]
    """As quoted: EURUSD is dollars for one euro."""
    rates_e8: NDArray[np.int64]
    """(T, pairs), never 0."""
    source: str
    """What the figures are and where they come from, in a sentence or two."""
    notes: tuple[str, ...] = ()
    """What the rules for gaps, splits and calendars have done, one sentence each."""
    moments_per_date: int = 1
