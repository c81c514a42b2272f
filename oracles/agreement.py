# SPDX-License-Identifier: MIT
"""What a feeder signs, given its own values and what the others have signed. Pure: no chain.

A feeder signs only values that agree with its own: the same day of observation, and no further away
than its tolerance. Signatures count only on the same report, so it

1. signs the others' reports of which it agrees with every value;
2. reports apart the values that it agrees with in reports that it cannot sign, and those whose
   signers are spread over several reports: all values with the same signers in one report, so that
   each of these makes the same one;
3. reports its own values where nobody has one that it agrees with. Where its value is in dispute it
   reports its own even so, for others may agree with that one only.

Whatever the order of their runs, and also where they run at the same time: a value is published
that many enough agree with, if so many feeders agree with one another (each with every other's own
value) and stay with their values. One that is disputed holds up no other. What one feeder signs
cannot stop that either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tanpo.report import Observation

ONE_BPS = 10_000

MOST_VALUES = 250
"""Of one report: what a transaction can publish. The dearest value takes about 45,000 gas, where it
is the first of its key for two weeks."""


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
    digest: bytes = b""
    """What they have signed."""


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
    withdrawn: tuple[bytes, ...] = ()
    """Digests of what the feeder has signed and stands for no longer: its source has changed."""


def decide(
    own: Mapping[bytes, Own],
    published: Mapping[bytes, Observation],
    proposals: Sequence[Proposal],
    feeder: str,
) -> Decision:
    """Return what `feeder` signs, and what it cannot agree to.

    `own` and `published` go by the fixing's key; `proposals` are the chain's, the oldest first.
    Others' reports come first, those with the most signers before the rest: the nearest to done.
    """
    unpublished = {key: each for key, each in own.items() if key not in published}
    shared = [each for each in proposals if _is_sound(each, own, published)]
    shared = [each for each in shared if any(one.key in unpublished for one in each.observations)]
    disputes = _disputes(own, published, proposals, feeder)
    reports = [
        proposal.observations
        for proposal in sorted(shared, key=lambda each: len(each.signers), reverse=True)
        if feeder not in proposal.signers
    ]
    agreed = _agreed(unpublished, proposals)
    reports += _apart(agreed, shared, feeder)
    busy = {each.key for report in reports for each in report}
    known = {each.key for each in agreed}
    disputed = {each.key for each in disputes}
    alone = [
        each.observation
        for key, each in unpublished.items()
        if key not in known
        or (key in disputed and key not in busy and each.observation not in agreed)
    ]
    withdrawn = [
        proposal.digest
        for proposal in proposals
        if feeder in proposal.signers
        and not all(
            unpublished[each.key].agrees(each)
            for each in proposal.observations
            if each.key in unpublished
        )
    ]
    return Decision((*reports, *_reports(alone)), tuple(disputes), tuple(withdrawn))


def _is_sound(
    proposal: Proposal, own: Mapping[bytes, Own], published: Mapping[bytes, Observation]
) -> bool:
    """Whether all of it agrees with the feeder's own values, and it can still be published."""
    return _is_regular(proposal) and all(
        each.key in own
        and own[each.key].agrees(each)
        and (each.key not in published or published[each.key].value_e8 == each.value_e8)
        for each in proposal.observations
    )


def _is_regular(proposal: Proposal) -> bool:
    """Whether the contract can ever publish all of it, with the gas there is."""
    return len(proposal.observations) <= MOST_VALUES


def _agreed(
    unpublished: Mapping[bytes, Own], proposals: Sequence[Proposal]
) -> dict[Observation, frozenset[str]]:
    """What somebody has signed and the feeder agrees with, the oldest first, with its signers."""
    found: dict[Observation, frozenset[str]] = {}
    for proposal in filter(_is_regular, proposals):
        for each in proposal.observations:
            if each.key in unpublished and unpublished[each.key].agrees(each):
                found[each] = found.get(each, frozenset()) | proposal.signers
    return found


def _apart(
    agreed: Mapping[Observation, frozenset[str]], shared: Sequence[Proposal], feeder: str
) -> list[tuple[Observation, ...]]:
    """Reports of the values that no report of `shared` has with all of their signers.

    Each signer sees the same ones, and makes the same reports.
    """
    found: dict[tuple[frozenset[str], int], list[Observation]] = {}
    earlier: Counter[tuple[frozenset[str], bytes]] = Counter()
    for each, others in agreed.items():
        signers = others | {feeder}
        if any(each in one.observations and signers <= one.signers | {feeder} for one in shared):
            continue
        # A report has one value of a key; further ones with the same signers go to further reports.
        found.setdefault((signers, earlier[signers, each.key]), []).append(each)
        earlier[signers, each.key] += 1
    known = {each.observations for each in shared}
    return [
        report for values in found.values() for report in _reports(values) if report not in known
    ]


def _disputes(
    own: Mapping[bytes, Own],
    published: Mapping[bytes, Observation],
    proposals: Sequence[Proposal],
    feeder: str,
) -> list[Dispute]:
    """Others' values that the feeder's own do not agree with; of a published key that one alone."""
    said: dict[Observation, frozenset[str]] = {
        each: frozenset() for key, each in published.items() if key in own
    }
    for proposal in proposals:
        if others := proposal.signers - {feeder}:
            for each in proposal.observations:
                if each.key in own and each.key not in published:
                    said[each] = said.get(each, frozenset()) | others
    return [
        Dispute(other.key, own[other.key].observation.value_e8, other.value_e8, by)
        for other, by in said.items()
        if not own[other.key].agrees(other)
    ]


def _reports(values: Sequence[Observation]) -> list[tuple[Observation, ...]]:
    """By their keys: feeders who say the same then sign the same."""
    ordered = sorted(values, key=lambda each: each.key)
    starts = range(0, len(ordered), MOST_VALUES)
    return [tuple(ordered[start : start + MOST_VALUES]) for start in starts]
