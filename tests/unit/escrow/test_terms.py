# SPDX-License-Identifier: MIT
"""What terms `register` refuses; `relay` books through the same door."""

from dataclasses import replace

import pytest
from market import under

from support import APPROVED, PROPOSED_BY_LENDER, SETTLED, at, reverts
from tanpo.terms import NOBODY, Collateral, Custody, Order


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
    with reverts(escrow.BadSignature, digest=market.trade_id(relayed), party=sample.lender):
        escrow.relay(relayed.as_tuple(), signature, signature, sender=lender)


def test_terms__no_loan__are_refused(refused, sample, escrow):
    terms = replace(sample, loan_quantity=0)
    refused(terms, escrow.ZeroQuantity, token=sample.loan_token)


def test_terms__collateral_of_nothing__are_refused(refused, sample, escrow, market):
    terms = replace(sample, collateral=(*sample.collateral, *market.basket(USD=0)))
    refused(terms, escrow.ZeroQuantity, token=market.tokens["USD"].address)


def test_terms__no_collateral__are_refused(refused, sample, escrow):
    refused(replace(sample, collateral=()), escrow.BadBasketSize, found=0, most=20)


def test_terms__more_than_twenty_tokens_of_collateral__are_refused(refused, sample, escrow):
    basket = tuple(Collateral(f"0x{number:040}", 1) for number in range(1, 22))
    refused(replace(sample, collateral=basket), escrow.BadBasketSize, found=21, most=20)


def test_terms__loan_token_as_collateral__are_refused(refused, sample, escrow):
    terms = replace(sample, collateral=(*sample.collateral, Collateral(sample.loan_token, 1)))
    refused(terms, escrow.DuplicateToken, token=sample.loan_token)


def test_terms__token_twice_in_the_basket__are_refused(refused, sample, escrow, market):
    stock, usd = market.basket(STOCK=1, USD=1)
    terms = replace(sample, collateral=(stock, usd, stock))
    refused(terms, escrow.DuplicateToken, token=stock.token)


def test_terms__ratio_zero__are_refused(refused, sample, escrow):
    refused(replace(sample, ratio_bps=0), escrow.ZeroRatio)


@pytest.mark.parametrize(
    ("call_below", "return_above"), [(10_201, 0), (0, 10_199), (10_201, 10_199), (10_201, 10_300)]
)
def test_terms__levels_on_the_wrong_side_of_the_ratio__are_refused(
    refused, sample, escrow, call_below, return_above
):
    terms = replace(
        sample, ratio_bps=10_200, call_below_bps=call_below, return_above_bps=return_above
    )
    refused(
        terms,
        escrow.BadLevels,
        callBelowBps=call_below,
        ratioBps=10_200,
        returnAboveBps=return_above,
    )


@pytest.mark.parametrize("haircut_bps", [10_000, 2**16 - 1])
@pytest.mark.parametrize("place", [0, 1])
def test_terms__haircut_of_all__are_refused(refused, sample, escrow, market, place, haircut_bps):
    basket = list(market.basket(STOCK=1, USD=1))
    basket[place] = replace(basket[place], haircut_bps=haircut_bps)
    terms = replace(sample, collateral=tuple(basket))
    refused(terms, escrow.HaircutTooHigh, token=basket[place].token, found=haircut_bps)


def test_terms__agreement_not_entered__are_refused(refused, sample, escrow):
    terms = under(sample, name=b"of nobody".ljust(32))
    refused(terms, escrow.UnknownAgreement, hash=terms.agreement.struct_hash())


def test_terms__no_agreement__are_refused(market, sample, escrow, lender):
    terms = (*sample.as_tuple()[:-2], bytes(32), sample.uti)
    with reverts(escrow.UnknownAgreement, hash=bytes(32)):
        escrow.register(terms, sender=lender)


def test_terms__end_before_start__are_refused(refused, sample, escrow):
    terms = replace(sample, start=at(SETTLED, 9), end=at(SETTLED, 9) - 1)
    refused(terms, escrow.EndsBeforeStart, start=at(SETTLED, 9), end=at(SETTLED, 9) - 1)


@pytest.mark.parametrize(
    ("rate_e9", "token", "basis"),
    [
        (0, "USD", 0),
        (0, "USD", 364),
        (0, "STOCK", 360),
        (0, None, 360),
        (1, None, 0),
        (1, None, 360),
        (-1, None, 365),
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


def test_terms__penalty_without_a_rate_token__are_refused(refused, market, sample, escrow):
    terms = under(sample, penalty_rate_e9=1)
    market.enter(terms.agreement)
    refused(terms, escrow.BadRate, rateE9=0, rateToken=NOBODY, dayCountBasis=0)


def test_terms__penalty_with_a_rate_token_and_no_rate__are_booked(market, sample):
    usd = market.tokens["USD"].address
    terms = replace(under(sample, penalty_rate_e9=1), rate_token=usd, day_count_basis=365)
    assert market.status(market.book(terms)) == APPROVED


@pytest.mark.parametrize("place", ["loan", "first", "further", "rate", "rate without a rate"])
def test_terms__token_not_listed__are_refused(refused, sample, escrow, stranger, place):
    unlisted = stranger.address
    changes = {
        "loan": {"loan_token": unlisted},
        "first": {"collateral": (Collateral(unlisted, 1),)},
        "further": {"collateral": (*sample.collateral, Collateral(unlisted, 1))},
        "rate": {"rate_e9": 1, "rate_token": unlisted, "day_count_basis": 360},
        "rate without a rate": {"rate_token": unlisted, "day_count_basis": 360},
    }
    refused(replace(sample, **changes[place]), escrow.NotListed, token=unlisted)


def test_terms__at_every_limit__are_booked(market, sample):
    tokens = market.tokens
    basket = tuple(
        Collateral(token.address, 2**96 - 1, haircut_bps=9_999)
        for name, token in tokens.items()
        if name != "BUND"
    )
    largest = under(
        sample,
        threshold_bps=10_000,
        mta_e6=2**64 - 1,
        order=Order.AS_LISTED,
        custody=Custody.TITLE_TRANSFER,
        netting=True,
        lender_may=2**16 - 1,
        borrower_may=2**16 - 1,
        notice_days=255,
        cure_days=255,
        penalty_rate_e9=2**32 - 1,
        name=b"\xff" * 32,
    )
    terms = replace(
        largest,
        loan_quantity=2**96 - 1,
        collateral=basket,
        ratio_bps=2**16 - 1,
        call_below_bps=2**16 - 1,
        return_above_bps=2**16 - 1,
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


def test_terms__levels_at_their_other_limits__are_booked(market, sample, escrow):
    terms = replace(sample, ratio_bps=1, call_below_bps=1, return_above_bps=2**16 - 1)
    found = escrow.trade(market.book(terms))
    assert (found.callBelowBps, found.ratioBps, found.returnAboveBps) == (1, 1, 2**16 - 1)
