# SPDX-License-Identifier: MIT
"""The fixings contract as a feeder sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from eth_account.signers.local import LocalAccount

from oracles.agreement import Proposal
from oracles.config import Key
from oracles.findings import Last
from oracles.observation import KeyKind
from oracles.scale import from_e8
from tanpo.chain.abi import Reverted
from tanpo.chain.web3 import Web3Chain
from tanpo.deployer import FEEDER, Platform
from tanpo.report import Correction, Observation, Report, pair_key, price_key, rate_key
from tanpo.units import date_from_number, date_number

_SPLIT = 1
"""ActionKind.Split (CorporateAction.sol)."""

_DAY = 86_400


def fixing_key(key: Key) -> bytes:
    """Return the contract's key: of a price by the token's address, else by name."""
    if key.token is not None:
        return price_key(key.token)
    return pair_key(key.name) if key.kind is KeyKind.PAIR else rate_key(key.name)


class OnChain:
    """Reads what is published and proposed, and brings signed reports."""

    def __init__(self, chain: Web3Chain, platform: Platform) -> None:
        """`platform` is of that chain; of its accounts none is used."""
        self._chain = chain
        self._platform = platform
        self._fixings = platform.fixings
        self.max_age_days: int = self._fixings.call("maxAgeDays")

    def now(self) -> datetime:
        """The chain's clock: what its contracts go by. This machine's is not asked."""
        return datetime.fromtimestamp(self._chain.clock(), UTC)

    def published(self, keys: Iterable[bytes], day: date) -> dict[bytes, Observation]:
        """The fixings of `day` among `keys`."""
        keys = list(keys)
        rows = self._fixings.call("fixingsOf", keys, date_number(day))
        return {
            key: Observation(key, row["valueE8"], row["observedOn"])
            for key, row in zip(keys, rows, strict=True)
            if row["publishedAt"]
        }

    def fixing(self, key: bytes, day: date) -> dict[str, Any]:
        """One fixing as the contract has it (`Fixing`), zeros where there is none."""
        found: dict[str, Any] = self._fixings.call("fixing", key, date_number(day))
        return found

    def last(self, key: Key, day: date) -> Last | None:
        """The last fixing of `key` before `day`, with the splits since then."""
        name, before = fixing_key(key), date_number(day) - 1
        found, row = self._fixings.call("lastFixing", name, before).values()
        if not row["publishedAt"]:
            return None
        value = from_e8(key.kind, row["valueE8"])
        observed = date_from_number(row["observedOn"])
        return Last(value, observed, self._split(key, found, date_number(day)))

    def latest(self) -> int:
        """The latest business date with any fixing; 0 before the first."""
        number: int = self._fixings.call("latest")
        return number

    def proposals(self, day: date) -> list[Proposal]:
        """The reports of `day` that wait for signatures, the oldest first."""
        number = date_number(day)
        first = self._chain.first_block_from(number * _DAY)
        topic = self._fixings.interface.topic_of("Proposed")
        last, _ = self._chain.block()
        logs = self._chain.logs([self._fixings.address], [topic], first, last)
        found: dict[bytes, tuple[Observation, ...]] = {}
        for event in self._fixings.interface.decode_events(logs):
            if event.args["date"] == number:
                rows = event.args["observations"]
                found[event.args["digest"]] = tuple(Observation(*row.values()) for row in rows)
        proposals = [
            Proposal(observations, frozenset(self._fixings.call("signersOf", digest)), digest)
            for digest, observations in found.items()
        ]
        return [proposal for proposal in proposals if proposal.signers]

    def quorum(self) -> tuple[int, int]:
        """Signatures that a value needs, and an outlier."""
        return self._fixings.call("quorum"), self._fixings.call("outlierQuorum")

    def is_feeder(self, address: str) -> bool:
        """Whether that account's signatures count."""
        return bool(self._platform.roles.call("hasRole", FEEDER, address)["isMember"])

    def sign(self, day: date, observations: Sequence[Observation], feeder: LocalAccount) -> None:
        """Bring a report with the feeder's signature; it pays. Raises Reverted where the contract
        refuses it, and TransactionLostError.
        """
        self._bring(feeder, "publish", Report(date_number(day), tuple(observations)))

    def withdraw(self, digest: bytes, feeder: LocalAccount) -> None:
        """Let the feeder's signature of a report no longer count."""
        self._fixings.send(feeder, "withdraw", digest)

    def correct(self, correction: Correction, feeder: LocalAccount) -> None:
        """The same with a correction."""
        self._bring(feeder, "correct", correction)

    def _bring(self, feeder: LocalAccount, function: str, signed: Report | Correction) -> None:
        place = (self._chain.chain_id, self._fixings.address)
        signature = (feeder.address, signed.sign(feeder, *place))
        self._fixings.send(feeder, function, signed.as_tuple(), [signature])

    def _split(self, key: Key, since: int, until: int) -> Fraction:
        """What one unit of the token on `since` has become by `until`."""
        split = Fraction(1)
        if key.token is None:
            return split
        try:
            actions: list[Mapping[str, Any]] = self._platform.escrow.call("actionsOf", key.token)
        except Reverted:  # nobody has listed it: nothing is declared on it either
            return split
        for action in actions:
            if action["kind"] == _SPLIT and since < action["date"] <= until:
                split *= Fraction(action["numerator"], action["denominator"])
        return split
