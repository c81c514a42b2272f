# SPDX-License-Identifier: MIT
"""What answers a failure is of no date before the last mark or change."""

from dataclasses import replace

import pytest

from support import MARKED, THIRD, at, reverts
from tanpo.terms import Verb


@pytest.fixture
def changed(lent, desk):
    """In deficit since 20 April, when it also ended; its rate changed on the 21st."""
    trade = desk.in_deficit(replace(lent, end=at(MARKED)))
    desk.change(trade, Verb.RERATE, THIRD, rate_e9=36_000_000)
    return trade


@pytest.mark.parametrize("function", ["noteLate", "buyIn", "declareDefault", "cure"])
def test_answer__of_a_date_before_a_change__is_refused(function, market, changed, escrow, lender):
    further = (market.tokens["USD"], 1) if function == "buyIn" else ()
    backward = {"id": changed, "lastMarked": THIRD, "date": MARKED}
    with market.untouched(changed), reverts(escrow.AlreadyMarked, **backward):
        getattr(escrow, function)(changed, *further, MARKED, sender=lender)
