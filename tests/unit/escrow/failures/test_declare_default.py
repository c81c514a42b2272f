# SPDX-License-Identifier: MIT
"""`declare_default`: a party declares the other in default."""

import pytest
from market import under

from support import (
    APPROVED,
    DEFAULTED,
    MARKED,
    NONE,
    OPEN,
    SETTLED,
    THIRD,
    events,
    failed,
    failures,
    reverts,
)
from tanpo.terms import Change, Custody, Verb

CURED = MARKED + 2
"""The first date after the days of cure."""


def _charged(trade, party, penalty):
    """The party pays a penalty and is in default."""
    common = {"id": trade, "date": CURED, "party": party}
    return [("Charged", {**common, "penalty": penalty}), ("Defaulted", common)]


def test_declare_default__deficit_of_the_borrower__is_by_the_lender(
    market, lent, desk, escrow, lender
):
    trade = desk.in_deficit(lent)
    desk.publish(CURED)
    receipt = escrow.declareDefault(trade, CURED, sender=lender)
    # 1,112 x 90 = 100,080 x 3.6 % x 2 / 360 = 20.016 USD, / 1.25 = 16.0128 EUR
    assert events(receipt) == _charged(trade, lent.borrower, 1_601)
    assert market.status(trade) == DEFAULTED
    assert (desk.life(trade).due, desk.life(trade).defaultByLender) == (1_601, False)


def test_declare_default__deficit_of_a_lender_by_title__is_by_the_borrower(
    market, lent, desk, escrow, borrower
):
    trade = desk.lender_in_deficit(under(lent, custody=Custody.TITLE_TRANSFER))
    desk.publish(CURED)
    receipt = escrow.declareDefault(trade, CURED, sender=borrower)
    # 250,000 x 3.6 % x 2 / 360 = 50 USD, / 1.25 = 40 EUR
    assert events(receipt) == _charged(trade, lent.lender, 4_000)
    assert (desk.life(trade).due, desk.life(trade).defaultByLender) == (-4_000, True)


def test_declare_default__late_borrower__is_by_the_lender(
    market, lent, desk, escrow, lender, borrower
):
    trade = desk.late(lent, "USD", borrower)
    desk.publish(CURED)
    receipt = escrow.declareDefault(trade, CURED, sender=lender)
    # 1,000,000 x 3.6 % x 2 / 360 = 200 USD, / 1.25
    assert events(receipt) == _charged(trade, lent.borrower, 16_000)


def test_declare_default__late_lender__is_by_the_borrower(lent, desk, escrow, lender, borrower):
    trade = desk.late(under(lent, custody=Custody.TITLE_TRANSFER), "STOCK", lender)
    desk.publish(CURED)
    receipt = escrow.declareDefault(trade, CURED, sender=borrower)
    assert events(receipt)[-1] == (
        "Defaulted",
        {"id": trade, "date": CURED, "party": lender.address},
    )


@pytest.mark.parametrize(("cure_days", "day"), [(0, MARKED), (1, THIRD)])
def test_declare_default__as_soon_as_the_days_are_over__counts(
    cure_days, day, lent, desk, escrow, lender, market
):
    trade = desk.in_deficit(under(lent, cure_days=cure_days))
    desk.publish(day, **({"STOCK": "90"} if day == MARKED else {}))
    escrow.declareDefault(trade, day, sender=lender)
    assert market.status(trade) == DEFAULTED


def test_declare_default__days_not_over__is_refused(market, lent, desk, escrow, lender):
    trade = desk.in_deficit(lent)
    desk.publish(THIRD)
    with market.untouched(trade), reverts(escrow.NotFailed, id=trade, party=lent.borrower):
        escrow.declareDefault(trade, THIRD, sender=lender)


def test_declare_default__renewed_deficit__lasts_since_the_first_day(
    market, lent, desk, escrow, lender
):
    trade = desk.in_deficit(lent)
    for day in (THIRD, CURED):
        desk.publish(day, STOCK="80")
        market.mark(trade, day=day)
    escrow.declareDefault(trade, CURED, sender=lender)
    assert market.status(trade) == DEFAULTED


