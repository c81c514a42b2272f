# SPDX-License-Identifier: MIT
"""The feeder's job with a node that goes away, killed, late, at odd hours and on holidays.

A run that is repeated ends where one that nothing interrupts does, and trades are marked right.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from integration.devnet import anvil
from integration.feeders import (
    KEYS,
    MONDAY,
    START,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    Devnet,
    e8,
    lines,
    said,
)
from integration.lending import (
    SHARES,
    Lending,
    begin_lending,
    mark,
    missing,
    real_marks,
    real_values,
    until,
)
from integration.proxy import Line, line_to
from tanpo.chain.web3 import Web3Chain
from tanpo.units import date_number

pytestmark = pytest.mark.anvil

_SEND = b'"eth_sendRawTransaction"'


@pytest.fixture
def line(devnet: Devnet) -> Iterator[Line]:
    """A feeder's line to the node."""
    with line_to(devnet.url) as line:
        yield line


def assert_ends_right(lent: Lending, sent: int, day: date = MONDAY) -> None:
    """The first feeder has sent so many transactions and needs no more; the trade is marked."""
    devnet = lent.devnet
    assert devnet.sent(0) == sent
    assert lent.feed(1, 0) == [0, 0]
    assert devnet.sent(0) == sent
    assert devnet.published(day) == real_values(day)
    assert lent.night().exit_code == 0
    assert lent.marks() == real_marks(day)


# ---------------------------------------------------------------------- the node


def test_feed__no_node__says_so_and_trade_is_marked_after_the_next_run(
    devnet: Devnet, lent: Lending
) -> None:
    result = devnet.feed(0, rpc="http://127.0.0.1:1")
    assert (result.exit_code, result.stdout) == (1, "")
    (error,) = said(result, "not complete, run again")
    assert error["reason"] == "no node answers at http://127.0.0.1:1"
    before = devnet.sent(0)
    assert lent.feed(0) == [1]
    assert_ends_right(lent, before + 1)


def test_feed__node_goes_away_before_the_transaction__next_run_signs_and_trade_is_marked(
    devnet: Devnet, lent: Lending, line: Line
) -> None:
    before, forward = devnet.sent(0), line.answer

    def answer(body: bytes) -> bytes | None:
        line.is_cut = line.is_cut or _SEND in body
        return forward(body)

    with patch.object(line, "answer", answer):
        result = devnet.feed(0, rpc=line.url)
    assert (result.exit_code, result.stdout) == (1, "")
    assert [each["reason"] for each in said(result, "lost")] == [
        "the node went away: ConnectionError"
    ]
    assert [each["reason"] for each in said(result, "not complete, run again")] == [
        "the node does not answer: ConnectionError"
    ]
    assert devnet.sent(0) == before
    assert lent.feed(0) == [1]
    assert_ends_right(lent, before + 1)


def test_feed__node_goes_away_after_the_transaction__next_run_sends_no_second(
    devnet: Devnet, lent: Lending, line: Line
) -> None:
    before = devnet.sent(0)
    line.cut_after = 1
    result = devnet.feed(0, rpc=line.url)
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(said(result, "lost")) == len(said(result, "not complete, run again")) == 1
    line.is_cut = False
    again = devnet.feed(0, rpc=line.url)
    assert {each["status"] for each in lines(again) if each["date"] == str(MONDAY)} == {"signed"}
    assert_ends_right(lent, before + 1)


def test_feed__node_goes_away_for_a_moment__waits_for_it_and_sends_no_second(
    devnet: Devnet, lent: Lending, line: Line
) -> None:
    devnet.feed(1)
    before = devnet.sent(0)
    line.cut_after = 1
    job = lent.start(0, "--wait", 60, "--poll", 0.1, rpc=line.url)
    until(lambda: line.is_cut)
    line.is_cut = False
    _, stderr = job.communicate(timeout=60)
    assert job.returncode == 0, stderr
    assert_ends_right(lent, before + 1)


def impatient(devnet: Devnet, line: Line) -> Any:
    """Has the job wait for no receipt for long."""
    account = devnet.feeders[0].account
    chain = Web3Chain(Web3Chain.at(line.url, account)._w3, account, receipt_seconds=0.2)
    return patch.object(Web3Chain, "at", lambda url, funder: chain)


def test_feed__node_loses_transactions__sends_them_again_and_trade_is_marked(
    devnet: Devnet, lent: Lending, line: Line
) -> None:
    before = devnet.sent(0)
    line.lost = 2
    with impatient(devnet, line):
        result = devnet.feed(0, rpc=line.url)
    assert [each["reason"] for each in said(result, "lost")] == [
        "the transaction was not mined in time"
    ] * 2
    assert (result.exit_code, line.lost, line.sent) == (1, 0, 3)
    assert_ends_right(lent, before + 1)


