# SPDX-License-Identifier: MIT
"""The model by itself: what happens when a party does not deliver."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.books import DAY, NEXT, brief, opened, publish, refusal, under
from tanpo.model import Failure, Ledger, Refused, Status
from tanpo.terms import Custody, Terms, Verb

MAY_DECLARE = 1 << Verb.DEFAULT
STRICT = under(
    cure_days=1, penalty_rate_e9=360_000_000, lender_may=MAY_DECLARE, borrower_may=MAY_DECLARE
)
ENDING = replace(STRICT, end=NEXT * DAY)


def in_deficit(terms: Terms = STRICT) -> Ledger:
    """The stock has fallen to 90, and the borrower has none: 1,120 shares are missing."""
    ledger = opened(terms)
    ledger.tokens["STOCK"].balances["borrower"] = 0
    ledger.now += DAY
    publish(ledger, NEXT + 1, STOCK=90)
    ledger.mark([terms], NEXT + 1)
    return ledger


def test_mark__call_in_vain__keeps_what_is_missing_and_charges_it_next_time() -> None:
    ledger = in_deficit()
    # 1,000,200 / 90 is 11,113.3: 1,120 shares in lots of 10.
    missing = Failure(NEXT + 1, NEXT + 1, by_lender=False, missing_e6=100_800 * 10**6)
    assert ledger.trades[STRICT].deficit == missing
    ledger.now += DAY
    publish(ledger, NEXT + 2, STOCK=91)

    events = ledger.mark([STRICT], NEXT + 2)

    # 36 % of 100,800 for a day of 360 is 100.8.
    assert brief(events)[0] == ("Charged", {"party": "borrower", "penalty": 101})
    assert [event.name for event in events] == ["Charged", "Marked", "Deficit"]
    deficit = ledger.trades[STRICT].deficit
    assert deficit is not None
    assert (deficit.since, deficit.charged_to) == (NEXT + 1, NEXT + 2)
    assert ledger.trades[STRICT].due == 101


def test_cure__by_anybody__delivers_at_the_last_mark_and_ends_the_deficit() -> None:
    ledger = in_deficit()

    assert brief(ledger.cure("third", STRICT, NEXT + 1)) == [
        ("Delivered", {"token": "STOCK", "quantity": 1_120}),
        ("Cured", {"payer": "third"}),
    ]
    trade = ledger.trades[STRICT]
    assert (trade.in_deficit, trade.deficit, trade.basket) == (False, None, [11_120])
    not_failed = Refused("NotFailed", id=STRICT, party="borrower")
    assert refusal(lambda: ledger.cure("third", STRICT, NEXT + 1)) == not_failed


def test_cure__in_part__does_not_happen() -> None:
    ledger = in_deficit()
    ledger.tokens["STOCK"].balances["third"] = 1_110

    found = refusal(lambda: ledger.cure("third", STRICT, NEXT + 1))

    assert found == Refused("NotMet", id=STRICT)
    assert ledger.tokens["STOCK"].balances["third"] == 1_110


def test_note_late__borrower_without_the_loan__is_late_for_its_value() -> None:
    ledger = opened(ENDING)
    ledger.tokens["USD"].balances["borrower"] = 999_999

    assert brief(ledger.note_late(ENDING, NEXT)) == [
        ("Late", {"party": "borrower", "missingE6": 10**12})
    ]
    assert refusal(lambda: ledger.note_late(ENDING, NEXT)).name == "NotFailed"


@pytest.mark.parametrize("terms", [ENDING, replace(ENDING, end=0)])
def test_note_late__nobody_short_or_no_end__is_refused(terms: Terms) -> None:
    found = refusal(lambda: opened(terms).note_late(terms, NEXT))

    assert found.name == ("NotFailed" if terms.end else "BadEnd")


def test_buy_in__after_the_days_of_cure__is_paid_by_the_late_borrower() -> None:
    ledger = opened(ENDING)
    ledger.tokens["USD"].balances["borrower"] = 500_000
    ledger.note_late(ENDING, NEXT)
    not_failed = Refused("NotFailed", id=ENDING, party="borrower")
    assert refusal(lambda: ledger.buy_in("third", ENDING, "USD", 1, NEXT)) == not_failed
    ledger.now += DAY
    publish(ledger, NEXT + 1, STOCK=100)

    # 36 % of a million for a day is 1,000; two days' interest on 400,000 are 80.
    assert brief(ledger.buy_in("third", ENDING, "USD", 400_000, NEXT + 1)) == [
        ("Charged", {"party": "borrower", "penalty": 1_000}),
        (
            "BoughtIn",
            {
                "party": "borrower",
                "seller": "third",
                "token": "USD",
                "quantity": 400_000,
                "cost": 400_000,
            },
        ),
        ("LoanChanged", {"quantity": 600_000}),
    ]
    assert ledger.trades[ENDING].due == 1_080
    assert ledger.trades[ENDING].late == Failure(NEXT, NEXT + 1, False, 600_000 * 10**6)
    assert ledger.tokens["USD"].balances["borrower"] == 100_000


def test_buy_in__of_a_lender_by_title__returns_collateral() -> None:
    terms = replace(ENDING, agreement=replace(ENDING.agreement, custody=Custody.TITLE_TRANSFER))
    ledger = opened(terms)
    ledger.tokens["STOCK"].balances["lender"] = 0
    ledger.note_late(terms, NEXT)
    ledger.now += DAY

    publish(ledger, NEXT + 1, STOCK=105, BOND=100)
    too_much = Refused("TooMuch", id=terms, token="BOND", found=1, most=0)
    assert refusal(lambda: ledger.buy_in("third", terms, "BOND", 1, NEXT + 1)) == too_much
    events = ledger.buy_in("third", terms, "STOCK", 10_000, NEXT + 1)
    assert [event.name for event in events] == ["Charged", "BoughtIn", "Returned"]
    assert events[1].args["cost"] == 1_050_000
    assert ledger.trades[terms].basket == [0]
    assert ledger.trades[terms].due == -1_000


def test_declare_default__before_the_days_of_cure_or_without_the_right__is_refused() -> None:
    ledger = in_deficit()
    not_failed = Refused("NotFailed", id=STRICT, party="borrower")
    assert refusal(lambda: ledger.declare_default("lender", STRICT, NEXT + 1)) == not_failed
    assert refusal(lambda: ledger.declare_default("borrower", STRICT, NEXT + 1)) == Refused(
        "NotFailed", id=STRICT, party="lender"
    )
    terms = under()
    ledger = in_deficit(terms)
    not_entitled = Refused("NotEntitled", id=terms, caller="lender")
    assert refusal(lambda: ledger.declare_default("lender", terms, NEXT + 1)) == not_entitled


def defaulted() -> Ledger:
    """The borrower's deficit has lasted a day; its penalty is 101."""
    ledger = in_deficit()
    ledger.now += DAY
    publish(ledger, NEXT + 2, STOCK=110)
    assert brief(ledger.declare_default("lender", STRICT, NEXT + 2)) == [
        ("Charged", {"party": "borrower", "penalty": 101}),
        ("Defaulted", {"party": "borrower"}),
    ]
    return ledger


