# SPDX-License-Identifier: MIT
"""What a feeder signs, given its own values and what the others have signed. Pure: no chain.

A feeder signs only values that agree with its own: the same day of observation, and no further away
than its tolerance. It joins the others' reports where it can, for signatures count only on the same
report; where it agrees with part of one, it makes a report of that part, with the other's values,
which the other can sign in turn. What nobody has reported it reports itself. So reports converge
after at most one more run of each feeder, and a value that is disputed holds up no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tanpo.report import Observation

ONE_BPS = 10_000


@dataclass(frozen=True, slots=True)
class Own:
    """A feeder's own value, which has passed its checks."""

    observation: Observation
    tolerance_bps: int = 0
    """How far another's value may be away: of the own one, or of a rate basis points."""
    is_rate: bool = False

    def agrees(self, other: Observation) -> bool:
        """Whether another's value is as good as this one."""
        if other.observed_on != self.observation.observed_on:
            return False
        own = self.observation.value_e8
        whole = 10**8 if self.is_rate else own
        return abs(other.value_e8 - own) * ONE_BPS <= whole * self.tolerance_bps


@dataclass(frozen=True, slots=True)
class Proposal:
    """A report of the same date that waits for signatures."""

    observations: tuple[Observation, ...]
    signers: frozenset[str]
    """Addresses of who has signed it."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """Somebody else says something else."""

    key: bytes
    own_e8: int
    other_e8: int
    by: frozenset[str]
    """Who has signed it; nobody where it is published."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a feeder does about one business date."""

    reports: tuple[tuple[Observation, ...], ...]
    """Observations of each report to sign, in their order; others' reports as they are."""
    disputes: tuple[Dispute, ...]


def decide(
    own: Mapping[bytes, Own],
    published: Mapping[bytes, Observation],
    proposals: Sequence[Proposal],
    feeder: str,
) -> Decision:
    """Return what `feeder` signs, in the order of `proposals`, and what it cannot agree to.

    `own` and `published` go by the fixing's key; `proposals` are the chain's, the oldest first.
    """
    open_keys = {key for key in own if key not in published}
    reports: list[tuple[Observation, ...]] = []
    signed: set[bytes] = set()
    for proposal in proposals:
        keys = {each.key for each in proposal.observations}
        if not keys & open_keys or not _is_sound(proposal, own, published):
            continue
        signed |= keys
        if feeder not in proposal.signers:
            reports.append(proposal.observations)
    rest = open_keys - signed
    joined = _joined(own, rest, [each for each in proposals if feeder not in each.signers])
    alone = [own[key].observation for key in rest - {each.key for each in joined}]
    reports += [_in_order(report) for report in (joined, alone) if report]
    return Decision(tuple(reports), tuple(_disputes(own, published, proposals, feeder)))


def _is_sound(
    proposal: Proposal, own: Mapping[bytes, Own], published: Mapping[bytes, Observation]
) -> bool:
    """Whether all of it agrees with the feeder's own values, and it can still be published."""
    return all(
        each.key in own
        and own[each.key].agrees(each)
        and (each.key not in published or published[each.key].value_e8 == each.value_e8)
        for each in proposal.observations
    )


def _joined(
    own: Mapping[bytes, Own], rest: set[bytes], others: Sequence[Proposal]
) -> list[Observation]:
    """Values of others' reports that can be agreed to though their reports cannot."""
    found: dict[bytes, Observation] = {}
    for proposal in others:
        for each in proposal.observations:
            if each.key in rest and own[each.key].agrees(each):
                found.setdefault(each.key, each)
    return list(found.values())


def _disputes(
    own: Mapping[bytes, Own],
    published: Mapping[bytes, Observation],
    proposals: Sequence[Proposal],
    feeder: str,
) -> list[Dispute]:
    found: dict[tuple[bytes, int], Dispute] = {}
    for key, mine in own.items():
        said = [(published[key], frozenset[str]())] if key in published else []
        if key not in published:
            said = [
                (each, proposal.signers)
                for proposal in proposals
                if feeder not in proposal.signers
                for each in proposal.observations
                if each.key == key
            ]
        for other, by in said:
            if mine.agrees(other):
                continue
            value = mine.observation.value_e8
            before = found.get((key, other.value_e8))
            known = before.by if before else frozenset[str]()
            found[key, other.value_e8] = Dispute(key, value, other.value_e8, by | known)
    return list(found.values())


def _in_order(report: Sequence[Observation]) -> tuple[Observation, ...]:
    """By their keys: feeders who say the same then sign the same."""
    return tuple(sorted(report, key=lambda each: each.key))
