# SPDX-License-Identifier: MIT
"""What a keeper plans from the state alone."""

import pytest

from tanpo.keeper.book import DAY
from tanpo.keeper.planning import awaits, business_dates, is_due, is_weekend, plan
from tanpo.keeper.work import Action
from unit.keeper.books import (
    FRIDAY,
    MONDAY,
    SATURDAY,
    SET,
    SUNDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    book,
    netting_set,
    trade,
)


def planned(state, action, at=FRIDAY, day=FRIDAY, held=(), skips=False):
    """Subject and date of each work."""
    return [(work.subject, work.date) for work in plan(state, action, at, day, held, skips)]


# ---------------------------------------------------------------------- dates


def test_business_dates__days_were_missed__are_all_in_order():
    state = book(trade(), trade("later", last_marked=WEDNESDAY))
    assert business_dates(state, FRIDAY) == [TUESDAY, WEDNESDAY, THURSDAY, FRIDAY]


def test_business_dates__an_earlier_day__end_there():
    assert business_dates(book(trade()), WEDNESDAY) == [TUESDAY, WEDNESDAY]


def test_business_dates__without_fixings__are_none():
    state = book(trade(), dates=(MONDAY, THURSDAY, FRIDAY))
    assert business_dates(state, FRIDAY) == [THURSDAY, FRIDAY]


def test_business_dates__all_marked__are_the_day_alone():
    assert business_dates(book(trade(last_marked=FRIDAY)), FRIDAY) == [FRIDAY]
    assert business_dates(book(), SATURDAY) == [SATURDAY]


def test_business_dates__only_a_set_is_behind__begin_with_it():
    netted = trade("n", set_id=SET)
    state = book(netted, sets=(netting_set(last_marked=WEDNESDAY),))
    assert business_dates(state, FRIDAY) == [THURSDAY, FRIDAY]


@pytest.mark.parametrize(
    "state",
    [
        book(trade(is_open=False, last_marked=0)),
        book(trade(end=TUESDAY * DAY)),
        book(trade("n", set_id=SET), sets=(netting_set(is_in_default=True),)),
    ],
    ids=["not open", "ended", "in default"],
)
def test_business_dates__nothing_to_mark__are_the_day_alone(state):
    assert business_dates(state, FRIDAY) == [FRIDAY]


def test_business_dates__ends_after_missed_days__begin_with_these():
    state = book(trade(end=THURSDAY * DAY))
    assert business_dates(state, FRIDAY) == [TUESDAY, WEDNESDAY, THURSDAY, FRIDAY]


@pytest.mark.parametrize(
    ("day", "expected"),
    [(MONDAY, False), (FRIDAY, False), (SATURDAY, True), (SUNDAY, True), (SUNDAY + 1, False)],
)
def test_is_weekend__each_day__is_saturday_and_sunday(day, expected):
    assert is_weekend(day) is expected


def test_awaits__something_unmarked_or_not__says_so():
    assert awaits(book(trade()), FRIDAY)
    assert awaits(book(sets=(netting_set(),)), FRIDAY)
    assert not awaits(book(trade(last_marked=FRIDAY)), FRIDAY)
    assert not awaits(book(trade(end=FRIDAY * DAY)), FRIDAY)
    assert not awaits(book(trade(is_open=False)), FRIDAY)


# ---------------------------------------------------------------------- ends


@pytest.mark.parametrize(
    ("end", "at", "now", "expected"),
    [
        (0, FRIDAY, FRIDAY * DAY, False),
        (FRIDAY * DAY, FRIDAY, FRIDAY * DAY, True),
        (FRIDAY * DAY, THURSDAY, FRIDAY * DAY, False),
        (FRIDAY * DAY + 60, FRIDAY, FRIDAY * DAY + 59, False),
        (FRIDAY * DAY + 60, FRIDAY, FRIDAY * DAY + 60, True),
        (TUESDAY * DAY, FRIDAY, FRIDAY * DAY, True),
    ],
)
def test_is_due__by_clock_and_date__needs_both(end, at, now, expected):
    assert is_due(trade(end=end), at, now) is expected


def test_is_due__not_open__never():
    assert not is_due(trade(end=TUESDAY * DAY, is_open=False), FRIDAY, FRIDAY * DAY)


def test_plan__ended_in_an_outage__closes_in_its_place_on_the_date_of_the_run():
    ended = trade(end=WEDNESDAY * DAY)
    state = book(ended)
    assert planned(state, Action.CLOSE, at=TUESDAY) == []
    assert planned(state, Action.CLOSE, at=WEDNESDAY) == [(ended.id, FRIDAY)]
    assert planned(state, Action.MARK, at=TUESDAY) == [(ended.id, TUESDAY)]
    assert planned(state, Action.MARK, at=WEDNESDAY) == []


