# SPDX-License-Identifier: MIT
"""`set_max_age`: how old a fixing may be."""

import pytest

from support import SETTLED, events, pair, reverts


def test_set_max_age__by_the_administrator__counts_at_once(
    publish, fixings, blockchain_administrator
):
    publish(SETTLED, (pair("EURUSD"), 109_253_000, SETTLED - 3))
    receipt = fixings.setMaxAge(2, sender=blockchain_administrator)
    assert events(receipt, "Fixings") == [("MaxAgeSet", {"maxAgeDays": 2})]
    assert fixings.maxAgeDays() == 2
    with reverts(
        fixings.StaleFixing,
        key=pair("EURUSD"),
        date=SETTLED,
        observedOn=SETTLED - 3,
        maxAgeDays=2,
    ):
        fixings.rate(b"EUR", b"USD", SETTLED)


@pytest.mark.parametrize("role", ["stranger", "feeder", "token_administrator"])
def test_set_max_age__by_another__reverts(request, role, fixings):
    caller = request.getfixturevalue(role)
    with reverts(fixings.AccessManagedUnauthorized, caller=caller.address):
        fixings.setMaxAge(100, sender=caller)
    assert fixings.maxAgeDays() == 7
