# SPDX-License-Identifier: MIT
"""A run on a chain that is made up: what is asked, sent and given up."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from tanpo.chain.abi import Reverted
from tanpo.chain.web3 import ChainUnreachableError, TransactionLostError
from tanpo.keeper.book import DAY
from tanpo.keeper.expecting import expected
from tanpo.keeper.night import DateInFutureError, Night, Options
from tanpo.keeper.planning import plan
from tanpo.keeper.work import Action
from unit.keeper.books import FRIDAY, MONDAY, SATURDAY, THURSDAY, TUESDAY, WEDNESDAY, book, trade

KEEPER = SimpleNamespace(address="0x" + "00" * 19 + "02")
MISSING = Reverted("MissingFixing", {"key": b"", "date": 0})


class World:
    """The escrow, what a reader and an asker find of it, and what goes wrong."""

    address = "0x" + "00" * 19 + "03"

    def __init__(self, state):
        self.state = state
        self.refusing = {}
        """Errors by action, subject and date."""
        self.idle = set()
        """Subjects for which a transaction does nothing."""
        self.troubles = []
        """What the next transactions raise; None: nothing."""
        self.most = 100
        """Subjects that a transaction's gas is enough for."""
        self.sent = []
        self.reads = 0
        self.overtaken = None

    def book(self):
        self.reads += 1
        return self.state

    def refusals(self, works, _):
        if self.overtaken and works and works[0].action is self.overtaken:
            self.overtaken = None
            self.state = expected(self.state, works)
            return {work: Reverted("AlreadyMarked", {}) for work in works}
        found = {work: self.refusing.get((work.action, work.subject, work.date)) for work in works}
        return {work: why for work, why in found.items() if why}

    def send(self, _, action, subjects, date):
        trouble = self.troubles.pop(0) if self.troubles else None
        if isinstance(trouble, TransactionLostError):
            raise trouble
        self.sent.append((action, subjects, date))
        if len(subjects) > self.most:
            raise Reverted("InsufficientGas", {})
        works = [
            work
            for work in plan(self.state, action, date, self.state.today, (), False)
            if work.subject in subjects and work.subject not in self.idle
        ]
        self.state = expected(self.state, works)
        if trouble:
            raise trouble
        return

    def events(self, _):
        return []


def night(world, *, keeper=KEEPER, **options):
    """The job in this world, which sleeps nowhere."""
    platform, slept = SimpleNamespace(escrow=world), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tanpo.keeper.night.Reader", lambda *_: world)
        patch.setattr("tanpo.keeper.night.Asking", lambda *_: world)
        made = Night(platform, None, keeper, Options(**options), slept.append)
    return made, slept


def marks(world):
    return [(subjects, date) for action, subjects, date in world.sent if action is Action.MARK]


def test_run__missed_days__marks_one_after_another():
    world = World(book(trade()))
    job, _ = night(world)
    outcome = job.run()
    assert marks(world) == [([trade().id], day) for day in (TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)]
    assert (outcome.day, outcome.dates, outcome.refused) == (
        FRIDAY,
        {TUESDAY, WEDNESDAY, THURSDAY, FRIDAY},
        {},
    )


def test_run__done__sends_nothing():
    world = World(book(trade(last_marked=FRIDAY)))
    assert night(world)[0].run().refused == {}
    assert world.sent == []


def test_run__a_date_to_come__is_refused():
    with pytest.raises(DateInFutureError):
        night(World(book()))[0].run(SATURDAY)


def test_run__missing_on_a_date__waits_with_that_trade_alone():
    late, other = trade("late"), trade("other")
    world = World(book(late, other))
    world.refusing[Action.MARK, late.id, WEDNESDAY] = MISSING
    outcome = night(world)[0].run()
    assert marks(world) == [
        ([late.id, other.id], TUESDAY),
        ([other.id], WEDNESDAY),
        ([other.id], THURSDAY),
        ([other.id], FRIDAY),
    ]
    assert [(work.subject, work.at) for work in outcome.refused] == [(late.id, WEDNESDAY)]


@pytest.mark.parametrize(
    ("name", "skips", "goes_on"),
    [
        ("MissingFixing", True, True),
        ("MissingRate", False, False),
        ("StaleFixing", False, False),
        ("Unknown", False, False),
        ("Unknown", True, True),
        ("WorthlessBasket", False, True),
        ("ValueTooLarge", False, True),
    ],
)
def test_run__refused_on_a_date__goes_on_where_that_is_final_or_skipped(name, skips, goes_on):
    mine = trade()
    world = World(book(mine))
    world.refusing[Action.MARK, mine.id, WEDNESDAY] = Reverted(name, {})
    outcome = night(world, skips_missing=skips)[0].run()
    expected_days = [TUESDAY, THURSDAY, FRIDAY] if goes_on else [TUESDAY]
    assert marks(world) == [([mine.id], day) for day in expected_days]
    # Whatever was marked after it: that mark has not happened.
    assert [(work.at, why.name) for work, why in outcome.refused.items()] == [(WEDNESDAY, name)]


