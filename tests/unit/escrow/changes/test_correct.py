# SPDX-License-Identifier: MIT
"""Correct: the trade is undone, as if it had never been."""

from dataclasses import replace

import pytest
from market import ENOUGH, under

from support import CLOSED, MARKED, events, transfers
from tanpo.terms import Custody, Verb


@pytest.mark.parametrize("custody", list(Custody))
@pytest.mark.parametrize("rate_e9", [36_000_000, -36_000_000])
def test_correct__days_later__returns_both_legs_without_interest(
    rate_e9, custody, market, lent, desk, escrow, shown
):
    trade = market.open(under(replace(lent, rate_e9=rate_e9), custody=custody))
    desk.publish()
    change = desk.draft(trade, Verb.CORRECT)
    desk.agree(change)

    receipt = desk.make(change)

    usd, stock, lots = (market.tokens[name] for name in ("USD", "STOCK", "LOTS"))
    holder = escrow.address if custody == Custody.SEGREGATED else lent.lender
    common = {"id": trade, "date": MARKED}
    assert events(receipt) == [
        ("Changed", {**common, "verb": Verb.CORRECT, "change": shown(change)}),
        ("Closed", {**common, "interest": 0}),
    ]
    assert transfers(receipt) == [
        (usd.address, lent.borrower, lent.lender, 100_000_000),
        (stock.address, holder, lent.borrower, 5_000),
        (lots.address, holder, lent.borrower, 12_500),
    ]
    assert market.status(trade) == CLOSED
    for token in (usd, stock, lots, market.tokens["EUR"]):
        assert market.balances(token) == (ENOUGH, ENOUGH, 0)


def test_correct__interest_in_the_loan_token__is_not_paid_either(market, lent, desk):
    usd = market.tokens["USD"].address
    trade = market.open(replace(lent, rate_token=usd))
    desk.publish()
    receipt = desk.made(trade, Verb.CORRECT)
    assert transfers(receipt)[0] == (usd, lent.borrower, lent.lender, 100_000_000)


def test_correct__after_a_call__returns_the_legs_as_they_stand(market, sample, desk, escrow):
    trade = market.open(sample)
    market.publish_marked()
    market.mark(trade)
    receipt = desk.made(trade, Verb.CORRECT)
    assert transfers(receipt) == [
        (sample.loan_token, sample.borrower, sample.lender, 50_000_000),
        (sample.collateral[0].token, escrow.address, sample.borrower, 333_450),
    ]


def test_correct__after_a_failure__forgives_the_penalty(market, lent, desk, escrow, borrower):
    trade = market.open(under(lent, penalty_rate_e9=36_000_000))
    market.tokens["LOTS"].approve(escrow, 0, sender=borrower)
    desk.publish(LOTS="20")
    market.mark(trade)
    assert escrow.trade(trade).inDeficit is True
    desk.publish(MARKED + 1)
    receipt = desk.made(trade, Verb.CORRECT, day=MARKED + 1)
    names = [name for name, _ in events(receipt)]
    assert names == ["Changed", "Closed"]
    assert events(receipt)[-1][1]["interest"] == 0
    life = escrow.trade(trade).life
    assert (life.due, tuple(life.deficit)) == (0, (0, 0, False, 0))


def test_correct__no_fixings_at_all__needs_none(market, lent, desk):
    trade = market.open(lent)
    market.publish(MARKED, {"JGB": "100"})
    desk.made(trade, Verb.CORRECT)
    assert market.status(trade) == CLOSED


def test_correct__loan_spent__is_refused(market, lent, desk, refused_short, borrower):
    change = desk.draft(market.open(lent), Verb.CORRECT)
    desk.publish()
    refused_short(change, "USD", borrower, 100_000_000)


def test_correct__reused_collateral_gone__is_refused(market, lent, desk, refused_short, lender):
    trade = market.open(under(lent, custody=Custody.TITLE_TRANSFER))
    desk.publish()
    refused_short(desk.draft(trade, Verb.CORRECT), "LOTS", lender, 12_500)