def test_feed__node_loses_every_transaction__gives_up_and_trade_waits(
    devnet: Devnet, lent: Lending, line: Line
) -> None:
    before, books = devnet.sent(0), lent.books()
    line.lost = 1_000
    with impatient(devnet, line):
        result = devnet.feed(0, rpc=line.url)
    assert (result.exit_code, result.stdout, line.sent) == (1, "", 5)
    assert [each["reason"] for each in said(result, "not complete, run again")] == [
        "the transaction was not mined in time"
    ]
    assert lent.night().exit_code == 1
    assert (lent.books(), lent.marks()) == (books, [])
    assert lent.feed(0) == [1]
    assert_ends_right(lent, before + 1)


# ---------------------------------------------------------------------- killed


@pytest.mark.parametrize("after", [12, "before", "after"])
def test_feed__killed__next_run_ends_where_one_run_does(
    devnet: Devnet, lent: Lending, line: Line, after: int | str
) -> None:
    """After so many questions to the node, or around the transaction of the second date."""
    devnet.at(TUESDAY)
    lent.receive(TUESDAY)
    before, asked, sent, forward = devnet.sent(0), [0], [0], line.answer
    jobs: list[Any] = []

    def kill() -> None:
        jobs[0].send_signal(signal.SIGKILL)
        jobs[0].wait()

    def answer(body: bytes) -> bytes | None:
        asked[0] += 1
        sent[0] += _SEND in body
        is_second = _SEND in body and sent[0] == 2
        if asked[0] == after or (is_second and after == "before"):
            kill()
            return None
        found = forward(body)
        if is_second and after == "after":
            kill()
        return found

    with patch.object(line, "answer", answer):
        jobs.append(lent.start(0, rpc=line.url))
        jobs[0].communicate()
    assert jobs[0].returncode == -signal.SIGKILL
    assert devnet.sent(0) - before == {12: 0, "before": 1, "after": 2}[after]
    # What a killed run leaves behind locks out nobody.
    assert lent.feed(0) == [1]
    assert devnet.sent(0) - before == 2
    assert lent.feed(1, 0) == [0, 0]
    assert devnet.sent(0) - before == 2
    assert [devnet.published(day) for day in (MONDAY, TUESDAY)] == [
        real_values(MONDAY),
        real_values(TUESDAY),
    ]
    lent.night()
    assert lent.marks() == real_marks(MONDAY, TUESDAY)


# ---------------------------------------------------------------------- outage


def test_feed__three_days_of_outage__end_where_none_does(lent: Lending) -> None:
    devnet, days = lent.devnet, WEEK[:4]
    with lent.unchanged():
        for day in days:
            lent.evening(day)
        undisturbed = lent.books(), lent.marks()
    lent.receive(*days)
    devnet.at(days[-1])
    first = devnet.chain.block()[0] + 1
    assert lent.feed(0, 1, 2) == [1, 0, 0]
    fixings = devnet.platform.fixings
    topic = fixings.interface.topic_of("Published")
    logs = devnet.chain.logs([fixings.address], [topic], first, devnet.chain.block()[0])
    dates = [event.args["date"] for event in fixings.interface.decode_events(logs)]
    assert dates == [date_number(day) for day in days for _ in KEYS]
    assert lent.night().exit_code == 0
    assert (lent.books(), lent.marks()) == undisturbed
    assert undisturbed[1] == real_marks(*days)


def test_feed__nothing_of_a_date_until_a_later_one_is_marked__trade_skips_that_date(
    lent: Lending,
) -> None:
    devnet = lent.devnet
    devnet.at(WEDNESDAY)
    lent.receive(MONDAY, WEDNESDAY)
    assert lent.feed(0, 1) == [1, 1]
    assert lent.night().exit_code == 0
    assert lent.marks() == real_marks(MONDAY, WEDNESDAY)
    # Published all the same, and never marked: marks do not go back.
    lent.receive(TUESDAY)
    assert lent.feed(0, 1) == [1, 0]
    assert devnet.published(TUESDAY) == real_values(TUESDAY)
    assert lent.night().exit_code == 0
    assert lent.marks() == real_marks(MONDAY, WEDNESDAY)


