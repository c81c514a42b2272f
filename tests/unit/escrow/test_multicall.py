# SPDX-License-Identifier: MIT
"""`multicall`: several calls of one caller in a transaction, all or none."""

from dataclasses import replace

import pytest

from support import NONE, OPEN, PROPOSED_BY_LENDER, SETTLED, reverts


@pytest.fixture
def several(sample):
    return [replace(sample, uti=bytes([n]) * 32) for n in (1, 2)]


def test_multicall__registers__propose_as_the_caller(market, several, escrow, lender):
    calls = [escrow.register.encode_input(terms.as_tuple()) for terms in several]
    escrow.multicall(calls, sender=lender)
    statuses = [market.status(market.trade_id(terms)) for terms in several]
    assert statuses == [PROPOSED_BY_LENDER] * 2


def test_multicall__one_is_wrong__does_none(market, several, escrow, lender):
    wrong = replace(several[1], ratio_bps=0)
    calls = [escrow.register.encode_input(terms.as_tuple()) for terms in (several[0], wrong)]
    with reverts(escrow.ZeroRatio):
        escrow.multicall(calls, sender=lender)
    assert market.status(market.trade_id(several[0])) == NONE


def test_multicall__for_another_party__reverts(market, sample, escrow, stranger):
    with reverts(escrow.NotAParty, id=market.trade_id(sample), caller=stranger.address):
        escrow.multicall([escrow.register.encode_input(sample.as_tuple())], sender=stranger)


def test_multicall__approve_and_settle__opens(market, sample, escrow, lender, borrower):
    trade = market.trade_id(sample)
    escrow.register(sample.as_tuple(), sender=lender)
    calls = [escrow.approve.encode_input(trade), escrow.settle.encode_input([trade], SETTLED)]
    escrow.multicall(calls, sender=borrower)
    assert market.status(trade) == OPEN
