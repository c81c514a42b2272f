# SPDX-License-Identifier: MIT
"""Penalty interest on a set's deficits: due with the next of its trades that ends."""

from dataclasses import replace

import pytest
from market import UNLIMITED, under

from support import MARKED, THIRD, events, failures, transfers


@pytest.fixture
def penal(netted):
    """Penalty interest is 3.6 %, in EUR: 10 USD a day on 100,000, which is 800 euro cents."""
    return under(netted, penalty_rate_e9=36_000_000)


@pytest.fixture
def second(penal):
    """Another trade of the set."""
    return replace(penal, uti=b"second".ljust(32, b"\0"))


@pytest.fixture
def close(escrow):
    """Close open-term trades; what was charged, and interest by trade."""

    def make(trades, day, sender):
        receipt = escrow.close(trades, day, sender=sender)
        assert failures(receipt) == []
        told = events(receipt)
        charged = [args for name, args in told if name == "Charged"]
        interest = {args["id"]: args["interest"] for name, args in told if name == "Closed"}
        return [(args["id"], args["party"], args["penalty"]) for args in charged], interest

    return make


def test_set_penalty__first_in_deficit__is_paid_with_the_next_close(
    penal, second, desk, close, escrow, lender, borrower
):
    set_id, (low, high) = desk.in_deficit(penal, second)
    # 2,223 shares, in whole ones
    assert desk.deficit(set_id) == (MARKED, MARKED, True, 200_070 * 10**6)
    desk.publish(THIRD)
    # 20.007 USD a day, / 1.25, owed by the borrower
    assert close([high], THIRD, lender) == ([(high, borrower.address, 1_601)], {high: 1_601})
    assert escrow.nettingSet(set_id).missedE6Days == 0
    assert desk.deficit(set_id) == (MARKED, THIRD, True, 200_070 * 10**6)
    # a day more for the last
    desk.publish(THIRD + 1)
    assert close([low], THIRD + 1, lender) == ([(low, borrower.address, 1_601)], {low: 1_601})
    assert desk.deficit(set_id) == (0, 0, False, 0)


def test_set_penalty__marks_between__add_up_what_each_left_missing(
    penal, desk, close, escrow, lender, borrower
):
    set_id, (trade,) = desk.in_deficit(penal)
    desk.marked(set_id, THIRD, STOCK="80")
    # 100,080 for a day, then 200,000 for three
    assert escrow.nettingSet(set_id).missedE6Days == -100_080 * 10**6
    desk.marked(set_id, THIRD + 3, STOCK="80")
    assert escrow.nettingSet(set_id).missedE6Days == -700_080 * 10**6
    desk.allow("STOCK", borrower, UNLIMITED)
    desk.marked(set_id, THIRD + 4, STOCK="80")
    assert desk.deficit(set_id) == (0, 0, False, 0)
    # 900,080 x 3.6 % / 360 = 90.008 USD, / 1.25
    charged, interest = close([trade], THIRD + 4, lender)
    assert (charged, interest) == ([(trade, borrower.address, 7_201)], {trade: 7_201})


def test_set_penalty__cured__counts_until_the_cure(penal, desk, close, escrow, lender, helper):
    set_id, (trade,) = desk.in_deficit(penal)
    desk.publish(THIRD + 1)
    escrow.cureSet(set_id, THIRD + 1, sender=helper)
    assert escrow.nettingSet(set_id).missedE6Days == -200_160 * 10**6
    desk.publish(THIRD + 2)
    _, interest = close([trade], THIRD + 2, lender)
    assert interest == {trade: 1_601}


def test_set_penalty__trade_the_other_way__is_owed_by_its_lender(
    penal, back, desk, close, escrow, lender, borrower
):
    lots = replace(under(back, penalty_rate_e9=36_000_000), end=0)
    set_id, trades = desk.open(penal, lots)
    desk.allow("STOCK", borrower)
    desk.marked(set_id, STOCK="90")
    # 96,000 are called: 36,000 of shares go back, and 667 of them are missing
    assert desk.deficit(set_id) == (MARKED, MARKED, True, 60_030 * 10**6)
    desk.publish(THIRD)
    (lent_back,) = [trade for trade in trades if escrow.trade(trade).lender == borrower.address]
    # 6.003 USD, / 1.25
    assert close([lent_back], THIRD, lender) == (
        [(lent_back, borrower.address, 480)],
        {lent_back: -480},
    )


def test_set_penalty__close_out__is_part_of_the_claim(penal, desk, escrow, lender, keeper):
    set_id, trades = desk.in_deficit(penal)
    escrow.declareSetDefault(trades[0], MARKED, sender=lender)
    desk.publish(THIRD, STOCK="90")
    receipt = escrow.closeOutSet(set_id, trades, THIRD, sender=keeper)
    charged, *_, (name, out) = events(receipt)
    assert charged[0] == "Charged"
    assert (charged[1]["party"], charged[1]["penalty"]) == (penal.borrower, 801)
    # 8.01 EUR x 1.25; what is held is worth 900,000
    assert (name, out["claimE18"]) == ("SetClosedOut", -10_000_100_125 * 10**14)
    assert out["residual"] == -8_000_801
    assert transfers(receipt)[-1][1:] == (penal.borrower, penal.lender, 8_000_801)


def test_set_penalty__no_penalty_rate__counts_nothing(netted, desk, close, escrow, lender):
    set_id, (trade,) = desk.in_deficit(netted)
    desk.marked(set_id, THIRD, STOCK="80")
    assert escrow.nettingSet(set_id).missedE6Days == 0
    assert close([trade], THIRD, lender) == ([], {trade: 0})
