# SPDX-License-Identifier: MIT
"""`tanpo.study.engine.margining.Schedule`."""

from __future__ import annotations

import pytest

from tanpo.study.engine.margining import Schedule


@pytest.mark.parametrize(
    ("marked", "rolled", "marks", "rolls"),
    [
        (1, 0, [1, 2, 3, 4, 5, 6], []),
        (2, 0, [2, 4, 6], []),
        (5, 0, [5], []),
        (9, 0, [], []),
        (1, 3, [1, 2, 4, 5], [3, 6]),
        (2, 3, [2, 4], [3, 6]),
        (3, 3, [], [3, 6]),
        (1, 1, [], [1, 2, 3, 4, 5, 6]),
        (1, 9, [1, 2, 3, 4, 5, 6], []),
    ],
)
def test_every__so_many_steps__marks_and_rolls_without_the_opening(marked, rolled, marks, rolls):
    schedule = Schedule.every(7, marked, rolled)

    assert schedule.marked.shape == schedule.rolled.shape == (7,)
    assert schedule.marked.nonzero()[0].tolist() == marks
    assert schedule.rolled.nonzero()[0].tolist() == rolls


def test_every__no_more_than_steps__marks_each_and_rolls_none():
    schedule = Schedule.every(4)

    assert schedule.marked.tolist() == [False, True, True, True]
    assert not schedule.rolled.any()
