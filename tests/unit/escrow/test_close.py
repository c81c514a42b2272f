# SPDX-License-Identifier: MIT
"""`close`: both legs go back (invariant 9)."""

from dataclasses import replace

import pytest
from market import ENOUGH, under

from support import (
    APPROVED,
    CLOSED,
    MARKED,
    OPEN,
    SETTLED,
    THIRD,
    at,
    events,
    failed,
    failures,
    reverts,
    transfers,
)
from tanpo.instrument import Kind
from tanpo.terms import Collateral, Custody


@pytest.fixture
def refused(market, escrow):
    """Closes one trade, which fails and leaves everything; the failure."""

    def close(trade, date, sender):
        with market.untouched(trade):
            receipt = escrow.close([trade], date, sender=sender)
        assert [name for name, _ in events(receipt)] == ["Failed"]
        return failures(receipt)[0]

    return close


def test_close__after_a_return__gives_back_what_is_left(market, sample, escrow, keeper):
    trade = market.open(replace(sample, end=at(MARKED)))
    market.publish_marked()
    market.mark(trade)

    receipt = escrow.close([trade], MARKED, sender=keeper)

    stock, bund = sample.collateral[0].token, sample.loan_token
    assert events(receipt) == [("Closed", {"id": trade, "date": MARKED, "interest": 0})]
    assert transfers(receipt) == [
        (bund, sample.borrower, sample.lender, 50_000_000),
        (stock, escrow.address, sample.borrower, 333_450),
    ]
    assert market.status(trade) == CLOSED
    assert market.held(trade) == [0]
    for symbol in ("BUND", "STOCK"):
        assert market.balances(market.tokens[symbol]) == (ENOUGH, ENOUGH, 0)


def test_close__title_transfer__lender_gives_back(market, sample, escrow, keeper):
    trade = market.open(replace(under(sample, custody=Custody.TITLE_TRANSFER), end=at(SETTLED, 13)))
    market.chain.pending_timestamp = at(SETTLED, 13)
    receipt = escrow.close([trade], SETTLED, sender=keeper)
    assert transfers(receipt) == [
        (sample.loan_token, sample.borrower, sample.lender, 50_000_000),
        (sample.collateral[0].token, sample.lender, sample.borrower, 335_240),
    ]


def test_close__basket_of_three__holds_nothing(market, cash_loan, escrow, keeper):
    tokens = [market.tokens[symbol] for symbol in ("STOCK", "EUR", "JPY")]
    basket = market.basket(STOCK=10, EUR=11, JPY=12)
    trade = market.open(replace(cash_loan, collateral=basket))
    market.publish_marked()
    escrow.close([trade], MARKED, sender=keeper)
    assert market.held(trade) == [0, 0, 0]
    assert [market.balances(token) for token in tokens] == [(ENOUGH, ENOUGH, 0)] * 3


def test_close__deficit__is_over(market, sample, escrow, borrower, lender):
    trade = market.open(sample)
    market.tokens["STOCK"].approve(escrow, 0, sender=borrower)
    market.publish_marked(STOCK="160")
    market.mark(trade)
    assert escrow.trade(trade).inDeficit is True
    escrow.close([trade], MARKED, sender=lender)
    assert escrow.trade(trade).inDeficit is False


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_close__open_term_by_a_party__closes(request, role, market, sample, escrow):
    trade = market.open(sample)
    escrow.close([trade], SETTLED, sender=request.getfixturevalue(role))
    assert market.status(trade) == CLOSED


def test_close__open_term_by_a_keeper__fails(refused, market, sample, keeper):
    trade = market.open(sample)
    assert refused(trade, SETTLED, keeper) == failed(
        trade, SETTLED, "close", "NotAParty", id=trade, caller=keeper.address
    )


@pytest.mark.parametrize("role", ["lender", "keeper"])
def test_close__second_before_the_end__fails(request, role, refused, market, sample):
    trade, end = market.open(replace(sample, end=at(SETTLED, 14))), at(SETTLED, 14)
    market.chain.pending_timestamp = end - 1
    assert refused(trade, SETTLED, request.getfixturevalue(role)) == failed(
        trade, SETTLED, "close", "TooEarly", found=end - 1, needed=end
    )


def test_close__second_of_the_end__closes(market, sample, escrow, stranger):
    trade = market.open(replace(sample, end=at(SETTLED, 14)))
    market.chain.pending_timestamp = at(SETTLED, 14)
    escrow.close([trade], SETTLED, sender=stranger)
    assert market.status(trade) == CLOSED


