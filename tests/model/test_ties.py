# SPDX-License-Identifier: MIT
"""Figures that fall exactly on a boundary, through the contracts and the model alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from model.strategies import observations
from model.twin import Twin
from model.world import DAY, FIRST_DATE, world
from tanpo.model import Event, Refused
from tanpo.terms import Agreement, Collateral, Terms

NEXT = FIRST_DATE + 1
YEN = Agreement("JPY")


@pytest.fixture
def twin() -> Twin:
    return Twin(world())


def open_yen_loan(
    twin: Twin,
    collateral: str,
    quantity: int,
    loan: int,
    prices: dict[str, int],
    haircut_bps: int = 0,
    **change: Any,
) -> bytes:
    """Yen against one token, opened on the first date; both parties have plenty."""
    tokens = twin.world.tokens
    lender, borrower, _ = twin.world.parties
    terms = Terms(
        lender=lender.address,
        borrower=borrower.address,
        loan_token=tokens["JPY"].address,
        loan_quantity=loan,
        collateral=(Collateral(tokens[collateral].address, quantity, haircut_bps),),
        agreement=YEN,
        start=FIRST_DATE * DAY,
    )
    terms = replace(terms, **change)
    twin.enter(twin.world.keeper, terms.agreement)
    for party in (lender, borrower):
        twin.issue(terms.loan_token, party.address, 2 * loan)
        twin.issue(tokens[collateral].address, party.address, 2 * quantity)
    twin.register(lender, terms)
    id_ = twin.identify(terms)
    twin.approve(borrower, id_)
    twin.publish(FIRST_DATE, observations(twin.world, prices, FIRST_DATE))
    assert _names(twin.settle(twin.world.keeper, [id_], FIRST_DATE)) == ["Opened"]
    return id_


def mark(twin: Twin, id_: bytes, prices: dict[str, int]) -> list[str]:
    """The next date's mark: the names of its events."""
    twin.advance_to(NEXT * DAY)
    twin.publish(NEXT, observations(twin.world, prices, NEXT))
    return _names(twin.mark(twin.world.keeper, [id_], NEXT))


def _names(outcome: list[Event] | Refused) -> list[str]:
    assert not isinstance(outcome, Refused)
    return [event.name for event in outcome]


def test_mark__yen_against_jgb_at_par_in_dollars__moves_nothing(twin: Twin) -> None:
    prices = {"JGB": 10_000_000_000, "USDJPY": 13_425_000_000}
    id_ = open_yen_loan(twin, "JGB", 10**8, 10**8, prices, agreement=Agreement("USD"))

    assert mark(twin, id_, {**prices, "USDJPY": 13_111_000_000}) == ["Marked"]


@pytest.mark.parametrize(("price_e8", "calls"), [(97_990_000, True), (98_000_000, False)])
def test_mark__shortfall_at_the_threshold__moves_nothing(
    twin: Twin, price_e8: int, calls: bool
) -> None:
    prices = {"STOCK_JP": 100_000_000}
    id_ = open_yen_loan(
        twin, "STOCK_JP", 10_000, 10_000, prices, agreement=replace(YEN, threshold_bps=200)
    )

    events = mark(twin, id_, {"STOCK_JP": price_e8})

    assert events == (["Marked", "Delivered"] if calls else ["Marked"])


@pytest.mark.parametrize(("price_e8", "calls"), [(102_000_000, False), (102_010_000, True)])
def test_mark__excess_at_the_threshold__moves_nothing(
    twin: Twin, price_e8: int, calls: bool
) -> None:
    prices = {"STOCK_JP": 100_000_000}
    id_ = open_yen_loan(
        twin, "STOCK_JP", 10_000, 10_000, prices, agreement=replace(YEN, threshold_bps=200)
    )

    events = mark(twin, id_, {"STOCK_JP": price_e8})

    assert events == (["Marked", "Returned"] if calls else ["Marked"])


