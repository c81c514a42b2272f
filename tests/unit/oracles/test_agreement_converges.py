# SPDX-License-Identifier: MIT
"""Feeders who agree come together whatever the order of their runs: a simulation.

Its contract is `tanpo.model.Fixings`, which tests/model compares with the real one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from oracles.agreement import Own, Proposal, decide
from tanpo.model import Fixing, Fixings, Refused
from tanpo.report import Observation

DAY = 20_000


def seen(key: bytes, value_e8: int, observed_on: int = DAY) -> Observation:
    return Observation(key, value_e8, observed_on)


KEYS = ("AAAUSD", "BBBUSD", "CCCUSD", "%DDD")
LAST = 100_000
"""What all keys had on the day before."""

NEAR = (100_000, 100_500, 101_000, 101_500, 102_000)
OUTLIERS = (120_000, 120_600, 10**8)
TOLERANCES = (0, 50, 100)


@dataclass
class Feeder:
    name: str
    own: dict[bytes, Own]


@dataclass
class Network:
    """Feeders who see the contract's state, and send what they decide."""

    feeders: list[Feeder]
    quorum: int
    outlier_quorum: int
    sent: int = 0
    contract: Fixings = field(init=False)

    def __post_init__(self) -> None:
        self.contract = Fixings(7, self.quorum, self.outlier_quorum)
        before = {key: Fixing(LAST, DAY - 1) for key in sorted(KEYS)}
        everybody = [f"founder {number}" for number in range(self.outlier_quorum)]
        self.contract.publish(DAY - 1, before, DAY * 86_400, everybody)

    def published(self) -> dict[bytes, Observation]:
        return {
            key.encode(): Observation(key.encode(), *fixing)
            for (key, date), fixing in self.contract.published().items()
            if date == DAY
        }

    def board(self) -> list[Proposal]:
        waiting = self.contract._signers  # in the order of the first signature, as events are
        return [
            Proposal(
                tuple(Observation(key.encode(), *row) for key, row in report.observations),  # type: ignore[attr-defined]
                frozenset(signers),
            )
            for report, signers in waiting.items()
        ]

    def round(self, groups: Iterable[Sequence[Feeder]]) -> None:
        """Everybody once, those of a group at the same time. A run looks five times."""
        for group in groups:
            for _ in range(5):
                self.look(group)

    def look(self, feeders: Iterable[Feeder]) -> None:
        """All see the same, and send what they decide on it."""
        found, waiting = self.published(), self.board()
        decisions = [
            (feeder, decide(feeder.own, found, waiting, feeder.name)) for feeder in feeders
        ]
        for feeder, decision in decisions:
            assert decision.withdrawn == ()  # nobody changes its mind here
            for report in decision.reports:
                self.sent += 1
                assert all(feeder.own[each.key].agrees(each) for each in report)
                assert list(report) == sorted(report, key=lambda each: each.key)
                self.send(feeder.name, report)

    def send(self, name: str, report: Sequence[Observation]) -> None:
        ordered = sorted(report, key=lambda each: each.key)
        rows = {each.key.decode(): Fixing(each.value_e8, each.observed_on) for each in ordered}
        assert len(rows) == len(report)
        try:
            self.contract.publish(DAY, rows, DAY * 86_400, [name])
        except Refused as refused:
            if refused.name != "AlreadyPublished":  # another was first
                raise

    def needed(self, key: bytes, value_e8: int) -> int:
        moved = abs(value_e8 - LAST)
        # Of 100 basis points a rate, of 5 % a pair: `DEFAULT_BOUNDS`.
        inside = moved <= 10**6 if key.startswith(b"%") else moved * 10_000 <= LAST * 500
        return self.quorum if inside else self.outlier_quorum

    def is_due(self, key: bytes) -> bool:
        """Whether enough feeders agree, each with each other's own value."""
        having = [each.own[key] for each in self.feeders if key in each.own]
        return any(
            all(
                a.agrees(b.observation) and b.agrees(a.observation)
                for a, b in combinations(some, 2)
            )
            for count in range(self.quorum, len(having) + 1)
            for some in combinations(having, count)
            if count >= max(self.needed(key, each.observation.value_e8) for each in some)
        )