def test_close__date_before_the_end__fails(refused, market, sample, keeper):
    trade = market.open(replace(sample, end=at(MARKED, 9)))
    market.chain.pending_timestamp = at(MARKED, 9)
    assert refused(trade, SETTLED, keeper) == failed(
        trade, SETTLED, "close", "TooEarly", found=at(SETTLED), needed=at(MARKED, 9)
    )


def test_close__date_before_the_latest_fixings__reverts(market, sample, escrow, lender):
    trade = market.open(sample)
    market.publish_marked()
    with market.untouched(trade), reverts(escrow.DatePassed, date=SETTLED, latest=MARKED):
        escrow.close([trade], SETTLED, sender=lender)


def test_close__date_in_the_future__reverts(market, sample, escrow, lender):
    trade = market.open(sample)
    with market.untouched(trade), reverts(escrow.DateInFuture, date=MARKED, today=SETTLED):
        escrow.close([trade], MARKED, sender=lender)


def test_close__date_before_the_last_mark__fails(
    refused, market, cash_loan, project, escrow, lender, token_administrator
):
    # Cash against cash of one currency can be marked on a date that has no fixings.
    cash = token_administrator.deploy(project.MockToken, 2)
    escrow.list(cash, Kind.CASH, b"USD", 1, sender=token_administrator)
    market.supply(cash)
    terms = replace(cash_loan, collateral=(Collateral(cash.address, 100_000_000),), end=0)
    trade = market.open(terms)
    market.chain.pending_timestamp = at(THIRD)
    market.mark(trade, day=THIRD)
    assert refused(trade, MARKED, lender) == failed(
        trade, MARKED, "close", "AlreadyMarked", id=trade, lastMarked=THIRD, date=MARKED
    )


def test_close__again__fails(refused, market, sample, escrow, lender):
    trade = market.open(sample)
    escrow.close([trade], SETTLED, sender=lender)
    assert refused(trade, SETTLED, lender) == failed(
        trade, SETTLED, "close", "WrongStatus", id=trade, found=CLOSED, needed=OPEN
    )


def test_close__twice_in_a_batch__closes_once(market, sample, escrow, lender):
    trade = market.open(sample)
    receipt = escrow.close([trade, trade], SETTLED, sender=lender)
    assert [name for name, _ in events(receipt)] == ["Closed", "Failed"]
    assert len(transfers(receipt)) == 2


def test_close__only_approved__fails(refused, market, sample, lender):
    trade = market.book(sample)
    assert refused(trade, SETTLED, lender) == failed(
        trade, SETTLED, "close", "WrongStatus", id=trade, found=APPROVED, needed=OPEN
    )


def test_close__loan_spent__moves_neither_leg(refused, market, sample, escrow, borrower, lender):
    trade = market.open(sample)
    market.tokens["BUND"].approve(escrow, 49_999_999, sender=borrower)
    assert refused(trade, SETTLED, lender) == failed(
        trade,
        SETTLED,
        "close",
        "ERC20InsufficientAllowance",
        spender=escrow.address,
        allowance=49_999_999,
        needed=50_000_000,
    )


def test_close__reused_collateral_gone__moves_neither_leg(
    refused, market, sample, stranger, lender, keeper
):
    trade = market.open(replace(under(sample, custody=Custody.TITLE_TRANSFER), end=at(SETTLED, 13)))
    market.tokens["STOCK"].transfer(stranger, ENOUGH + 1, sender=lender)
    market.chain.pending_timestamp = at(SETTLED, 13)
    assert refused(trade, SETTLED, keeper) == failed(
        trade,
        SETTLED,
        "close",
        "ERC20InsufficientBalance",
        sender=lender.address,
        balance=335_239,
        needed=335_240,
    )


def test_close__donated_tokens__stay_in_the_escrow(market, sample, escrow, borrower, lender):
    trade, stock = market.open(sample), market.tokens["STOCK"]
    stock.transfer(escrow, 5, sender=lender)
    escrow.close([trade], SETTLED, sender=lender)
    assert market.balances(stock) == (ENOUGH - 5, ENOUGH, 5)


def test_close__empty_batch__does_nothing(escrow, keeper):
    assert escrow.close([], SETTLED, sender=keeper).logs == []


def test_close__days_after_the_end__pays_until_then(market, cash_loan, escrow, keeper):
    usd = market.tokens["USD"].address
    terms = replace(cash_loan, rate_e9=36_000_000, day_count_basis=360, rate_token=usd)
    trade = market.open(terms)
    market.chain.pending_timestamp = at(THIRD)
    receipt = escrow.close([trade], THIRD, sender=keeper)
    assert events(receipt)[0][1]["interest"] == 20_000
