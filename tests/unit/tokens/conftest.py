# SPDX-License-Identifier: MIT
"""One token of each contract; both come from the same issuer's rules."""

import pytest
from market import ENOUGH


@pytest.fixture(params=["BUND", "USD"], ids=["security", "cash"])
def token(request, market):
    return market.tokens[request.param]


@pytest.fixture
def supply():
    """What the two parties have together before a test."""
    return 2 * ENOUGH
