# SPDX-License-Identifier: MIT
"""`register`: one party proposes."""

import pytest

from support import (
    NONE,
    PROPOSED_BY_BORROWER,
    PROPOSED_BY_LENDER,
    SETTLED,
    at,
    events,
    reverts,
)


@pytest.mark.parametrize(
    ("role", "status"), [("lender", PROPOSED_BY_LENDER), ("borrower", PROPOSED_BY_BORROWER)]
)
def test_register__by_a_party__proposes(request, role, status, market, sample, escrow):
    party = request.getfixturevalue(role)
    trade = market.trade_id(sample)
    tokens = market.tokens.values()
    balances = [market.balances(token) for token in tokens]
    assert escrow.register.call(sample.as_tuple(), sender=party) == trade

    receipt = escrow.register(sample.as_tuple(), sender=party)

    assert [name for name, _ in events(receipt)] == ["Registered", "Approved"]
    assert events(receipt)[1] == ("Approved", {"id": trade, "party": party.address})
    assert market.status(trade) == status
    assert [market.balances(token) for token in tokens] == balances


def test_register__full_terms__are_all_in_the_event(market, full, escrow, lender):
    tokens = market.tokens

    receipt = escrow.register(full.as_tuple(), sender=lender)

    assert events(receipt)[0] == (
        "Registered",
        {
            "id": market.trade_id(full),
            "lender": lender.address,
            "borrower": market.borrower.address,
            "terms": {
                "lender": lender.address,
                "borrower": market.borrower.address,
                "loanToken": tokens["BUND"].address,
                "loanQuantity": 50_000_000,
                "collateral": [
                    {"token": tokens["STOCK"].address, "quantity": 7, "haircutBps": 500},
                    {"token": tokens["JPY"].address, "quantity": 8, "haircutBps": 200},
                ],
                "ratioBps": 10_200,
                "callBelowBps": 10_100,
                "returnAboveBps": 10_500,
                "rateE9": -25_000_000,
                "dayCountBasis": 365,
                "rateToken": tokens["EUR"].address,
                "start": at(SETTLED),
                "end": at(SETTLED + 30),
                "expiry": at(SETTLED, 18),
                "agreement": full.agreement.struct_hash(),
                "uti": b"TANPO".ljust(32, b"\0"),
            },
        },
    )


def test_register__by_a_stranger__reverts(market, sample, escrow, stranger):
    trade = market.trade_id(sample)
    with reverts(escrow.NotAParty, id=trade, caller=stranger.address):
        escrow.register(sample.as_tuple(), sender=stranger)
    assert market.status(trade) == NONE


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_register__again__reverts(request, role, market, sample, escrow, lender):
    escrow.register(sample.as_tuple(), sender=lender)
    trade = market.trade_id(sample)
    with market.untouched(trade), reverts(escrow.AlreadyBooked, id=trade, found=PROPOSED_BY_LENDER):
        escrow.register(sample.as_tuple(), sender=request.getfixturevalue(role))


def test_register__at_the_second_of_expiry__proposes(market, sample, escrow, chain, lender):
    chain.pending_timestamp = sample.expiry
    escrow.register(sample.as_tuple(), sender=lender)
    assert market.status(market.trade_id(sample)) == PROPOSED_BY_LENDER


def test_register__a_second_after_expiry__reverts(market, sample, escrow, chain, lender):
    chain.pending_timestamp = sample.expiry + 1
    with reverts(escrow.Expired, expiry=sample.expiry, now_=sample.expiry + 1):
        escrow.register(sample.as_tuple(), sender=lender)
    assert market.status(market.trade_id(sample)) == NONE
