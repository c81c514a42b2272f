# SPDX-License-Identifier: MIT
"""Batches, and what is asked and sent of them."""

import pytest

from tanpo.keeper.asking import arguments
from tanpo.keeper.work import Action, Work, batches


def works(action, *tokens):
    return [Work(action, bytes([index]) * 32, 5, 5, each) for index, each in enumerate(tokens)]


def sizes(action, *tokens, most=10):
    return [[work.tokens for work in batch] for batch in batches(works(action, *tokens), most)]


def test_batches__many__are_full_and_in_order():
    assert sizes(Action.MARK, 4, 6, 1, 9, 5) == [[4, 6], [1, 9], [5]]


def test_batches__more_than_fits__is_alone():
    assert sizes(Action.MARK, 2, 32, 2) == [[2], [32], [2]]


def test_batches__none__are_none():
    assert sizes(Action.MARK) == []


@pytest.mark.parametrize("action", [Action.CATCH_UP, Action.CATCH_UP_SET, Action.NOTE_LATE])
def test_batches__what_is_called_for_one__is_alone(action):
    assert sizes(action, 1, 0, 1) == [[1], [0], [1]]


def test_arguments__each_function__are_its_own():
    assert arguments(works(Action.MARK, 1, 1)) == ([b"\0" * 32, b"\1" * 32], 5)
    assert arguments(works(Action.NOTE_LATE, 1)) == (b"\0" * 32, 5)
    of_set = Work(Action.CATCH_UP_SET, b"s" * 32, 5, 5, 1, (b"t" * 32,))
    assert arguments([of_set]) == (b"s" * 32, [b"t" * 32], 5)


def test_once__a_close_in_two_places__is_one():
    one, two = (Work(Action.CLOSE, b"t" * 32, at, 7, 2) for at in (5, 6))
    assert one.once == two.once == Work(Action.CLOSE, b"t" * 32, 7, 7, 2)
