# SPDX-License-Identifier: MIT
"""`netting_set`: the set as it stands."""

from support import SETTLED

NOBODY = "0x" + "00" * 20
NOTHING = (0, 0, False, 0)


def test_netting_set__never_had_a_trade__is_all_zero(escrow):
    found = escrow.nettingSet(b"\1" * 32)
    assert (found.first, found.second, found.agreement) == (NOBODY, NOBODY, bytes(32))
    assert (found.lastMarked, found.caughtUpTo, found.trades) == (0, 0, 0)
    assert (found.isInDefault, found.defaultByFirst) == (False, False)
    assert (found.dailyE18, found.dailyFromE18) == (0, 0)
    assert (tuple(found.deficit), list(found.holdings)) == (NOTHING, [])


def test_netting_set__with_a_trade__shows_all(netted, desk, escrow):
    set_id, _ = desk.open(netted)
    found = escrow.nettingSet(set_id)
    assert (found.first, found.second) == (netted.borrower, netted.lender)
    assert found.agreement == netted.agreement.struct_hash()
    assert (found.lastMarked, found.caughtUpTo, found.trades) == (SETTLED, 0, 1)
    assert (found.isInDefault, found.defaultByFirst) == (False, False)
    # 1,000,000.00 USD at 100 %; the shares come from the first
    assert [tuple(each) for each in found.holdings] == [
        (5, 0, False, False, 0, 0, -100_000_000, -1_000_000_000_000),
        (2, 0, False, True, 0, 10_000, 0, 0),
    ]


def test_netting_set__approved_only__has_no_trade(market, netted, escrow):
    trade = market.book(netted)
    assert escrow.nettingSet(escrow.setOf(trade)).trades == 0


def test_netting_set__at_the_part_s_own_address__is_all_zero(netted, desk, netting_part):
    set_id, _ = desk.open(netted)
    assert netting_part.nettingSet(set_id).trades == 0
