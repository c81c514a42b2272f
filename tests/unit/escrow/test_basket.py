# SPDX-License-Identifier: MIT
"""`basket`: tokens, what is held of each, and its haircut."""

from dataclasses import replace

from support import MARKED
from tanpo.terms import Collateral


def test_basket__of_three__is_in_the_order_of_the_terms(market, sample, escrow):
    basket = market.basket(USD=1, STOCK=2, JPY=3)
    basket = tuple(replace(leg, haircut_bps=100 * n) for n, leg in enumerate(basket))
    trade = market.book(replace(sample, collateral=basket))
    found = tuple(Collateral(*leg) for leg in escrow.basket(trade))
    assert found == basket


def test_basket__of_eight_after_a_mark__shows_what_is_held(market, mock, cash_loan, escrow):
    tokens = [mock("MockToken", 0) for _ in range(8)]
    basket = tuple(Collateral(token.address, 1_000 * (n + 1)) for n, token in enumerate(tokens))
    trade = market.open(replace(cash_loan, loan_quantity=288_000_000, collateral=basket))
    market.publish(MARKED, dict.fromkeys(tokens, "100"))

    market.mark(trade)

    # 2,880,000 required, 3,600,000 held: a fifth of each goes back
    assert market.held(trade) == [800 * (n + 1) for n in range(8)]
    assert [token.balanceOf(escrow) for token in tokens] == market.held(trade)


def test_basket__never_booked__is_empty(market, sample, escrow):
    assert list(escrow.basket(market.trade_id(sample))) == []
