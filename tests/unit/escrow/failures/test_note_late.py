# SPDX-License-Identifier: MIT
"""`note_late`: the end has come and a party cannot return its leg."""

from dataclasses import replace

import pytest
from market import ENOUGH, under

from support import APPROVED, CLOSED, MARKED, NONE, OPEN, SETTLED, THIRD, at, events, reverts
from tanpo.terms import Custody


@pytest.fixture
def ended(lent):
    """`lent`, which ends on 20 April."""
    return replace(lent, end=at(MARKED))


@pytest.mark.parametrize("role", ["lender", "borrower", "keeper", "stranger"])
def test_note_late__borrower_gave_no_allowance__is_kept_and_told(
    request, role, market, ended, desk, escrow, borrower
):
    trade = market.open(ended)
    desk.allow("USD", borrower, 99_999_999)
    desk.publish()

    receipt = escrow.noteLate(trade, MARKED, sender=request.getfixturevalue(role))

    # 1,000,000 at E6
    assert events(receipt) == [
        ("Late", {"id": trade, "date": MARKED, "party": ended.borrower, "missingE6": 10**12})
    ]
    assert desk.lateness(trade) == (MARKED, MARKED, False, 10**12)
    assert (desk.life(trade).due, market.status(trade)) == (0, OPEN)


def test_note_late__borrower_spent_the_loan__is_late(
    market, ended, desk, escrow, borrower, stranger
):
    usd = market.tokens["USD"]
    trade = market.open(ended)
    # the loan came on top of ENOUGH: a cent is missing
    usd.transfer(stranger, ENOUGH + 1, sender=borrower)
    desk.publish()
    escrow.noteLate(trade, MARKED, sender=stranger)
    assert desk.lateness(trade) == (MARKED, MARKED, False, 10**12)


def test_note_late__loan_of_securities__is_worth_the_fixings_rounded_up(
    market, sample, lent, desk, escrow, borrower
):
    # 3 of face x 98.7590001 / 100 x 1.25 = 3.70346250375
    terms = replace(
        lent, loan_token=sample.loan_token, loan_quantity=3, end=at(MARKED), expiry=sample.expiry
    )
    trade = market.open(terms)
    desk.allow("BUND", borrower, 2)
    desk.publish(BUND="98.7590001")
    receipt = escrow.noteLate(trade, MARKED, sender=borrower)
    assert events(receipt)[0][1]["missingE6"] == 3_703_463


def test_note_late__lender_by_title__is_late_with_the_whole_basket(
    market, ended, desk, escrow, lender, keeper
):
    basket = market.basket(STOCK=5_000, LOTS=12_500)
    terms = under(replace(ended, collateral=basket), custody=Custody.TITLE_TRANSFER)
    trade = market.open(terms)
    desk.allow("LOTS", lender, 12_499)
    desk.publish(STOCK="101")

    receipt = escrow.noteLate(trade, MARKED, sender=keeper)

    # 5,000 x 101 + 12,500 x 40 = 1,005,000
    missing = 1_005_000 * 10**6
    assert events(receipt) == [
        ("Late", {"id": trade, "date": MARKED, "party": lender.address, "missingE6": missing})
    ]
    assert desk.lateness(trade) == (MARKED, MARKED, True, missing)


def test_note_late__both_short__is_the_borrower(market, ended, desk, escrow, lender, borrower):
    trade = market.open(under(ended, custody=Custody.TITLE_TRANSFER))
    desk.allow("STOCK", lender)
    desk.allow("USD", borrower)
    desk.publish()
    escrow.noteLate(trade, MARKED, sender=lender)
    assert desk.lateness(trade) == (MARKED, MARKED, False, 10**12)


def test_note_late__lender_of_a_segregated_trade__owes_no_basket(
    market, ended, desk, escrow, lender, keeper
):
    trade = market.open(ended)
    desk.allow("STOCK", lender)
    desk.publish()
    with (
        market.untouched(trade),
        reverts(escrow.NotFailed, id=trade, party=ended.borrower),
    ):
        escrow.noteLate(trade, MARKED, sender=keeper)


@pytest.mark.parametrize("custody", list(Custody))
def test_note_late__nobody_short__is_refused(custody, market, ended, desk, escrow, keeper):
    trade = market.open(under(ended, custody=custody))
    desk.publish()
    with (
        market.untouched(trade),
        reverts(escrow.NotFailed, id=trade, party=ended.borrower),
    ):
        escrow.noteLate(trade, MARKED, sender=keeper)


