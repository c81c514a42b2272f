# SPDX-License-Identifier: MIT
"""`cure`: what the last mark called in vain is delivered after all."""

from dataclasses import replace

import pytest
from market import ENOUGH, UNLIMITED, under

from support import (
    APPROVED,
    DEFAULTED,
    MARKED,
    NONE,
    OPEN,
    SETTLED,
    THIRD,
    Below,
    events,
    reverts,
)
from support import transfers as moves
from tanpo.terms import Custody, Order, Verb

NOTHING = (0, 0, False, 0)

MOVE_GAS = 250_000
"""What a token gets at the least when a call moves it."""


def test_cure__borrower_s_delivery__comes_from_the_caller(market, lent, desk, escrow, helper):
    trade = desk.in_deficit(lent)

    receipt = escrow.cure(trade, MARKED, sender=helper)

    # (1,000,000 - 900,000) / 90 = 1,111.1
    stock = market.tokens["STOCK"].address
    common = {"id": trade, "date": MARKED}
    assert events(receipt) == [
        ("Delivered", {**common, "token": stock, "quantity": 1_112}),
        ("Cured", {**common, "payer": helper.address}),
    ]
    assert moves(receipt) == [(stock, helper.address, escrow.address, 1_112)]
    assert market.held(trade) == [11_112]
    assert escrow.trade(trade).inDeficit is False
    assert desk.deficit(trade) == NOTHING


@pytest.mark.parametrize("role", ["borrower", "lender"])
def test_cure__either_party__may(request, role, market, lent, desk, escrow):
    trade, party = desk.in_deficit(lent), request.getfixturevalue(role)
    desk.allow("STOCK", party, 1_112)
    receipt = escrow.cure(trade, MARKED, sender=party)
    assert events(receipt)[-1][1]["payer"] == party.address
    assert market.held(trade) == [11_112]


def test_cure__delivered_in_part__calls_the_rest(market, lent, desk, escrow, helper):
    # 1,000 of the 1,112 came: 112 x 90 = 10,080 at E6 are missing
    trade = desk.in_deficit(lent, allowed=1_000)
    assert desk.deficit(trade) == (MARKED, MARKED, False, 10_080 * 10**6)
    receipt = escrow.cure(trade, MARKED, sender=helper)
    # 1,000,000 - 11,000 x 90 = 10,000; / 90 = 111.1
    assert events(receipt)[0][1]["quantity"] == 112
    assert market.held(trade) == [11_112]


def test_cure__later__is_at_the_mark_s_fixings_and_charges_until_its_date(
    market, lent, desk, escrow, helper
):
    trade = desk.in_deficit(lent)
    desk.publish(THIRD, STOCK="50")

    receipt = escrow.cure(trade, THIRD, sender=helper)

    # 1,112 x 90 = 100,080 missing; x 3.6 % / 360 = 10.008 USD, / 1.25 = 8.0064 EUR
    stock = market.tokens["STOCK"].address
    common = {"id": trade, "date": THIRD}
    delivered = {"id": trade, "date": MARKED, "token": stock, "quantity": 1_112}
    assert events(receipt) == [
        ("Charged", {**common, "party": lent.borrower, "penalty": 801}),
        ("Delivered", delivered),
        ("Cured", {**common, "payer": helper.address}),
    ]
    assert desk.life(trade).due == 801
    assert escrow.trade(trade).lastMarked == MARKED


def test_cure__lender_by_title__is_given_back_by_the_caller(
    market, lent, desk, escrow, lender, helper
):
    trade = desk.lender_in_deficit(under(lent, custody=Custody.TITLE_TRANSFER))
    # 250,000 / 125 = 2,000 x 125
    assert desk.deficit(trade) == (MARKED, MARKED, True, 250_000 * 10**6)
    desk.publish(THIRD)

    receipt = escrow.cure(trade, THIRD, sender=helper)

    # 250,000 x 3.6 % / 360 = 25 USD, / 1.25 = 20 EUR
    stock = market.tokens["STOCK"].address
    common = {"id": trade, "date": THIRD}
    assert events(receipt) == [
        ("Charged", {**common, "party": lender.address, "penalty": 2_000}),
        ("Returned", {"id": trade, "date": MARKED, "token": stock, "quantity": 2_000}),
        ("Cured", {**common, "payer": helper.address}),
    ]
    assert moves(receipt) == [(stock, helper.address, lent.borrower, 2_000)]
    assert (market.held(trade), desk.deficit(trade)) == ([8_000], NOTHING)
    assert desk.life(trade).due == -2_000


def test_cure__delivery_by_title__goes_to_the_lender(market, lent, desk, escrow, helper):
    trade = desk.in_deficit(under(lent, custody=Custody.TITLE_TRANSFER))
    receipt = escrow.cure(trade, MARKED, sender=helper)
    stock = market.tokens["STOCK"].address
    assert moves(receipt) == [(stock, helper.address, lent.lender, 1_112)]
    assert market.held(trade) == [11_112]


