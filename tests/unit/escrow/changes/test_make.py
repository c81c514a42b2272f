# SPDX-License-Identifier: MIT
"""`make`: which change is made, when, and from which fields. What it does: a file per verb."""

from contextlib import suppress
from dataclasses import replace

import pytest
from ape.exceptions import ContractLogicError
from market import under

from escrow.changes.verbs import CHANGES, ENDING, EVERY_VERB
from support import CLOSED, MARKED, OPEN, SETTLED, THIRD, at, events, reverts
from tanpo.terms import Collateral, Verb

# ---------------------------------------------------------------- which and when


@pytest.mark.parametrize("number", [0, 2])
def test_make__not_the_next_change__is_refused(number, market, lent, desk, draft, escrow, lender):
    change = replace(draft(market.open(lent), Verb.EXTEND), number=number)
    desk.publish()
    with (
        market.untouched(change.trade),
        reverts(escrow.WrongNumber, id=change.trade, found=number, needed=1),
    ):
        desk.make(change, sender=lender)


@EVERY_VERB
def test_make__again__is_refused(verb, market, lent, desk, draft, escrow, keeper):
    change = draft(market.open(lent), verb)
    desk.publish()
    desk.agree(change)
    desk.make(change)
    error, arguments = escrow.WrongNumber, {"found": 1, "needed": 2}
    if verb in ENDING:
        error, arguments = escrow.WrongStatus, {"found": CLOSED, "needed": OPEN}
    with market.untouched(change.trade), reverts(error, id=change.trade, **arguments):
        desk.make(change)


def test_make__three_one_after_another__count_up(market, lent, desk, escrow):
    trade = market.open(lent)
    desk.publish()
    for end in (40, 50, 60):
        desk.made(trade, Verb.EXTEND, end=at(SETTLED + end))
    found = escrow.trade(trade)
    assert (found.life.changes, found.end) == (3, at(SETTLED + 60))


def test_make__at_the_second_of_expiry__is_made(market, lent, desk, draft, made, chain):
    change = replace(draft(market.open(lent), Verb.EXTEND), expiry=at(SETTLED, 18))
    desk.agree(change)
    chain.pending_timestamp = at(SETTLED, 18)
    made(desk.make(change, SETTLED), change, SETTLED)


def test_make__a_second_after_expiry__is_refused(market, lent, desk, draft, escrow, chain):
    change = replace(draft(market.open(lent), Verb.EXTEND), expiry=at(SETTLED, 18))
    desk.agree(change)
    chain.pending_timestamp = at(SETTLED, 18) + 1
    with (
        market.untouched(change.trade),
        reverts(escrow.Expired, expiry=at(SETTLED, 18), now_=at(SETTLED, 18) + 1),
    ):
        desk.make(change, SETTLED)


def test_make__date_in_the_future__is_refused(market, lent, desk, draft, escrow):
    change = draft(market.open(lent), Verb.EXTEND)
    desk.agree(change)
    with (
        market.untouched(change.trade),
        reverts(escrow.DateInFuture, date=MARKED, today=SETTLED),
    ):
        desk.make(change, MARKED)


def test_make__date_before_the_latest_fixings__is_refused(market, lent, desk, draft, escrow):
    change = draft(market.open(lent), Verb.EXTEND)
    desk.publish()
    desk.agree(change)
    with (
        market.untouched(change.trade),
        reverts(escrow.DatePassed, date=SETTLED, latest=MARKED),
    ):
        desk.make(change, SETTLED)


@pytest.fixture
def marked_ahead(market, cash_loan, project, escrow, token_administrator):
    """A trade that is marked on 21 April, of which there are no fixings: dollars for dollars."""
    cash = token_administrator.deploy(project.MockToken, 2)
    escrow.list(cash, 0, b"USD", 1, sender=token_administrator)
    market.supply(cash)
    basket = (Collateral(cash.address, 100_000_000),)
    trade = market.open(replace(cash_loan, collateral=basket, end=at(SETTLED + 30)))
    market.chain.pending_timestamp = at(THIRD)
    market.mark(trade, day=THIRD)
    return trade


def test_make__date_before_the_last_mark__is_refused(market, marked_ahead, desk, draft, escrow):
    change = draft(marked_ahead, Verb.EXTEND)
    desk.agree(change)
    with (
        market.untouched(marked_ahead),
        reverts(escrow.AlreadyMarked, id=marked_ahead, lastMarked=THIRD, date=MARKED),
    ):
        desk.make(change, MARKED)


