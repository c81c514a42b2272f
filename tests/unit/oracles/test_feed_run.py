# SPDX-License-Identifier: MIT
"""Runs of feeders against the contracts, on revm."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from feeding import FRIDAY, MONDAY, SATURDAY, TUESDAY, WEDNESDAY, Deployment, key

from oracles.feed import DateInFutureError, Result, Status
from tanpo.chain.abi import Reverted


@pytest.fixture
def three() -> Deployment:
    """Quorum 2, of outliers 3; EURUSD and USDJPY are published for the Friday."""
    made = Deployment()
    made.begin(FRIDAY, EURUSD="1.07", USDJPY="153.2")
    made.at(MONDAY)
    return made


def statuses(results: list[Result]) -> dict[str, str]:
    return {each.reading.key.name: str(each.status) for each in results}


def test_run__first_signs_second_completes__third_sends_nothing(three: Deployment) -> None:
    three.have(MONDAY, EURUSD="1.06", USDJPY="154")
    first, second = three.run(0, MONDAY), three.run(1, MONDAY)
    third = three.run(2, MONDAY)
    assert statuses(first) == {"EURUSD": "signed", "USDJPY": "signed"}
    assert statuses(second) == {"EURUSD": "published", "USDJPY": "published"}
    assert statuses(third) == statuses(second)
    assert three.published(MONDAY) == {"EURUSD": "1.06", "USDJPY": "154"}
    assert three.sent == [1, 1, 0]


def test_run__waits__says_who_signed_what_and_how_many_are_needed(three: Deployment) -> None:
    three.have(MONDAY, EURUSD="1.06", USDJPY="154")
    (result, _) = three.run(0, MONDAY)
    address = three.accounts[0].address
    expected = f"signed 1.06 by {address}; needed 2 signatures, 3 of an outlier"
    assert result.reason == expected


def test_run__proposal_of_what_it_does_not_have__others_publish_all_the_same() -> None:
    three = Deployment(keys=(key("EURUSD", tolerance_bps=10),))
    three.begin(FRIDAY, EURUSD="1.07")
    three.at(MONDAY)
    three.have(MONDAY, EURUSD="1.06")
    three.propose(2, MONDAY, ("EURUSD", 106_000_000), ("USDJPY", 15_400_000_000))
    three.run(0, MONDAY)
    three.run(1, MONDAY)
    assert three.published(MONDAY) == {"EURUSD": "1.06"}
    assert three.sent == [1, 1, 0]


def test_run__source_mended_before_there_are_enough__withdraws_what_it_signed(
    three: Deployment,
) -> None:
    three.have(MONDAY, EURUSD="1.03", USDJPY="154")
    three.run(0, MONDAY)
    three.have(MONDAY, EURUSD="1.06")
    three.run(0, MONDAY)
    three.have(MONDAY, 1, EURUSD="1.03")
    three.run(1, MONDAY)
    assert three.published(MONDAY) == {"USDJPY": "154"}
    three.have(MONDAY, EURUSD="1.06")
    three.run(1, MONDAY)
    assert three.published(MONDAY) == {"EURUSD": "1.06", "USDJPY": "154"}


def test_run__several_reports_that_one_signature_completes__sends_no_more(
    three: Deployment,
) -> None:
    three.have(MONDAY, EURUSD="1.06", USDJPY="154")
    euro, yen = ("EURUSD", 106_000_000), ("USDJPY", 15_400_000_000)
    for rows in ((euro, yen), (yen, euro), (euro,)):
        three.propose(2, MONDAY, *rows)
    three.run(0, MONDAY)
    assert three.published(MONDAY) == {"EURUSD": "1.06", "USDJPY": "154"}
    assert three.sent[0] == 1


def test_run__one_feeder_proposes_without_end__ten_of_them_are_signed_at_a_time() -> None:
    three = Deployment(keys=(key("EURUSD", tolerance_bps=10),))  # all values are outliers: 3 needed
    three.at(MONDAY)
    three.have(MONDAY, EURUSD="1.06")
    for step in range(80):
        three.propose(2, MONDAY, ("EURUSD", 106_000_000 + step))
    three.run(0, MONDAY)
    assert three.sent[0] == 50
    three.run(1, MONDAY)
    assert three.sent[1] == 1
    assert three.published(MONDAY) == {"EURUSD": "1.06"}


def test_run__refused_by_the_checks_but_published_as_the_source_has_it__is_published(
    three: Deployment,
) -> None:
    """Another's operator accepted it."""
    three.have(MONDAY, EURUSD="10.6", USDJPY="154")
    for number in range(3):
        three.propose(number, MONDAY, ("EURUSD", 1_060_000_000))
    result, _ = three.run(0, MONDAY)
    assert result.reading.checks == ["unit-slip", "outlier"]
    assert (result.status, result.reason) == (Status.PUBLISHED, "")