def test_cure__basket_of_two__delivers_both_shares(market, lent, desk, escrow, borrower, helper):
    terms = replace(lent, collateral=market.basket(STOCK=5_000, LOTS=12_500))
    trade = market.open(terms)
    desk.allow("STOCK", borrower)
    desk.publish(STOCK="90", LOTS="36")
    market.mark(trade)
    # 100,000 / 900,000: 555.6 shares in vain, 1,388.9 in lots of 100 came: 1,400 x 36 = 50,400
    assert market.held(trade) == [5_000, 13_900]
    assert desk.deficit(trade)[3] == 556 * 90 * 10**6

    receipt = escrow.cure(trade, MARKED, sender=helper)

    # 1,000,000 - 450,000 - 500,400 = 49,600 of 950,400:
    # 5,000 x 49,600 / 950,400 = 260.9; 13,900 x 49,600 / 950,400 = 725.4
    stock, lots = market.addresses("STOCK", "LOTS")
    assert [args.get("quantity") for _, args in events(receipt)] == [261, 800, None]
    assert moves(receipt) == [
        (stock, helper.address, escrow.address, 261),
        (lots, helper.address, escrow.address, 800),
    ]


def test_cure__basket_in_order__delivers_the_first_token(
    market, lent, desk, escrow, borrower, helper
):
    terms = under(
        replace(lent, collateral=market.basket(STOCK=5_000, LOTS=12_500)), order=Order.AS_LISTED
    )
    trade = market.open(terms)
    for symbol in ("STOCK", "LOTS"):
        desk.allow(symbol, borrower)
    desk.publish(STOCK="90", LOTS="36")
    market.mark(trade)
    # of the last token: 100,000 / 36 = 2,777.8 in lots of 100
    assert desk.deficit(trade)[3] == 2_800 * 36 * 10**6
    escrow.cure(trade, MARKED, sender=helper)
    # 100,000 / 90 = 1,111.1
    assert market.held(trade) == [6_112, 12_500]


@pytest.mark.parametrize("allowed", [0, 1_111], ids=["nothing", "one share short"])
def test_cure__caller_short__moves_nothing(allowed, market, lent, desk, escrow, helper, every):
    trade = desk.in_deficit(lent)
    desk.allow("STOCK", helper, allowed)
    before = desk.deficit(trade)
    with (
        market.untouched(trade, tokens=every()),
        reverts(escrow.NotMet, id=trade),
    ):
        escrow.cure(trade, MARKED, sender=helper)
    assert desk.deficit(trade) == before
    assert market.tokens["STOCK"].balanceOf(helper) == ENOUGH


def test_cure__again__is_refused(market, lent, desk, escrow, helper):
    trade = desk.in_deficit(lent)
    escrow.cure(trade, MARKED, sender=helper)
    with market.untouched(trade), reverts(escrow.NotFailed, id=trade, party=lent.borrower):
        escrow.cure(trade, MARKED, sender=helper)


def test_cure__nothing_failed__is_refused(market, lent, desk, escrow, helper):
    trade = market.open(lent)
    desk.publish(STOCK="90")
    market.mark(trade)
    with market.untouched(trade), reverts(escrow.NotFailed, id=trade, party=lent.borrower):
        escrow.cure(trade, MARKED, sender=helper)


def test_cure__of_a_leg_that_is_late__is_refused(market, lent, desk, escrow, borrower, helper):
    trade = desk.late(lent, "USD", borrower)
    with market.untouched(trade), reverts(escrow.NotFailed, id=trade, party=lent.borrower):
        escrow.cure(trade, MARKED, sender=helper)


def test_cure__met_by_the_next_mark__is_refused(market, lent, desk, escrow, borrower, helper):
    trade = desk.in_deficit(lent)
    desk.allow("STOCK", borrower, UNLIMITED)
    desk.publish(THIRD, STOCK="90")
    market.mark(trade, day=THIRD)
    assert desk.deficit(trade) == NOTHING
    with market.untouched(trade), reverts(escrow.NotFailed, id=trade, party=lent.borrower):
        escrow.cure(trade, THIRD, sender=helper)


def test_cure__before_the_last_mark__is_refused(market, lent, desk, escrow, helper):
    trade = desk.in_deficit(lent)
    with (
        market.untouched(trade),
        reverts(escrow.DatePassed, date=SETTLED, latest=MARKED),
    ):
        escrow.cure(trade, SETTLED, sender=helper)


def test_cure__date_to_come__is_refused(market, lent, desk, escrow, helper):
    trade = desk.in_deficit(lent)
    with market.untouched(trade), reverts(escrow.DateInFuture, date=THIRD, today=MARKED):
        escrow.cure(trade, THIRD, sender=helper)


def test_cure__not_open__is_refused(market, lent, escrow, helper):
    trade = market.book(lent)
    with reverts(escrow.WrongStatus, id=trade, found=APPROVED, needed=OPEN):
        escrow.cure(trade, SETTLED, sender=helper)


