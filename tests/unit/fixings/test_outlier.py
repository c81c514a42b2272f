# SPDX-License-Identifier: MIT
"""`publish` of values that are far from the last: the larger quorum, and others do not wait."""

import pytest

from support import MARKED, SETTLED, at, events, pair, reverts
from tanpo.report import rate_key


@pytest.fixture
def last(council, chain):
    """Publish a last value and move on to the evening of the next date."""

    def call(key, value, date=SETTLED):
        council.publish(date, (key, value, date), by=(0, 1, 2))
        chain.pending_timestamp = at(MARKED, 20)

    return call


def is_published(council, key, date=MARKED):
    return council.fixings.fixing(key, date).valueE8 != 0


@pytest.mark.parametrize(
    ("value", "within"),
    [(12_000, True), (12_001, False), (8_000, True), (7_999, False), (10_000, True), (1, False)],
)
def test_publish__price_moved__up_to_a_fifth_is_no_outlier(council, last, bund, value, within):
    last(bund, 10_000)
    council.publish(MARKED, (bund, value, MARKED))
    assert is_published(council, bund) == within


@pytest.mark.parametrize(("value", "within"), [(10_500, True), (10_501, False), (9_499, False)])
def test_publish__pair_moved__up_to_a_twentieth_is_no_outlier(council, last, value, within):
    last(pair("EURUSD"), 10_000)
    council.publish(MARKED, (pair("EURUSD"), value, MARKED))
    assert is_published(council, pair("EURUSD")) == within


@pytest.mark.parametrize(
    ("before", "value", "within"),
    [
        (-500_000, 500_000, True),
        (-500_000, 500_001, False),
        (0, 1_000_000, True),
        (0, -1_000_001, False),
    ],
)
def test_publish__rate_moved__up_to_a_percentage_point_is_no_outlier(
    council, last, before, value, within
):
    key = rate_key("ESTR")
    last(key, before)
    council.publish(MARKED, (key, value, MARKED))
    assert is_published(council, key) == within


def test_publish__a_hundred_times_too_high__waits_and_the_others_do_not(known, bund):
    others = (pair("EURUSD"), 109_253_000, MARKED)
    known.publish(SETTLED, (pair("EURUSD"), 109_000_000, SETTLED), by=(0, 1, 2))
    receipt = known.publish(MARKED, (bund, 10_000, MARKED), others)
    assert [name for name, _ in events(receipt, "Fixings")] == [
        "Withheld",
        "Published",
        "Signed",
        "Signed",
        "Proposed",
    ]
    assert events(receipt, "Fixings")[0][1] == {
        "key": bund,
        "date": MARKED,
        "valueE8": 10_000,
        "lastE8": 100,
        "signatures": 2,
        "needed": 3,
    }
    assert not is_published(known, bund)
    assert is_published(known, pair("EURUSD"))


def test_publish__third_signature__publishes_the_outlier(known, bund):
    known.publish(MARKED, (bund, 10_000, MARKED))
    receipt = known.publish(MARKED, (bund, 10_000, MARKED), by=(2,))
    assert [name for name, _ in events(receipt, "Fixings")] == ["Published"]
    assert known.signers(MARKED, (bund, 10_000, MARKED)) == []


def test_publish__right_value_beside_a_withheld_one__wins(known, bund):
    known.publish(MARKED, (bund, 10_000, MARKED))
    known.publish(MARKED, (bund, 101, MARKED), by=(1, 2))
    with reverts(known.fixings.AlreadyPublished, key=bund, date=MARKED, found=101, offered=10_000):
        known.publish(MARKED, (bund, 10_000, MARKED), by=(2,))


@pytest.mark.parametrize(("days", "compared"), [(1, True), (14, True), (15, False)])
def test_publish__last_so_long_ago__is_compared_within_two_weeks(
    council, last, bund, days, compared
):
    last(bund, 100, MARKED - days)
    council.publish(MARKED, (bund, 100, MARKED))
    assert is_published(council, bund) == compared


def test_publish__first_of_its_key__needs_the_larger_quorum(council, bund):
    receipt = council.publish(SETTLED, (bund, 100, SETTLED))
    assert events(receipt, "Fixings")[0][1]["lastE8"] == 0
    assert not is_published(council, bund, SETTLED)
    council.publish(SETTLED, (bund, 100, SETTLED), by=(2,))
    assert is_published(council, bund, SETTLED)


def test_publish__missed_day_later__is_compared_with_the_day_before_it(council, last, bund):
    last(bund, 10_000, MARKED - 3)
    council.publish(MARKED, (bund, 15_000, MARKED), by=(0, 1, 2))
    council.publish(MARKED - 1, (bund, 11_000, MARKED - 1))
    assert is_published(council, bund, MARKED - 1)


def test_set_bounds__by_the_administrator__count_at_once(known, bund, blockchain_administrator):
    receipt = known.fixings.setBounds((5_000, 300, 50), sender=blockchain_administrator)
    expected = {"priceBps": 5_000, "pairBps": 300, "rateBps": 50}
    assert events(receipt, "Fixings") == [("BoundsSet", {"bounds": expected})]
    assert tuple(known.fixings.bounds()) == (5_000, 300, 50)
    known.publish(MARKED, (bund, 150, MARKED))
    assert is_published(known, bund)


@pytest.mark.parametrize("role", ["stranger", "feeder", "token_administrator"])
def test_set_bounds__by_another__reverts(request, role, fixings):
    caller = request.getfixturevalue(role)
    with reverts(fixings.AccessManagedUnauthorized, caller=caller.address):
        fixings.setBounds((1, 1, 1), sender=caller)
