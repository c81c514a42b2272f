# SPDX-License-Identifier: MIT
"""The model by itself: one trade's life, with the figures of JSF (2023)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tanpo.instrument import Instrument, Kind
from tanpo.model import UNLIMITED, Event, Failure, Fixing, Ledger, Refused, Status
from tanpo.model.fixings import key_order
from tanpo.terms import NOBODY, Agreement, Collateral, Custody, Order, Terms

DAY = 86_400
DATE = 19_466
"""2023-04-19."""

DOLLARS = Agreement("USD")

TERMS = Terms(
    lender="lender",
    borrower="borrower",
    loan_token="BUND",
    loan_quantity=50_000_000,
    collateral=(Collateral("STOCK", 335_240),),
    agreement=DOLLARS,
    start=DATE * DAY,
    end=(DATE + 2) * DAY,
)


@pytest.fixture
def ledger() -> Ledger:
    """JSF's sample, before its trade."""
    ledger = Ledger("escrow", max_age_days=7, now=DATE * DAY + 3_600)
    ledger.list_token("BUND", Instrument("BUND", Kind.BOND, "EUR", 0, 1))
    ledger.list_token("STOCK", Instrument("STOCK", Kind.EQUITY, "USD", 0, 1))
    ledger.enter(DOLLARS)
    for token in ledger.tokens.values():
        token.allowances.update(lender=UNLIMITED, borrower=UNLIMITED)
    ledger.tokens["BUND"].balances["lender"] = 50_000_000
    ledger.tokens["STOCK"].balances["borrower"] = 335_240
    publish(ledger, DATE, BUND=9_881_100_000, STOCK=16_101_000_000, EURUSD=109_253_000)
    return ledger


def publish(ledger: Ledger, date: int, **values_e8: int) -> None:
    fixings = {key: Fixing(value_e8, date) for key, value_e8 in values_e8.items()}
    ordered = dict(sorted(fixings.items(), key=lambda item: key_order(item[0])))
    ledger.fixings.publish(date, ordered, ledger.now)


def open_trade(ledger: Ledger, terms: Terms = TERMS) -> None:
    ledger.enter(terms.agreement)
    ledger.relay(terms, "lender", "borrower")
    opened = Event("Opened", {"id": terms, "date": DATE})
    assert ledger.settle([terms], DATE) == [opened]


