# SPDX-License-Identifier: MIT
"""`trade`: everything that is kept of one."""

from dataclasses import replace

from support import APPROVED, NONE, OPEN, SETTLED, THIRD, at
from tanpo.terms import NOBODY, Custody


def test_trade__booked__keeps_the_terms(market, sample, escrow):
    tokens = market.tokens
    terms = replace(
        sample,
        collateral=((tokens["STOCK"].address, 7), (tokens["JPY"].address, 8)),
        ratio_bps=10_200,
        threshold_bps=200,
        mta_e6=5_000_000,
        custody=Custody.TITLE_TRANSFER,
        rate_e9=-25_000_000,
        day_count_basis=360,
        rate_token=tokens["EUR"].address,
        end=at(THIRD),
    )
    found = escrow.trade(market.book(terms))
    assert dict(found.items()) == {
        "status": APPROVED,
        "lender": sample.lender,
        "borrower": sample.borrower,
        "loanToken": sample.loan_token,
        "loanQuantity": 50_000_000,
        "valuationCurrency": b"USD",
        "ratioBps": 10_200,
        "thresholdBps": 200,
        "mtaE6": 5_000_000,
        "custody": Custody.TITLE_TRANSFER,
        "rateE9": -25_000_000,
        "dayCountBasis": 360,
        "rateToken": tokens["EUR"].address,
        "start": at(SETTLED),
        "end": at(THIRD),
        "opened": 0,
        "lastMarked": 0,
        "inDeficit": False,
    }


def test_trade__settled__knows_its_date(market, sample, escrow):
    found = escrow.trade(market.open(sample))
    assert (found.status, found.opened, found.lastMarked) == (OPEN, SETTLED, SETTLED)
    assert (found.rateE9, found.rateToken) == (0, NOBODY)


def test_trade__never_booked__is_none(market, sample, escrow):
    found = escrow.trade(market.trade_id(sample))
    assert (found.status, found.lender, found.loanQuantity) == (NONE, NOBODY, 0)


def test_trade__same_terms_for_other_parties__stay_apart(market, sample, escrow):
    first = market.open(sample)
    second = market.open(replace(sample, ratio_bps=11_000, uti=b"2".ljust(32)))
    third = market.open(replace(sample, uti=b"3".ljust(32)))
    assert [escrow.trade(each).ratioBps for each in (first, second, third)] == [
        10_000,
        11_000,
        10_000,
    ]
