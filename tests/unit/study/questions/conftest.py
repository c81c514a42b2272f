# SPDX-License-Identifier: MIT
"""Laboratories that questions share; none of them is changed by being asked."""

from __future__ import annotations

import pytest

from tanpo.study.laboratory import Laboratory

from .laboratories import laboratory, market_of


@pytest.fixture(scope="session")
def stocks() -> Laboratory:
    """Six stocks, for baskets and to lend: as a user's own market."""
    return laboratory(market_of())


@pytest.fixture(scope="session")
def bonds() -> Laboratory:
    """Six stocks for baskets, six bonds to lend: as the packaged market."""
    return laboratory(market_of(bonds=6))


@pytest.fixture(scope="session")
def moments() -> Laboratory:
    """With an opening and a close on each date."""
    return laboratory(market_of(per_date=2))


@pytest.fixture(scope="session")
def broken() -> Laboratory:
    """One of its six stocks has no price for ten dates."""
    return laboratory(market_of(gaps={2: slice(50, 60)}))
