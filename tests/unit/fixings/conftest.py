# SPDX-License-Identifier: MIT
"""Fixings of which none is published: one feeder's word counts, or that of two out of three."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from support import MARKED, SETTLED, at, price, publish, signatures
from tanpo.deployer import Consensus, Platform


@dataclass(frozen=True)
class Council:
    """Three feeders, two of whom must sign; all three an outlier."""

    fixings: Any
    feeders: list[Any]
    relayer: Any

    def publish(self, date: int, *observations: Any, by: tuple[int, ...] = (0, 1)) -> Any:
        """Bring a report with the signatures of feeders of these numbers; anybody sends it."""
        return self.bring((date, sorted(observations)), *(self.feeders[i] for i in by))

    def bring(self, report: Any, *feeders: Any) -> Any:
        signed = signatures(self.fixings.digestOf(report), *feeders)
        return self.fixings.publish(report, signed, sender=self.relayer)

    def correction(self, date: int, key: bytes, found: int, value: int, observed: int) -> Any:
        """One of what is published now."""
        found_at = self.fixings.fixing(key, date).publishedAt
        return (date, key, found, found_at, value, observed)

    def correct(self, *change: Any, by: tuple[int, ...] = (0, 1)) -> Any:
        """Bring a correction of date, key, found, value and observed on, or with found at."""
        correction = change if len(change) == 6 else self.correction(*change)
        digest = self.fixings.digestOfCorrection(correction)
        signed = signatures(digest, *(self.feeders[i] for i in by))
        return self.fixings.correct(correction, signed, sender=self.relayer)

    def signers(self, date: int, *observations: Any) -> list[str]:
        """Who has signed the report, as long as it waits."""
        found: list[str] = self.fixings.signersOf(
            self.fixings.digestOf((date, sorted(observations)))
        )
        return found


@pytest.fixture(scope="session")
def deployed(platform: Platform, library_chain: Callable[[], Any], project: Any) -> Any:
    """A deployment of its own, for other tests publish on theirs."""

    def deploy(consensus: Consensus, *feeders: Any) -> Any:
        own = Platform.deploy(
            library_chain(),
            platform.administrator,
            feeders=[feeder.address for feeder in feeders],
            consensus=consensus,
        )
        return project.Fixings.at(own.fixings.address)

    return deploy


@pytest.fixture(scope="session")
def fixings(deployed: Any, feeder: Any) -> Any:
    return deployed(Consensus(), feeder)


@pytest.fixture(scope="session")
def council(deployed: Any, accounts: Any, stranger: Any) -> Council:
    feeders = [accounts[2], accounts[5], accounts[8]]
    return Council(deployed(Consensus(quorum=2, outlier_quorum=3), *feeders), feeders, stranger)


@pytest.fixture
def known(council: Council, bund: bytes, chain: Any) -> Council:
    """With a price of 100 on the day before, so that 120 is no outlier, in the evening after."""
    council.publish(SETTLED, (bund, 100, SETTLED), by=(0, 1, 2))
    chain.pending_timestamp = at(MARKED, 20)
    return council


@pytest.fixture
def bund(accounts: Any) -> bytes:
    """The price key of an address; the contract does not ask what is there."""
    return price(accounts[9])


@pytest.fixture(name="publish")
def publish_(fixings: Any, feeder: Any) -> Any:
    def call(date: int, *observations: Any) -> Any:
        return publish(fixings, date, observations, feeder)

    return call
