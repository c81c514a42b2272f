# SPDX-License-Identifier: MIT
"""`FixingFeed`: the fixings of one key by Chainlink's AggregatorV3Interface."""

import ape
import pytest

from support import MARKED, SETTLED, at, pair, reverts
from tanpo.report import rate_key

EURUSD = pair("EURUSD")


@pytest.fixture
def feed(project, fixings, stranger):
    """A view of a key; anybody can deploy one."""

    def deploy(key=EURUSD, description="EUR / USD"):
        return stranger.deploy(project.FixingFeed, fixings, key, description)

    return deploy


def test_feed__of_a_pair__says_what_it_is(feed, fixings):
    made = feed()
    assert (made.decimals(), made.version(), made.description()) == (8, 1, "EUR / USD")
    assert (made.FIXINGS(), made.KEY()) == (fixings.address, EURUSD)


def test_feed__key_of_nothing__reverts(feed, project):
    with ape.reverts(project.FixingFeed.MalformedKey) as info:
        feed(pair("EUREUR"))
    assert type(info.value).__name__ == "MalformedKey"
    assert info.value.inputs == {"key": pair("EUREUR")}


def test_round__published__has_the_value_and_both_times(feed, publish, fixings, chain):
    chain.pending_timestamp = at(MARKED, 21)
    publish(SETTLED, (EURUSD, 109_253_000, SETTLED - 2))
    published = fixings.fixing(EURUSD, SETTLED).publishedAt
    expected = (SETTLED, 109_253_000, at(SETTLED - 2), published, SETTLED)
    assert tuple(feed().getRoundData(SETTLED)) == expected
    assert tuple(feed().latestRoundData()) == expected


def test_latest_round__later_date_of_other_keys__is_the_last_of_this(feed, publish, chain):
    chain.pending_timestamp = at(MARKED, 21)
    publish(SETTLED, (EURUSD, 109_253_000, SETTLED))
    publish(MARKED, (rate_key("ESTR"), -500_000, MARKED))
    assert feed().latestRoundData()[:2] == (SETTLED, 109_253_000)
    assert feed(rate_key("ESTR"), "ESTR").latestRoundData()[:2] == (MARKED, -500_000)


@pytest.mark.parametrize("round_id", [SETTLED - 1, SETTLED + 1, 0, 2**24, 2**80 - 1])
def test_round__without_a_fixing__reverts(feed, publish, round_id):
    publish(SETTLED, (EURUSD, 109_253_000, SETTLED))
    made = feed()
    with reverts(made.NoRound, key=EURUSD, roundId=round_id):
        made.getRoundData(round_id)


def test_latest_round__before_the_first__reverts(feed):
    made = feed()
    with reverts(made.NoRound, key=EURUSD, roundId=0):
        made.latestRoundData()


def test_latest_round__of_a_key_that_stopped_two_weeks_ago__reverts(feed, publish, bund, chain):
    chain.pending_timestamp = at(SETTLED + 14, 20)
    publish(SETTLED, (EURUSD, 109_253_000, SETTLED))
    publish(SETTLED + 13, (bund, 5, SETTLED + 13))
    made = feed()
    assert made.latestRoundData()[0] == SETTLED
    publish(SETTLED + 14, (bund, 5, SETTLED + 14))
    with reverts(made.NoRound, key=EURUSD, roundId=0):
        made.latestRoundData()
