# SPDX-License-Identifier: MIT
"""One token of each contract; both come from the same issuer's rules."""

import pytest
from market import ENOUGH


@pytest.fixture(params=["BUND", "USD"], ids=["security", "cash"])
def token(request, market):
    return market.tokens[request.param]


@pytest.fixture
def supply():
    """What the parties, the helper and the token administrator have together before a test."""
    return 4 * ENOUGH


@pytest.fixture(params=["stranger", "lender", "token_administrator", "feeder"])
def outsider(request):
    """Anybody but the enforcer."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def register(own_platform, project):
    """A register of holders, empty."""
    return project.Eligibility.at(own_platform.deploy_eligibility().address)


@pytest.fixture
def restricted(token, register, enforcer, lender, borrower):
    """The token, for the two parties only."""
    register.admit([lender, borrower], sender=enforcer)
    token.setEligibility(register, sender=enforcer)
    return token
