# SPDX-License-Identifier: MIT
"""`catch_up`: what issuers declared is carried out on an open trade, once."""

from dataclasses import replace

import pytest
from market import ENOUGH

from support import (
    APPROVED,
    MARKED,
    NONE,
    OPEN,
    SETTLED,
    THIRD,
    at,
    events,
    failed,
    failures,
    reverts,
)

# ---------------------------------------------------------------- when


def test_catch_up__several__are_carried_out_in_order(market, lent, issuer):
    trade = market.open(lent)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.split("STOCK", THIRD, 2, 1)
    issuer.income("STOCK", THIRD + 1, 100_000_000)
    issuer.redemption("STOCK", THIRD + 2, 5_000_000_000, cash="USD")
    market.chain.pending_timestamp = at(THIRD + 3)

    receipt = issuer.catch_up(trade, THIRD + 3)

    parties = (issuer.agent.address, lent.borrower, "USD")
    assert events(receipt) == [
        issuer.paid(trade, MARKED, "STOCK", *parties, 2_500_000),
        issuer.exchanged(trade, THIRD, ("STOCK", 10_000), ("STOCK", 20_000)),
        issuer.paid(trade, THIRD + 1, "STOCK", *parties, 2_000_000),
        issuer.exchanged(trade, THIRD + 2, ("STOCK", 20_000), ("USD", 100_000_000)),
    ]
    assert market.holding(trade) == dict.fromkeys(market.addresses("USD"), 100_000_000)


def test_catch_up__loan_and_basket__come_in_this_order(market, stock_loan, issuer):
    terms = replace(stock_loan, collateral=market.basket(LOTS=100))
    trade = market.open(terms)
    issuer.split("LOTS", MARKED, 2, 1)
    issuer.split("STOCK", THIRD, 2, 1)
    issuer.publish(THIRD)
    assert events(issuer.catch_up(trade, THIRD)) == [
        issuer.exchanged(trade, THIRD, ("STOCK", 10_000), ("STOCK", 20_000)),
        issuer.exchanged(trade, MARKED, ("LOTS", 100), ("LOTS", 200)),
    ]


def test_catch_up__only_up_to_its_date__leaves_the_later(market, lent, issuer):
    trade = market.open(lent)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.split("STOCK", THIRD, 2, 1)
    market.chain.pending_timestamp = at(THIRD)
    assert [name for name, _ in events(issuer.catch_up(trade, MARKED))] == ["IncomePaid"]
    assert [name for name, _ in events(issuer.catch_up(trade, THIRD))] == ["Exchanged"]
    assert market.held(trade) == [20_000]


def test_catch_up__again__does_nothing(market, lent, issuer):
    trade = market.open(lent)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.publish()
    issuer.catch_up(trade)
    with market.untouched(trade, tokens=[market.tokens["USD"]]):
        assert events(issuer.catch_up(trade)) == []
    assert [name for name, _ in events(market.mark(trade))] == ["Marked"]


def test_catch_up__later__does_nothing_more(market, lent, issuer):
    trade = market.open(lent)
    issuer.split("STOCK", MARKED, 2, 1)
    market.chain.pending_timestamp = at(THIRD)
    issuer.catch_up(trade)
    assert events(issuer.catch_up(trade, THIRD)) == []
    assert market.held(trade) == [20_000]


def test_catch_up__opened_on_the_date__is_not_for_it(market, lent, issuer):
    issuer.split("STOCK", MARKED, 2, 1)
    market.chain.pending_timestamp = at(MARKED, 9)
    trade = market.open(replace(lent, expiry=at(THIRD)), day=MARKED)
    assert events(issuer.catch_up(trade)) == []
    assert market.held(trade) == [10_000]


def test_catch_up__nothing_declared__does_nothing(market, lent, issuer):
    trade = market.open(lent)
    assert events(issuer.catch_up(trade, SETTLED)) == []


def test_catch_up__split__refuses_marks_of_earlier_dates(market, lent, issuer, escrow):
    trade = market.open(lent)
    issuer.split("STOCK", THIRD, 2, 1)
    issuer.publish(MARKED)
    issuer.publish(THIRD, STOCK="50")
    issuer.catch_up(trade, THIRD)
    assert escrow.trade(trade).lastMarked == MARKED
    with market.untouched(trade):
        receipt = market.mark(trade, day=MARKED)
    assert failures(receipt) == [
        failed(
            trade,
            MARKED,
            "mark",
            "AlreadyMarked",
            id=trade,
            lastMarked=MARKED,
            date=MARKED,
        )
    ]
    names = [name for name, _ in events(market.mark(trade, day=THIRD))]
    assert names == ["Marked"]


def test_catch_up__deficit_before_a_split__goes_on(market, lent, issuer, escrow, borrower):
    trade = market.open(lent)
    issuer.split("STOCK", THIRD + 1, 2, 1)
    issuer.allow("STOCK", borrower)
    issuer.publish(STOCK="90")
    market.mark(trade)
    market.chain.pending_timestamp = at(THIRD + 1)
    issuer.catch_up(trade, THIRD + 1)
    found = escrow.trade(trade)
    assert (found.lastMarked, found.inDeficit) == (THIRD, True)
    assert found.life.deficit.since == MARKED


def test_catch_up__mark__does_it_by_itself(market, lent, issuer):
    trade = market.open(lent)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.split("STOCK", THIRD, 2, 1)
    issuer.publish(THIRD, STOCK="50")

    receipt = market.mark(trade, day=THIRD)

    parties = (issuer.agent.address, lent.borrower, "USD")
    value = {"loanE18": 10**24, "requiredE18": 10**24, "collateralE18": 10**24}
    assert events(receipt) == [
        issuer.paid(trade, MARKED, "STOCK", *parties, 2_500_000),
        issuer.exchanged(trade, THIRD, ("STOCK", 10_000), ("STOCK", 20_000)),
        ("Marked", {"id": trade, "date": THIRD, **value}),
    ]