def test_declare_default__by_who_failed__is_refused(market, lent, desk, escrow, borrower):
    trade = desk.in_deficit(under(lent, cure_days=0))
    with market.untouched(trade), reverts(escrow.NotFailed, id=trade, party=lent.lender):
        escrow.declareDefault(trade, MARKED, sender=borrower)


def test_declare_default__nothing_failed__is_refused(market, lent, escrow, lender):
    trade = market.open(under(lent, cure_days=0))
    with market.untouched(trade), reverts(escrow.NotFailed, id=trade, party=lent.borrower):
        escrow.declareDefault(trade, SETTLED, sender=lender)


def test_declare_default__cured__is_refused(market, lent, desk, escrow, lender, helper):
    trade = desk.in_deficit(under(lent, cure_days=0))
    escrow.cure(trade, MARKED, sender=helper)
    with market.untouched(trade), reverts(escrow.NotFailed, id=trade, party=lent.borrower):
        escrow.declareDefault(trade, MARKED, sender=lender)


@pytest.mark.parametrize("role", ["keeper", "stranger", "blockchain_administrator"])
def test_declare_default__not_a_party__is_refused(request, role, market, lent, desk, escrow):
    trade = desk.in_deficit(under(lent, cure_days=0))
    caller = request.getfixturevalue(role)
    with market.untouched(trade), reverts(escrow.NotAParty, id=trade, caller=caller.address):
        escrow.declareDefault(trade, MARKED, sender=caller)


def test_declare_default__without_the_right__is_refused(market, lent, desk, escrow, lender):
    trade = desk.in_deficit(under(lent, cure_days=0, lender_may=1 << Verb.RECALL))
    with market.untouched(trade), reverts(escrow.NotEntitled, id=trade, caller=lender.address):
        escrow.declareDefault(trade, MARKED, sender=lender)


def test_declare_default__again__is_refused(market, lent, desk, escrow, lender):
    trade = desk.in_deficit(under(lent, cure_days=0))
    escrow.declareDefault(trade, MARKED, sender=lender)
    with (
        market.untouched(trade),
        reverts(escrow.WrongStatus, id=trade, found=DEFAULTED, needed=OPEN),
    ):
        escrow.declareDefault(trade, MARKED, sender=lender)


def test_declare_default__not_open__is_refused(market, lent, escrow, lender):
    trade = market.book(lent)
    with reverts(escrow.WrongStatus, id=trade, found=APPROVED, needed=OPEN):
        escrow.declareDefault(trade, SETTLED, sender=lender)


def test_declare_default__date_to_come__is_refused(market, lent, desk, escrow, lender):
    trade = desk.in_deficit(lent)
    with market.untouched(trade), reverts(escrow.DateInFuture, date=CURED, today=MARKED):
        escrow.declareDefault(trade, CURED, sender=lender)


def test_declare_default__date_passed__is_refused(market, lent, desk, escrow, lender):
    trade = desk.in_deficit(lent)
    with market.untouched(trade), reverts(escrow.DatePassed, date=SETTLED, latest=MARKED):
        escrow.declareDefault(trade, SETTLED, sender=lender)


def test_declare_default__afterwards__the_trade_is_only_closed_out(
    market, lent, desk, escrow, lender, borrower, keeper
):
    trade = desk.in_deficit(under(lent, cure_days=0))
    escrow.declareDefault(trade, MARKED, sender=lender)
    desk.publish(THIRD)
    change = Change(trade, 1, Verb.TERMINATE).as_tuple()
    arguments = {"id": trade, "found": DEFAULTED, "needed": OPEN}
    with market.untouched(trade):
        for receipt, action in (
            (market.mark(trade, day=THIRD), "mark"),
            (escrow.close([trade], THIRD, sender=keeper), "close"),
        ):
            assert failures(receipt) == [failed(trade, THIRD, action, "WrongStatus", **arguments)]
        with reverts(escrow.WrongStatus, **arguments):
            escrow.make(change, THIRD, sender=borrower)


def test_declare_default__at_the_part_s_own_address__has_no_trades(
    market, lent, desk, failures_part, lender
):
    trade = desk.in_deficit(under(lent, cure_days=0))
    with (
        market.untouched(trade),
        reverts(failures_part.WrongStatus, id=trade, found=NONE, needed=OPEN),
    ):
        failures_part.declareDefault(trade, MARKED, sender=lender)
