# SPDX-License-Identifier: MIT
"""Events: their spellings, what they mean, and what is refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from tanpo.scenario import EventSpec, parse_scenario

Refusal = Callable[[str], str]

# The events stand on the lines from 17.
TEXT = """\
name: Events
calendar: US
instruments:
  X: {kind: equity, currency: USD}
  Y: {kind: bond, currency: USD}
parties: {A: {}, B: {}, C: {}}
fixings:
  2024-03-01: {X: 100, Y: 99}
  2024-03-04: {X: 100, Y: 99}
  2024-03-08: {X: 100, Y: 99}
  2024-04-01: {X: 100, Y: 99}
trades:
  - {id: T1, lender: A, borrower: B, loan: {USD: 1000}, collateral: {X: auto}, start: 2024-03-01,
     notice: 3}
  - {id: T2, lender: A, borrower: B, loan: {Y: 100}, collateral: {X: 5}, start: 2024-03-04}
events:
"""
PART = EventSpec(date(2024, 3, 4), "T1", "partial_return", symbol="USD", quantity=10050)


def events(*written: str) -> str:
    return TEXT + "".join(f"  - {{{event}}}\n" for event in written)


@pytest.mark.parametrize(
    "written",
    [
        "date: 2024-03-04, trade: T1, do: partial_return, USD: 100.5",
        "date: 2024-03-04, trade: T1, do: partial_return, quantity: {USD: 100.5}",
        "date: 2024-03-04, trade: T1, do: {partial_return: {USD: 100.5}}",
        "date: 2024-03-04, trade: T1, do: {partial_return: {quantity: {USD: 100.5}}}",
        "date: 2024-03-04, trade: T1, do: partial_return, partial_return: {USD: 100.5}",
    ],
)
def test_parse__event_in_any_spelling__means_the_same(written: str) -> None:
    assert parse_scenario(events(written)).events == (PART,)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("do: terminate", EventSpec(date(2024, 3, 4), "T1", "terminate")),
        ("do: {terminate: }", EventSpec(date(2024, 3, 4), "T1", "terminate")),
        ("do: {terminate: {by: A}}", EventSpec(date(2024, 3, 4), "T1", "terminate", by="A")),
        ("do: rerate, rate: -0.5%",
         EventSpec(date(2024, 3, 4), "T1", "rerate", rate_e9=-5_000_000)),
        ("do: {novate: {from: A, to: C}}, by: A",
         EventSpec(date(2024, 3, 4), "T1", "novate", by="A", leaver="A", to="C")),
        ("do: substitute, out: {X: 5}, in: {Y: auto}",
         EventSpec(date(2024, 3, 4), "T1", "substitute", outgoing=(("X", 5),),
                   incoming=(("Y", None),))),
        ("do: substitute, out: {X: 5}, in: {Y: 7, EUR: 1.01}",
         EventSpec(date(2024, 3, 4), "T1", "substitute", outgoing=(("X", 5),),
                   incoming=(("Y", 7), ("EUR", 101)))),
        ("do: cure, by: C", EventSpec(date(2024, 3, 4), "T1", "cure", by="C")),
        ("do: default, party: B", EventSpec(date(2024, 3, 4), "T1", "default", party="B")),
        ("do: buy_in, X: 3, seller: C",
         EventSpec(date(2024, 3, 4), "T1", "buy_in", symbol="X", quantity=3, seller="C")),
        ("do: increase, increase: {USD: 1}",
         EventSpec(date(2024, 3, 4), "T1", "increase", symbol="USD", quantity=100)),
    ],
)  # fmt: skip
def test_parse__event__every_argument_exact(written: str, expected: EventSpec) -> None:
    text = events(f"date: 2024-03-04, trade: T1, {written}").replace("99}", "99, EURUSD: 1.1}")
    assert parse_scenario(text).events == (expected,)


@pytest.mark.parametrize(
    ("written", "end"),
    [
        ("trade: T1, do: recall", datetime(2024, 3, 7, tzinfo=UTC)),  # three business days
        ("trade: T2, do: recall", datetime(2024, 3, 4, tzinfo=UTC)),  # without a notice
        ("trade: T1, do: recall, end: 2024-03-05", datetime(2024, 3, 5, tzinfo=UTC)),
        ("trade: T1, do: recall, end: 2024-03-09", datetime(2024, 3, 11, tzinfo=UTC)),  # Saturday
        ("trade: T1, do: extend, end: 2024-03-30", datetime(2024, 3, 28, tzinfo=UTC)),  # Easter
        ("trade: T1, do: recall, end: 2024-03-05T10:30", datetime(2024, 3, 5, 10, 30, tzinfo=UTC)),
    ],
)
def test_parse__event_with_an_end__by_notice_and_calendar(written: str, end: datetime) -> None:
    (event,) = parse_scenario(events(f"date: 2024-03-04, {written}")).events
    assert (event.end, event.end_is_date) == (end, "T10" not in written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("T1", "17: an event must be a mapping, found \"T1\""),
        ("trade: T1, do: terminate", '17: missing key "date"'),
        ("date: 2024-03-04, do: terminate", '17: missing key "trade"'),
        ("date: 2024-03-04, trade: T1", '17: missing key "do"'),
        ("date: 2024-03-04, trade: T3, do: terminate", '17: unknown trade "T3"'),
        ("date: 2024-03-04, trade: T1, do: end",
         "17: do must be partial_return or recall or terminate or extend or rerate or reprice or "
         "substitute or increase or novate or correct or default or cure or buy_in or close_out, "
         'found "end"'),
        ("date: 2024-03-04, trade: T1, do: {}", "17: do must have one verb, found 0"),
        ("date: 2024-03-04, trade: T1, do: {cure: , reprice: }",
         "17: do must have one verb, found 2"),
        ("date: 2024-03-04, trade: T1, do: {extend: 2024-03-08}",
         '17: extend must be a mapping, found "2024-03-08"'),
        ("date: 2024-03-04, trade: T1, do: {extend: {end: 2024-03-08}}, end: 2024-03-08",
         '17: duplicate key "end"'),
        ("date: 2024-03-04, trade: T1, do: increase, USD: 1, quantity: {USD: 1}",
         '17: duplicate key "USD"'),
        ("date: 2024-03-05, trade: T1, do: terminate",
         "17: 2024-03-05 is no business date of the file"),
        ("date: 2024-03-01, trade: T2, do: terminate",
         "17: 2024-03-01 is before trade T2 opens on 2024-03-04"),
        ("date: 2024-03-04, trade: T1, do: extend", '17: extend needs the key "end"'),
        ("date: 2024-03-04, trade: T1, do: rerate", '17: rerate needs the key "rate"'),
        ("date: 2024-03-04, trade: T1, do: rerate, rate: 5",
         '17: rate must be a percentage such as 2.5%, found "5"'),
        ("date: 2024-03-04, trade: T1, do: novate, from: A", '17: novate needs the key "to"'),
        ("date: 2024-03-04, trade: T1, do: substitute, out: {X: 1}",
         '17: substitute needs the key "in"'),
        ("date: 2024-03-04, trade: T1, do: partial_return",
         '17: partial_return needs the key "quantity"'),
        ("date: 2024-03-04, trade: T1, do: default", '17: default needs the key "party"'),
        ("date: 2024-03-04, trade: T1, do: buy_in, X: 1", '17: buy_in needs the key "seller"'),
        ("date: 2024-03-04, trade: T1, do: terminate, rate: 5%", '17: terminate takes no "rate"'),
        ("date: 2024-03-04, trade: T1, do: default, party: B, by: A",
         '17: default takes no "by"'),
        ("date: 2024-03-04, trade: T1, do: terminate, X: 5", '17: unknown key "X"'),
        ("date: 2024-03-04, trade: T1, do: extend, end: 2024-03-01",
         "17: end 2024-03-01 is before the event's date 2024-03-04"),
        ("date: 2024-03-04, trade: T1, do: extend, end: 2999-03-01",
         "17: business days of US are known from 1863 to 2100, not on 2999-03-01"),
        ("date: 2024-03-04, trade: T1, do: terminate, by: D", '17: unknown party "D"'),
        ("date: 2024-03-04, trade: T1, do: terminate, by: C", "17: C is no party of trade T1"),
        ("date: 2024-03-04, trade: T1, do: default, party: C", "17: C is no party of trade T1"),
        ("date: 2024-03-04, trade: T1, do: novate, from: C, to: A",
         "17: C is no party of trade T1"),
        ("date: 2024-03-04, trade: T1, do: novate, from: A, to: A",
         '17: from and to must differ, both are "A"'),
        ("date: 2024-03-04, trade: T1, do: buy_in, X: 1, seller: D", '17: unknown party "D"'),
        ("date: 2024-03-04, trade: T1, do: increase, USD: 0",
         '17: quantity of USD must be positive, found "0"'),
        ("date: 2024-03-04, trade: T1, do: increase, USD: 0.001",
         '17: quantity of USD must have at most 2 decimals, found "0.001"'),
        ("date: 2024-03-04, trade: T1, do: increase, ZZZ: 1", '17: unknown token "ZZZ"'),
        ("date: 2024-03-04, trade: T1, do: increase, X: 1", "17: X is not what trade T1 lends"),
        ("date: 2024-03-04, trade: T1, do: increase, quantity: {}",
         "17: increase takes one token, found 0"),
        ("date: 2024-03-04, trade: T1, do: buy_in, USD: 1, X: 1, seller: C",
         "17: buy_in takes one token, found 2"),
        ("date: 2024-03-04, trade: T1, do: buy_in, Y: 1, seller: C",
         "17: Y is no collateral of trade T1"),
        ("date: 2024-03-04, trade: T1, do: substitute, out: {Y: 1}, in: {X: auto}",
         "17: Y is no collateral of trade T1"),
        ("date: 2024-03-04, trade: T1, do: substitute, out: {X: 1}, in: {USD: auto}",
         "17: USD is what trade T1 lends"),
        ("date: 2024-03-04, trade: T1, do: substitute, out: {X: 1}, in: {Y: auto, EUR: 5}",
         "17: auto is for one token: several take quantities"),
        ("date: 2024-03-04, trade: T1, do: substitute, out: {X: auto}, in: {Y: 1}",
         '17: quantity of X must be a number, found "auto"'),
        ("date: 2024-03-04, trade: T1, do: substitute, out: {X: 1}, in: {Y: 5%}",
         '17: quantity of Y must be a number or auto, found "5%"'),
    ],
)  # fmt: skip
def test_parse__event_wrong__named_with_its_line(
    refusal: Refusal, written: str, expected: str
) -> None:
    text = f"{TEXT}  - {written}\n" if written == "T1" else events(written)
    assert refusal(text) == expected


def test_parse__event_over_several_lines__the_arguments_own_line(refusal: Refusal) -> None:
    written = """\
  - date: 2024-03-04
    trade: T1
    do:
      substitute:
        out: {X: 1}
        in:
          Z: auto