def test_make__date_of_the_last_mark__is_made(marked_ahead, desk, draft, made):
    change = draft(marked_ahead, Verb.EXTEND)
    desk.agree(change)
    made(desk.make(change, THIRD), change, THIRD)


def test_make__not_open__is_refused(not_open, market, desk, draft, escrow, lender):
    trade, found = not_open
    change = draft(trade, Verb.EXTEND)
    desk.publish()
    with (
        market.untouched(change.trade),
        reverts(escrow.WrongStatus, id=change.trade, found=found, needed=OPEN),
    ):
        desk.make(change, sender=lender)


# ---------------------------------------------------------------- how


LEG = (Collateral("0x" + "11" * 20, 1),)

UNUSED = {
    "quantity": 1,
    "rate_e9": 1,
    "end": 1,
    "outgoing": LEG,
    "incoming": LEG,
    "from_": "0x" + "11" * 20,
    "to": "0x" + "11" * 20,
}

USED = {
    Verb.PARTIAL_RETURN: {"quantity"},
    Verb.RECALL: {"end"},
    Verb.EXTEND: {"end"},
    Verb.RERATE: {"rate_e9"},
    Verb.SUBSTITUTE: {"outgoing", "incoming"},
    Verb.INCREASE: {"quantity"},
    Verb.NOVATE: {"from_", "to"},
}


@pytest.mark.parametrize(
    ("verb", "field"),
    [
        pytest.param(verb, field, id=f"{verb.name}-{field}")
        for verb in CHANGES
        for field in UNUSED
        if field not in USED.get(verb, set())
    ],
)
def test_make__field_that_the_verb_does_not_use__is_refused(
    verb, field, market, lent, desk, draft, escrow, lender, borrower, newcomer
):
    change = replace(draft(market.open(lent), verb), **{field: UNUSED[field]})
    desk.publish()
    escrow.agree(change.as_tuple(), sender=borrower)
    if verb == Verb.NOVATE:
        escrow.agree(change.as_tuple(), sender=newcomer)
    with (
        market.untouched(change.trade),
        reverts(escrow.BadChange, id=change.trade, verb=verb),
    ):
        desk.make(change, sender=lender)


def test_make__default__is_no_change(market, lent, desk, escrow, refused):
    change = desk.draft(market.open(lent), Verb.DEFAULT)
    desk.publish()
    refused(change, escrow.BadChange, id=change.trade, verb=Verb.DEFAULT)


def test_make__through_multicall__agrees_and_makes(market, lent, desk, draft, escrow, borrower):
    change = draft(market.open(under(lent, borrower_may=1 << Verb.EXTEND)), Verb.EXTEND)
    desk.publish()
    calls = [
        escrow.agree.encode_input(change.as_tuple()),
        escrow.make.encode_input(change.as_tuple(), MARKED),
    ]
    receipt = escrow.multicall(calls, sender=borrower)
    assert [name for name, _ in events(receipt)] == ["Agreed", "Changed"]


def test_make__date_before_that_of_the_last_change__is_refused(market, lent, desk, escrow):
    trade = market.open(replace(lent, rate_token=market.tokens["USD"].address))
    market.chain.pending_timestamp = at(THIRD)
    desk.made(trade, Verb.RERATE, day=THIRD, rate_e9=36_000_000)
    change = desk.draft(trade, Verb.RERATE, rate_e9=36_000_000)
    desk.agree(change)
    with reverts(escrow.AlreadyMarked, id=trade, lastMarked=THIRD, date=MARKED):
        desk.make(change, MARKED)


def test_make__dates_of_two_changes__never_count_a_day_twice(market, lent, desk, escrow, keeper):
    usd = market.tokens["USD"]
    trade = market.open(replace(lent, rate_token=usd.address, end=at(THIRD)))
    before = usd.balanceOf(market.lender)
    market.chain.pending_timestamp = at(THIRD)
    desk.made(trade, Verb.RERATE, day=THIRD, rate_e9=36_000_000)
    with suppress(ContractLogicError):
        desk.made(trade, Verb.RERATE, day=MARKED, rate_e9=36_000_000)
    escrow.close([trade], THIRD, sender=keeper)
    # two days of 100
    assert usd.balanceOf(market.lender) - before == 100_000_000 + 20_000