def test_close_out__basket_worth_more_than_the_claim__gives_the_rest_back() -> None:
    ledger = defaulted()

    # 1,000,000, three days' interest and 101 are 1,000,401: 9,094 and a half of 10,000 shares.
    assert brief(ledger.close_out(STRICT, NEXT + 2)) == [
        ("Kept", {"token": "STOCK", "quantity": 9_095}),
        ("Returned", {"token": "STOCK", "quantity": 905}),
        (
            "ClosedOut",
            {
                "claimE18": 1_000_401 * 10**18,
                "collateralE18": 1_100_000 * 10**18,
                "residual": 0,
                "paid": 0,
            },
        ),
    ]
    assert ledger.trades[STRICT].status is Status.CLOSED_OUT
    assert ledger.trades[STRICT].basket == [0]


def test_close_out__basket_worth_less__leaves_a_residual_paid_as_far_as_it_goes() -> None:
    ledger = defaulted()
    ledger.now += DAY
    publish(ledger, NEXT + 3, STOCK=95)
    ledger.tokens["USD"].balances["borrower"] = 50_000

    # Another day's interest and penalty: 1,000,400 + 202.
    *_, closed_out = brief(ledger.close_out(STRICT, NEXT + 3))

    assert closed_out == (
        "ClosedOut",
        {
            "claimE18": 1_000_602 * 10**18,
            "collateralE18": 950_000 * 10**18,
            "residual": 50_602,
            "paid": 50_000,
        },
    )
    assert ledger.tokens["STOCK"].balances["lender"] == 10**9 + 10_000