def test_feed__price_of_a_date_missing__trade_waits_with_all_later_dates(lent: Lending) -> None:
    devnet = lent.devnet
    devnet.at(WEDNESDAY)
    lent.receive(MONDAY, WEDNESDAY)
    for feeder in devnet.feeders:
        feeder.receive(TUESDAY, without=["AAPL"])
    assert lent.feed(0, 1) == [1, 1]
    night = lent.night()
    assert missing(night) == [(str(TUESDAY), f"MissingFixing(key=AAPL, date={TUESDAY})")]
    assert lent.marks() == real_marks(MONDAY)
    lent.receive(TUESDAY)
    assert lent.feed(0, 1) == [1, 0]
    assert lent.night().exit_code == 0
    assert lent.marks() == real_marks(MONDAY, TUESDAY, WEDNESDAY)


# ---------------------------------------------------------------------- the clock


def test_feed__intraday_price_before_the_close__is_left_and_trade_is_marked_at_the_close(
    lent: Lending,
) -> None:
    devnet = lent.devnet
    devnet.at(MONDAY, 15)
    lent.receive(MONDAY, AAPL="164.03", NVDA="266.05")
    for number in range(3):
        result = devnet.feed(number)
        told = [each["key"] for each in lines(result) if each["date"] == str(MONDAY)]
        assert told == ["EURUSD"]
    assert devnet.published(MONDAY) == real_values(MONDAY, ["EURUSD"])
    night = lent.night()
    assert missing(night) == [(str(MONDAY), f"MissingFixing(key=AAPL, date={MONDAY})")]
    assert lent.marks() == []
    # A minute before it is due.
    devnet.at(MONDAY, 20, 29)
    assert lent.feed(0, 1) == [0, 0]
    assert devnet.published(MONDAY) == real_values(MONDAY, ["EURUSD"])
    devnet.at(MONDAY, 20, 30)
    lent.receive(MONDAY)
    assert lent.feed(0, 1) == [1, 0]
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


@pytest.mark.parametrize("year", [2001, 2099])
def test_feed__machines_clock_wrong__trade_is_marked_right(lent: Lending, year: int) -> None:
    class Wrong(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Wrong:
            return cls(year, 1, 2, 23, tzinfo=tz)

    devnet = lent.devnet
    devnet.at(MONDAY, 15)
    lent.receive(MONDAY)
    with patch("oracles.feed.datetime", Wrong), patch("time.time", Wrong.now().timestamp):
        assert lent.feed(0, 1) == [1, 0]
        assert devnet.published(MONDAY) == real_values(MONDAY, ["EURUSD"])
        devnet.at(MONDAY)
        assert lent.feed(0, 1) == [1, 0]
        assert devnet.feed(0, "--date", TUESDAY).exit_code == 2
        assert lent.night().exit_code == 0
    assert lent.marks() == real_marks(MONDAY)


# ---------------------------------------------------------------------- holidays


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A node of its own: its clock goes far."""
    with anvil(*START) as url:
        yield url


@pytest.mark.parametrize(
    ("opening", "holiday", "closed"),
    [
        # No ECB rates on Labour Day; New York was open.
        (date(2023, 4, 28), date(2023, 5, 1), ["EURUSD"]),
        # New York was closed on Independence Day.
        (date(2023, 7, 3), date(2023, 7, 4), ["AAPL", "NVDA"]),
    ],
)
def test_feed__holiday_of_one_market__trade_is_marked_at_the_day_befores_value(
    later: str, tmp_path: Path, opening: date, holiday: date, closed: list[str]
) -> None:
    lent = begin_lending(later, tmp_path / "lending", opening)
    devnet, fixings = lent.devnet, lent.devnet.platform.fixings
    devnet.at(holiday)
    for feeder in devnet.feeders:
        feeder.receive(holiday, without=closed)
    assert lent.feed(0) == [1]
    result = devnet.feed(1)
    assert result.exit_code == 0
    seen = {key: opening if key in closed else holiday for key in KEYS}
    told = {each["key"]: each for each in lines(result) if each["date"] == str(holiday)}
    assert {key: each["observed"] for key, each in told.items()} == {
        key: str(day) for key, day in seen.items()
    }
    assert {key for key, each in told.items() if "holiday" in each["checks"]} == set(closed)
    for key, day in seen.items():
        row = fixings.call("fixing", devnet.key(key), date_number(holiday))
        assert (row["valueE8"], row["observedOn"]) == (e8(key, day), date_number(day))
    assert lent.night().exit_code == 0
    made = mark(holiday, SHARES, e8("AAPL", seen["AAPL"]), e8("EURUSD", seen["EURUSD"]))
    assert lent.marks() == [made]
    # The day after is a date like others.
    after = holiday + timedelta(1)
    devnet.at(after)
    lent.receive(after)
    assert lent.feed(0, 1) == [1, 0]
    assert lent.night().exit_code == 0
    rest = real_marks(after, shares=SHARES + made.moved)
    assert lent.marks() == [made, *rest]
