# SPDX-License-Identifier: MIT
"""`oracles.sources.chainlink` against feeds on a chain."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from eth_account import Account
from requests.exceptions import ConnectionError as NodeError
from web3.exceptions import BadResponseFormat

from oracles.observation import Observation
from oracles.sources import SourceError
from oracles.sources.chainlink import ChainlinkSource
from tanpo.chain.base import CallFailed, Contract

DAY = date(2023, 4, 19)
BEFORE = date(2023, 4, 18)
AFTER = date(2023, 4, 20)
PHASE = 5 << 64
NOBODY = "0x" + "00" * 19 + "99"


def at(day, hour=0):
    """Unix seconds."""
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp())


@pytest.fixture
def own(library_chain):
    return library_chain()


@pytest.fixture
def sender(blockchain_administrator):
    return Account.from_key(blockchain_administrator.private_key)


@pytest.fixture
def feed(own, sender):
    """Deploys a feed and sets its rounds: id, answer, time of update, and round it answers in."""

    def make(*rounds, decimals=8):
        made = Contract.deploy(own, sender, "RoundFeed", decimals)
        for number, answer, updated, *answered in rounds:
            made.send(sender, "set", number, answer, updated, *(answered or [number]))
        return made.address

    return make


@pytest.fixture
def source(own):
    def make(address, **options):
        return ChainlinkSource("feeds", own, {"EURUSD": address}, **options)

    return make


def value(source, day=DAY):
    return {key: str(seen.value) for key, seen in source.read(["EURUSD"], day).items()}


def refusal(source, day=DAY):
    with pytest.raises(SourceError) as info:
        source.read(["EURUSD"], day)
    return str(info.value)


THREE_DAYS = (
    (PHASE + 1, 109_270_000, at(BEFORE, 9)),
    (PHASE + 2, 109_710_000, at(BEFORE, 23)),
    (PHASE + 3, 109_500_000, at(DAY, 1)),
    (PHASE + 4, 109_330_000, at(DAY, 22)),
    (PHASE + 5, 109_440_000, at(AFTER, 3)),
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2023, 4, 17), {}),
        (BEFORE, {"EURUSD": "1.09710000"}),
        (DAY, {"EURUSD": "1.09330000"}),
        (AFTER, {"EURUSD": "1.09440000"}),
        (date(2023, 4, 21), {}),
    ],
)
def test_read__day__is_its_last_round(feed, source, day, expected):
    assert value(source(feed(*THREE_DAYS)), day) == expected


def test_read__several_keys__gives_those_that_have_a_feed(feed, own):
    euro, yen = feed((1, 109_330_000, at(DAY))), feed((1, 10**18, at(BEFORE)), decimals=18)
    source = ChainlinkSource("feeds", own, {"JPYUSD": yen, "EURUSD": euro})
    assert source.read(["EURUSD", "GBPUSD", "JPYUSD"], DAY) == {
        "EURUSD": Observation("EURUSD", DAY, Decimal("1.0933"), "feeds")
    }
    assert source.keys(DAY) == ["EURUSD"]
    assert source.keys(BEFORE) == ["JPYUSD"]


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (at(DAY) - 1, {}),
        (at(DAY), {"EURUSD": "7"}),
        (at(AFTER) - 1, {"EURUSD": "7"}),
        (at(AFTER), {}),
    ],
    ids=["before", "first_second", "last_second", "after"],
)
def test_read__edges_of_the_day__are_midnight_in_utc(feed, source, hour, expected):
    assert value(source(feed((1, 7, hour), decimals=0))) == expected


@pytest.mark.parametrize(
    ("answer", "decimals", "expected"),
    [
        (0, 8, "0E-8"),
        (-1, 8, "-1E-8"),
        (-109_330_000, 8, "-1.09330000"),
        (5, 0, "5"),
        (2**255 - 1, 18, str(2**255 - 1)[:-18] + "." + str(2**255 - 1)[-18:]),
        (-(2**255), 0, str(-(2**255))),
        (1, 255, "1E-255"),
    ],
)
def test_read__any_answer__is_exact(feed, source, answer, decimals, expected):
    assert value(source(feed((1, answer, at(DAY)), decimals=decimals))) == {"EURUSD": expected}


@pytest.mark.parametrize(
    "skipped",
    [
        (PHASE + 9, 1, 0),
        (PHASE + 9, 1, at(DAY, 23), PHASE + 8),
        (PHASE + 9, 1, at(BEFORE), PHASE + 6),
        (PHASE + 9, 0, 0, 0),
    ],
    ids=["not_updated", "not_answered", "answer_of_before", "nothing"],
)
def test_read__round_without_an_answer__is_skipped(feed, source, skipped):
    rounds = [(PHASE + 8, 109_330_000, at(DAY, 22)), skipped]
    assert value(source(feed(*rounds))) == {"EURUSD": "1.09330000"}
    rounds.append((PHASE + 10, 1, at(AFTER)))
    assert value(source(feed(*rounds))) == {"EURUSD": "1.09330000"}


def test_read__rounds_that_revert__are_skipped(feed, source):
    rounds = ((PHASE + 2, 109_330_000, at(DAY)), (PHASE + 6, 1, at(AFTER)))
    assert value(source(feed(*rounds))) == {"EURUSD": "1.09330000"}


@pytest.mark.parametrize("phase", [0, PHASE, (2**16 - 1) << 64])
def test_read__first_round_of_the_phase__is_the_end(feed, source, phase):
    before = [(phase - 1, 9, at(DAY))] if phase else []
    rounds = (*before, (phase + 1, 1, at(AFTER)), (phase + 2, 1, at(AFTER)))
    assert value(source(feed(*rounds), most_rounds=2)) == {}


@pytest.mark.parametrize("number", [0, PHASE])
def test_read__feed_before_its_first_round__gives_nothing(feed, source, number):
    assert value(source(feed((number, 0, 0, 0)))) == {}


def test_read__too_many_rounds__is_given_up(feed, source):
    address = feed((1, 5, at(DAY)), *((2 + n, 1, at(AFTER)) for n in range(4)))
    assert value(source(address, most_rounds=5)) == {"EURUSD": "5E-8"}
    assert refusal(source(address, most_rounds=4)) == (
        f"feeds: EURUSD at {address}: 4 rounds do not go back to 2023-04-19"
    )


def test_read__no_round_at_all__is_refused(feed, source):
    address = feed()
    assert refusal(source(address)) == f"feeds: EURUSD at {address}: latestRoundData() fails"


def test_read__no_contract__is_refused(source):
    assert refusal(source(NOBODY)) == f"feeds: EURUSD at {NOBODY}: no contract answers there"


def test_read__another_contract__is_refused(own, sender, source):
    token = Contract.deploy(own, sender, "MockToken", 6).address
    assert refusal(source(token)) == f"feeds: EURUSD at {token}: latestRoundData() fails"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("600160005260016000f3", "decimals() does not answer as a feed does"),
        ("7f" + "ff" * 32 + "60005260206000f3", "decimals() does not answer as a feed does"),
        ("600860005260206000f3", "latestRoundData() does not answer as a feed does"),
        ("6008600052609f6000f3", "latestRoundData() does not answer as a feed does"),
        ("00", "no contract answers there"),
        ("fe", "decimals() fails"),
    ],
    ids=["short", "too_large", "one_word", "cut_short", "stops", "invalid"],
)
def test_read__answers_of_another_form__are_refused(own, sender, source, code, reason):
    runtime = bytes.fromhex(code)
    # PUSH1 size, DUP1, PUSH1 start, PUSH0, CODECOPY, PUSH0, RETURN
    creation = bytes([0x60, len(runtime), 0x80, 0x60, 9, 0x5F, 0x39, 0x5F, 0xF3]) + runtime
    address = own.send(sender, None, creation).contract
    assert refusal(source(address)) == f"feeds: EURUSD at {address}: {reason}"


class Failing:
    """A chain whose node answers the first calls, then fails."""

    def __init__(self, chain, calls, error):
        self.chain, self.calls, self.error = chain, calls, error

    def call(self, to, data, sender=None):
        self.calls -= 1
        if self.calls < 0:
            raise self.error
        return self.chain.call(to, data, sender)


@pytest.mark.parametrize("calls", [0, 1, 2])
@pytest.mark.parametrize(
    "error", [NodeError("https://node.example/v3/hunter2"), BadResponseFormat("hunter2")], ids=type
)
def test_read__node_fails__is_refused_without_its_address(feed, own, calls, error):
    address = feed((1, 5, at(DAY)), (2, 5, at(AFTER)))
    source = ChainlinkSource("feeds", Failing(own, calls, error), {"EURUSD": address})
    assert refusal(source) == (
        f"feeds: EURUSD at {address}: the node fails ({type(error).__name__})"
    )


def test_read__round_that_fails_without_a_reason__is_no_round_to_skip(feed, own):
    address = feed((1, 5, at(DAY)), (2, 5, at(DAY, 1)), (3, 5, at(AFTER)))
    source = ChainlinkSource("feeds", Failing(own, 2, CallFailed(b"")), {"EURUSD": address})
    assert refusal(source) == (
        f"feeds: EURUSD at {address}: getRoundData(2) fails without a reason"
    )


@pytest.mark.parametrize("address", ["", "0x", "0x1234", "EURUSD", "0x" + "zz" * 20])
def test_source__no_address__is_refused(own, address):
    with pytest.raises(ValueError, match=f'^feeds: EURUSD: "{address}" is no address$'):
        ChainlinkSource("feeds", own, {"EURUSD": address})