def test_plan__not_closed__is_noted_on_the_last_date_once():
    ended = trade(end=WEDNESDAY * DAY)
    assert planned(book(ended), Action.NOTE_LATE, at=THURSDAY) == []
    assert planned(book(ended), Action.NOTE_LATE) == [(ended.id, FRIDAY)]
    assert planned(book(ended), Action.NOTE_LATE, at=THURSDAY, day=THURSDAY) == []
    noted = trade(end=WEDNESDAY * DAY, is_late=True)
    assert planned(book(noted), Action.NOTE_LATE) == []


# ---------------------------------------------------------------------- marks


def test_plan__marks__takes_what_is_open_unmarked_and_by_itself():
    mine = trade("mine")
    others = [
        trade("netted", set_id=SET),
        trade("marked", last_marked=FRIDAY),
        trade("approved", is_open=False),
        trade("held"),
    ]
    state = book(mine, *others)
    assert planned(state, Action.MARK, held={others[-1].id}) == [(mine.id, FRIDAY)]
    assert planned(state, Action.MARK, at=SATURDAY, day=SATURDAY) == []


def test_plan__set_marks__takes_sets_that_are_behind_and_in_no_default():
    mine = netting_set()
    others = (
        netting_set(id=b"1" * 32, last_marked=FRIDAY),
        netting_set(id=b"2" * 32, is_in_default=True),
        netting_set(id=b"3" * 32),
    )
    state = book(sets=(mine, *others))
    assert planned(state, Action.MARK_SETS, held={b"3" * 32}) == [(SET, FRIDAY)]
    assert planned(state, Action.MARK_SETS, at=SATURDAY, day=SATURDAY) == []


# ---------------------------------------------------------------------- issuers' acts


@pytest.mark.parametrize(
    ("state", "at", "expected"),
    [
        (trade(), WEDNESDAY, True),
        (trade(), THURSDAY, True),
        (trade(), TUESDAY, False),
        (trade(last_marked=WEDNESDAY), THURSDAY, False),
        (trade(caught_up_to=WEDNESDAY), THURSDAY, False),
        (trade(tokens=("USD", "Y")), THURSDAY, False),
        (trade(is_open=False), THURSDAY, False),
        (trade(set_id=SET), THURSDAY, False),
    ],
)
def test_plan__an_act_on_wednesday__catches_up_who_has_not(state, at, expected):
    found = planned(book(state, actions={"X": (WEDNESDAY,)}), Action.CATCH_UP, at=at)
    assert found == ([(state.id, at)] if expected else [])


def test_plan__date_without_fixings_yet__catches_nothing_up():
    state = book(trade(), sets=(netting_set(),), actions={"X": (SATURDAY,)})
    for action in (Action.CATCH_UP, Action.CATCH_UP_SET):
        assert planned(state, action, at=SATURDAY, day=SATURDAY) == []


def test_plan__an_act_on_what_a_set_holds__catches_up_with_all_its_trades():
    each = netting_set(trades=(b"1" * 32, b"2" * 32))
    state = book(sets=(each,), actions={"X": (WEDNESDAY,)})
    (work,) = plan(state, Action.CATCH_UP_SET, THURSDAY, FRIDAY, (), False)
    assert (work.subject, work.date, work.trades) == (SET, THURSDAY, (b"1" * 32, b"2" * 32))
    done = book(sets=(netting_set(caught_up_to=WEDNESDAY),), actions={"X": (WEDNESDAY,)})
    assert planned(done, Action.CATCH_UP_SET, at=THURSDAY) == []


# ---------------------------------------------------------------------- openings


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (WEDNESDAY * DAY, True),
        (FRIDAY * DAY + 20 * 3_600, True),
        (FRIDAY * DAY + 20 * 3_600 + 1, False),
        (SATURDAY * DAY, False),
    ],
)
def test_plan__approved__opens_when_its_time_has_come(start, expected):
    approved = trade(is_open=False, start=start)
    assert planned(book(approved), Action.SETTLE) == ([(approved.id, FRIDAY)] if expected else [])


def test_plan__not_the_last_date__opens_nothing():
    assert planned(book(trade(is_open=False)), Action.SETTLE, at=THURSDAY) == []
    assert planned(book(trade()), Action.SETTLE) == []


def test_plan__its_set_is_behind__opens_nothing_unless_skipped():
    approved = trade(is_open=False, set_id=SET)
    behind = book(approved, sets=(netting_set(last_marked=WEDNESDAY),))
    assert planned(behind, Action.SETTLE) == []
    assert planned(behind, Action.SETTLE, skips=True) == [(approved.id, FRIDAY)]
    only_today = book(approved, sets=(netting_set(last_marked=THURSDAY),))
    assert planned(only_today, Action.SETTLE) == [(approved.id, FRIDAY)]
