# SPDX-License-Identifier: MIT
"""What a dry run takes for done."""

from dataclasses import replace

import pytest

from tanpo.keeper.expecting import expected
from tanpo.keeper.work import Action, Work
from unit.keeper.books import FRIDAY, SET, THURSDAY, book, netting_set, trade


def work(action, subject, date=FRIDAY):
    return Work(action, subject, date, date, 2)


@pytest.mark.parametrize(
    ("action", "changes"),
    [
        (Action.MARK, {"last_marked": FRIDAY}),
        (Action.CATCH_UP, {"caught_up_to": FRIDAY}),
        (Action.NOTE_LATE, {"is_late": True}),
    ],
)
def test_expected__of_one_trade__changes_that_alone(action, changes):
    mine, other = trade("mine"), trade("other")
    after = expected(book(mine, other), [work(action, mine.id)])
    assert after == book(replace(mine, **changes), other)


def test_expected__opening__is_open_and_needs_no_mark_of_the_date():
    mine = trade(is_open=False, last_marked=0)
    after = expected(book(mine), [work(Action.SETTLE, mine.id)])
    assert after == book(trade(last_marked=FRIDAY))


def test_expected__close__takes_the_trade_out_of_its_set():
    one, two = trade("1", set_id=SET), trade("2", set_id=SET)
    before = book(one, two, sets=(netting_set(trades=(one.id, two.id)),))
    after = expected(before, [work(Action.CLOSE, one.id)])
    assert after == book(two, sets=(netting_set(trades=(two.id,)),))
    assert expected(after, [work(Action.CLOSE, two.id)]) == book()


@pytest.mark.parametrize(
    ("action", "changes"),
    [
        (Action.MARK_SETS, {"last_marked": THURSDAY}),
        (Action.CATCH_UP_SET, {"caught_up_to": THURSDAY}),
    ],
)
def test_expected__of_a_set__changes_the_set(action, changes):
    netted = trade("n", set_id=SET)
    before = book(netted, sets=(netting_set(),))
    after = expected(before, [work(action, SET, THURSDAY)])
    assert after == book(netted, sets=(netting_set(**changes),))
