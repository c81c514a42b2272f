# SPDX-License-Identifier: MIT
"""Feeders that are down, disagree, or have wrong values: a trade is marked right, later or never.

What marks must be is computed by hand from the real prices, see `integration.lending`.
"""

from __future__ import annotations

import pytest

from integration.feeders import (
    FRIDAY,
    KEYS,
    MONDAY,
    TUESDAY,
    WEEK,
    Devnet,
    Feeder,
)
from integration.lending import Lending, missing, real_marks, real_values, reasons
from integration.nights import Result
from integration.replays import Result as FeedResult
from tanpo.units import date_number

pytestmark = pytest.mark.anvil

OTHERS = ("NVDA", "EURUSD")

NO_FIXINGS = "no fixings are published"
NO_PRICE = f"MissingFixing(key=AAPL, date={MONDAY})"
"""What a night says is missing."""


@pytest.fixture
def feeders(devnet: Devnet) -> list[Feeder]:
    return devnet.feeders


def assert_unmarked(lent: Lending, result: Result, reason: str) -> None:
    """The night says which date is missing and why, and has touched nothing."""
    assert result.exit_code == 1
    assert missing(result) == [(str(MONDAY), reason)]
    assert result.summary["complete"] is False
    assert lent.marks() == []


def refusals(result: FeedResult) -> dict[str, str]:
    return reasons(result, "refused")


# ---------------------------------------------------------------------- down


@pytest.mark.parametrize("down", [0, 2])
def test_feed__one_feeder_down__trade_is_marked_right(
    devnet: Devnet, lent: Lending, down: int
) -> None:
    assert lent.feed(*({0, 1, 2} - {down})) == [1, 0]
    assert lent.night().exit_code == 0
    assert lent.marks() == real_marks(MONDAY)


def test_feed__two_feeders_down__trade_waits_and_is_marked_in_order_when_they_are_back(
    devnet: Devnet, lent: Lending
) -> None:
    books = lent.books()
    assert lent.feed(2) == [1]
    assert_unmarked(lent, lent.night(), NO_FIXINGS)
    assert lent.books() == books
    devnet.at(TUESDAY)
    lent.receive(TUESDAY)
    assert lent.feed(2) == [1]
    assert lent.night().exit_code == 1
    assert lent.books() == books
    assert lent.feed(0) == [0]
    assert lent.night().exit_code == 0
    assert lent.marks() == real_marks(MONDAY, TUESDAY)


def test_feed__all_feeders_down__trade_is_marked_the_next_day(
    devnet: Devnet, lent: Lending
) -> None:
    assert_unmarked(lent, lent.night(), NO_FIXINGS)
    devnet.at(TUESDAY)
    lent.receive(TUESDAY)
    assert lent.feed(0, 1, 2) == [1, 0, 0]
    assert lent.night().exit_code == 0
    assert lent.marks() == real_marks(MONDAY, TUESDAY)


def test_feed__source_down_at_two_feeders__trade_waits_and_is_marked_right(
    devnet: Devnet, feeders: list[Feeder], lent: Lending
) -> None:
    for feeder in feeders[:2]:
        (feeder.closes / f"{MONDAY}.csv").unlink()
    for number in (0, 1):
        result = devnet.feed(number)
        assert result.exit_code == 1
        assert refusals(result) == dict.fromkeys(
            KEYS, f"missing: the source has no value of {MONDAY}"
        )
    assert lent.feed(2) == [1]
    assert_unmarked(lent, lent.night(), NO_FIXINGS)
    feeders[0].receive(MONDAY)
    assert lent.feed(0) == [0]
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


def test_feed__file_half_written_at_two_feeders__trade_waits_and_is_marked_right(
    devnet: Devnet, feeders: list[Feeder], lent: Lending
) -> None:
    for feeder in feeders[:2]:
        (feeder.closes / f"{MONDAY}.csv").write_text("key,value\nAAPL,165.23\nNVDA,2")
    # The torn 270.02 is an outlier that two sign.
    assert lent.feed(0, 1, 2) == [1, 1, 1]
    assert devnet.published(MONDAY) == real_values(MONDAY, ["AAPL"])
    assert_unmarked(lent, lent.night(), f"MissingRate(base=EUR, quote=USD, date={MONDAY})")
    lent.receive(MONDAY)
    assert lent.feed(0, 1, 2) == [0, 0, 0]
    assert devnet.published(MONDAY) == real_values(MONDAY)
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


