# SPDX-License-Identifier: MIT
"""Reports, corrections and uses in any order: the contract and the model say the same."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from eth_account.signers.local import LocalAccount
from hypothesis import given
from hypothesis import strategies as st

from model.world import account
from model.written import decoded_key, encoded_key
from tanpo.chain.abi import Reverted
from tanpo.chain.base import Contract, Receipt
from tanpo.chain.revm import RevmChain
from tanpo.deployer import FEEDER, Consensus, Platform
from tanpo.instrument import Instrument, Kind
from tanpo.model import Event, Fixing, Fixings, Refused
from tanpo.report import Correction, Observation, Report

FIRST = 19_800
DAY = 86_400
TOKEN = "0x" + "11" * 20
KEYS = (TOKEN, "EURUSD", "USDEUR", "EUREUR", "%ESTR")
BOND = Instrument("BOND", Kind.BOND, "EUR", 0, 1)
CASH = Instrument("CASH", Kind.CASH, "EUR", 2, 1)

dates = st.integers(FIRST, FIRST + 4)
values = st.sampled_from((100, 100, 104, 105, 106, 119, 120, 121, 150, 0, -3, 10**6, -(10**6)))
fixings = st.tuples(values, st.sampled_from((0, 0, 0, 1, 7, 8, -1)))
signers = st.lists(st.sampled_from((0, 1, 2, 0, 1, 2, 0, 1, 2, 3)), max_size=3)
"""Feeders by number; number 3 is none."""

reports = st.tuples(
    st.just("report"), dates, st.dictionaries(st.sampled_from(KEYS), fixings, max_size=3), signers
)
few = st.dictionaries(st.sampled_from(KEYS), fixings, max_size=2)
corrections = st.tuples(
    st.just("correction"), dates, st.sampled_from(KEYS), values, fixings, signers
)
uses = st.tuples(
    st.just("use"),
    dates,
    st.sampled_from((BOND, CASH)),
    st.sampled_from(("EUR", "USD")),
)
steps = st.lists(
    st.one_of(
        reports,
        reports,
        reports,
        st.tuples(st.just("again"), dates, few, st.integers(0, 2)),
        st.tuples(st.just("withdraw"), dates, few, st.integers(0, 3)),
        corrections,
        uses,
        st.tuples(st.just("revoke"), st.integers(0, 2)),
        st.tuples(st.just("quorum"), st.sampled_from(((1, 1), (1, 3), (2, 2), (3, 3)))),
        st.tuples(st.just("days"), st.integers(0, 2)),
    ),
    max_size=12,
)


class Deployment(NamedTuple):
    chain: RevmChain
    platform: Platform
    feeders: list[LocalAccount]
    caller: LocalAccount

    @property
    def fixings(self) -> Contract:
        return self.platform.fixings


@cache
def deployment() -> Deployment:
    chain, administrator = RevmChain(), account(1)
    feeders, caller = [account(10 + i) for i in range(4)], account(20)
    roles = Contract.deploy(chain, administrator, "Roles", administrator.address)
    consensus = Consensus(quorum=2, outlier_quorum=3)
    found = Contract.deploy(
        chain,
        administrator,
        "Fixings",
        roles.address,
        7,
        consensus.quorum,
        consensus.outlier_quorum,
        consensus.bounds,
    )
    found.send(administrator, "setEscrow", caller.address)
    platform = Platform(chain, administrator, roles, found, found)
    for feeder in feeders[:3]:
        platform.grant(FEEDER, feeder.address)
    chain.advance_to((FIRST + 1) * DAY)
    return Deployment(chain, platform, feeders, caller)


class Both:
    """A step goes to the contract and to the model."""

    def __init__(self) -> None:
        self.on = deployment()
        self.model = Fixings(7, quorum=2, outlier_quorum=3)
        self.model.feeders = {self.name(i) for i in range(3)}

    def name(self, number: int) -> str:
        return str(self.on.feeders[number].address)

    def report(self, date: int, found: dict[str, tuple[int, int]], signed: list[int]) -> None:
        rows, report = self.written(date, found)
        caller = self.on.caller
        self.same(
            lambda: self.bring("publish", report, signed, caller),
            lambda: self.model.publish(date, rows, self.on.chain.now(), self.names(signed)),
        )

    def again(self, date: int, found: dict[str, tuple[int, int]], number: int) -> None:
        """A feeder brings its signature itself."""
        rows, report = self.written(date, found)
        caller, name = self.on.feeders[number], self.name(number)
        self.same(
            lambda: self.bring("publish", report, [number], caller),
            lambda: self.model.publish(date, rows, self.on.chain.now(), [name], name),
        )

    def withdraw(self, date: int, found: dict[str, tuple[int, int]], number: int) -> None:
        rows, report = self.written(date, found)
        digest = self.on.fixings.call("digestOf", report.as_tuple())
        self.same(
            lambda: self.on.fixings.send(self.on.feeders[number], "withdraw", digest),
            lambda: self.model.withdraw(date, rows, self.name(number)),
        )

    def written(
        self, date: int, found: dict[str, tuple[int, int]]
    ) -> tuple[dict[str, Fixing], Report]:
        """Mostly by ascending keys; with two of them sometimes not."""
        order = sorted(found, key=encoded_key, reverse=found.get(TOKEN) == (119, 0))
        rows = {key: Fixing(found[key][0], date - found[key][1]) for key in order}
        observations = [Observation(encoded_key(key), *row) for key, row in rows.items()]
        return rows, Report(date, tuple(observations))

    def correction(
        self, date: int, key: str, found: int, fixing: tuple[int, int], signed: list[int]
    ) -> None:
        row = Fixing(fixing[0], date - fixing[1])
        now = self.on.chain.now()
        found_at = self.on.fixings.call("fixing", encoded_key(key), date)["publishedAt"]
        correction = Correction(date, encoded_key(key), found, found_at, *row)
        caller = self.on.caller
        self.same(
            lambda: self.bring("correct", correction, signed, caller),
            lambda: self.model.correct(key, date, (found, found_at), row, now, self.names(signed)),
        )

    def use(self, date: int, instrument: Instrument, currency: str) -> None:
        struct = (TOKEN, instrument.currency.encode(), instrument.kind, 0, 0, 1)
        arguments = (struct, currency.encode(), date)

        def model() -> list[Event]:
            self.model.line(1, TOKEN, instrument, currency, date)
            self.model.use(TOKEN, instrument, currency, date)
            return []

        self.same(lambda: self.on.fixings.send(self.on.caller, "useQuote", *arguments), model)

    def revoke(self, number: int) -> None:
        self.on.platform.roles.send(
            self.on.platform.administrator, "revokeRole", FEEDER, self.name(number)
        )
        assert self.model.feeders is not None
        self.model.feeders.discard(self.name(number))

    def quorum(self, numbers: tuple[int, int]) -> None:
        self.on.fixings.send(self.on.platform.administrator, "setQuorum", *numbers)
        self.model.quorum, self.model.outlier_quorum = numbers

    def days(self, count: int) -> None:
        self.on.chain.advance_to(self.on.chain.now() + count * DAY)

    def names(self, signed: list[int]) -> list[str]:
        return [self.name(number) for number in signed]

    def bring(
        self,
        function: str,
        message: Report | Correction,
        signed: list[int],
        caller: LocalAccount,
    ) -> Receipt:
        place = (self.on.chain.chain_id, self.on.fixings.address)
        pairs = [
            (feeder.address, message.sign(feeder, *place))
            for feeder in (self.on.feeders[number] for number in signed)
        ]
        return self.on.fixings.send(caller, function, message.as_tuple(), pairs)

    def same(self, chain: Any, model: Any) -> None:
        expected: Any
        found: Any
        try:
            expected = [(event.name, event.args) for event in model()]
        except Refused as refused:
            expected = (refused.name, refused.arguments)
        try:
            found = [(event.name, _shown(event.args)) for event in self.on.fixings.events(chain())]
        except Reverted as reverted:
            found = (reverted.name, _shown(reverted.arguments))
        assert found == expected
        self.on.chain.advance_to(self.on.chain.now() + 1)

    def state(self) -> tuple[Any, Any]:
        """What the contract has, and what it should."""
        at = [(key, date) for key in KEYS for date in range(FIRST - 1, FIRST + 8)]
        rows = [self.on.fixings.call("fixing", encoded_key(key), date) for key, date in at]
        found = {
            place: (row["valueE8"], row["observedOn"], row["isUsed"])
            for place, row in zip(at, rows, strict=True)
            if row["publishedAt"]
        }
        expected = {
            place: (*fixing, place in self.model.used)
            for place, fixing in self.model.published().items()
        }
        return (found, self.on.fixings.call("latest")), (expected, self.model.latest)


def _shown(args: dict[str, Any]) -> dict[str, Any]:
    """Without what the model does not know: digests, and what a proposal repeats."""
    shown = {k: v for k, v in args.items() if k not in ("digest", "observations", "correction")}
    for name in ("key", "offered", "found"):
        if isinstance(shown.get(name), bytes):
            shown[name] = decoded_key(shown[name])
    return {k: v.decode() if isinstance(v, bytes) else v for k, v in shown.items()}


@given(steps=steps)
def test_fixings__any_steps__contract_and_model_agree(steps: list[tuple[Any, ...]]) -> None:
    before = deployment().chain.snapshot()
    try:
        both = Both()
        for name, *arguments in steps:
            getattr(both, name)(*arguments)
        found, expected = both.state()
        assert found == expected
    finally:
        deployment().chain.restore(before)
