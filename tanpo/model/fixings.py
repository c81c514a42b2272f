# SPDX-License-Identifier: MIT
"""Fixings by business date, as `IFixings` describes them.

A key is a token (its price) or six letters (an FX pair); a date is days since 1970-01-01.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import NamedTuple

from tanpo.instrument import Instrument, Kind
from tanpo.model.trade import Event, Refused
from tanpo.model.values import ONE_E8, Line, Rate

DAY = 86_400
"""Seconds."""


class Fixing(NamedTuple):
    """A published value and the day it was observed on."""

    value_e8: int
    observed_on: int


def is_pair(key: str) -> bool:
    """Tell an FX pair from a token."""
    return len(key) == 6 and key.isalpha()


class Fixings:
    """One value for each key and business date, published once and readable for ever."""

    def __init__(self, max_age_days: int) -> None:
        self.max_age_days = max_age_days
        self.latest = 0
        self._values: dict[tuple[str, int], Fixing] = {}

    def publish(self, date: int, observations: Mapping[str, Fixing], now: int) -> list[Event]:
        """Publish all or, raising Refused, none. The same value again is no change."""
        if date > now // DAY:
            raise Refused("DateInFuture", date=date, today=now // DAY)
        fresh: dict[tuple[str, int], Fixing] = {}
        for key, fixing in observations.items():
            if self._admits(key, date, fixing, fresh):
                fresh[key, date] = fixing
        self._values.update(fresh)
        if observations:
            self.latest = max(self.latest, date)
        return [
            Event(
                "Published",
                {
                    "key": key,
                    "date": date,
                    "valueE8": fixing.value_e8,
                    "observedOn": fixing.observed_on,
                },
            )
            for (key, _), fixing in fresh.items()
        ]

    def _admits(
        self, key: str, date: int, fixing: Fixing, fresh: Mapping[tuple[str, int], Fixing]
    ) -> bool:
        """Whether the value is new; raises Refused where it can never be published."""
        if is_pair(key) and key[:3] == key[3:]:
            raise Refused("MalformedKey", key=key)
        if fixing.value_e8 == 0:
            raise Refused("ZeroFixing", key=key, date=date)
        if fixing.observed_on > date:
            raise Refused("ObservedLater", key=key, date=date, observedOn=fixing.observed_on)
        known = ChainMap(dict(fresh), self._values)
        reverse = key[3:] + key[:3]
        if is_pair(key) and (reverse, date) in known:
            raise Refused("ReciprocalPair", offered=key, found=reverse)
        found = known.get((key, date))
        if found is None:
            return True
        if found.value_e8 == fixing.value_e8:
            return False
        raise Refused(
            "AlreadyPublished", key=key, date=date, found=found.value_e8, offered=fixing.value_e8
        )

    def line(
        self, quantity: int, token: str, instrument: Instrument, currency: str, date: int
    ) -> Line:
        """A quantity of a token with its price and rate of `date`.

        Raises Refused: MissingFixing, MissingRate, StaleFixing.
        """
        price_e8 = ONE_E8 if instrument.kind is Kind.CASH else self._fresh(token, date)
        return Line(quantity, instrument, price_e8, self.rate(instrument.currency, currency, date))

    def rate(self, base: str, quote: str, date: int) -> Rate:
        """`base` in `quote`, whichever way the market quotes it. Raises Refused as `line` does."""
        if base == quote:
            return Rate(1, 1)
        if (base + quote, date) in self._values:
            return _reduced(self._fresh(base + quote, date), ONE_E8)
        if (quote + base, date) in self._values:
            return _reduced(ONE_E8, self._fresh(quote + base, date))
        raise Refused("MissingRate", base=base, quote=quote, date=date)

    def _fresh(self, key: str, date: int) -> int:
        found = self._values.get((key, date))
        if found is None:
            raise Refused("MissingFixing", key=key, date=date)
        if date - found.observed_on > self.max_age_days:
            raise Refused(
                "StaleFixing",
                key=key,
                date=date,
                observedOn=found.observed_on,
                maxAgeDays=self.max_age_days,
            )
        return found.value_e8


def _reduced(numerator: int, denominator: int) -> Rate:
    """The fraction without common zeros."""
    while numerator % 10 == denominator % 10 == 0:
        numerator, denominator = numerator // 10, denominator // 10
    return Rate(numerator, denominator)
