# SPDX-License-Identifier: MIT
"""The feeder's job on a node: what it signs and publishes, what it says, and how it ends."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from integration.feeders import (
    FRIDAY,
    KEYS,
    LAST,
    MONDAY,
    TUESDAY,
    WEEK,
    Devnet,
    lines,
    real,
    said,
)
from integration.lending import Lending, mark, real_marks, real_values, reasons, statuses, until
from integration.nights import KEEPER, finished
from integration.replays import tanpo
from oracles.lock import one_run
from tanpo.units import date_number

pytestmark = pytest.mark.anvil

SATURDAY = FRIDAY + timedelta(1)


def all_keys(status: str) -> dict[str, str]:
    return dict.fromkeys(KEYS, status)


def sent(devnet: Devnet) -> list[int]:
    return [devnet.sent(number) for number in range(3)]


# ---------------------------------------------------------------------- one after another


def test_feed__first_feeder__signs_and_names_what_waits(devnet: Devnet) -> None:
    result = devnet.feed(0)
    assert result.exit_code == 1
    assert statuses(result, MONDAY) == all_keys("signed")
    by = f"by {devnet.feeders[0].account.address}; needed 2 signatures, 3 of an outlier"
    assert reasons(result, "waits for other feeders") == {
        key: f"signed {real(key, MONDAY)} {by}" for key in KEYS
    }
    assert devnet.published(MONDAY) == {}


def test_feed__second_feeder__publishes(devnet: Devnet) -> None:
    devnet.feed(0)
    result = devnet.feed(1)
    assert result.exit_code == 0
    assert statuses(result, MONDAY) == all_keys("published")
    assert devnet.published(MONDAY) == real_values(MONDAY)


def test_feed__third_feeder__finds_it_there_and_sends_nothing(devnet: Devnet) -> None:
    devnet.feed(0)
    devnet.feed(1)
    before = sent(devnet)
    result = devnet.feed(2)
    assert result.exit_code == 0
    assert statuses(result, MONDAY) == all_keys("published")
    assert sent(devnet) == before


def test_feed__again_by_anybody__sends_nothing(devnet: Devnet, lent: Lending) -> None:
    lent.feed(0, 1)
    before = sent(devnet)
    assert lent.feed(2, 1, 0) == [0, 0, 0]
    assert sent(devnet) == before


def test_feed__again_before_the_others__sends_nothing(devnet: Devnet, lent: Lending) -> None:
    devnet.feed(0)
    before = sent(devnet)
    assert devnet.feed(0).exit_code == 1
    assert sent(devnet) == before


def test_feed__wait__ends_once_the_others_have_come(devnet: Devnet, lent: Lending) -> None:
    before = devnet.sent(0)
    job = lent.start(0, "--wait", 60, "--poll", 0.1)
    until(lambda: devnet.sent(0) > before)
    assert devnet.feed(1).exit_code == 0
    result = finished(job)
    assert result.exit_code == 0, result.stderr
    assert {line["status"] for line in result.lines} == {"published"}


def test_feed__three_at_the_same_moment__publish_each_value_once(
    devnet: Devnet, lent: Lending
) -> None:
    fixings, first = devnet.platform.fixings, devnet.chain.block()[0] + 1
    jobs = [lent.start(number, "--wait", 60, "--poll", 0.1) for number in range(3)]
    results = [finished(job) for job in jobs]
    assert [result.exit_code for result in results] == [0, 0, 0], results
    topic = fixings.interface.topic_of("Published")
    logs = devnet.chain.logs([fixings.address], [topic], first, devnet.chain.block()[0])
    events = [event.args for event in fixings.interface.decode_events(logs)]
    assert sorted(args["key"] for args in events) == sorted(map(devnet.key, KEYS))
    assert devnet.published(MONDAY) == real_values(MONDAY)


# ---------------------------------------------------------------------- what it prints


def test_feed__json__has_these_fields(devnet: Devnet) -> None:
    line = next(line for line in lines(devnet.feed(0, "--date", MONDAY)) if line["key"] == "AAPL")
    assert line == {
        "key": "AAPL",
        "date": "2023-04-17",
        "observed": "2023-04-17",
        "value": "165.23",
        "source": "closes",
        "checks": [],
        "status": "signed",
    }


@pytest.mark.parametrize("has_key", [True, False], ids=["dry-run", "no key"])
def test_feed__dry__prints_and_sends_nothing(devnet: Devnet, has_key: bool) -> None:
    before = sent(devnet), devnet.chain.block()[0]
    if has_key:
        result = devnet.feed(0, "--dry-run")
    else:
        os.environ.pop("TANPO_KEY", None)
        given = ["--rpc", devnet.url, "--manifest", devnet.manifest, "--json"]
        result = tanpo("feed", "--config", devnet.feeders[0].config, *given)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [line for line in lines(result) if line["date"] == str(MONDAY)] == [
        {
            "key": key,
            "date": "2023-04-17",
            "observed": "2023-04-17",
            "value": str(real(key, MONDAY)),
            "source": "closes",
            "checks": [],
        }
        for key in sorted(KEYS)
    ]
    assert (sent(devnet), devnet.chain.block()[0]) == before


# ---------------------------------------------------------------------- dates


def test_feed__before_the_close__leaves_out_what_is_not_due(lent: Lending) -> None:
    devnet = lent.devnet
    devnet.at(MONDAY, 15)
    lent.receive(MONDAY)
    devnet.feed(0)
    result = devnet.feed(1)
    assert result.exit_code == 0
    assert statuses(result, MONDAY) == {"EURUSD": "published"}
    assert {line["key"]: (line["date"], line["due"]) for line in said(result, "not due yet")} == {
        "AAPL": ("2023-04-17", "2023-04-17 20:30:00+00:00"),
        "NVDA": ("2023-04-17", "2023-04-17 20:30:00+00:00"),
    }
    assert devnet.published(MONDAY) == real_values(MONDAY, ["EURUSD"])


def test_feed__weekend__is_no_date(lent: Lending) -> None:
    devnet = lent.devnet
    devnet.at(SATURDAY)
    before = sent(devnet)
    result = devnet.feed(0, "--date", SATURDAY)
    assert result.exit_code == 0
    (line,) = said(result, "no market is open: nothing to publish")
    assert line["date"] == "2023-04-15"
    assert lines(result) == []
    assert sent(devnet) == before


def test_feed__on_the_weekend__publishes_what_the_week_lacks(lent: Lending) -> None:
    devnet = lent.devnet
    devnet.at(LAST + timedelta(1), 3)
    lent.receive(*WEEK)
    assert lent.feed(0, 1) == [1, 0]
    assert [devnet.published(day) for day in WEEK] == [real_values(day) for day in WEEK]
    assert devnet.published(LAST + timedelta(1)) == {}


def test_feed__tomorrow__is_refused(devnet: Devnet) -> None:
    result = devnet.feed(0, "--date", TUESDAY)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Error: 2023-04-18 has not begun: today is 2023-04-17 (UTC)\n"


# ---------------------------------------------------------------------- who may not


def test_feed__key_of_no_feeder__is_refused(devnet: Devnet) -> None:
    result = devnet.feed(0, key=KEEPER)
    assert (result.exit_code, result.stdout) == (2, "")
    address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
    assert result.stderr == f"Error: {address} is no feeder of this deployment\n"


def test_feed__key_without_money__is_refused(devnet: Devnet) -> None:
    result = devnet.feed(0, key="0x" + "11" * 32)
    assert (result.exit_code, result.stdout) == (2, "")
    address = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"
    assert result.stderr == f"Error: {address} has nothing to pay with at {devnet.url}\n"


def test_feed__another_run_of_the_feeder__is_not_disturbed(devnet: Devnet) -> None:
    feeder = devnet.feeders[0]
    before = sent(devnet)
    name = f"feed-{feeder.account.address}"
    with one_run(feeder.folder / "state", name):
        result = devnet.feed(0)
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = said(result, "not complete, run again")
    held = f"another run of {name} is under way: process {os.getpid()}, since "
    assert line["reason"].startswith(held)
    assert sent(devnet) == before


def test_feed__broken_file__is_named_with_its_line(devnet: Devnet) -> None:
    config = devnet.feeders[0].config
    text = config.read_text().replace("market: TARGET", "market: MOON")
    config.write_text(text)
    line = text.splitlines().index("    market: MOON") + 1
    result = devnet.feed(0)
    assert (result.exit_code, result.stdout) == (2, "")
    reason = 'market must be JP or US or USGS or DE or TARGET or FX, found "MOON"'
    assert result.stderr == f"Error: {config}:{line}: {reason}\n"


# ---------------------------------------------------------------------- corrections


def wrong_monday(devnet: Devnet) -> None:
    """Two feeders publish a wrong price; then all have the right one."""
    for number in (0, 1):
        devnet.feeders[number].receive(MONDAY, AAPL="166.23")
        devnet.feed(number)
    assert devnet.published(MONDAY)["AAPL"] == 166_23000000
    for feeder in devnet.feeders:
        feeder.receive(MONDAY)


def test_feed__correct_before_a_mark__replaces_the_value(devnet: Devnet, lent: Lending) -> None:
    wrong_monday(devnet)
    options = ("--date", MONDAY, "--correct", "AAPL")
    first = devnet.feed(0, *options)
    assert first.exit_code == 1
    assert reasons(first, "differs") == {"AAPL": "166.23 is published, the source has 165.23"}
    assert devnet.published(MONDAY)["AAPL"] == 166_23000000
    second = devnet.feed(1, *options)
    assert (second.exit_code, statuses(second, MONDAY)) == (0, all_keys("published"))
    assert devnet.published(MONDAY) == real_values(MONDAY)
    assert lent.feed(0, 2) == [0, 0]
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


def test_feed__correct_after_a_mark__is_refused(devnet: Devnet, lent: Lending) -> None:
    wrong_monday(devnet)
    assert lent.night().exit_code == 0
    marks = [mark(MONDAY, 6_700, 166_23000000, 1_09810000)]
    assert lent.marks() == marks
    books = lent.books()
    for number in range(3):
        result = devnet.feed(number, "--date", MONDAY, "--correct", "AAPL")
        assert result.exit_code == 1
        (line,) = said(result, "refused by the contract")
        key = devnet.key("AAPL").hex()
        assert line["reason"] == (
            f"FixingUsed(key=0x{key}, date={date_number(MONDAY)}, found=16623000000)"
        )
        assert reasons(result, "differs") == {"AAPL": "166.23 is published, the source has 165.23"}
    assert (lent.books(), lent.marks()) == (books, marks)


def test_feed__correct__leaves_other_dates_alone(devnet: Devnet, lent: Lending) -> None:
    lent.feed(0, 1)
    devnet.at(TUESDAY)
    lent.receive(TUESDAY, AAPL="166.40")
    lent.feed(0, 1)
    # The vendor has other values of both dates now; an operator has looked at one of them.
    lent.receive(MONDAY, AAPL="165.24")
    lent.receive(TUESDAY)
    for number in (0, 1):
        devnet.feed(number, "--date", TUESDAY, "--correct", "AAPL")
    assert devnet.published(MONDAY) == real_values(MONDAY)
    assert devnet.published(TUESDAY) == real_values(TUESDAY)


def test_feed__correct_without_date__is_refused(devnet: Devnet) -> None:
    result = devnet.feed(0, "--correct", "AAPL")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Error: --correct needs --date\n"
