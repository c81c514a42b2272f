# SPDX-License-Identifier: MIT
"""A trade with round figures beside JSF's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from market import Market

from support import SETTLED, at
from tanpo.terms import Terms


@pytest.fixture(scope="session")
def cash_loan(market: Market, sample: Terms) -> Terms:
    """1,000,000.00 USD against 10,000 shares, from 19 April for a day, at no interest."""
    return replace(
        sample,
        loan_token=market.tokens["USD"].address,
        loan_quantity=100_000_000,
        collateral=((market.tokens["STOCK"].address, 10_000),),
        end=at(SETTLED + 1),
    )