@st.composite
def networks(draw: st.DrawFn, fewest: int = 2, most: int = 4) -> Network:
    count = draw(st.integers(fewest, most))
    quorum = draw(st.integers(1, count))
    outlier_quorum = draw(st.integers(quorum, count))
    keys = KEYS[: draw(st.integers(1, len(KEYS)))]
    shared = draw(st.sampled_from((*TOLERANCES, None)))
    feeders = []
    for number in range(count):
        tolerance_bps = draw(st.sampled_from(TOLERANCES)) if shared is None else shared
        having = [key for key in keys if draw(st.integers(0, 5))]
        mine = {key.encode(): draw(values(key, tolerance_bps)) for key in having}
        feeders.append(Feeder(f"0x{number:02x}", mine))
    return Network(feeders, quorum, outlier_quorum)


@st.composite
def values(draw: st.DrawFn, key: str, tolerance_bps: int) -> Own:
    value_e8 = draw(st.sampled_from((LAST, LAST, LAST, *NEAR, *OUTLIERS)))
    observed_on = draw(st.sampled_from((DAY, DAY, DAY, DAY, DAY, DAY - 1)))
    if key.startswith("%"):
        return Own(seen(key.encode(), value_e8 * 10, observed_on), tolerance_bps // 50, True)
    return Own(seen(key.encode(), value_e8, observed_on), tolerance_bps)


@st.composite
def rounds(draw: st.DrawFn, feeders: Sequence[Feeder]) -> list[list[Feeder]]:
    """An order of all feeders, some of them at the same time."""
    order = draw(st.permutations(feeders))
    cuts = draw(st.sets(st.integers(1, max(1, len(order) - 1))))
    return [order[start:end] for start, end in pairwise(sorted({0, *cuts, len(order)}))]


def converged(network: Network, data: st.DataObject) -> None:
    """After three rounds all is published that ever is; after a fourth nobody sends anything."""
    for _ in range(3):
        network.round(data.draw(rounds(network.feeders)))
    found = network.published()
    network.round(data.draw(rounds(network.feeders)))
    sent = network.sent
    network.round(data.draw(rounds(network.feeders)))
    assert network.sent == sent
    assert network.published() == found


def check(network: Network, others: int = 0) -> None:
    """Nothing without enough own values that agree, `others` apart, and all that is due."""
    found = network.published()
    for key, value in found.items():
        agreeing = sum(key in each.own and each.own[key].agrees(value) for each in network.feeders)
        assert agreeing + others >= network.needed(key, value.value_e8)
    for key in {key for each in network.feeders for key in each.own} - found.keys():
        assert not network.is_due(key)


@settings(max_examples=600, deadline=None)
@given(data=st.data())
def test_feeders__any_values_in_any_order__publish_what_enough_agree_on_and_nothing_else(
    data: st.DataObject,
) -> None:
    network = data.draw(networks())
    converged(network, data)
    check(network)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_feeders__one_signs_anything__cannot_stop_or_outvote_the_others(
    data: st.DataObject,
) -> None:
    network = data.draw(networks(fewest=1, most=3))
    network.quorum = network.contract.quorum = data.draw(st.integers(1, len(network.feeders)))
    network.outlier_quorum = network.contract.outlier_quorum = len(network.feeders)
    lies = st.dictionaries(
        st.sampled_from(KEYS), st.sampled_from((LAST, *NEAR, *OUTLIERS)), min_size=1
    )
    for _ in range(data.draw(st.integers(1, 3))):
        for lie in data.draw(st.lists(lies, max_size=4)):
            report = [seen(key.encode(), value_e8) for key, value_e8 in lie.items()]
            network.send("0xbad", report)
        network.round(data.draw(rounds(network.feeders)))
    converged(network, data)
    check(network, others=1)
