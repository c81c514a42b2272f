# SPDX-License-Identifier: MIT
"""`catch_up`, a trade in default: its close-out does it."""

from dataclasses import replace

import pytest
from market import UNLIMITED

from support import CLOSED_OUT, DEFAULTED, MARKED, OPEN, THIRD, events, reverts


@pytest.fixture
def in_default(market, lent, issuer, escrow, borrower, lender):
    """A segregated trade in default since 20 April: the basket is worth 900,000."""

    def make(terms=lent):
        trade = market.open(terms)
        issuer.allow("STOCK", borrower)
        issuer.publish(STOCK="90", BUND="90", LOTS="36")
        market.mark(trade)
        escrow.declareDefault(trade, MARKED, sender=lender)
        issuer.allow("STOCK", borrower, UNLIMITED)
        assert market.status(trade) == DEFAULTED
        return trade

    return make


def test_catch_up__in_default__is_refused(in_default, escrow, keeper, issuer):
    trade = in_default()
    issuer.fix()
    with reverts(escrow.WrongStatus, id=trade, found=DEFAULTED, needed=OPEN):
        escrow.catchUp(trade, MARKED, sender=keeper)


def test_catch_up__split_in_default__harms_no_other_trade(
    in_default, market, lent, issuer, escrow, keeper
):
    other = market.open(replace(lent, uti=b"other".ljust(32, b"\0")))
    trade = in_default()
    assert market.held(other) == [10_000]
    issuer.split("STOCK", THIRD, 2, 1)
    issuer.publish(THIRD, STOCK="45")
    escrow.closeOut(trade, THIRD, sender=keeper)
    # Invariant 1. 20,000 shares went out for `trade`, of which the escrow had 10,000.
    assert market.tokens["STOCK"].balanceOf(escrow) >= 10_000


def test_catch_up__redemption_in_default__closes_out(in_default, market, lent, issuer, escrow):
    trade = in_default(replace(lent, collateral=market.basket(STOCK=5_000, BUND=400_000)))
    issuer.redemption("BUND", THIRD, 10_000_000_000)
    issuer.publish(THIRD, STOCK="90")
    escrow.closeOut(trade, THIRD, sender=issuer.agent)
    assert market.status(trade) == CLOSED_OUT


def test_catch_up__income_in_default__is_the_agent_s_to_pay(in_default, lent, issuer, escrow):
    trade = in_default()
    issuer.income("STOCK", THIRD, 250_000_000)
    issuer.publish(THIRD, STOCK="90")
    receipt = escrow.closeOut(trade, THIRD, sender=issuer.agent)
    moved = (issuer.agent.address, lent.borrower, "USD", 2_500_000)
    assert events(receipt)[0] == issuer.paid(trade, THIRD, "STOCK", *moved)