def test_run__another_was_first__counts_as_done():
    world = World(book(trade(last_marked=THURSDAY)))
    world.overtaken = Action.MARK
    outcome = night(world)[0].run()
    assert (world.sent, outcome.refused) == ([], {})


def test_run__transaction_in_vain__is_left_and_not_sent_again():
    mine, other = trade("mine"), trade("other")
    world = World(book(mine, other))
    world.idle = {mine.id}
    outcome = night(world)[0].run()
    assert [date for subjects, date in marks(world) if mine.id in subjects] == [TUESDAY, TUESDAY]
    assert world.state.trades == (mine, replace(other, last_marked=FRIDAY))
    assert [(work.subject, work.at, why.name) for work, why in outcome.refused.items()] == [
        (mine.id, TUESDAY, "SentInVain")
    ]


def test_run__a_transaction_that_reverted__is_read_and_goes_on():
    world = World(book(trade(last_marked=THURSDAY)))
    world.troubles = [Reverted("DatePassed", {})]
    assert night(world)[0].run().refused == {}
    assert len(world.sent) == 1


def test_run__transactions_get_lost__goes_on_as_long_as_something_changes():
    lost = TransactionLostError("nonce too low")
    world = World(book(trade()))
    world.troubles = [*[lost] * 4, None] * 4
    job, slept = night(world)
    assert job.run().refused == {}
    assert len(marks(world)) == 4
    assert len(slept) == 16


def test_run__gas_too_little_for_a_batch__sends_its_halves():
    trades = [trade(name, last_marked=THURSDAY) for name in ("one", "two", "three")]
    world = World(book(*trades))
    world.most = 1
    one, two, three = (each.id for each in trades)
    assert night(world)[0].run().refused == {}
    assert [subjects for subjects, _ in marks(world)] == [
        [one, two, three],
        [one],
        [two, three],
        [two],
        [three],
    ]


def test_run__gas_too_little_for_one__is_left():
    world = World(book(trade(last_marked=THURSDAY)))
    world.most = 0
    outcome = night(world)[0].run()
    assert [reverted.name for reverted in outcome.refused.values()] == ["InsufficientGas"]
    assert len(marks(world)) == 1


def test_run__every_transaction_is_lost__gives_up():
    world = World(book(trade()))
    world.troubles = [TransactionLostError("nonce too low")] * 9
    job, slept = night(world)
    with pytest.raises(TransactionLostError, match="nonce too low"):
        job.run()
    assert (len(world.troubles), len(slept), world.sent) == (4, 4, [])


def test_run__node_away__gives_up():
    world = World(book(trade()))

    def away():
        raise ChainUnreachableError("the node does not answer")

    world.book = away
    job, slept = night(world)
    with pytest.raises(ChainUnreachableError, match="the node does not answer"):
        job.run()
    assert len(slept) == 4


def test_run__without_a_key__plans_all_and_sends_nothing():
    ended, mine = trade("ended", end=WEDNESDAY * DAY), trade("mine")
    world = World(book(ended, mine))
    outcome = night(world, keeper=None)[0].run()
    assert [(work.action, work.subject, work.at) for work in outcome.planned] == [
        (Action.MARK, ended.id, TUESDAY),
        (Action.MARK, mine.id, TUESDAY),
        (Action.CLOSE, ended.id, WEDNESDAY),
        (Action.MARK, mine.id, WEDNESDAY),
        (Action.MARK, mine.id, THURSDAY),
        (Action.MARK, mine.id, FRIDAY),
    ]
    assert world.sent == []


def test_run__close_refused_in_two_places__is_left_once():
    ended, mine = trade("ended", end=THURSDAY * DAY), trade("mine")
    world = World(book(ended, mine))
    world.refusing[Action.CLOSE, ended.id, FRIDAY] = Reverted("NotReceived", {})
    world.refusing[Action.NOTE_LATE, ended.id, FRIDAY] = Reverted("NotFailed", {})
    outcome = night(world)[0].run()
    assert [(work.action, work.at) for work in outcome.refused] == [(Action.CLOSE, FRIDAY)]


def test_run__an_opening_that_came_too_late__is_not_left():
    for name in ("Expired", "Ended"):
        world = World(book(trade(is_open=False)))
        world.refusing[Action.SETTLE, trade().id, FRIDAY] = Reverted(name, {})
        assert night(world)[0].run().refused == {}


def test_run__no_fixings_on_a_weekday__says_so():
    world = World(book(trade(), dates=(MONDAY,), latest=MONDAY))
    assert night(world)[0].run().lacks_fixings
    weekend = book(trade(), dates=(MONDAY,), latest=MONDAY, now=SATURDAY * DAY)
    assert not night(World(weekend))[0].run().lacks_fixings