@pytest.mark.parametrize("day", [MARKED, THIRD], ids=["same day", "next day"])
def test_note_late__again__is_refused(day, market, lent, desk, escrow, borrower, keeper):
    trade = desk.late(lent, "USD", borrower)
    if day != MARKED:
        desk.publish(day)
    with (
        market.untouched(trade),
        reverts(escrow.NotFailed, id=trade, party=lent.borrower),
    ):
        escrow.noteLate(trade, day, sender=keeper)


def test_note_late__open_term__is_refused(market, lent, desk, escrow, borrower, keeper):
    trade = market.open(replace(lent, end=0))
    desk.allow("USD", borrower)
    desk.publish()
    with market.untouched(trade), reverts(escrow.BadEnd, id=trade, found=0, limit=0):
        escrow.noteLate(trade, MARKED, sender=keeper)


def test_note_late__before_the_end__is_refused(market, lent, desk, escrow, borrower, keeper):
    end = at(MARKED, 21)
    trade = market.open(replace(lent, end=end))
    desk.allow("USD", borrower)
    desk.publish()
    market.chain.pending_timestamp = end - 1
    with market.untouched(trade), reverts(escrow.TooEarly, found=end - 1, needed=end):
        escrow.noteLate(trade, MARKED, sender=keeper)


def test_note_late__date_before_the_end__is_refused(market, lent, desk, escrow, borrower, keeper):
    trade = market.open(replace(lent, end=at(THIRD)))
    desk.allow("USD", borrower)
    desk.publish()
    market.chain.pending_timestamp = at(THIRD, 1)
    with market.untouched(trade), reverts(escrow.TooEarly, found=at(MARKED), needed=at(THIRD)):
        escrow.noteLate(trade, MARKED, sender=keeper)


def test_note_late__not_open_yet__is_refused(market, ended, desk, escrow, keeper):
    trade = market.book(ended)
    desk.publish()
    with (
        market.untouched(trade),
        reverts(escrow.WrongStatus, id=trade, found=APPROVED, needed=OPEN),
    ):
        escrow.noteLate(trade, MARKED, sender=keeper)


def test_note_late__closed__is_refused(market, ended, desk, escrow, keeper):
    trade = market.open(ended)
    desk.publish()
    escrow.close([trade], MARKED, sender=keeper)
    with reverts(escrow.WrongStatus, id=trade, found=CLOSED, needed=OPEN):
        escrow.noteLate(trade, MARKED, sender=keeper)


def test_note_late__date_to_come__is_refused(market, ended, desk, escrow, keeper):
    trade = market.open(ended)
    desk.publish()
    with market.untouched(trade), reverts(escrow.DateInFuture, date=THIRD, today=MARKED):
        escrow.noteLate(trade, THIRD, sender=keeper)


def test_note_late__date_passed__is_refused(market, ended, desk, escrow, keeper):
    trade = market.open(ended)
    desk.publish()
    with market.untouched(trade), reverts(escrow.DatePassed, date=SETTLED, latest=MARKED):
        escrow.noteLate(trade, SETTLED, sender=keeper)


def test_note_late__no_fixings_of_the_date__is_refused(
    market, ended, desk, escrow, fixings, borrower, keeper
):
    trade = market.open(ended)
    desk.allow("USD", borrower)
    market.chain.pending_timestamp = at(MARKED, 9)
    with (
        market.untouched(trade),
        reverts(fixings.MissingFixing, key=market.key("STOCK"), date=MARKED),
    ):
        escrow.noteLate(trade, MARKED, sender=keeper)


def test_note_late__at_the_part_s_own_address__has_no_trades(
    market, ended, desk, failures_part, keeper
):
    trade = market.open(ended)
    desk.publish()
    with (
        market.untouched(trade),
        reverts(failures_part.WrongStatus, id=trade, found=NONE, needed=OPEN),
    ):
        failures_part.noteLate(trade, MARKED, sender=keeper)


def test_note_late__returned_in_time_after_all__closes(
    market, lent, desk, escrow, borrower, keeper
):
    trade = desk.late(lent, "USD", borrower)
    desk.allow("USD", borrower, 2**256 - 1)
    receipt = escrow.close([trade], MARKED, sender=keeper)
    assert events(receipt) == [("Closed", {"id": trade, "date": MARKED, "interest": 0})]
