# SPDX-License-Identifier: MIT
"""`fixing`, `lastFixing` and `latest`: what was published stays readable."""

import pytest

from support import SETTLED, at, pair


def test_fixing__never_published__is_zero(fixings, bund):
    assert tuple(fixings.fixing(bund, SETTLED)) == (0, 0, 0, False)


def test_fixing__of_an_older_date__stays(publish, fixings, chain, bund):
    for n in range(3):
        chain.pending_timestamp = at(SETTLED + n, 20)
        publish(SETTLED + n, (bund, 100 + n, SETTLED + n))
    assert [fixings.fixing(bund, SETTLED + n).valueE8 for n in range(3)] == [100, 101, 102]
    assert fixings.latest() == SETTLED + 2


def test_fixing__price_and_pair__are_apart(publish, fixings, bund):
    publish(SETTLED, (bund, 1, SETTLED), (pair("EURUSD"), 2, SETTLED))
    assert fixings.fixing(bund, SETTLED).valueE8 == 1
    assert fixings.fixing(pair("EURUSD"), SETTLED).valueE8 == 2
    assert fixings.fixing(pair("USDEUR"), SETTLED).valueE8 == 0


def test_latest__before_the_first__is_zero(fixings):
    assert fixings.latest() == 0


def test_fixing__published__has_its_days_and_its_time(publish, fixings, chain, bund):
    chain.pending_timestamp = at(SETTLED, 21)
    publish(SETTLED, (bund, 5, SETTLED - 7))
    found = fixings.fixing(bund, SETTLED)
    assert (found.valueE8, found.observedOn, found.isUsed) == (5, SETTLED - 7, False)
    assert at(SETTLED, 21) <= found.publishedAt < at(SETTLED, 21, 1)


def test_fixing__neighbouring_dates__do_not_touch_each_other(publish, fixings, chain, bund):
    """Two dates share a word, whichever of them comes first."""
    chain.pending_timestamp = at(SETTLED + 5)
    for date in (SETTLED + 1, SETTLED, SETTLED + 4, SETTLED + 2, SETTLED + 3):
        publish(date, (bund, 2**63 - 1 - date, date - date % 3))
    for date in range(SETTLED, SETTLED + 5):
        found = fixings.fixing(bund, date)
        assert (found.valueE8, found.observedOn) == (2**63 - 1 - date, date - date % 3)
    assert fixings.fixing(bund, SETTLED - 1).valueE8 == 0


@pytest.mark.parametrize(("days", "found"), [(0, True), (13, True), (14, False)])
def test_last_fixing__so_many_days_before__is_found_within_two_weeks(
    publish, fixings, bund, days, found
):
    publish(SETTLED - days, (bund, 5, SETTLED - days))
    date, fixing = fixings.lastFixing(bund, SETTLED)
    assert (date, fixing[0]) == ((SETTLED - days, 5) if found else (0, 0))


def test_last_fixing__several__is_the_latest_up_to_the_date(publish, fixings, bund):
    for day in (SETTLED - 3, SETTLED - 1, SETTLED):
        publish(day, (bund, day, day))
    date, fixing = fixings.lastFixing(bund, SETTLED - 1)
    assert (date, fixing[0]) == (SETTLED - 1, SETTLED - 1)


def test_last_fixing__in_the_first_days_of_1970__is_none(fixings, bund):
    assert fixings.lastFixing(bund, 3)[0] == 0


def test_fixings_of__several_keys__are_those_of_each(publish, fixings, bund):
    publish(SETTLED, (pair("EURUSD"), 109_253_000, SETTLED - 1))
    found = fixings.fixingsOf([bund, pair("EURUSD")], SETTLED)
    assert [(each.valueE8, each.observedOn) for each in found] == [
        (0, 0),
        (109_253_000, SETTLED - 1),
    ]
    assert tuple(found[1]) == tuple(fixings.fixing(pair("EURUSD"), SETTLED))
