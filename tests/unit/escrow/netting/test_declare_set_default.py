# SPDX-License-Identifier: MIT
"""`declare_set_default`: a party declares the other of its set in default."""

from dataclasses import replace

import pytest
from market import under

from support import APPROVED, MARKED, NONE, OPEN, SETTLED, THIRD, events, reverts
from tanpo.terms import Custody


def _defaulted(set_id, party, day=MARKED):
    return [("SetDefaulted", {"id": set_id, "date": day, "party": party})]


def test_declare_set_default__deficit_of_the_first__is_by_the_second(
    netted, desk, escrow, lender, borrower
):
    set_id, (trade,) = desk.in_deficit(netted)
    receipt = escrow.declareSetDefault(trade, MARKED, sender=lender)
    assert events(receipt) == _defaulted(set_id, borrower.address)
    found = escrow.nettingSet(set_id)
    assert (found.isInDefault, found.defaultByFirst) == (True, True)


def test_declare_set_default__deficit_of_the_second__is_by_the_first(
    netted, desk, escrow, lender, borrower
):
    set_id, (trade,) = desk.open(under(netted, custody=Custody.TITLE_TRANSFER))
    desk.allow("STOCK", lender)
    desk.marked(set_id, STOCK="125")
    receipt = escrow.declareSetDefault(trade, MARKED, sender=borrower)
    assert events(receipt) == _defaulted(set_id, lender.address)
    found = escrow.nettingSet(set_id)
    assert (found.isInDefault, found.defaultByFirst) == (True, False)


def test_declare_set_default__late_with_a_trade__is_of_the_set(
    market, netted, back, desk, escrow, lender, borrower
):
    set_id, trades = desk.open(netted, back)
    late = market.trade_id(back)
    desk.allow("LOTS", lender)
    desk.publish()
    escrow.noteLate(late, MARKED, sender=borrower)
    (other,) = (trade for trade in trades if trade != late)
    with reverts(escrow.SetNotFailed, id=set_id):
        escrow.declareSetDefault(other, MARKED, sender=borrower)
    with reverts(escrow.SetNotFailed, id=set_id):
        escrow.declareSetDefault(late, MARKED, sender=lender)
    receipt = escrow.declareSetDefault(late, MARKED, sender=borrower)
    assert events(receipt) == _defaulted(set_id, lender.address)


@pytest.mark.parametrize(("day", "lasted"), [(MARKED, False), (THIRD, True)])
def test_declare_set_default__days_of_cure__must_be_over(
    day, lasted, netted, desk, escrow, lender, borrower
):
    set_id, (trade,) = desk.in_deficit(under(netted, cure_days=1))
    if day == THIRD:
        desk.publish(THIRD)
    if lasted:
        receipt = escrow.declareSetDefault(trade, day, sender=lender)
        assert events(receipt) == _defaulted(set_id, borrower.address, day)
    else:
        with reverts(escrow.SetNotFailed, id=set_id):
            escrow.declareSetDefault(trade, day, sender=lender)


def test_declare_set_default__by_who_failed__is_refused(netted, desk, escrow, borrower):
    set_id, (trade,) = desk.in_deficit(netted)
    with reverts(escrow.SetNotFailed, id=set_id):
        escrow.declareSetDefault(trade, MARKED, sender=borrower)


def test_declare_set_default__nothing_failed__is_refused(netted, desk, escrow, lender):
    set_id, (trade,) = desk.open(netted)
    with reverts(escrow.SetNotFailed, id=set_id):
        escrow.declareSetDefault(trade, SETTLED, sender=lender)


@pytest.mark.parametrize("role", ["keeper", "stranger", "blockchain_administrator"])
def test_declare_set_default__not_a_party__is_refused(request, role, netted, desk, escrow):
    _, (trade,) = desk.in_deficit(netted)
    caller = request.getfixturevalue(role)
    with reverts(escrow.NotAParty, id=trade, caller=caller.address):
        escrow.declareSetDefault(trade, MARKED, sender=caller)


def test_declare_set_default__without_the_right__is_refused(netted, desk, escrow, lender):
    set_id, (trade,) = desk.in_deficit(under(netted, lender_may=0))
    with reverts(escrow.NotEntitled, id=trade, caller=lender.address):
        escrow.declareSetDefault(trade, MARKED, sender=lender)
    assert escrow.nettingSet(set_id).isInDefault is False


def test_declare_set_default__again__is_refused(netted, desk, escrow, lender):
    set_id, (trade,) = desk.in_deficit(netted)
    escrow.declareSetDefault(trade, MARKED, sender=lender)
    with reverts(escrow.SetInDefault, id=set_id):
        escrow.declareSetDefault(trade, MARKED, sender=lender)


def test_declare_set_default__not_netted__is_refused(market, netted, escrow, lender):
    trade = market.open(under(netted, netting=False))
    with reverts(escrow.NotNetted, id=trade):
        escrow.declareSetDefault(trade, SETTLED, sender=lender)


def test_declare_default__of_a_netted_trade__is_refused(netted, desk, escrow, lender):
    _, (trade,) = desk.in_deficit(netted)
    with reverts(escrow.Netted, id=trade):
        escrow.declareDefault(trade, MARKED, sender=lender)


def test_declare_set_default__not_open__is_refused(market, netted, escrow, lender):
    trade = market.book(replace(netted, end=0))
    with reverts(escrow.WrongStatus, id=trade, found=APPROVED, needed=OPEN):
        escrow.declareSetDefault(trade, SETTLED, sender=lender)


def test_declare_set_default__date_to_come__is_refused(netted, desk, escrow, lender):
    _, (trade,) = desk.in_deficit(netted)
    with reverts(escrow.DateInFuture, date=THIRD, today=MARKED):
        escrow.declareSetDefault(trade, THIRD, sender=lender)


def test_declare_set_default__date_passed__is_refused(netted, desk, escrow, lender):
    _, (trade,) = desk.in_deficit(netted)
    with reverts(escrow.DatePassed, date=SETTLED, latest=MARKED):
        escrow.declareSetDefault(trade, SETTLED, sender=lender)


def test_declare_set_default__at_the_part_s_own_address__has_no_trades(
    netted, desk, netting_part, lender
):
    _, (trade,) = desk.in_deficit(netted)
    with reverts(netting_part.WrongStatus, id=trade, found=NONE, needed=OPEN):
        netting_part.declareSetDefault(trade, MARKED, sender=lender)
