# SPDX-License-Identifier: MIT
"""A feeder's desk: what it asks of which source, and what it makes of the answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from feeding import Memory, key

from oracles.config import Key
from oracles.findings import Finding, Last
from oracles.observation import KeyKind, Observation
from oracles.reading import Desk, Reading

WEDNESDAY, THURSDAY = date(2023, 4, 19), date(2023, 4, 20)
MAUNDY, GOOD_FRIDAY = date(2023, 4, 6), date(2023, 4, 7)
"""On Good Friday Tokyo trades; New York, Frankfurt and TARGET do not."""

TOKEN = "0x" + "11" * 20


def stock(name: str, market: str = "US", source: str = "desk", symbol: str | None = None) -> Key:
    return key(name, KeyKind.EQUITY, market, source, symbol, TOKEN, outlier_bps=2_000)


def no_last(_: Key) -> Last | None:
    return None


def last_of(value: str, day: date = WEDNESDAY) -> Last:
    return Last(Decimal(value), day)


def read(desk: Desk, day: date, last: Last | None = None) -> list[Reading]:
    return desk.read(desk.keys, day, lambda _: last, 7)


def test_read__session__value_of_the_day_in_the_order_of_the_keys() -> None:
    memory = Memory({("EURUSD", WEDNESDAY): "1.0933", ("EURJPY", WEDNESDAY): "147.17"})
    desk = Desk((key("EURJPY"), key("EURUSD")), {"desk": memory})
    yen, dollar = read(desk, WEDNESDAY, None)
    assert yen.observation == Observation("EURJPY", WEDNESDAY, Decimal("147.17"), "memory")
    assert dollar.observation == Observation("EURUSD", WEDNESDAY, Decimal("1.0933"), "memory")
    assert (dollar.checks, dollar.refusals) == (["first"], [])
    assert memory.asked == [(("EURJPY", "EURUSD"), WEDNESDAY)]


def test_read__holiday__value_of_the_last_session_with_its_own_day() -> None:
    memory = Memory({("AAPL", MAUNDY): "164.66", ("AAPL", GOOD_FRIDAY): "1"})
    (found,) = read(Desk((stock("AAPL"),), {"desk": memory}), GOOD_FRIDAY, last_of("160"))
    assert memory.asked == [(("AAPL",), MAUNDY)]
    assert found.day == GOOD_FRIDAY
    assert found.observation == Observation("AAPL", MAUNDY, Decimal("164.66"), "memory")
    assert found.findings == (
        Finding("holiday", "no session on 2023-04-07; the value is of 2023-04-06"),
    )


def test_read__markets_with_other_holidays__each_source_asked_once_for_each_session() -> None:
    one, two = Memory(), Memory()
    keys = (
        stock("AAPL", source="one"),
        stock("TOYOTA", "JP", source="one"),
        key("EURUSD", source="two"),
        stock("NVDA", source="one"),
    )
    read(Desk(keys, {"one": one, "two": two}), GOOD_FRIDAY)
    assert one.asked == [(("AAPL", "NVDA"), MAUNDY), (("TOYOTA",), GOOD_FRIDAY)]
    assert two.asked == [(("EURUSD",), MAUNDY)]


def test_read__symbol_of_the_source__asked_by_it_and_two_keys_may_share_one() -> None:
    memory = Memory({("US0378331005", WEDNESDAY): "167.63"})
    keys = (stock("AAPL", symbol="US0378331005"), stock("COPY", symbol="US0378331005"))
    found = read(Desk(keys, {"desk": memory}), WEDNESDAY)
    assert [each.observation.value for each in found if each.observation] == [
        Decimal("167.63"),
        Decimal("167.63"),
    ]
    assert [each.key.name for each in found] == ["AAPL", "COPY"]


def test_read__same_symbol_at_two_sources__each_key_has_its_own_source() -> None:
    one = Memory({("EURUSD", WEDNESDAY): "1.0933"}, "one")
    two = Memory({("EURUSD", WEDNESDAY): "1.0934"}, "two")
    keys = (key("EURUSD", source="one"), key("USDEUR", source="two", symbol="EURUSD"))
    found = read(Desk(keys, {"one": one, "two": two}), WEDNESDAY)
    assert [str(each.observation.value) for each in found if each.observation] == [
        "1.0933",
        "1.0934",
    ]


def test_read__unreachable_source__refuses_its_keys_and_no_others() -> None:
    away = Memory({("EURUSD", WEDNESDAY): "1.0933"}, away="away: no connection")
    there = Memory({("AAPL", WEDNESDAY): "167.63"})
    desk = Desk((key("EURUSD", source="away"), stock("AAPL")), {"away": away, "desk": there})
    broken, fine = read(desk, WEDNESDAY, last_of("160"))
    assert broken.observation is None
    assert broken.findings == (Finding("unreachable", "away: no connection", refuses=True),)
    assert (fine.checks, fine.refusals) == ([], [])


def test_read__nothing_of_the_source__missing() -> None:
    (found,) = read(Desk((key(),), {"desk": Memory()}), WEDNESDAY)
    assert found.observation is None
    assert found.refusals == [
        Finding("missing", "the source has no value of 2023-04-19", refuses=True)
    ]


def test_read__some_keys_only__only_those_are_asked_for() -> None:
    memory = Memory()
    desk = Desk((key("EURUSD"), key("EURJPY")), {"desk": memory})
    found = desk.read(iter(desk.keys[1:]), WEDNESDAY, no_last, 7)
    assert [each.key.name for each in found] == ["EURJPY"]
    assert memory.asked == [(("EURJPY",), WEDNESDAY)]


@pytest.mark.parametrize(("age", "names"), [(7, ["holiday"]), (6, ["stale"])])
def test_read__age_allowed__to_the_day(age: int, names: list[str]) -> None:
    """Golden Week of 2019: Tokyo was shut from 27 April to 6 May."""
    last, day = date(2019, 4, 26), date(2019, 5, 3)
    desk = Desk((stock("TOYOTA", "JP"),), {"desk": Memory({("TOYOTA", last): "6882"})})
    (found,) = desk.read(desk.keys, day, lambda _: last_of("6900", last), age)
    assert found.checks == names


# ---------------------------------------------------------------------- what is accepted


def accepting(value: str, *names: str) -> Reading:
    memory = Memory({("EURUSD", THURSDAY): value})
    accepted = {THURSDAY: frozenset(names)}
    desk = Desk((key("EURUSD"),), {"desk": memory}, accepted)
    (found,) = read(desk, THURSDAY, last_of("1.25"))
    return found


def test_read__slip_accepted_on_another_date__refused() -> None:
    memory = Memory({("EURUSD", THURSDAY): "12.5"})
    accepted = {THURSDAY - timedelta(1): frozenset({"EURUSD"})}
    desk = Desk((key("EURUSD"),), {"desk": memory}, accepted)
    (found,) = read(desk, THURSDAY, last_of("1.25"))
    assert [each.name for each in found.refusals] == ["unit-slip"]


@pytest.mark.parametrize(("value", "name"), [("12.5", "unit-slip"), ("0.8", "inverted")])
def test_read__slip__refused_unless_accepted(value: str, name: str) -> None:
    refused, accepted = accepting(value), accepting(value, "EURUSD")
    assert [each.name for each in refused.refusals] == [name]
    assert accepted.refusals == []
    assert accepted.checks == refused.checks == [name, "outlier"]
    assert accepted.findings[0].text == f"{refused.findings[0].text} (accepted)"
    assert accepted.findings[1] == refused.findings[1]


def test_read__slip_of_a_key_that_is_not_accepted__stays_refused() -> None:
    assert accepting("12.5", "EURJPY") == accepting("12.5")


@pytest.mark.parametrize(
    ("value", "name"), [("0", "zero"), ("-1.25", "negative"), ("1.123456789", "too-precise")]
)
def test_read__what_is_wrong__refused_though_accepted(value: str, name: str) -> None:
    assert [each.name for each in accepting(value, "EURUSD").refusals] == [name]


# ---------------------------------------------------------------------- dates


def test_is_business_date__any_market_open__is_one() -> None:
    assert Desk((stock("AAPL"), stock("TOYOTA", "JP")), {}).is_business_date(GOOD_FRIDAY)
    assert not Desk((stock("AAPL"), key("EURUSD")), {}).is_business_date(GOOD_FRIDAY)
    assert not Desk((stock("TOYOTA", "JP"),), {}).is_business_date(date(2023, 4, 8))


def test_is_business_date__markets_of_the_whole_file__count_beside_those_of_the_keys() -> None:
    desk = Desk((stock("AAPL"),), {}, markets=("JP", "US"))
    assert desk.is_business_date(GOOD_FRIDAY)


@pytest.mark.parametrize(
    ("market", "day", "final"),
    [
        ("US", WEDNESDAY, "2023-04-19T20:30"),
        ("TARGET", WEDNESDAY, "2023-04-19T14:30"),
        ("JP", WEDNESDAY, "2023-04-19T06:30"),
        ("US", date(2023, 11, 24), "2023-11-24T18:30"),  # closes at 13:00
        ("US", GOOD_FRIDAY, "2023-04-07T00:00"),
    ],
)
def test_waiting__until_the_very_instant__and_no_longer(market: str, day: date, final: str) -> None:
    moment = datetime.fromisoformat(final).replace(tzinfo=UTC)
    one = stock("ANY", market)
    desk = Desk((one,), {})
    assert desk.waiting(day, moment - timedelta(microseconds=1)) == {one: moment}
    assert desk.waiting(day, moment) == {}


def test_waiting__some_markets_closed__only_the_others() -> None:
    keys = (stock("TOYOTA", "JP"), key("EURUSD"), stock("AAPL"))
    found = Desk(keys, {}).waiting(WEDNESDAY, datetime(2023, 4, 19, 14, 30, tzinfo=UTC))
    assert found == {keys[2]: datetime(2023, 4, 19, 20, 30, tzinfo=UTC)}


# ---------------------------------------------------------------------- the value before


def test_earlier__session__value_of_the_one_before() -> None:
    memory = Memory({("E", WEDNESDAY): "1.0933", ("E", THURSDAY): "1.0944"})
    one = key("EURUSD", symbol="E")
    assert Desk((one,), {"desk": memory}).earlier(one, THURSDAY) == last_of("1.0933")
    assert memory.asked == [(("E",), WEDNESDAY)]


def test_earlier__holiday__the_session_before_the_one_that_counts() -> None:
    memory, one = Memory(), stock("AAPL")
    assert Desk((one,), {"desk": memory}).earlier(one, date(2023, 4, 9)) is None
    assert memory.asked == [(("AAPL",), date(2023, 4, 5))]


def test_earlier__source_states_another_day__that_day() -> None:
    memory = Memory({("EURUSD", WEDNESDAY): ("1.0933", MAUNDY)})
    found = Desk((key(),), {"desk": memory}).earlier(key(), THURSDAY)
    assert found == last_of("1.0933", MAUNDY)


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity"])
def test_earlier__no_price__none(value: str) -> None:
    memory = Memory({("EURUSD", WEDNESDAY): value})
    assert Desk((key(),), {"desk": memory}).earlier(key(), THURSDAY) is None


@pytest.mark.parametrize("value", ["0", "-0.5"])
def test_earlier__rate_of_zero_or_below__is_one(value: str) -> None:
    rate = key("ESTR", KeyKind.RATE)
    memory = Memory({("ESTR", WEDNESDAY): value})
    assert Desk((rate,), {"desk": memory}).earlier(rate, THURSDAY) == last_of(value)


def test_earlier__source_unreachable_or_days_unknown__none() -> None:
    away = Desk((key(),), {"desk": Memory(away="away")})
    assert away.earlier(key(), THURSDAY) is None
    first = Desk((key(),), {"desk": Memory()})
    assert first.earlier(key(), date(1999, 1, 4)) is None
