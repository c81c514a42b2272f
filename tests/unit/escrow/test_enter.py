# SPDX-License-Identifier: MIT
"""`enter`: standing terms that trades refer to by their hash."""

from dataclasses import fields, replace

import pytest
from market import OTHER_STANDING

from support import events, reverts
from tanpo.terms import Agreement, Custody, Order, Verb

NAMED = Agreement(
    "JPY",
    threshold_bps=10_000,
    mta_e6=2**64 - 1,
    order=Order.AS_LISTED,
    custody=Custody.TITLE_TRANSFER,
    netting=True,
    lender_may=1 << Verb.RECALL | 1 << Verb.DEFAULT,
    borrower_may=1 << Verb.TERMINATE,
    notice_days=255,
    cure_days=254,
    penalty_rate_e9=2**32 - 1,
    name=b"GMSLA 2010".ljust(32, b"\0"),
)
"""Each field is its largest, or tells itself from the others."""

SHOWN = {
    "valuationCurrency": b"JPY",
    "thresholdBps": 10_000,
    "mtaE6": 2**64 - 1,
    "order": 1,
    "custody": 1,
    "netting": True,
    "lenderMay": 0b100_0000_0010,
    "borrowerMay": 0b100,
    "noticeDays": 255,
    "cureDays": 254,
    "penaltyRateE9": 2**32 - 1,
    "name": b"GMSLA 2010".ljust(32, b"\0"),
}

NOTHING = {name: type(value)() for name, value in SHOWN.items()} | {
    "valuationCurrency": bytes(3),
    "name": bytes(32),
}


def test_enter__by_a_stranger__is_kept_by_its_hash(escrow, stranger):
    found = NAMED.struct_hash()
    assert escrow.enter.call(NAMED.as_tuple(), sender=stranger) == found

    receipt = escrow.enter(NAMED.as_tuple(), sender=stranger)

    assert events(receipt) == [("Entered", {"hash": found, "agreement": SHOWN})]
    assert dict(escrow.agreement(found).items()) == SHOWN


def test_enter__again__is_no_change(escrow, stranger, keeper):
    escrow.enter(NAMED.as_tuple(), sender=stranger)
    assert escrow.enter.call(NAMED.as_tuple(), sender=keeper) == NAMED.struct_hash()
    assert escrow.enter(NAMED.as_tuple(), sender=keeper).logs == []
    assert dict(escrow.agreement(NAMED.struct_hash()).items()) == SHOWN


@pytest.mark.parametrize("name", [field.name for field in fields(Agreement)])
def test_enter__one_field_changed__is_another(name, escrow, stranger):
    escrow.enter(NAMED.as_tuple(), sender=stranger)
    other = replace(NAMED, **{name: OTHER_STANDING[name]})

    receipt = escrow.enter(other.as_tuple(), sender=stranger)

    ((event, args),) = events(receipt)
    assert (event, args["hash"]) == ("Entered", other.struct_hash())
    assert other.struct_hash() != NAMED.struct_hash()
    assert dict(escrow.agreement(NAMED.struct_hash()).items()) == SHOWN


@pytest.mark.parametrize("code", ["USd", "U D", "@BC", "AB[", "\0\0\0"])
def test_enter__valuation_currency_is_none__reverts(code, escrow, stranger):
    agreement = replace(NAMED, valuation_currency=code)
    with reverts(escrow.NotACurrency, found=code.encode()):
        escrow.enter(agreement.as_tuple(), sender=stranger)
    assert dict(escrow.agreement(agreement.struct_hash()).items()) == NOTHING


@pytest.mark.parametrize("threshold_bps", [10_001, 2**16 - 1])
def test_enter__threshold_above_all__reverts(threshold_bps, escrow, stranger):
    agreement = replace(NAMED, threshold_bps=threshold_bps)
    with reverts(escrow.ThresholdTooHigh, found=threshold_bps, most=10_000):
        escrow.enter(agreement.as_tuple(), sender=stranger)
    assert dict(escrow.agreement(agreement.struct_hash()).items()) == NOTHING


def test_agreement__never_entered__is_nothing(escrow):
    assert dict(escrow.agreement(NAMED.struct_hash()).items()) == NOTHING