def test_catch_up__close__does_it_by_itself(market, stock_loan, issuer, escrow, lender):
    trade = market.open(stock_loan)
    issuer.income("STOCK", MARKED, 250_000_000)
    market.chain.pending_timestamp = at(MARKED)
    receipt = escrow.close([trade], MARKED, sender=lender)
    moved = (stock_loan.borrower, stock_loan.lender, "USD", 2_500_000)
    assert events(receipt) == [
        issuer.paid(trade, MARKED, "STOCK", *moved),
        ("Closed", {"id": trade, "date": MARKED, "interest": 0}),
    ]


# ---------------------------------------------------------------- refusals


def test_catch_up__not_open__is_refused(market, lent, escrow, keeper):
    trade = market.book(lent)
    with reverts(escrow.WrongStatus, id=trade, found=APPROVED, needed=OPEN):
        escrow.catchUp(trade, SETTLED, sender=keeper)


def test_catch_up__date_to_come__is_refused(market, lent, issuer, escrow, keeper):
    trade = market.open(lent)
    issuer.split("STOCK", MARKED, 2, 1)
    with market.untouched(trade), reverts(escrow.NotFixed, date=MARKED, latest=SETTLED):
        escrow.catchUp(trade, MARKED, sender=keeper)


def test_catch_up__netted__is_done_with_its_set(market, netted, issuer, escrow, keeper):
    trade = market.open(replace(netted, loan_token=market.tokens["LOTS"].address))
    issuer.split("LOTS", MARKED, 2, 1)
    market.chain.pending_timestamp = at(MARKED)
    lots = market.tokens["LOTS"].address
    issuer.fix()
    with (
        market.untouched(trade),
        reverts(escrow.ActionPending, id=escrow.setOf(trade), token=lots),
    ):
        escrow.catchUp(trade, MARKED, sender=keeper)


def test_catch_up__at_the_part_s_own_address__has_no_trades(market, lent, actions_part, keeper):
    trade = market.open(lent)
    with reverts(actions_part.WrongStatus, id=trade, found=NONE, needed=OPEN):
        actions_part.catchUp(trade, SETTLED, sender=keeper)


@pytest.mark.parametrize("role", ["lender", "blockchain_administrator"])
def test_catch_up_one__anyone_else__is_refused(request, role, market, lent, actions_part):
    trade, caller = market.open(lent), request.getfixturevalue(role)
    with reverts(actions_part.OnlySelf, caller=caller.address):
        actions_part.catchUpOne(trade, SETTLED, sender=caller)


def test_catch_up_one__through_the_escrow__is_refused(market, lent, escrow, actions_part, lender):
    trade = market.open(lent)
    data = actions_part.catchUpOne.encode_input(trade, SETTLED)
    with market.untouched(trade), reverts(escrow.OnlySelf, caller=lender.address):
        lender.transfer(escrow, data=data, value=0)


# ---------------------------------------------------------------- nothing is done twice


@pytest.mark.parametrize("way", ["catch up", "mark"])
def test_catch_up__an_earlier_date_between__pays_no_income_twice(
    way, market, stock_loan, issuer, lender
):
    usd, trade = market.tokens["USD"], market.open(stock_loan)
    issuer.publish()
    issuer.income("STOCK", THIRD, 250_000_000)
    issuer.publish(THIRD)
    issuer.catch_up(trade, THIRD)
    if way == "mark":
        assert failures(market.mark(trade, day=MARKED)) == []
        market.mark(trade, day=THIRD)
    else:
        issuer.catch_up(trade, MARKED)
        issuer.catch_up(trade, THIRD)
    assert usd.balanceOf(lender) == ENOUGH + 2_500_000


def test_catch_up__an_earlier_date_between__splits_nothing_twice(market, stock_loan, issuer):
    trade = market.open(stock_loan)
    issuer.split("STOCK", THIRD, 2, 1)
    market.chain.pending_timestamp = at(THIRD)
    for day in (THIRD, MARKED, THIRD):
        issuer.catch_up(trade, day)
    assert market.escrow.trade(trade).loanQuantity == 20_000


def test_catch_up__income_after_redemption_of_the_loan__is_on_nothing(market, stock_loan, issuer):
    bund = market.tokens["BUND"].address
    trade = market.open(replace(stock_loan, loan_token=bund, loan_quantity=800_000))
    issuer.redemption("BUND", MARKED, 10_000_000_000)
    issuer.income("BUND", THIRD, 2_000_000)
    issuer.publish(THIRD)
    # One after another it is none: the loan is in EUR by then.
    assert [name for name, _ in events(issuer.catch_up(trade, THIRD))] == ["Exchanged"]


def test_catch_up__income_missed_on_a_holiday__does_not_stop_the_marks(
    market, stock_loan, issuer, borrower
):
    trade = market.open(stock_loan)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.allow("USD", borrower)
    issuer.publish(THIRD)
    assert failures(market.mark(trade, day=THIRD)) == []


def test_catch_up__on_the_day_before_it_is_declared__misses_nothing(market, stock_loan, issuer):
    trade = market.open(stock_loan)
    market.chain.pending_timestamp = at(MARKED)
    with reverts(market.escrow.NotFixed, date=MARKED, latest=SETTLED):
        market.escrow.catchUp(trade, MARKED, sender=market.keeper)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.publish()
    names = [name for name, _ in events(market.mark(trade))]
    assert names[:1] == ["IncomePaid"]
