# SPDX-License-Identifier: MIT
"""The report's lines."""

import json

from tanpo.keeper.line import Line, Report
from unit.keeper.books import FRIDAY, SET, THURSDAY

EMPTY = dict.fromkeys(
    ("marked", "returned", "delivered", "deficit", "closed", "opened", "failed", "missing"), 0
)


def marked(at, exposure, currency="USD"):
    return Line(at, "marked", SET, details={"exposure": exposure, "currency": currency})


def test_as_json__trade_account_and_date__name_what_they_are_of():
    details = {"quantity": "12"}
    assert json.loads(Line(FRIDAY, "returned", SET, details=details).as_json()) == {
        "date": "2019-04-19",
        "event": "returned",
        "trade": "0x" + SET.hex(),
        "quantity": "12",
    }
    assert json.loads(Line(FRIDAY, "marked", SET, is_account=True).as_json()) == {
        "date": "2019-04-19",
        "event": "marked",
        "account": "0x" + SET.hex(),
    }
    assert json.loads(Line(FRIDAY, "missing").as_json()) == {
        "date": "2019-04-19",
        "event": "missing",
    }


def test_summary__several_dates__counts_the_last_and_all_that_is_left():
    lines = [
        marked(THURSDAY, "1"),
        Line(THURSDAY, "missing", SET),
        Line(THURSDAY, "missing", SET, details={"skipped": True}),
        marked(FRIDAY, "10.000000000000000001"),
        marked(FRIDAY, "-0.5"),
        marked(FRIDAY, "7", "JPY"),
        Line(FRIDAY, "failed", SET),
    ]
    assert json.loads(Report(FRIDAY, lines).summary()) == {
        "event": "summary",
        "date": "2019-04-19",
        **EMPTY,
        "marked": 3,
        "failed": 1,
        "missing": 1,
        "net_credit_amount": {"JPY": "7", "USD": "9.500000000000000001"},
        "complete": False,
    }


def test_summary__a_deficit_alone__is_complete():
    summary = json.loads(Report(FRIDAY, [Line(FRIDAY, "deficit", SET)]).summary())
    assert (summary["deficit"], summary["complete"]) == (1, True)


def test_summary__dry_run__says_what_is_planned():
    found = json.loads(Report(FRIDAY, [Line(THURSDAY, "planned", SET)], is_dry=True).summary())
    assert (found["dry_run"], found["planned"], found["complete"]) == (True, 1, False)
    nothing = json.loads(Report(FRIDAY, [], is_dry=True).summary())
    assert (nothing["planned"], nothing["complete"]) == (0, True)
