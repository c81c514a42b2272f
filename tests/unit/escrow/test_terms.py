# SPDX-License-Identifier: MIT
"""What terms `register` refuses; `relay` books through the same door."""

from dataclasses import replace

import pytest

from support import APPROVED, PROPOSED_BY_LENDER, SETTLED, at, reverts
from tanpo.terms import NOBODY


@pytest.fixture
def refused(market, escrow, lender):
    """Registering the terms fails with this error, and nothing is booked."""

    def check(terms, error, sender=lender, **arguments):
        with market.untouched(market.trade_id(terms)), reverts(error, **arguments):
            escrow.register(terms.as_tuple(), sender=sender)

    return check


def test_terms__lender_is_borrower__are_refused(refused, sample, escrow):
    terms = replace(sample, borrower=sample.lender)
    refused(terms, escrow.BadParties, lender=sample.lender, borrower=sample.lender)


@pytest.mark.parametrize("other", ["nobody", "escrow"])
def test_terms__other_party_cannot_sign__never_become_a_trade(
    market, sample, escrow, lender, other
):
    found = NOBODY if other == "nobody" else escrow.address
    terms = replace(sample, borrower=found)
    escrow.register(terms.as_tuple(), sender=lender)
    trade = market.trade_id(terms)
    assert market.status(trade) == PROPOSED_BY_LENDER
    with reverts(escrow.AlreadyApprovedBy, id=trade, caller=lender.address):
        escrow.approve(trade, sender=lender)
    relayed = replace(terms, uti=b"relayed".ljust(32))
    signature = bytes(65)
    with reverts(escrow.BadSignature, id=market.trade_id(relayed), party=sample.lender):
        escrow.relay(relayed.as_tuple(), signature, signature, sender=lender)


def test_terms__no_loan__are_refused(refused, sample, escrow):
    terms = replace(sample, loan_quantity=0)
    refused(terms, escrow.ZeroQuantity, token=sample.loan_token)


def test_terms__collateral_of_nothing__are_refused(refused, sample, escrow, market):
    (stock, quantity), usd = sample.collateral[0], market.tokens["USD"].address
    terms = replace(sample, collateral=((stock, quantity), (usd, 0)))
    refused(terms, escrow.ZeroQuantity, token=usd)


def test_terms__no_collateral__are_refused(refused, sample, escrow):
    refused(replace(sample, collateral=()), escrow.BadBasketSize, found=0, most=8)


def test_terms__nine_tokens_of_collateral__are_refused(refused, sample, escrow, accounts):
    basket = tuple((account.address, 1) for account in accounts[:9])
    refused(replace(sample, collateral=basket), escrow.BadBasketSize, found=9, most=8)


def test_terms__loan_token_as_collateral__are_refused(refused, sample, escrow):
    terms = replace(sample, collateral=(*sample.collateral, (sample.loan_token, 1)))
    refused(terms, escrow.DuplicateToken, token=sample.loan_token)


def test_terms__token_twice_in_the_basket__are_refused(refused, sample, escrow, market):
    stock, usd = sample.collateral[0], (market.tokens["USD"].address, 1)
    terms = replace(sample, collateral=(stock, usd, stock))
    refused(terms, escrow.DuplicateToken, token=stock[0])


@pytest.mark.parametrize("code", ["USd", "U D", "@BC", "AB["])
def test_terms__valuation_currency_is_none__are_refused(refused, sample, escrow, code):
    terms = replace(sample, valuation_currency=code)
    refused(terms, escrow.NotACurrency, found=code.encode())


def test_terms__ratio_zero__are_refused(refused, sample, escrow):
    refused(replace(sample, ratio_bps=0), escrow.ZeroRatio)


def test_terms__threshold_above_all__are_refused(refused, sample, escrow):
    terms = replace(sample, threshold_bps=10_001)
    refused(terms, escrow.ThresholdTooHigh, found=10_001, most=10_000)


def test_terms__end_before_start__are_refused(refused, sample, escrow):
    terms = replace(sample, start=at(SETTLED, 9), end=at(SETTLED, 9) - 1)
    refused(terms, escrow.EndsBeforeStart, start=at(SETTLED, 9), end=at(SETTLED, 9) - 1)


@pytest.mark.parametrize(
    ("rate_e9", "token", "basis"),
    [
        (0, "USD", 0),
        (0, None, 360),
        (1, "USD", 0),
        (1, "USD", 364),
        (-1, "USD", 366),
        (1, "STOCK", 360),
    ],
)
def test_terms__rate_makes_no_sense__are_refused(
    refused, sample, escrow, market, rate_e9, token, basis
):
    address = market.tokens[token].address if token else NOBODY
    terms = replace(sample, rate_e9=rate_e9, rate_token=address, day_count_basis=basis)
    refused(terms, escrow.BadRate, rateE9=rate_e9, rateToken=address, dayCountBasis=basis)


@pytest.mark.parametrize("place", ["loan", "first", "further", "rate"])
def test_terms__token_not_listed__are_refused(refused, sample, escrow, stranger, place):
    unlisted = stranger.address
    changes = {
        "loan": {"loan_token": unlisted},
        "first": {"collateral": ((unlisted, 1),)},
        "further": {"collateral": (*sample.collateral, (unlisted, 1))},
        "rate": {"rate_e9": 1, "rate_token": unlisted, "day_count_basis": 360},
    }
    refused(replace(sample, **changes[place]), escrow.NotListed, token=unlisted)


def test_terms__at_every_limit__are_booked(market, sample):
    tokens = market.tokens
    basket = tuple((tokens[name].address, 2**96 - 1) for name in tokens if name != "BUND")
    terms = replace(
        sample,
        loan_quantity=2**96 - 1,
        collateral=basket,
        ratio_bps=2**16 - 1,
        threshold_bps=10_000,
        mta_e6=2**64 - 1,
        rate_e9=-(2**39),
        day_count_basis=365,
        rate_token=tokens["USD"].address,
        start=at(SETTLED),
        end=at(SETTLED),
        expiry=2**40 - 1,
        uti=b"\xff" * 32,
    )
    trade = market.book(terms)
    assert market.status(trade) == APPROVED
    assert market.held(trade) == [2**96 - 1] * 6