def test_feed__one_key_missing_everywhere__trade_waits_without_it(
    devnet: Devnet, feeders: list[Feeder], lent: Lending
) -> None:
    for feeder in feeders:
        feeder.receive(MONDAY, without=["AAPL"])
    assert lent.feed(0, 1, 2) == [1, 1, 1]
    assert devnet.published(MONDAY) == real_values(MONDAY, OTHERS)
    assert_unmarked(lent, lent.night(), NO_PRICE)
    # The next day is complete, and still waits: marks are in the order of the dates.
    devnet.at(TUESDAY)
    lent.receive(TUESDAY)
    assert lent.feed(0, 1, 2) == [1, 1, 1]
    assert devnet.published(TUESDAY) == real_values(TUESDAY)
    assert_unmarked(lent, lent.night(), NO_PRICE)
    lent.receive(MONDAY)
    assert lent.feed(0, 1, 2) == [1, 0, 0]
    assert lent.night().exit_code == 0
    assert lent.marks() == real_marks(MONDAY, TUESDAY)


# ---------------------------------------------------------------------- at odds


@pytest.mark.parametrize("odd", [0, 1])
def test_feed__one_of_three_disagrees__trade_is_marked_at_the_others_price(
    devnet: Devnet, feeders: list[Feeder], lent: Lending, odd: int
) -> None:
    feeders[odd].receive(MONDAY, AAPL="165.32")
    lent.feed(0, 1, 2)
    lent.feed(0, 1, 2)
    result = devnet.feed(odd)
    assert result.exit_code == 1
    assert reasons(result, "differs") == {"AAPL": "165.23 is published, the source has 165.32"}
    assert devnet.published(MONDAY) == real_values(MONDAY)
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


def test_feed__two_disagree_and_one_is_down__trade_waits_until_the_third_is_back(
    devnet: Devnet, feeders: list[Feeder], lent: Lending
) -> None:
    feeders[1].receive(MONDAY, AAPL="165.32")
    assert lent.feed(0, 1, 0, 1) == [1, 1, 1, 1]
    assert devnet.published(MONDAY) == real_values(MONDAY, OTHERS)
    assert_unmarked(lent, lent.night(), NO_PRICE)
    assert lent.feed(2) == [0]
    assert lent.night().exit_code == 0
    assert lent.marks() == real_marks(MONDAY)


def test_feed__all_three_disagree__trade_waits_until_two_agree(
    devnet: Devnet, feeders: list[Feeder], lent: Lending
) -> None:
    feeders[1].receive(MONDAY, AAPL="165.32")
    feeders[2].receive(MONDAY, AAPL="165.41")
    books = lent.books()
    for _ in range(2):
        assert lent.feed(0, 1, 2) == [1, 1, 1]
    assert devnet.published(MONDAY) == real_values(MONDAY, OTHERS)
    assert_unmarked(lent, lent.night(), NO_PRICE)
    assert lent.books()["balances"] == books["balances"]
    feeders[2].receive(MONDAY)
    assert lent.feed(2) == [0]
    assert lent.night().exit_code == 0
    assert lent.marks() == real_marks(MONDAY)


def test_feed__two_agree_on_a_wrong_price__trade_is_marked_right_after_their_correction(
    devnet: Devnet, feeders: list[Feeder], lent: Lending
) -> None:
    """What two say counts; the third says so, which leaves time until the night."""
    for feeder in feeders[:2]:
        feeder.receive(MONDAY, AAPL="165.32")
    assert lent.feed(0, 1) == [1, 0]
    result = devnet.feed(2)
    assert result.exit_code == 1
    assert reasons(result, "differs") == {"AAPL": "165.32 is published, the source has 165.23"}
    feeders[0].receive(MONDAY)
    correct = ("--date", MONDAY, "--correct", "AAPL")
    assert [devnet.feed(number, *correct).exit_code for number in (2, 0)] == [1, 0]
    assert lent.night().exit_code == 0
    assert lent.marks() == real_marks(MONDAY)


# ---------------------------------------------------------------------- 100 times off


SLIP = "unit-slip: 16523 is about 100 times 165.21 of 2023-04-14, within 15 %"


def test_feed__one_source_100_times_off__is_refused_and_trade_is_marked_right(
    devnet: Devnet, feeders: list[Feeder], lent: Lending
) -> None:
    feeders[0].receive(MONDAY, AAPL="16523")
    result = devnet.feed(0)
    assert (result.exit_code, refusals(result)) == (1, {"AAPL": SLIP})
    assert lent.feed(1, 2) == [1, 0]
    assert devnet.published(MONDAY) == real_values(MONDAY)
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


def test_feed__two_sources_100_times_off__are_refused_and_trade_waits(
    devnet: Devnet, feeders: list[Feeder], lent: Lending
) -> None:
    for feeder in feeders[:2]:
        feeder.receive(MONDAY, AAPL="16523")
    assert lent.feed(0, 1, 2) == [1, 1, 1]
    assert devnet.published(MONDAY) == real_values(MONDAY, OTHERS)
    assert_unmarked(lent, lent.night(), NO_PRICE)
    feeders[1].receive(MONDAY)
    assert lent.feed(1) == [0]
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