def test_cure__in_default__is_refused(market, lent, desk, escrow, lender, helper):
    trade = desk.in_deficit(under(lent, cure_days=0))
    escrow.declareDefault(trade, MARKED, sender=lender)
    with reverts(escrow.WrongStatus, id=trade, found=DEFAULTED, needed=OPEN):
        escrow.cure(trade, MARKED, sender=helper)


def test_cure__at_the_part_s_own_address__has_no_trades(market, lent, desk, failures_part, helper):
    trade = desk.in_deficit(lent)
    with (
        market.untouched(trade),
        reverts(failures_part.WrongStatus, id=trade, found=NONE, needed=OPEN),
    ):
        failures_part.cure(trade, MARKED, sender=helper)


# ---------------------------------------------------------------- what happened since the mark


def test_cure__repriced_since__is_refused(market, lent, desk, escrow, helper):
    trade = desk.in_deficit(lent)
    desk.publish(THIRD, STOCK="80")
    desk.change(trade, Verb.REPRICE, THIRD)
    assert escrow.trade(trade).loanQuantity == 80_000_000
    # Nothing is to be delivered any more, and invariant 1: the books are what the escrow has.
    assert desk.deficit(trade) == NOTHING
    with market.untouched(trade), reverts(escrow.NotFailed, id=trade, party=lent.borrower):
        escrow.cure(trade, THIRD, sender=helper)
    assert market.held(trade) == [market.tokens["STOCK"].balanceOf(escrow)]


@pytest.mark.parametrize("way", ["caught up", "declared for later"])
def test_cure__no_issuer_s_act_since__is_not_stopped(
    way, market, lent, desk, escrow, helper, token_administrator
):
    stock, trade = market.tokens["STOCK"], desk.in_deficit(lent)
    desk.publish(THIRD, STOCK="90")
    if way == "caught up":
        escrow.catchUp(trade, THIRD, sender=helper)
    else:
        nobody = "0x" + "00" * 20
        escrow.declare(stock, THIRD + 7, 1, nobody, 2, 1, sender=token_administrator)
    escrow.cure(trade, THIRD, sender=helper)
    assert market.held(trade) == [11_112]


@pytest.mark.parametrize("is_caught_up", [True, False])
def test_cure__split_since__waits_for_a_mark(
    is_caught_up, market, lent, desk, escrow, helper, token_administrator
):
    stock = market.tokens["STOCK"]
    trade = desk.in_deficit(lent)
    escrow.declare(stock, THIRD, 1, "0x" + "00" * 20, 2, 1, sender=token_administrator)
    desk.publish(THIRD, STOCK="45")
    if is_caught_up:
        escrow.catchUp(trade, THIRD, sender=helper)
    assert market.held(trade) == [20_000 if is_caught_up else 10_000]
    # 2,223 of today's shares are missing. At MARKED's 90 the basket looks 800,000 too large.
    with market.untouched(trade), reverts(escrow.MarkFirst, id=trade):
        escrow.cure(trade, THIRD, sender=helper)
    market.mark(trade, day=THIRD)
    escrow.cure(trade, THIRD, sender=helper)
    # 100,000 / 45 = 2,222.2
    assert market.held(trade) == [22_223]


@pytest.mark.parametrize("days", [1, 2, 3])
def test_cure__changed_on_a_later_date__is_at_the_mark_s_fixings(
    days, market, lent, desk, escrow, helper
):
    # No day between has fixings; that of the change itself would call more.
    trade, later = desk.in_deficit(lent), MARKED + days
    desk.change(trade, Verb.RERATE, later, rate_e9=36_000_000)
    desk.publish(later, STOCK="50")
    escrow.cure(trade, later, sender=helper)
    # (1,000,000 - 900,000) / 90 = 1,111.1
    assert market.held(trade) == [11_112]
    assert desk.deficit(trade) == NOTHING


def test_cure__before_a_change__is_refused(market, lent, desk, escrow, helper):
    trade = desk.in_deficit(lent)
    desk.change(trade, Verb.RERATE, THIRD, rate_e9=36_000_000)
    with (
        market.untouched(trade),
        reverts(escrow.AlreadyMarked, id=trade, lastMarked=THIRD, date=MARKED),
    ):
        escrow.cure(trade, MARKED, sender=helper)


def test_cure__whole_basket_seized_since__is_refused(
    market, lent, desk, escrow, enforcer, stranger, token_administrator, helper
):
    trade, stock = desk.in_deficit(lent), market.tokens["STOCK"]
    stock.forcedTransfer(escrow, stranger, 10_000, sender=enforcer)
    escrow.bookSeizure(trade, stock, 10_000, [trade], [], sender=token_administrator)
    with market.untouched(trade), reverts(escrow.WorthlessBasket, id=trade):
        escrow.cure(trade, MARKED, sender=helper)


def test_cure__gas_too_little_for_a_token__is_refused(market, lent, desk, escrow, helper):
    trade = desk.in_deficit(lent)
    found = Below(MOVE_GAS + MOVE_GAS // 63 + 10_000)
    with market.untouched(trade), reverts(escrow.InsufficientGas, found=found, needed=MOVE_GAS):
        escrow.cure(trade, MARKED, sender=helper, gas_limit=280_000)