@pytest.mark.parametrize(("price_e8", "calls"), [(98_000_000, True), (98_010_000, False)])
def test_mark__shortfall_of_the_minimum__moves(twin: Twin, price_e8: int, calls: bool) -> None:
    prices = {"STOCK_JP": 100_000_000}
    id_ = open_yen_loan(
        twin, "STOCK_JP", 10_000, 10_000, prices, agreement=replace(YEN, mta_e6=200_000_000)
    )

    events = mark(twin, id_, {"STOCK_JP": price_e8})

    assert events == (["Marked", "Delivered"] if calls else ["Marked"])


@pytest.mark.parametrize(
    ("price_e8", "event"),
    [
        (95_000_000, []),
        (94_990_000, ["Delivered"]),
        (105_000_000, []),
        (105_010_000, ["Returned"]),
    ],
)
def test_mark__collateral_at_a_level__moves_nothing(
    twin: Twin, price_e8: int, event: list[str]
) -> None:
    # A haircut of 20 % leaves 10,000 JPY of 12,500 shares.
    prices = {"STOCK_JP": 100_000_000}
    levels = {"call_below_bps": 9_500, "return_above_bps": 10_500}
    id_ = open_yen_loan(twin, "STOCK_JP", 12_500, 10_000, prices, haircut_bps=2_000, **levels)

    assert mark(twin, id_, {"STOCK_JP": price_e8}) == ["Marked", *event]


@pytest.mark.parametrize(
    ("rate_e9", "interest"),
    [(5_000_000, 1), (-5_000_000, -1), (4_999_999, 0), (15_000_000, 2), (-14_999_999, -1)],
)
def test_close__half_a_yen_of_interest__rounds_away_from_zero(
    twin: Twin, rate_e9: int, interest: int
) -> None:
    # 36,000 JPY at 0.5 % for one day of 360 is half a yen.
    id_ = open_yen_loan(
        twin,
        "STOCK_JP",
        36_000,
        36_000,
        {"STOCK_JP": 100_000_000},
        rate_e9=rate_e9,
        day_count_basis=360,
        rate_token=twin.world.tokens["JPY"].address,
    )
    twin.advance_to(NEXT * DAY)

    outcome = twin.close(twin.world.parties[1], [id_], NEXT)

    assert outcome == [Event("Closed", {"id": id_, "date": NEXT, "interest": interest})]
    assert twin.balances([twin.world.tokens["JPY"].address]) == twin.expected_balances(
        [twin.world.tokens["JPY"].address]
    )


def test_settle__business_date_before_the_start__is_too_early(twin: Twin) -> None:
    id_ = open_yen_loan(twin, "STOCK_JP", 1_000, 1_000, {"STOCK_JP": 100_000_000})
    terms = replace(twin.ledger.trades[id_].terms, start=NEXT * DAY, uti=b"2".rjust(32))
    twin.advance_to(NEXT * DAY)
    twin.register(twin.world.parties[0], terms)
    later = twin.identify(terms)
    twin.approve(twin.world.parties[1], later)

    reason = Refused("TooEarly", found=FIRST_DATE * DAY, needed=NEXT * DAY)
    failed = {"id": later, "date": FIRST_DATE, "action": "settle", "reason": reason}
    assert twin.settle(twin.world.keeper, [later], FIRST_DATE) == [Event("Failed", failed)]


def test_close__business_date_before_the_opening__is_refused(twin: Twin) -> None:
    twin.advance_to(NEXT * DAY)
    id_ = open_yen_loan(twin, "STOCK_JP", 1_000, 1_000, {"STOCK_JP": 100_000_000})
    terms = replace(twin.ledger.trades[id_].terms, uti=b"2".rjust(32))
    twin.register(twin.world.parties[0], terms)
    later = twin.identify(terms)
    twin.approve(twin.world.parties[1], later)
    twin.settle(twin.world.keeper, [later], NEXT)

    reason = Refused("AlreadyMarked", id=later, lastMarked=NEXT, date=FIRST_DATE)
    failed = {"id": later, "date": FIRST_DATE, "action": "close", "reason": reason}
    outcome = twin.close(twin.world.parties[0], [later], FIRST_DATE)
    assert outcome == [Event("Failed", failed)]