def refusal(action: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        action()
    return caught.value


def test_trade__jsf_sample__returns_1790_shares_and_closes_even(ledger: Ledger) -> None:
    open_trade(ledger)
    ledger.now += DAY
    publish(ledger, DATE + 1, BUND=9_875_900_000, STOCK=16_253_000_000, EURUSD=109_753_000)

    assert ledger.mark([TERMS], DATE + 1) == [
        Event(
            "Marked",
            {
                "id": TERMS,
                "date": DATE + 1,
                "loanE18": 54_195_482_635 * 10**15,
                "accruedE18": 0,
                "requiredE18": 54_195_482_635 * 10**15,
                "collateralE18": 544_865_572 * 10**17,
            },
        ),
        Event("Returned", {"id": TERMS, "date": DATE + 1, "token": "STOCK", "quantity": 1_790}),
    ]
    assert ledger.tokens["STOCK"].balances == {"borrower": 1_790, "escrow": 333_450}

    ledger.now += DAY
    closed = Event("Closed", {"id": TERMS, "date": DATE + 2, "interest": 0})
    assert ledger.close("keeper", [TERMS], DATE + 2) == [closed]
    assert ledger.tokens["STOCK"].balances == {"borrower": 335_240, "escrow": 0}
    assert ledger.tokens["BUND"].balances == {"lender": 50_000_000, "borrower": 0}


def test_mark__borrower_short__delivers_what_it_has_and_records_the_rest(ledger: Ledger) -> None:
    open_trade(ledger)
    ledger.tokens["STOCK"].balances["borrower"] = 100
    ledger.now += DAY
    publish(ledger, DATE + 1, BUND=9_881_100_000, STOCK=16_000_000_000, EURUSD=109_253_000)

    events = ledger.mark([TERMS], DATE + 1)

    # 53,976,990.915 / 160 is 337,356.2: 2,117 shares more than are held.
    called = {"id": TERMS, "date": DATE + 1, "token": "STOCK"}
    assert events[1:] == [
        Event("Delivered", {**called, "quantity": 100}),
        Event("Deficit", {**called, "party": "borrower", "missing": 2_017}),
    ]
    assert ledger.trades[TERMS].deficit == Failure(
        DATE + 1, DATE + 1, by_lender=False, missing_e6=2_017 * 160_000_000
    )
    assert ledger.trades[TERMS].basket == [335_340]


def test_settle__borrower_short__moves_neither_leg(ledger: Ledger) -> None:
    ledger.tokens["STOCK"].balances["borrower"] = 335_239
    ledger.relay(TERMS, "lender", "borrower")

    reason = Refused("ERC20InsufficientBalance", sender="borrower", balance=335_239, needed=335_240)
    failed = {"id": TERMS, "date": DATE, "action": "settle", "reason": reason}
    assert ledger.settle([TERMS], DATE) == [Event("Failed", failed)]
    assert ledger.tokens["BUND"].balances == {"lender": 50_000_000}
    assert ledger.trades[TERMS].status is Status.APPROVED


def test_open__leg_missing__books_nothing(ledger: Ledger) -> None:
    ledger.tokens["BUND"].balances["lender"] = 0

    found = refusal(lambda: ledger.open(TERMS, "lender", "borrower", DATE))

    assert found == Refused(
        "ERC20InsufficientBalance", sender="lender", balance=0, needed=50_000_000
    )
    assert ledger.trades == {}


def test_mark__title_transfer__returns_from_the_lender(ledger: Ledger) -> None:
    terms = replace(TERMS, agreement=replace(DOLLARS, custody=Custody.TITLE_TRANSFER))
    open_trade(ledger, terms)
    ledger.tokens["STOCK"].balances["lender"] = 790  # the rest is reused
    ledger.now += DAY
    publish(ledger, DATE + 1, BUND=9_875_900_000, STOCK=16_253_000_000, EURUSD=109_753_000)

    called = {"id": terms, "date": DATE + 1, "token": "STOCK"}
    assert ledger.mark([terms], DATE + 1)[1:] == [
        Event("Returned", {**called, "quantity": 790}),
        Event("Deficit", {**called, "party": "lender", "missing": 1_000}),
    ]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"borrower": "lender"}, Refused("BadParties", lender="lender", borrower="lender")),
        ({"loan_quantity": 0}, Refused("ZeroQuantity", token="BUND")),
        ({"collateral": ()}, Refused("BadBasketSize", found=0, most=20)),
        ({"collateral": (Collateral("STOCK", 0),)}, Refused("ZeroQuantity", token="STOCK")),
        ({"collateral": (Collateral("BUND", 1),)}, Refused("DuplicateToken", token="BUND")),
        ({"collateral": (Collateral("STOCK", 1),) * 2}, Refused("DuplicateToken", token="STOCK")),
        ({"collateral": (Collateral("GOLD", 1),)}, Refused("NotListed", token="GOLD")),
        ({"ratio_bps": 0}, Refused("ZeroRatio")),
        (
            {"call_below_bps": 10_001},
            Refused("BadLevels", callBelowBps=10_001, ratioBps=10_000, returnAboveBps=0),
        ),
        (
            {"return_above_bps": 9_999},
            Refused("BadLevels", callBelowBps=0, ratioBps=10_000, returnAboveBps=9_999),
        ),
        (
            {"collateral": (Collateral("STOCK", 1, 10_000),)},
            Refused("HaircutTooHigh", token="STOCK", found=10_000),
        ),
        (
            {"agreement": Agreement("EUR")},
            Refused("UnknownAgreement", hash=Agreement("EUR").struct_hash()),
        ),
        (
            {"day_count_basis": 360},
            Refused("BadRate", rateE9=0, rateToken=NOBODY, dayCountBasis=360),
        ),
        ({"end": DATE * DAY - 1}, Refused("EndsBeforeStart", start=DATE * DAY, end=DATE * DAY - 1)),
        (
            {"rate_e9": 1, "day_count_basis": 360, "rate_token": "STOCK"},
            Refused("BadRate", rateE9=1, rateToken="STOCK", dayCountBasis=360),
        ),
        ({"expiry": 1}, Refused("Expired", expiry=1, now_=DATE * DAY + 3_600)),
    ],
)
def test_register__unsound_terms__are_refused(
    ledger: Ledger, change: dict[str, object], error: Refused
) -> None:
    terms = replace(TERMS, **change)  # type: ignore[arg-type]

    assert refusal(lambda: ledger.register(terms.lender, terms)) == error
    assert ledger.trades == {}


