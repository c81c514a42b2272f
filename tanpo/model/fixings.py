# SPDX-License-Identifier: MIT
"""Fixings by business date, as `IFixings` describes them.

A key is a token (its price), six letters (an FX pair) or a percent sign and a name (a reference
rate); a date is days since 1970-01-01.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from tanpo.instrument import Instrument, Kind
from tanpo.model.trade import Event, Refused
from tanpo.model.values import ONE_E8, Line, Rate

DAY = 86_400
"""Seconds."""

LOOKBACK_DAYS = 14
"""How far back the last fixing is looked for."""


class Fixing(NamedTuple):
    """A published value and the day it was observed on."""

    value_e8: int
    observed_on: int


class Bounds(NamedTuple):
    """How far from the last value one is no outlier (`Bounds`)."""

    price_bps: int
    pair_bps: int
    rate_bps: int


DEFAULT_BOUNDS = Bounds(2_000, 500, 100)


def is_pair(key: str) -> bool:
    """Tell an FX pair from a token and a rate."""
    return len(key) == 6 and key.isalpha()


def key_order(key: str) -> tuple[bool, str]:
    """As the contract orders keys: prices by their tokens' addresses, then rates, then pairs."""
    is_token = not is_pair(key) and not is_rate(key)
    return not is_token, key.lower() if is_token else key


def is_rate(key: str) -> bool:
    """Tell a reference rate."""
    return key.startswith("%")


@dataclass(frozen=True)
class Waiting:
    """A report that waits for signatures."""

    date: int
    observations: tuple[tuple[str, Fixing], ...]


