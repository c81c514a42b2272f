# SPDX-License-Identifier: MIT
"""`set_of`: the set that a trade belongs to."""

from dataclasses import replace

from eth_abi import encode
from eth_utils import keccak
from market import under

from support import reverts


def _set_id(one, other, agreement):
    """contracts/types/NettingSet.sol: the lower address is the first."""
    first, second = sorted((one, other), key=lambda each: int(each, 16))
    return keccak(
        encode(["address", "address", "bytes32"], [first, second, agreement.struct_hash()])
    )


def test_set_of__a_netted_trade__is_of_its_parties_and_agreement(market, netted, escrow):
    found = escrow.setOf(market.book(netted))
    assert found == _set_id(netted.lender, netted.borrower, netted.agreement)


def test_set_of__whichever_lends__is_the_same(market, netted, back, another, escrow):
    found = {bytes(escrow.setOf(market.book(terms))) for terms in (netted, back, another)}
    assert len(found) == 1


def test_set_of__another_agreement__is_another(market, netted, escrow):
    other = under(netted, mta_e6=1)
    assert escrow.setOf(market.book(netted)) != escrow.setOf(market.book(other))


def test_set_of__not_netted__is_refused(market, netted, escrow):
    trade = market.book(under(replace(netted, end=0), netting=False))
    with reverts(escrow.NotNetted, id=trade):
        escrow.setOf(trade)


def test_set_of__never_booked__is_refused(market, netted, escrow):
    trade = market.trade_id(netted)
    with reverts(escrow.NotNetted, id=trade):
        escrow.setOf(trade)


def test_set_of__at_the_part_s_own_address__has_no_trades(market, netted, netting_part):
    trade = market.open(netted)
    with reverts(netting_part.NotNetted, id=trade):
        netting_part.setOf(trade)