@pytest.mark.parametrize(
    ("agreement", "error"),
    [
        (Agreement("usd"), Refused("NotACurrency", found="usd")),
        (
            Agreement("USD", threshold_bps=10_001),
            Refused("ThresholdTooHigh", found=10_001, most=10_000),
        ),
    ],
)
def test_enter__unsound_agreement__is_refused(
    ledger: Ledger, agreement: Agreement, error: Refused
) -> None:
    assert refusal(lambda: ledger.enter(agreement)) == error
    assert ledger.agreements == {DOLLARS}


def test_enter__agreement_that_is_known__is_no_change(ledger: Ledger) -> None:
    agreement = Agreement("USD", name=bytes(31) + b"2")
    entered = {"hash": agreement.struct_hash(), "agreement": agreement}

    assert ledger.enter(agreement) == [Event("Entered", entered)]
    assert ledger.enter(agreement) == []


@pytest.mark.parametrize(
    ("price_e8", "events"),
    [
        # 1,000 dollars are owed; 30 and 20 shares are worth 30 and 20 units of the price.
        (
            1_000_000_000,
            [
                ("Delivered", {"token": "FIRST", "quantity": 5}),
                ("Delivered", {"token": "SECOND", "quantity": 40}),
                ("Deficit", {"party": "borrower", "token": "SECOND", "missing": 5}),
            ],
        ),
        (
            5_000_000_000,
            [
                ("Returned", {"token": "FIRST", "quantity": 30}),
            ],
        ),
        (
            10_000_000_000,
            [
                ("Returned", {"token": "FIRST", "quantity": 30}),
                ("Returned", {"token": "SECOND", "quantity": 10}),
            ],
        ),
    ],
)
def test_mark__in_order__asks_the_next_token_for_what_the_first_cannot_give(
    ledger: Ledger, price_e8: int, events: list[tuple[str, dict[str, object]]]
) -> None:
    ledger.list_token("USD", Instrument("USD", Kind.CASH, "USD", 0, 1))
    for name in ("FIRST", "SECOND"):
        ledger.list_token(name, Instrument(name, Kind.EQUITY, "USD", 0, 1))
    for token in ledger.tokens.values():
        token.allowances.update(lender=UNLIMITED, borrower=UNLIMITED)
    ledger.tokens["USD"].balances["lender"] = 1_000
    ledger.tokens["FIRST"].balances["borrower"] = 35
    ledger.tokens["SECOND"].balances["borrower"] = 60
    terms = replace(
        TERMS,
        loan_token="USD",
        loan_quantity=1_000,
        collateral=(Collateral("FIRST", 30), Collateral("SECOND", 20)),
        agreement=replace(DOLLARS, order=Order.AS_LISTED),
    )
    open_trade(ledger, terms)
    ledger.now += DAY
    publish(ledger, DATE + 1, FIRST=price_e8, SECOND=price_e8)

    found = [(event.name, event.args) for event in ledger.mark([terms], DATE + 1)[1:]]

    assert found == [(name, {"id": terms, "date": DATE + 1, **args}) for name, args in events]


def test_publish__pair_the_other_way_round__is_refused_as_a_whole(ledger: Ledger) -> None:
    found = refusal(lambda: publish(ledger, DATE, GBPUSD=1, USDEUR=1))

    assert found == Refused("ReciprocalPair", offered="USDEUR", found="EURUSD")
    assert refusal(lambda: ledger.fixings.rate("GBP", "USD", DATE)) == Refused(
        "MissingRate", base="GBP", quote="USD", date=DATE
    )


def test_rate__fixing_of_eight_days_before__is_stale(ledger: Ledger) -> None:
    ledger.fixings.max_age_days = 8
    ledger.fixings.publish(DATE, {"GBPUSD": Fixing(1, DATE - 8)}, ledger.now)
    ledger.fixings.max_age_days = 7

    assert refusal(lambda: ledger.fixings.rate("USD", "GBP", DATE)) == Refused(
        "StaleFixing", key="GBPUSD", date=DATE, observedOn=DATE - 8, maxAgeDays=7
    )
