# SPDX-License-Identifier: MIT
"""Fixings of which none is published, and a key for a price."""

import pytest

from support import price
from tanpo.deployer import FEEDER, Platform


@pytest.fixture(scope="session")
def fixings(platform, library_chain, project, feeder):
    """A deployment of its own: other tests publish on theirs."""
    own = Platform.deploy(library_chain(), platform.administrator)
    own.grant(FEEDER, feeder.address)
    return project.Fixings.at(own.fixings.address)


@pytest.fixture
def bund(accounts):
    """The price key of an address; the contract does not ask what is there."""
    return price(accounts[9])


@pytest.fixture
def publish(fixings, feeder):
    def call(date, *observations, sender=feeder):
        return fixings.publish(date, list(observations), sender=sender)

    return call