def test_feed__two_accept_100_times_off__chain_withholds_it_and_trade_waits_for_the_right_one(
    devnet: Devnet, feeders: list[Feeder], lent: Lending
) -> None:
    for feeder in feeders[:2]:
        feeder.receive(MONDAY, AAPL="16523")
    first = devnet.chain.block()[0] + 1
    accepted = [
        devnet.feed(number, "--date", MONDAY, "--accept", "AAPL").exit_code for number in (0, 1)
    ]
    assert accepted == [1, 1]
    fixings = devnet.platform.fixings
    topic = fixings.interface.topic_of("Withheld")
    logs = devnet.chain.logs([fixings.address], [topic], first, devnet.chain.block()[0])
    assert [event.args for event in fixings.interface.decode_events(logs)] == [
        {
            "key": devnet.key("AAPL"),
            "date": date_number(MONDAY),
            "valueE8": 16523_00000000,
            "lastE8": 165_21000000,
            "signatures": 2,
            "needed": 3,
        }
    ]
    assert devnet.published(MONDAY) == real_values(MONDAY, OTHERS)
    assert lent.feed(2) == [1]
    assert_unmarked(lent, lent.night(), NO_PRICE)
    # One of the two is mended, and the right value has its two signatures.
    feeders[0].receive(MONDAY)
    assert lent.feed(0) == [0]
    assert devnet.published(MONDAY) == real_values(MONDAY)
    result = devnet.feed(1, "--date", MONDAY, "--accept", "AAPL")
    assert reasons(result, "differs") == {"AAPL": "165.23 is published, the source has 16523"}
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


def test_feed__pair_turned_round_at_two_feeders__is_refused_and_trade_waits(
    devnet: Devnet, feeders: list[Feeder], lent: Lending
) -> None:
    for feeder in feeders[:2]:
        feeder.receive(MONDAY, EURUSD="0.9107")
    result = devnet.feed(0)
    reason = "inverted: 0.9107 is about 1 / 1.1057 of 2023-04-14, within 5 %"
    assert refusals(result) == {"EURUSD": reason}
    assert lent.feed(1, 2) == [1, 1]
    assert devnet.published(MONDAY) == real_values(MONDAY, ["AAPL", "NVDA"])
    assert_unmarked(lent, lent.night(), f"MissingRate(base=EUR, quote=USD, date={MONDAY})")
    feeders[0].receive(MONDAY)
    assert lent.feed(0) == [0]
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


@pytest.mark.parametrize("value", ["0", "-165.23", "165.230000001"])
def test_feed__impossible_value_at_all_feeders__trade_waits(
    devnet: Devnet, lent: Lending, value: str
) -> None:
    lent.receive(MONDAY, AAPL=value)
    assert lent.feed(0, 1, 2) == [1, 1, 1]
    assert devnet.published(MONDAY) == real_values(MONDAY, OTHERS)
    assert_unmarked(lent, lent.night(), NO_PRICE)
    lent.receive(MONDAY)
    assert lent.feed(0, 1) == [1, 0]
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


def test_feed__yesterdays_file_under_todays_name__trade_is_marked_at_what_two_say(
    devnet: Devnet, feeders: list[Feeder], lent: Lending
) -> None:
    """A source that stands still looks like a quiet day: only the other feeders can tell."""
    feeders[0].drop(MONDAY, **{key: str(value) for key, value in friday().items()})
    lent.feed(0, 1, 2)
    assert devnet.published(MONDAY) == real_values(MONDAY)
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


def test_feed__yesterdays_date_in_todays_file__is_refused_and_trade_is_marked_right(
    devnet: Devnet, feeders: list[Feeder], lent: Lending
) -> None:
    rows = [f"{key},{value},{FRIDAY}" for key, value in friday().items()]
    (feeders[0].closes / f"{MONDAY}.csv").write_text("\n".join(["key,value,observed", *rows]))
    result = devnet.feed(0)
    assert refusals(result) == dict.fromkeys(
        KEYS, f"stale: observed on {FRIDAY}, needed of {MONDAY}"
    )
    assert lent.feed(1, 2) == [1, 0]
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


def friday() -> dict[str, object]:
    return {key: value / 10**8 for key, value in real_values(FRIDAY).items()}


# ---------------------------------------------------------------------- for days


def test_feed__feeders_down_in_turn__trade_is_marked_right_every_day(lent: Lending) -> None:
    devnet = lent.devnet
    for number, day in enumerate(WEEK[:3]):
        devnet.at(day)
        lent.receive(day)
        assert lent.feed(*({0, 1, 2} - {number})) == [1, 0]
        assert lent.night().exit_code == 0
    assert lent.marks() == real_marks(*WEEK[:3])


def test_feed__one_feeder_100_times_off_day_after_day__trade_is_marked_right(
    lent: Lending,
) -> None:
    devnet = lent.devnet
    for day in (MONDAY, TUESDAY):
        devnet.at(day)
        lent.receive(day)
        devnet.feeders[1].receive(day, AAPL="16500")
        assert lent.feed(0, 1, 2) == [1, 1, 0]
        lent.night()
    assert lent.marks() == real_marks(MONDAY, TUESDAY)
