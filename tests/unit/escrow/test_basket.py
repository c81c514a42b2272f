# SPDX-License-Identifier: MIT
"""`basket`: tokens, what is held of each, and its haircut."""

from dataclasses import replace

import pytest
from market import ENOUGH, under

from support import MARKED, SETTLED, transfers
from tanpo.terms import Collateral, Custody, Order


def test_basket__of_three__is_in_the_order_of_the_terms(market, sample, escrow):
    basket = market.basket(USD=1, STOCK=2, JPY=3)
    basket = tuple(replace(leg, haircut_bps=100 * n) for n, leg in enumerate(basket))
    trade = market.book(replace(sample, collateral=basket))
    found = tuple(Collateral(*leg) for leg in escrow.basket(trade))
    assert found == basket


@pytest.mark.parametrize("custody", list(Custody))
@pytest.mark.parametrize("order", list(Order))
def test_basket__of_twenty__opens_moves_whole_and_closes(
    custody, order, market, mock, cash_loan, escrow, keeper, lender, borrower
):
    """The largest there is, beside terms in the bits that follow its size."""
    tokens = [mock("MockToken", 0) for _ in range(20)]
    addresses = [token.address for token in tokens]
    given = [1_000 * number for number in range(1, 21)]
    terms = replace(
        under(cash_loan, custody=custody, order=order),
        loan_quantity=1_680_000_000,
        collateral=tuple(map(Collateral, addresses, given)),
    )
    trade = market.book(terms)
    holder = escrow if custody == Custody.SEGREGATED else lender
    (usd,) = market.addresses("USD")

    def moved(sender, receiver, quantities):
        """Transfers of the basket."""
        ends = (sender.address, receiver.address)
        return [(token, *ends, each) for token, each in zip(addresses, quantities, strict=True)]

    opened = escrow.settle([trade], SETTLED, sender=keeper)
    assert transfers(opened) == [
        (usd, lender.address, borrower.address, 1_680_000_000),
        *moved(borrower, holder, given),
    ]
    assert market.held(trade) == given

    # 16,800,000 required, 21,000,000 held at 100: a fifth of each goes back, or in order 42,000
    # units, of which the first eight tokens are 36,000.
    market.publish(MARKED, dict.fromkeys(tokens, "100"))
    pro_rata = [200 * number for number in range(1, 21)]
    in_order = [*given[:8], 6_000, *[0] * 11]
    back = pro_rata if order == Order.PRO_RATA else in_order
    left = [held - each for held, each in zip(given, back, strict=True)]
    returned = [each for each in moved(holder, borrower, back) if each[-1]]
    assert transfers(market.mark(trade)) == returned
    assert market.held(trade) == left

    closed = escrow.close([trade], MARKED, sender=keeper)
    assert transfers(closed) == [
        (usd, borrower.address, lender.address, 1_680_000_000),
        *(each for each in moved(holder, borrower, left) if each[-1]),
    ]
    assert market.held(trade) == [0] * 20
    assert {market.balances(token) for token in tokens} == {(ENOUGH, ENOUGH, 0)}


def test_basket__never_booked__is_empty(market, sample, escrow):
    assert list(escrow.basket(market.trade_id(sample))) == []
