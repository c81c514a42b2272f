# SPDX-License-Identifier: MIT
"""`trade`: everything that is kept of one."""

from dataclasses import replace

import pytest

from support import APPROVED, NONE, OPEN, SETTLED, at
from tanpo.terms import NOBODY

NO_FAILURE = {"since": 0, "chargedTo": 0, "byLender": False, "missingE6": 0}
NO_LIFE = {
    "changes": 0,
    "due": 0,
    "caughtUpTo": 0,
    "calledOn": 0,
    "defaultByLender": False,
    "deficit": NO_FAILURE,
    "late": NO_FAILURE,
}


def shown(value):
    """A struct with its structs, as dictionaries."""
    return {name: shown(part) for name, part in value.items()} if hasattr(value, "items") else value


def test_trade__booked__keeps_the_terms(market, full, escrow):
    found = escrow.trade(market.book(full))
    assert shown(found) == {
        "status": APPROVED,
        "lender": market.lender.address,
        "borrower": market.borrower.address,
        "loanToken": market.tokens["BUND"].address,
        "loanQuantity": 50_000_000,
        "ratioBps": 10_200,
        "callBelowBps": 10_100,
        "returnAboveBps": 10_500,
        "rateE9": -25_000_000,
        "dayCountBasis": 365,
        "rateToken": market.tokens["EUR"].address,
        "start": at(SETTLED),
        "end": at(SETTLED + 30),
        "valuedOn": 0,
        "accruesFrom": 0,
        "lastMarked": 0,
        "inDeficit": False,
        "agreement": full.agreement.struct_hash(),
        "life": NO_LIFE,
    }


def test_trade__levels_not_given__stand_at_the_ratio(market, sample, escrow):
    found = escrow.trade(market.book(replace(sample, ratio_bps=10_300)))
    assert (found.callBelowBps, found.ratioBps, found.returnAboveBps) == (10_300, 10_300, 10_300)


def test_trade__without_a_rate_token__counts_no_days(market, sample, escrow):
    found = escrow.trade(market.book(sample))
    assert (found.rateE9, found.rateToken, found.dayCountBasis) == (0, NOBODY, 0)


@pytest.mark.parametrize("basis", [360, 365])
def test_trade__rate_token_without_a_rate__is_kept(basis, market, sample, escrow):
    usd = market.tokens["USD"].address
    found = escrow.trade(market.book(replace(sample, rate_token=usd, day_count_basis=basis)))
    assert (found.rateE9, found.rateToken, found.dayCountBasis) == (0, usd, basis)


def test_trade__settled__knows_its_date(market, sample, escrow):
    found = escrow.trade(market.open(sample))
    assert (found.status, found.inDeficit) == (OPEN, False)
    assert (found.valuedOn, found.accruesFrom, found.lastMarked) == (SETTLED, SETTLED, SETTLED)


def test_trade__never_booked__is_all_zero(market, sample, escrow):
    found = shown(escrow.trade(market.trade_id(sample)))
    assert found.pop("agreement") == bytes(32)
    assert found.pop("life") == NO_LIFE
    assert (found.pop("status"), found.pop("inDeficit")) == (NONE, False)
    addresses = {name: found.pop(name) for name in ("lender", "borrower", "loanToken", "rateToken")}
    assert set(addresses.values()) == {NOBODY}
    assert set(found.values()) == {0}
    assert len(found) == 11


def test_trade__same_terms_for_other_parties__stay_apart(market, sample, escrow):
    first = market.open(sample)
    second = market.open(replace(sample, ratio_bps=11_000, uti=b"2".ljust(32)))
    third = market.open(replace(sample, uti=b"3".ljust(32)))
    assert [escrow.trade(each).ratioBps for each in (first, second, third)] == [
        10_000,
        11_000,
        10_000,
    ]