"""
    assert refusal(TEXT + written) == '23: unknown token "Z"'
    written = """\
  - date: 2024-03-04
    trade: T1
    do: increase
    USD: 1.001
"""
    reason = 'quantity of USD must have at most 2 decimals, found "1.001"'
    assert refusal(TEXT + written) == f"20: {reason}"


@pytest.mark.parametrize(
    ("written", "keys", "expected"),
    [
        # What comes into a basket needs fixings from then on.
        ("date: 2024-03-04, trade: T1, do: substitute, out: {X: 5}, in: {EUR: auto}", "X: 1, Y: 1",
         "11: no fixing of EURUSD or USDEUR on 2024-04-01, which trade T1 needs"),
        # An end that comes later puts marks before it.
        ("date: 2024-03-04, trade: T3, do: extend, end: 2024-04-02", "X: 1, Y: 1, EURUSD: 1",
         "11: no fixing of W on 2024-04-01, which trade T3 needs"),
        # An event may happen after the end, and needs what an opening needs.
        ("date: 2024-04-01, trade: T3, do: default, party: B", "X: 1, Y: 1, EURUSD: 1",
         "11: no fixing of W on 2024-04-01, which trade T3 needs"),
    ],
)  # fmt: skip
def test_parse__event_needs_a_fixing__named(
    refusal: Refusal, written: str, keys: str, expected: str
) -> None:
    text = events(written).replace("99}", "99, W: 1, EURUSD: 1}")
    text = text.replace("2024-04-01: {X: 100, Y: 99, W: 1, EURUSD: 1}", f"2024-04-01: {{{keys}}}")
    text = text.replace("  Y: {kind", "  W: {kind: equity, currency: USD}\n  Y: {kind")
    third = (
        "  - {id: T3, lender: A, borrower: B, loan: {W: 1}, collateral: {X: 5}, "
        "start: 2024-03-04, end: 2024-03-08}\n"
    )
    text = text.replace("events:", f"{third}events:")
    assert refusal(text) == expected.replace("11:", "12:")


def test_parse__event_that_may_pay__gives_the_trade_a_rate_token() -> None:
    for action in ("rerate, rate: 1%", "default, party: B", "close_out", "buy_in, X: 1, seller: C"):
        scenario = parse_scenario(events(f"date: 2024-03-04, trade: T2, do: {action}"))
        assert [trade.rate_token for trade in scenario.trades] == [None, "USD"]
    scenario = parse_scenario(events("date: 2024-03-04, trade: T2, do: reprice"))
    assert [trade.rate_token for trade in scenario.trades] == [None, None]