def test_run__other_value_is_published__differs_and_says_both(three: Deployment) -> None:
    three.have(MONDAY, EURUSD="1.06", USDJPY="154")
    for number in (1, 2):
        three.propose(number, MONDAY, ("EURUSD", 105_000_000))
    result, _ = three.run(0, MONDAY)
    assert result.status is Status.DIFFERS
    assert result.reason == "1.05 is published, the source has 1.06"


def test_run__no_feeder_any_more__ends_with_the_contracts_error(three: Deployment) -> None:
    three.have(MONDAY, EURUSD="1.06", USDJPY="154")
    roles = three.platform.roles
    former = three.accounts[0].address
    roles.send(three.platform.administrator, "revokeRole", 2, former)
    with pytest.raises(Reverted) as error:
        three.run(0, MONDAY)
    assert (error.value.name, error.value.arguments) == ("NotAFeeder", {"found": former})


def test_run__pair_is_published_the_other_way_round__refused_and_the_rest_goes_on() -> None:
    three = Deployment()
    three.begin(FRIDAY, EURUSD="1.07", USDJPY="153.2")
    three.at(MONDAY)
    three.have(MONDAY, EURUSD="1.06", USDJPY="154")
    for number in range(3):
        three.propose(number, MONDAY, ("USDEUR", 94_000_000))
    euro, yen = three.run(0, MONDAY)
    assert (euro.status, yen.status) == (Status.REFUSED, Status.SIGNED)
    assert euro.reason.startswith("ReciprocalPair(offered=0x455552555344")
    assert three.run(1, MONDAY)[1].status is Status.PUBLISHED
    assert three.published(MONDAY) == {"USDJPY": "154"}


def test_run__correct__replaces_the_value_of_that_run_only(three: Deployment) -> None:
    three.begin(MONDAY, EURUSD="1.06", USDJPY="154")
    three.have(MONDAY, EURUSD="1.0601")
    assert statuses(three.run(0, MONDAY)) == {"EURUSD": "differs", "USDJPY": "published"}
    assert three.sent[0] == 0
    three.run(0, MONDAY, ["EURUSD"])
    results = three.run(1, MONDAY, ["EURUSD"])
    assert statuses(results) == {"EURUSD": "published", "USDJPY": "published"}
    assert three.published(MONDAY) == {"EURUSD": "1.0601", "USDJPY": "154"}


# ---------------------------------------------------------------------- which dates


def test_dates__nothing_published_yet__only_the_date_itself() -> None:
    three = Deployment()
    three.at(MONDAY)
    assert three.feed(0).dates(None) == [MONDAY]
    assert three.feed(0).dates(FRIDAY) == [FRIDAY]


def test_dates__some_missed__those_since_the_first_with_a_fixing(three: Deployment) -> None:
    three.at(WEDNESDAY)
    assert three.feed(0).dates(None) == [MONDAY, TUESDAY, WEDNESDAY]
    assert three.feed(0).dates(MONDAY) == [MONDAY]


def test_dates__one_value_missing__that_date_again(three: Deployment) -> None:
    three.have(MONDAY, EURUSD="1.06")
    three.run(0, MONDAY)
    three.run(1, MONDAY)
    three.at(TUESDAY)
    assert three.feed(0).dates(None) == [MONDAY, TUESDAY]
    three.have(MONDAY, USDJPY="154")
    three.run(0, MONDAY)
    three.run(1, MONDAY)
    assert three.feed(0).dates(None) == [TUESDAY]


def test_dates__complete__is_the_date_itself(three: Deployment) -> None:
    assert three.feed(0).dates(FRIDAY) == [FRIDAY]


def test_dates__weekend__those_before_it(three: Deployment) -> None:
    assert three.feed(0).dates(SATURDAY) == []
    three.at(FRIDAY + timedelta(8), 3)
    week = [MONDAY + timedelta(count) for count in range(5)]
    assert three.feed(0).dates(None) == week


def test_dates__future__refused(three: Deployment) -> None:
    with pytest.raises(DateInFutureError, match="2024-04-16 has not begun: today is 2024-04-15"):
        three.feed(0).dates(TUESDAY)


def test_dates__outage_longer_than_two_weeks__all_of_the_last_two(three: Deployment) -> None:
    last = FRIDAY + timedelta(15)  # a Saturday
    three.at(last)
    found = three.feed(0).dates(None)
    assert found == [MONDAY + timedelta(count) for count in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]


def test_dates__first_fixing_is_two_weeks_old__since_then(three: Deployment) -> None:
    three.at(date(2024, 4, 26))
    assert three.feed(0).dates(None)[0] == MONDAY
    assert len(three.feed(0).dates(None)) == 10
