# SPDX-License-Identifier: MIT
"""The model by itself: who must agree to a change, and what each verb does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from model.books import DATE, DAY, NEXT, TERMS, change, made, opened, publish, refusal, under
from tanpo.model import Refused, Status
from tanpo.terms import Change, Collateral, Custody, Verb

END = TERMS.end
RECALL = {"end": (NEXT + 2) * DAY}


def not_agreed(recall: Change, party: str) -> Refused:
    return Refused("NotAgreed", id=recall.trade, party=party, digest=recall)


def test_make__one_party_without_the_right__is_not_agreed() -> None:
    ledger, recall = opened(), change(TERMS, Verb.RECALL, **RECALL)

    assert refusal(lambda: ledger.make("lender", recall, NEXT)) == not_agreed(recall, "borrower")
    assert refusal(lambda: ledger.make("third", recall, NEXT)) == not_agreed(recall, "lender")
    assert ledger.trades[TERMS].changes == 0


def test_make__one_party_with_the_right__needs_no_other_but_notice() -> None:
    terms = under(lender_may=1 << Verb.RECALL, notice_days=2)
    ledger = opened(terms)
    soon = change(terms, Verb.RECALL, end=(NEXT + 2) * DAY - 1)
    recall = change(terms, Verb.RECALL, **RECALL)

    limit = (NEXT + 2) * DAY
    bad_end = Refused("BadEnd", id=terms, found=limit - 1, limit=limit)
    assert refusal(lambda: ledger.make("lender", soon, NEXT)) == bad_end
    assert refusal(lambda: ledger.make("borrower", recall, NEXT)) == not_agreed(recall, "lender")
    ledger.make("lender", recall, NEXT)
    assert ledger.trades[terms].terms.end == (NEXT + 2) * DAY


def test_make__retracted_by_a_party_that_is_needed__never_happens() -> None:
    ledger, recall = opened(), change(TERMS, Verb.RECALL, **RECALL)
    ledger.agree("borrower", recall)
    ledger.retract("borrower", recall)

    retracted = Refused("AgreementRetracted", id=TERMS, party="borrower", digest=recall)
    assert refusal(lambda: ledger.make("lender", recall, NEXT)) == retracted
    assert refusal(lambda: ledger.agree("borrower", recall)) == retracted


def test_make__retracted_by_a_party_that_is_not_needed__happens() -> None:
    terms = under(lender_may=1 << Verb.RECALL)
    ledger, recall = opened(terms), change(terms, Verb.RECALL, **RECALL)
    ledger.retract("borrower", recall)

    ledger.make("lender", recall, NEXT)

    assert ledger.trades[terms].terms.end == RECALL["end"]


def test_agree__again_or_out_of_turn__is_refused() -> None:
    ledger, recall = opened(), change(TERMS, Verb.RECALL, **RECALL)
    ledger.agree("lender", recall)

    assert refusal(lambda: ledger.agree("lender", recall)).name == "AlreadyAgreed"
    assert refusal(lambda: ledger.agree("third", recall)).name == "NotAParty"
    second = replace(recall, number=2)
    wrong = Refused("WrongNumber", id=TERMS, found=2, needed=1)
    assert refusal(lambda: ledger.agree("lender", second)) == wrong


def test_agree_as_guardian__of_the_party_that_leaves__lets_another_take_its_place() -> None:
    ledger = opened()
    novation = change(TERMS, Verb.NOVATE, from_="borrower", to="third")
    ledger.name_guardian("borrower", "guardian")

    not_guardian = Refused("NotGuardian", party="lender", caller="guardian")
    found = refusal(lambda: ledger.agree_as_guardian("guardian", novation, "lender"))
    assert found == not_guardian
    ledger.agree_as_guardian("guardian", novation, "borrower")
    ledger.agree_for(novation, "lender", "lender")
    ledger.make("third", novation, NEXT)
    assert ledger.trades[TERMS].terms.borrower == "third"


def test_partial_return__three_in_ten__pays_its_interest_and_returns_whole_lots() -> None:
    ledger = opened()

    # 30 % of 10,000 shares; a day's interest on 300,001 is 30.0001.
    assert made(ledger, TERMS, Verb.PARTIAL_RETURN, quantity=300_001) == [
        ("Paid", {"interest": 30}),
        ("LoanChanged", {"quantity": 699_999}),
        ("Returned", {"token": "STOCK", "quantity": 3_000}),
    ]
    assert ledger.trades[TERMS].accrues_from == DATE
    assert ledger.tokens["USD"].balances["lender"] == 10**9 - 1_000_000 + 300_031


def test_increase__a_tenth__delivers_lots_rounded_up_and_pays_interest_until_now() -> None:
    ledger = opened()

    assert made(ledger, TERMS, Verb.INCREASE, quantity=100_001) == [
        ("Paid", {"interest": 100}),
        ("LoanChanged", {"quantity": 1_100_001}),
        ("Delivered", {"token": "STOCK", "quantity": 1_010}),
    ]
    trade = ledger.trades[TERMS]
    assert (trade.accrues_from, trade.valued_on, trade.basket) == (NEXT, NEXT, [11_010])


def test_rerate__twice_the_rate__pays_until_now_and_runs_on() -> None:
    ledger = opened()

    assert made(ledger, TERMS, Verb.RERATE, rate_e9=72_000_000) == [("Paid", {"interest": 100})]
    ledger.now += DAY
    assert ledger.value(TERMS, NEXT).accrued == 0
    assert (ledger.trades[TERMS].accrues_from, ledger.trades[TERMS].valued_on) == (NEXT, DATE)


@pytest.mark.parametrize(("price", "quantity"), [(90, 900_000), (110, 1_100_000)])
def test_reprice__cash_loan__becomes_what_the_basket_supports(price: int, quantity: int) -> None:
    ledger = opened()
    ledger.now += DAY
    publish(ledger, NEXT + 1, STOCK=price)
    reprice = change(TERMS, Verb.REPRICE)
    ledger.agree("lender", reprice)

    events = ledger.make("borrower", reprice, NEXT + 1)

    assert [event.name for event in events] == ["Changed", "Paid", "LoanChanged"]
    assert ledger.trades[TERMS].terms.loan_quantity == quantity
    assert ledger.value(TERMS, NEXT + 1).exposure == 0


def test_reprice__securities_loan__brings_the_exposure_to_nothing_or_is_not_met() -> None:
    stock = (Collateral("USD", 1_000_000),)
    terms = replace(TERMS, loan_token="STOCK", loan_quantity=10_000, collateral=stock)
    ledger = opened(replace(terms, agreement=under(threshold_bps=10_000).agreement))
    terms = next(iter(ledger.trades.values())).terms
    ledger.now += DAY
    publish(ledger, NEXT + 1, STOCK=110)
    reprice = change(terms, Verb.REPRICE)
    ledger.agree("lender", reprice)
    ledger.tokens["USD"].balances["borrower"] = 100_199

    assert refusal(lambda: ledger.make("borrower", reprice, NEXT + 1)).name == "NotMet"
    ledger.tokens["USD"].balances["borrower"] = 100_200  # with two days' interest
    events = ledger.make("borrower", reprice, NEXT + 1)
    assert [event.name for event in events] == ["Changed", "Paid", "Delivered"]
    assert ledger.trades[terms].basket == [1_100_000]


def test_substitute__a_new_token__takes_the_place_of_the_old() -> None:
    ledger = opened()
    outgoing = (Collateral("STOCK", 10_000),)
    incoming = (Collateral("BOND", 1_111_112, 1_000),)

    # 1,111,112 of face less a tenth: not what is required with interest, but as much as before.
    assert made(ledger, TERMS, Verb.SUBSTITUTE, outgoing=outgoing, incoming=incoming) == [
        ("Returned", {"token": "STOCK", "quantity": 10_000}),
        ("Delivered", {"token": "BOND", "quantity": 1_111_112}),
    ]
    assert ledger.trades[TERMS].terms.collateral == incoming


def test_substitute__worth_less_than_required_and_than_before__is_undercollateralised() -> None:
    ledger = opened()
    outgoing, incoming = (Collateral("STOCK", 10),), (Collateral("BOND", 999),)

    found = refusal(
        lambda: made(ledger, TERMS, Verb.SUBSTITUTE, outgoing=outgoing, incoming=incoming)
    )

    needed = 1_000_000 * 10**18
    assert found == Refused(
        "Undercollateralised", id=TERMS, foundE18=needed - 10**18, neededE18=needed
    )
    assert ledger.trades[TERMS].terms.collateral == TERMS.collateral


def test_novate__lender_by_title__hands_the_basket_on() -> None:
    terms = under(custody=Custody.TITLE_TRANSFER)
    ledger = opened(terms)
    novation = change(terms, Verb.NOVATE, from_="lender", to="third")
    ledger.agree("lender", novation)
    ledger.agree("third", novation)

    ledger.make("borrower", novation, NEXT)

    assert ledger.trades[terms].terms.lender == "third"
    assert ledger.tokens["STOCK"].balances["third"] == 10**9 + 10_000
    assert ledger.tokens["STOCK"].balances["lender"] == 10**9


@pytest.mark.parametrize(("verb", "interest"), [(Verb.TERMINATE, 100), (Verb.CORRECT, 0)])
def test_ending__now__returns_both_legs(verb: Verb, interest: int) -> None:
    ledger = opened()

    assert made(ledger, TERMS, verb) == [("Closed", {"interest": interest})]
    assert ledger.trades[TERMS].status is Status.CLOSED
    assert ledger.tokens["USD"].balances["lender"] == 10**9 + interest
    assert ledger.tokens["STOCK"].balances["borrower"] == 10**9


@pytest.mark.parametrize(
    ("verb", "fields", "error"),
    [
        (Verb.TERMINATE, {"end": 1}, Refused("BadChange", id=TERMS, verb=Verb.TERMINATE)),
        (Verb.DEFAULT, {}, Refused("BadChange", id=TERMS, verb=Verb.DEFAULT)),
        (Verb.INCREASE, {}, Refused("ZeroQuantity", token="USD")),
        (
            Verb.PARTIAL_RETURN,
            {"quantity": 1_000_000},
            Refused("NotAPart", id=TERMS, found=1_000_000, whole=1_000_000),
        ),
        (Verb.EXTEND, {"end": END}, Refused("BadEnd", id=TERMS, found=END, limit=END)),
        (Verb.RECALL, {"end": END}, Refused("BadEnd", id=TERMS, found=END, limit=END)),
        (
            Verb.RECALL,
            {"end": NEXT * DAY - 1},
            Refused("BadEnd", id=TERMS, found=NEXT * DAY - 1, limit=NEXT * DAY),
        ),
        (
            Verb.NOVATE,
            {"from_": "lender", "to": "borrower"},
            Refused("BadParties", lender="lender", borrower="borrower"),
        ),
        (
            Verb.SUBSTITUTE,
            {"outgoing": (Collateral("BOND", 1),)},
            Refused("NotHeld", id=TERMS, token="BOND", found=0, needed=1),
        ),
        (
            Verb.SUBSTITUTE,
            {"outgoing": TERMS.collateral},
            Refused("BadBasketSize", found=0, most=20),
        ),
        (
            Verb.SUBSTITUTE,
            {"incoming": (Collateral("USD", 1),)},
            Refused("DuplicateToken", token="USD"),
        ),
    ],
)
def test_make__what_the_verb_refuses__changes_nothing(
    verb: Verb, fields: dict[str, Any], error: Refused
) -> None:
    ledger = opened()
    before = {name: dict(token.balances) for name, token in ledger.tokens.items()}

    assert refusal(lambda: made(ledger, TERMS, verb, **fields)) == error
    assert ledger.trades[TERMS].changes == 0
    assert ledger.trades[TERMS].terms == TERMS
    assert {name: dict(token.balances) for name, token in ledger.tokens.items()} == before


def test_make__on_a_date_before_the_last_change__is_refused() -> None:
    ledger = opened()
    ledger.now += DAY
    for number, date in ((1, NEXT + 1), (2, NEXT)):
        rerate = replace(change(TERMS, Verb.RERATE, rate_e9=36_000_000), number=number)
        ledger.agree("lender", rerate)
        if number == 1:
            ledger.make("borrower", rerate, date)

    found = refusal(lambda: ledger.make("borrower", rerate, NEXT))

    assert found == Refused("AlreadyMarked", id=TERMS, lastMarked=NEXT + 1, date=NEXT)
    assert (ledger.trades[TERMS].accrues_from, ledger.trades[TERMS].last_marked) == (NEXT + 1, NEXT)


def test_make__novation_by_right_alone__lets_a_party_leave() -> None:
    terms = under(borrower_may=1 << Verb.NOVATE)
    ledger, novation = opened(terms), change(terms, Verb.NOVATE, from_="borrower", to="third")
    ledger.agree("third", novation)

    ledger.make("borrower", novation, NEXT)

    assert ledger.trades[terms].terms.borrower == "third"


def test_make__novation_by_right_alone__throws_nobody_out() -> None:
    terms = under(borrower_may=1 << Verb.NOVATE)
    ledger, novation = opened(terms), change(terms, Verb.NOVATE, from_="lender", to="third")
    ledger.agree("third", novation)

    found = refusal(lambda: ledger.make("borrower", novation, NEXT))

    assert found == not_agreed(novation, "lender")
