# SPDX-License-Identifier: MIT
"""`open`: relay and settle in one transaction (invariant 2: both legs or neither)."""

from dataclasses import replace

import pytest

from support import APPROVED, MARKED, NONE, OPEN, SETTLED, at, events, reverts, transfers


@pytest.fixture
def signatures(market, sample, lender, borrower):
    return market.sign(sample, lender), market.sign(sample, borrower)


def test_open__by_a_stranger__moves_both_legs(market, sample, escrow, signatures, stranger):
    trade = market.trade_id(sample)
    assert escrow.open.call(sample.as_tuple(), *signatures, SETTLED, sender=stranger) == trade

    receipt = escrow.open(sample.as_tuple(), *signatures, SETTLED, sender=stranger)

    names = [name for name, _ in events(receipt)]
    assert names == ["Registered", "Approved", "Approved", "Opened"]
    assert events(receipt)[-1] == ("Opened", {"id": trade, "date": SETTLED})
    stock, bund = sample.collateral[0].token, sample.loan_token
    assert transfers(receipt) == [
        (bund, sample.lender, sample.borrower, 50_000_000),
        (stock, sample.borrower, escrow.address, 335_240),
    ]
    assert market.status(trade) == OPEN


def test_open__again__reverts(market, sample, escrow, signatures, stranger):
    trade = market.open(sample)
    with market.untouched(trade), reverts(escrow.AlreadyBooked, id=trade, found=OPEN):
        escrow.open(sample.as_tuple(), *signatures, SETTLED, sender=stranger)


def test_open__approved_already__reverts(market, sample, escrow, signatures, stranger):
    trade = market.book(sample)
    with market.untouched(trade), reverts(escrow.AlreadyBooked, id=trade, found=APPROVED):
        escrow.open(sample.as_tuple(), *signatures, SETTLED, sender=stranger)


def test_open__signature_missing__reverts(market, sample, escrow, signatures, stranger):
    trade = market.trade_id(sample)
    with market.untouched(trade), reverts(escrow.BadSignature, digest=trade, party=sample.borrower):
        escrow.open(sample.as_tuple(), signatures[0], b"", SETTLED, sender=stranger)


def test_open__borrower_without_collateral__books_nothing(
    market, sample, project, escrow, signatures, borrower, stranger
):
    stock, trade = market.tokens["STOCK"], market.trade_id(sample)
    stock.approve(escrow, 335_239, sender=borrower)
    with (
        market.untouched(trade),
        reverts(
            project.SecurityToken.ERC20InsufficientAllowance,
            spender=escrow.address,
            allowance=335_239,
            needed=335_240,
        ),
    ):
        escrow.open(sample.as_tuple(), *signatures, SETTLED, sender=stranger)
    assert market.status(trade) == NONE


def test_open__before_the_start__books_nothing(market, sample, escrow, lender, borrower, stranger):
    terms = replace(sample, start=at(MARKED))
    trade = market.trade_id(terms)
    signatures = market.sign(terms, lender), market.sign(terms, borrower)
    market.chain.pending_timestamp = at(SETTLED, 15)
    with (
        market.untouched(trade),
        reverts(escrow.TooEarly, found=at(SETTLED, 15), needed=at(MARKED)),
    ):
        escrow.open(terms.as_tuple(), *signatures, SETTLED, sender=stranger)


def test_open__date_passed__books_nothing(market, sample, escrow, signatures, stranger):
    trade = market.trade_id(sample)
    with (
        market.untouched(trade),
        reverts(escrow.DatePassed, date=SETTLED - 1, latest=SETTLED),
    ):
        terms = replace(sample, start=at(SETTLED - 1))
        trade = market.trade_id(terms)
        signed = market.sign(terms, market.lender), market.sign(terms, market.borrower)
        escrow.open(terms.as_tuple(), *signed, SETTLED - 1, sender=stranger)
