# SPDX-License-Identifier: MIT
"""`cure_set`: what a set's last mark called in vain is delivered after all."""

from dataclasses import replace

import pytest
from market import UNLIMITED, under

from support import MARKED, SETTLED, THIRD, events, reverts, transfers
from tanpo.terms import Custody

NOTHING = (0, 0, False, 0)
STOCK = 2


@pytest.mark.parametrize("day", [MARKED, THIRD], ids=["same day", "later"])
def test_cure_set__first_s_delivery__comes_from_the_caller(
    day, market, netted, desk, escrow, borrower, helper
):
    set_id, _ = desk.in_deficit(netted)
    desk.publish(day, STOCK="90" if day == MARKED else "50")

    receipt = escrow.cureSet(set_id, day, sender=helper)

    # at the mark's fixings: 100,000 / 90 = 1,111.1
    stock = market.tokens["STOCK"].address
    moved = {"party": borrower.address, "token": stock, "quantity": 1_112}
    assert events(receipt) == [
        ("SetDelivered", {"id": set_id, "date": MARKED, **moved}),
        ("SetCured", {"id": set_id, "date": day, "payer": helper.address}),
    ]
    assert transfers(receipt) == [(stock, helper.address, escrow.address, 1_112)]
    assert desk.holdings(set_id)[1] == (STOCK, 0, 11_112, 0)
    assert (desk.deficit(set_id), escrow.nettingSet(set_id).lastMarked) == (NOTHING, MARKED)


def test_cure_set__second_by_title__is_given_back_by_the_caller(
    market, netted, desk, escrow, lender, borrower, helper
):
    set_id, _ = desk.open(under(netted, custody=Custody.TITLE_TRANSFER))
    desk.allow("STOCK", lender)
    desk.marked(set_id, STOCK="125")
    receipt = escrow.cureSet(set_id, MARKED, sender=helper)
    # 250,000 / 125
    stock = market.tokens["STOCK"].address
    moved = {"party": borrower.address, "token": stock, "quantity": 2_000}
    assert events(receipt)[0] == ("SetReturned", {"id": set_id, "date": MARKED, **moved})
    assert transfers(receipt) == [(stock, helper.address, borrower.address, 2_000)]
    assert desk.holdings(set_id)[1] == (STOCK, 0, 8_000, 0)


def test_cure_set__delivered_in_part__calls_the_rest(netted, desk, escrow, borrower, helper):
    set_id, _ = desk.open(netted)
    desk.allow("STOCK", borrower, 1_000)
    desk.marked(set_id, STOCK="90")
    receipt = escrow.cureSet(set_id, MARKED, sender=helper)
    assert events(receipt)[0][1]["quantity"] == 112


@pytest.mark.parametrize("role", ["lender", "borrower", "keeper"])
def test_cure_set__whoever_can__may(request, role, market, netted, desk, escrow, helper):
    set_id, _ = desk.in_deficit(netted)
    payer, stock = request.getfixturevalue(role), market.tokens["STOCK"]
    stock.transfer(payer, 1_112, sender=helper)
    stock.approve(escrow, 1_112, sender=payer)
    receipt = escrow.cureSet(set_id, MARKED, sender=payer)
    assert events(receipt)[-1][1]["payer"] == payer.address


@pytest.mark.parametrize("allowed", [0, 1_111], ids=["nothing", "one share short"])
def test_cure_set__caller_short__moves_nothing(allowed, market, netted, desk, escrow, helper):
    set_id, (trade,) = desk.in_deficit(netted)
    desk.allow("STOCK", helper, allowed)
    before = escrow.nettingSet(set_id)
    with market.untouched(trade), reverts(escrow.NotMet, id=set_id):
        escrow.cureSet(set_id, MARKED, sender=helper)
    assert escrow.nettingSet(set_id) == before


def test_cure_set__again__is_refused(netted, desk, escrow, helper):
    set_id, _ = desk.in_deficit(netted)
    escrow.cureSet(set_id, MARKED, sender=helper)
    with reverts(escrow.SetNotFailed, id=set_id):
        escrow.cureSet(set_id, MARKED, sender=helper)


def test_cure_set__nothing_failed__is_refused(netted, desk, escrow, helper):
    set_id, _ = desk.open(netted)
    with reverts(escrow.SetNotFailed, id=set_id):
        escrow.cureSet(set_id, SETTLED, sender=helper)


def test_cure_set__in_default__is_refused(netted, desk, escrow, lender, helper):
    set_id, (trade,) = desk.in_deficit(netted)
    escrow.declareSetDefault(trade, MARKED, sender=lender)
    with reverts(escrow.SetInDefault, id=set_id):
        escrow.cureSet(set_id, MARKED, sender=helper)


def test_cure_set__date_passed__is_refused(market, netted, desk, escrow, helper):
    set_id, (trade,) = desk.in_deficit(netted)
    with market.untouched(trade), reverts(escrow.DatePassed, date=SETTLED, latest=MARKED):
        escrow.cureSet(set_id, SETTLED, sender=helper)


def test_cure_set__caught_up_with_nothing__is_not_stopped(netted, desk, escrow, helper):
    set_id, trades = desk.in_deficit(netted)
    desk.publish(THIRD, STOCK="90")
    escrow.catchUpSet(set_id, trades, THIRD, sender=helper)
    escrow.cureSet(set_id, THIRD, sender=helper)
    assert desk.deficit(set_id) == NOTHING


def test_cure_set__trade_joined_since__is_at_the_mark_s_fixings(
    market, netted, another, desk, escrow, borrower, helper
):
    set_id, _ = desk.in_deficit(netted)
    desk.allow("STOCK", borrower, UNLIMITED)
    # THIRD is a holiday.
    market.chain.pending_timestamp = (THIRD + 1) * 86_400
    market.open(replace(another, expiry=2**32 - 1), day=THIRD + 1)
    escrow.cureSet(set_id, THIRD + 1, sender=helper)
    assert desk.deficit(set_id) == NOTHING


def test_cure_set__date_to_come__is_refused(netted, desk, escrow, helper):
    set_id, _ = desk.in_deficit(netted)
    with reverts(escrow.DateInFuture, date=THIRD, today=MARKED):
        escrow.cureSet(set_id, THIRD, sender=helper)


def test_cure_set__at_the_part_s_own_address__has_no_set(netted, desk, netting_part, helper):
    set_id, _ = desk.in_deficit(netted)
    with reverts(netting_part.SetNotFailed, id=set_id):
        netting_part.cureSet(set_id, MARKED, sender=helper)
