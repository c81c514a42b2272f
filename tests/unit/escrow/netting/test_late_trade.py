# SPDX-License-Identifier: MIT
"""A netted trade of which a party does not return its leg: noted, bought in, closed out."""

from dataclasses import replace

import pytest
from market import UNLIMITED, under

from support import CLOSED, MARKED, OPEN, THIRD, at, events, failures, reverts, transfers
from tanpo.terms import Custody


@pytest.fixture
def lots_late(market, back, desk, escrow, lender, borrower):
    """`back` ended on 20 April, and its borrower (the lender of `netted`) keeps the LOTS."""

    def make(*others):
        set_id, _ = desk.open(*others, back)
        desk.allow("LOTS", lender)
        desk.publish()
        late = market.trade_id(back)
        escrow.noteLate(late, MARKED, sender=borrower)
        return set_id, late

    return make


def test_buy_in__part_of_a_netted_loan__counts_no_more_in_the_set(
    market, netted, lots_late, desk, escrow, helper, lender
):
    set_id, late = lots_late(netted)
    lots, eur = market.addresses("LOTS", "EUR")

    receipt = escrow.buyIn(late, lots, 400, MARKED, sender=helper)

    # 400 x 40 = 16,000 USD, / 1.25
    common = {"id": late, "date": MARKED}
    moved = {"id": set_id, "trade": late, "date": MARKED}
    bought = {"party": lender.address, "seller": helper.address, "token": lots, "quantity": 400}
    assert events(receipt) == [
        ("BoughtIn", {**common, **bought, "cost": 1_280_000}),
        ("Left", moved),
        ("LoanChanged", {**common, "quantity": 600}),
        ("Joined", moved),
    ]
    assert transfers(receipt) == [
        (lots, helper.address, netted.borrower, 400),
        (eur, lender.address, helper.address, 1_280_000),
    ]
    # 600 x 40; lent by the first party
    assert escrow.trade(late).life.late.missingE6 == 24_000 * 10**6
    assert [held[3] for held in desk.holdings(set_id)] == [-100_000_000, 0, 600]


def test_buy_in__whole_netted_loan__lets_it_close(
    market, netted, lots_late, desk, escrow, helper, keeper
):
    set_id, late = lots_late(netted)
    escrow.buyIn(late, market.tokens["LOTS"], 1_000, MARKED, sender=helper)
    receipt = escrow.close([late], MARKED, sender=keeper)
    assert failures(receipt) == []
    assert market.status(late) == CLOSED
    assert escrow.nettingSet(set_id).trades == 1


def test_buy_in__set_in_default__is_refused(market, netted, lots_late, escrow, helper, borrower):
    set_id, late = lots_late(netted)
    escrow.declareSetDefault(late, MARKED, sender=borrower)
    with market.untouched(late), reverts(escrow.SetInDefault, id=set_id):
        escrow.buyIn(late, market.tokens["LOTS"], 400, MARKED, sender=helper)


# ---------------------------------------------------------------- what a party holds by title


@pytest.fixture
def by_title(netted):
    """`netted` by title, ending on 20 April; its lender is the set's second party."""
    return replace(under(netted, custody=Custody.TITLE_TRANSFER), end=at(MARKED))


def test_note_late__lender_by_title_of_the_last_trade__is_late_with_what_it_holds(
    by_title, desk, escrow, lender, keeper
):
    (stock,) = by_title.collateral
    stock = replace(stock, haircut_bps=1_000)
    _, (trade,) = desk.open(replace(by_title, collateral=(stock,)))
    desk.allow("STOCK", lender, 9_999)
    desk.publish(STOCK="101.005")

    receipt = escrow.noteLate(trade, MARKED, sender=keeper)

    # 10,000 x 101.005 x 90 %
    missing = 909_045 * 10**6
    assert events(receipt) == [
        ("Late", {"id": trade, "date": MARKED, "party": lender.address, "missingE6": missing})
    ]


def test_note_late__lender_by_title_of_another_than_the_last__owes_nothing_yet(
    market, by_title, desk, escrow, lender, keeper
):
    other = replace(by_title, uti=b"other".ljust(32, b"\0"))
    _, (trade, _) = desk.open(by_title, other)
    desk.allow("STOCK", lender)
    desk.publish()
    with market.untouched(trade), reverts(escrow.NotFailed, id=trade, party=by_title.borrower):
        escrow.noteLate(trade, MARKED, sender=keeper)


def test_buy_in__of_what_a_lender_holds_of_a_set__is_refused(
    market, by_title, desk, escrow, lender, helper
):
    with_days = under(by_title, penalty_rate_e9=36_000_000)
    _, (trade,) = desk.open(with_days)
    desk.allow("STOCK", lender)
    desk.publish()
    escrow.noteLate(trade, MARKED, sender=helper)
    stock = market.tokens["STOCK"]
    too_much = {"token": stock.address, "found": 1, "most": 0}
    with market.untouched(trade), reverts(escrow.TooMuch, id=trade, **too_much):
        escrow.buyIn(trade, stock, 1, MARKED, sender=helper)


def test_late_by_title__other_party__declares_default_and_is_closed_out(
    by_title, desk, escrow, lender, borrower, keeper
):
    set_id, trades = desk.open(by_title)
    desk.allow("STOCK", lender)
    desk.publish(STOCK="110")
    assert len(failures(escrow.close(trades, MARKED, sender=keeper))) == 1
    escrow.noteLate(trades[0], MARKED, sender=keeper)
    escrow.declareSetDefault(trades[0], MARKED, sender=borrower)
    receipt = escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)
    # 100,000 above its claim: 9,090 shares kept, 910 that it cannot give back; / 1.25
    _, out = events(receipt)[-1]
    assert (out["residual"], out["paid"]) == (8_008_000, 8_008_000)
    assert transfers(receipt)[-1][1:] == (lender.address, borrower.address, 8_008_000)


def test_late_by_title__gives_back_after_all__closes(
    by_title, market, desk, escrow, lender, keeper
):
    _, (trade,) = desk.open(by_title)
    desk.allow("STOCK", lender)
    desk.publish()
    escrow.noteLate(trade, MARKED, sender=keeper)
    assert market.status(trade) == OPEN
    desk.allow("STOCK", lender, UNLIMITED)
    market.chain.pending_timestamp = at(THIRD)
    assert failures(escrow.close([trade], MARKED, sender=keeper)) == []
    assert market.status(trade) == CLOSED