@dataclass
class Fixings:
    """One value for each key and business date, readable for ever."""

    max_age_days: int
    quorum: int = 1
    outlier_quorum: int = 1
    bounds: Bounds = DEFAULT_BOUNDS
    latest: int = 0
    feeders: set[str] | None = None
    """Whose signatures count; None: everybody's."""
    _values: dict[tuple[str, int], Fixing] = field(default_factory=dict)
    _times: dict[tuple[str, int], int] = field(default_factory=dict)
    used: set[tuple[str, int]] = field(default_factory=set)
    """What a mark, or the interest of a netting set, has used: final."""
    _signers: dict[object, list[str]] = field(default_factory=dict)
    _withdrawn: set[tuple[object, str]] = field(default_factory=set)

    # ------------------------------------------------------------------ publishing

    def publish(
        self,
        date: int,
        observations: Mapping[str, Fixing],
        now: int,
        signers: Sequence[str] = ("feeder",),
        caller: str = "",
    ) -> list[Event]:
        """Bring a report that `signers` have signed. All of it is sound or, raising Refused, none
        counts. A feeder that brings it itself takes back that it has withdrawn its signature.
        """
        if date > now // DAY:
            raise Refused("DateInFuture", date=date, today=now // DAY)
        report = Waiting(date, tuple(observations.items()))
        known = self._signers_with(report, signers, caller)
        fresh: dict[tuple[str, int], Fixing] = {}
        events: list[Event] = []
        is_waiting = False
        last = ""
        for key, fixing in observations.items():
            if last and key_order(key) <= key_order(last):
                raise Refused("KeysNotAscending", key=key)
            last = key
            if not self._is_news(key, date, fixing, fresh):
                continue
            withheld = self._withheld(key, date, fixing, len(known))
            if withheld is not None:
                is_waiting = True
                events += withheld
                continue
            fresh[key, date] = fixing
            figures = {"valueE8": fixing.value_e8, "observedOn": fixing.observed_on}
            events.append(Event("Published", {"key": key, "date": date, **figures}))
        self._values.update(fresh)
        self._times.update(dict.fromkeys(fresh, now))
        if fresh:
            self.latest = max(self.latest, date)
        if not is_waiting:
            self._signers.pop(report, None)
            return events
        return events + self._keep(report, known, "Proposed", {"date": date})

    def correct(
        self,
        key: str,
        date: int,
        named: tuple[int, int],
        fixing: Fixing,
        now: int,
        signers: Sequence[str],
    ) -> list[Event]:
        """Replace a value that no mark has used; `named` is that value and its time.

        Refused: MissingFixing, FixingDiffers, FixingUsed, or as `publish`.
        """
        correction = (key, date, named, fixing)
        known = self._signers_with(correction, signers, "")
        found = self._values.get((key, date))
        if found is None:
            raise Refused("MissingFixing", key=key, date=date)
        if found == fixing:
            return []
        published_at = self._times[key, date]
        if named != (found.value_e8, published_at):
            args = {"found": found.value_e8, "foundAt": published_at}
            args |= {"named": named[0], "namedAt": named[1]}
            raise Refused("FixingDiffers", key=key, date=date, **args)
        if (key, date) in self.used:
            raise Refused("FixingUsed", key=key, date=date, found=found.value_e8)
        self._require_sound(key, date, fixing)
        withheld = self._withheld(key, date, fixing, len(known))
        if withheld is not None:
            return withheld + self._keep(correction, known, "CorrectionProposed", {})
        self._signers.pop(correction, None)
        self._values[key, date] = fixing
        self._times[key, date] = max(now, published_at + 1)
        figures = {"foundE8": found.value_e8, "valueE8": fixing.value_e8}
        figures["observedOn"] = fixing.observed_on
        return [Event("Corrected", {"key": key, "date": date, **figures})]

    def use(self, token: str, instrument: Instrument, currency: str, date: int) -> None:
        """Make final what a mark has used."""
        if instrument.kind is not Kind.CASH:
            self.used.add((token, date))
        if instrument.currency != currency:
            self.used.add((self._pair(instrument.currency, currency, date), date))

    # ------------------------------------------------------------------ one value

    def withdraw(self, date: int, observations: Mapping[str, Fixing], feeder: str) -> list[Event]:
        """A feeder's signature of the report no longer counts."""
        self._withdrawn.add((Waiting(date, tuple(observations.items())), feeder))
        return [Event("Withdrawn", {"feeder": feeder})]

    def _signers_with(self, signed: object, signers: Sequence[str], caller: str) -> list[str]:
        """Everybody who has signed it and counts, each once."""
        taken_back: set[tuple[object, str]] = set()
        for signer in signers:
            if self.feeders is not None and signer not in self.feeders:
                raise Refused("NotAFeeder", found=signer)
            if (signed, signer) in self._withdrawn:
                if signer != caller:
                    raise Refused("SignatureWithdrawn", feeder=signer)
                taken_back.add((signed, signer))
        still = [
            each
            for each in self._signers.get(signed, [])
            if (self.feeders is None or each in self.feeders)
            and (signed, each) not in self._withdrawn
        ]
        self._withdrawn -= taken_back
        return list(dict.fromkeys([*still, *signers]))

    def _keep(
        self, signed: object, known: list[str], name: str, args: dict[str, int]
    ) -> list[Event]:
        kept = self._signers.setdefault(signed, [])
        is_first = not kept
        added = [each for each in known if each not in kept]
        kept += added
        events = [Event("Signed", {"feeder": each}) for each in added]
        return [*events, Event(name, args)] if is_first and kept else events

    def _is_news(
        self, key: str, date: int, fixing: Fixing, fresh: Mapping[tuple[str, int], Fixing]
    ) -> bool:
        """Whether the value is still to be published; raises Refused where it never can be."""
        if is_pair(key) and key[:3] == key[3:]:
            raise Refused("MalformedKey", key=key)
        self._require_sound(key, date, fixing)
        known = {**self._values, **fresh} if fresh else self._values
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

    def _require_sound(self, key: str, date: int, fixing: Fixing) -> None:
        value_e8, observed_on = fixing
        if value_e8 <= 0 and not is_rate(key):
            raise Refused("NotPositive", key=key, date=date, offered=value_e8)
        if observed_on > date:
            raise Refused("ObservedLater", key=key, date=date, observedOn=observed_on)
        self._require_young(key, date, observed_on)

    def _withheld(self, key: str, date: int, fixing: Fixing, count: int) -> list[Event] | None:
        """None where so many signatures are enough, else what tells that they are not."""
        if count >= self.outlier_quorum:
            return None
        if count < self.quorum:
            return []
        last = self._last(key, date - 1)
        if last is not None and self._is_within(key, fixing.value_e8, last.value_e8):
            return None
        args = {
            "key": key,
            "date": date,
            "valueE8": fixing.value_e8,
            "lastE8": last.value_e8 if last else 0,
            "signatures": count,
            "needed": self.outlier_quorum,
        }
        return [Event("Withheld", args)]

    def _is_within(self, key: str, value_e8: int, last_e8: int) -> bool:
        moved = abs(value_e8 - last_e8)
        if is_rate(key):
            return Fraction(moved, ONE_E8) <= Fraction(self.bounds.rate_bps, 10_000)
        bps = self.bounds.pair_bps if is_pair(key) else self.bounds.price_bps
        return Fraction(moved, last_e8) <= Fraction(bps, 10_000)

    def _last(self, key: str, date: int) -> Fixing | None:
        """The last fixing on or before `date`, within the days that are looked back."""
        days = range(date, date - LOOKBACK_DAYS, -1)
        return next((self._values[key, day] for day in days if (key, day) in self._values), None)

    # ------------------------------------------------------------------ reading

    def published(self) -> Mapping[tuple[str, int], Fixing]:
        """All values by key and date."""
        return self._values

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
        pair = self._pair(base, quote, date)
        value_e8 = self._fresh(pair, date)
        return _reduced(value_e8, ONE_E8) if pair == base + quote else _reduced(ONE_E8, value_e8)

    def _pair(self, base: str, quote: str, date: int) -> str:
        """The pair of the two that has a fixing. Refused: MissingRate."""
        for pair in (base + quote, quote + base):
            if (pair, date) in self._values:
                return pair
        raise Refused("MissingRate", base=base, quote=quote, date=date)

    def _fresh(self, key: str, date: int) -> int:
        found = self._values.get((key, date))
        if found is None:
            raise Refused("MissingFixing", key=key, date=date)
        self._require_young(key, date, found.observed_on)
        return found.value_e8

    def _require_young(self, key: str, date: int, observed_on: int) -> None:
        if date - observed_on > self.max_age_days:
            args = {"observedOn": observed_on, "maxAgeDays": self.max_age_days}
            raise Refused("StaleFixing", key=key, date=date, **args)


def _reduced(numerator: int, denominator: int) -> Rate:
    """The fraction without common zeros."""
    while numerator % 10 == denominator % 10 == 0:
        numerator, denominator = numerator // 10, denominator // 10
    return Rate(numerator, denominator)
