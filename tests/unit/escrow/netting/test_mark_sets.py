# SPDX-License-Identifier: MIT
"""`mark_sets`: all trades of a set are one account with one call."""

from dataclasses import replace

import pytest
from market import under

from support import MARKED, SETTLED, THIRD, events, failed, failures, reverts, transfers
from tanpo.terms import Custody

# Where they stand in the list of instruments.
USD, STOCK, LOTS, BUND = 5, 2, 3, 1
ONE = 10**18
NOTHING = (0, 0, False, 0)


def _marked(set_id, loan, required, collateral, day=MARKED):
    values = {"loanE18": loan, "requiredE18": required, "collateralE18": collateral}
    return "SetMarked", {"id": set_id, "date": day, **values}


@pytest.fixture
def told(market):
    """An event of a token that moved in a set, or did not."""

    def make(name, set_id, party, symbol, quantity, day=MARKED):
        counted = "missing" if name == "SetDeficit" else "quantity"
        token = market.tokens[symbol].address
        common = {"id": set_id, "date": day, "party": party.address, "token": token}
        return name, {**common, counted: quantity}

    return make


# ---------------------------------------------------------------- value


@pytest.mark.parametrize("role", ["lender", "keeper", "stranger"])
def test_mark_sets__worth_what_is_required__moves_nothing(request, role, netted, desk, escrow):
    set_id, _ = desk.open(netted)
    desk.publish()
    receipt = escrow.markSets([set_id], MARKED, sender=request.getfixturevalue(role))
    assert events(receipt) == [_marked(set_id, -(10**24), -(10**24), -(10**24))]
    assert escrow.nettingSet(set_id).lastMarked == MARKED
    assert transfers(receipt) == []


def test_mark_sets__both_ways_in_two_currencies__is_one_sum(market, netted, back, desk):
    # 1,000,000 USD one way, 400,000 of face at 100 x 1.25 = 500,000 USD the other at 102 %
    turned = replace(
        back,
        loan_token=market.tokens["BUND"].address,
        loan_quantity=400_000,
        collateral=market.basket(EUR=40_000_000),
        ratio_bps=10_200,
    )
    set_id, _ = desk.open(netted, turned)
    receipt = desk.marked(set_id)
    # required: -1,000,000 + 510,000
    # held: 400,000 EUR x 1.25 for the first, 1,000,000 for the second
    assert events(receipt)[0] == _marked(
        set_id, -500_000 * ONE, -490_000 * ONE, (500_000 - 1_000_000) * ONE
    )


def test_mark_sets__haircut__is_off_what_is_held(netted, desk):
    (stock,) = netted.collateral
    set_id, _ = desk.open(replace(netted, collateral=(replace(stock, haircut_bps=1_000),)))
    receipt = desk.marked(set_id)
    assert events(receipt)[0] == _marked(set_id, -(10**24), -(10**24), -900_000 * ONE)


def test_mark_sets__several_rates__add_up_by_the_day(netted, another, back, desk):
    set_id, _ = desk.open(
        replace(netted, rate_e9=36_000_000),
        replace(another, rate_e9=-18_000_000),
        replace(back, rate_e9=36_000_000, ratio_bps=20_000),
    )
    receipt = desk.marked(set_id, THIRD)
    # Two days of -100 + 50, and of 1,000 x 40 x 3.6 % / 360 = 4 at 200 %
    loan = -2_000_000 + 40_000
    required = -2_000_000 + 80_000 + 2 * (-100 + 50 + 8)
    held = 400 * 100 - 20_000 * 100
    assert events(receipt)[0] == _marked(set_id, loan * ONE, required * ONE, held * ONE, THIRD)


# ---------------------------------------------------------------- the call


def test_mark_sets__first_owes__delivers_rounded_up(netted, desk, told, borrower, escrow):
    set_id, _ = desk.open(netted)
    receipt = desk.marked(set_id, STOCK="90")
    # 100,000 / 90 = 1,111.1
    assert events(receipt) == [
        _marked(set_id, -(10**24), -(10**24), -900_000 * ONE),
        told("SetDelivered", set_id, borrower, "STOCK", 1_112),
    ]
    assert transfers(receipt)[0][1:] == (borrower.address, escrow.address, 1_112)
    assert desk.holdings(set_id)[1] == (STOCK, 0, 11_112, 0)


def test_mark_sets__second_owes__gives_back_rounded_down(netted, desk, told, borrower, escrow):
    set_id, _ = desk.open(netted)
    receipt = desk.marked(set_id, STOCK="110")
    # 100,000 / 110 = 909.09
    assert events(receipt) == [
        _marked(set_id, -(10**24), -(10**24), -1_100_000 * ONE),
        told("SetReturned", set_id, borrower, "STOCK", 909),
    ]
    assert transfers(receipt)[0][1:] == (escrow.address, borrower.address, 909)
    assert desk.holdings(set_id)[1] == (STOCK, 0, 9_091, 0)


def test_mark_sets__more_than_is_held__goes_back_first_and_is_delivered_then(
    market, netted, back, desk, told, lender, borrower
):
    # 1,000 LOTS at 2,000 are 2,000,000 owed to the first, against 400 x 100
    set_id, _ = desk.open(netted, back)
    receipt = desk.marked(set_id, LOTS="2000")
    # exposure: -1,000,000 + 2,000,000 - (40,000 - 1,000,000) = 1,960,000:
    # 10,000 x 100 go back, 960,000 / 100 are delivered
    assert events(receipt) == [
        _marked(set_id, 10**24, 10**24, -960_000 * ONE),
        told("SetReturned", set_id, borrower, "STOCK", 10_000),
        told("SetDelivered", set_id, lender, "STOCK", 9_600),
    ]
    assert desk.holdings(set_id)[1] == (STOCK, 10_000, 0, 0)
    # and back again: 1,000 x 40 against 1,000,000 held and 1,000,000 owed
    receipt = desk.marked(set_id, THIRD)
    assert events(receipt)[1:] == [
        told("SetReturned", set_id, lender, "STOCK", 10_000, THIRD),
        told("SetDelivered", set_id, borrower, "STOCK", 9_600, THIRD),
    ]


def test_mark_sets__basket_of_two__moves_pro_rata_in_lots(market, netted, desk, told, borrower):
    terms = replace(netted, collateral=market.basket(STOCK=5_000, LOTS=12_500))
    set_id, _ = desk.open(terms)
    receipt = desk.marked(set_id, STOCK="110", LOTS="44")
    # 100,000 of 1,100,000: 5,000 / 11 = 454.5; 12,500 / 11 = 1,136.4 in lots of 100
    assert events(receipt)[1:] == [
        told("SetReturned", set_id, borrower, "STOCK", 454),
        told("SetReturned", set_id, borrower, "LOTS", 1_100),
    ]
    receipt = desk.marked(set_id, THIRD, STOCK="90", LOTS="36")
    # 4,546 x 90 + 11,400 x 36 = 819,540; 180,460 of it: 1,001.02; 2,510.2
    assert events(receipt)[1:] == [
        told("SetDelivered", set_id, borrower, "STOCK", 1_002, THIRD),
        told("SetDelivered", set_id, borrower, "LOTS", 2_600, THIRD),
    ]


def test_mark_sets__all_given_has_gone_back__is_delivered_in_the_first_token_ever(
    market, netted, back, desk, told, borrower, escrow
):
    terms = replace(netted, collateral=market.basket(LOTS=1_000, STOCK=9_600))
    set_id, _ = desk.open(terms, replace(back, loan_token=market.tokens["BUND"].address))
    # 1,000 of face at 100,000 x 1.25 = 1,250,000 owed to the first: all of its goes back
    desk.marked(set_id, BUND="100000")
    assert [each[2] for each in desk.holdings(set_id)] == [0, 0, 0, 0]
    # 1,000,000 - 1,250; what the second gave covers nothing of it
    receipt = desk.marked(set_id, THIRD)
    delivered = [args for name, args in events(receipt) if name == "SetDelivered"]
    # 998,750 / 40 = 24,968.75 in lots of 100
    assert [(args["party"], args["token"], args["quantity"]) for args in delivered] == [
        (borrower.address, market.tokens["LOTS"].address, 25_000)
    ]


def test_mark_sets__never_gave_anything__fails(market, netted, desk):
    # At -54,000 % the lender owes 1,500,000 a day, and has given nothing that could be called.
    set_id, (trade,) = desk.open(replace(netted, rate_e9=-540_000_000_000))
    desk.publish()
    with market.untouched(trade):
        receipt = desk.mark(set_id)
    assert failures(receipt) == [failed(set_id, MARKED, "markSets", "WorthlessBasket", id=set_id)]
    assert desk.holdings(set_id)[1] == (STOCK, 0, 10_000, 0)


def test_mark_sets__by_title__moves_between_the_parties(netted, desk, lender, borrower):
    set_id, _ = desk.open(under(netted, custody=Custody.TITLE_TRANSFER))
    receipt = desk.marked(set_id, STOCK="90")
    assert transfers(receipt)[0][1:] == (borrower.address, lender.address, 1_112)
    # 11,112 x 110 - 1,000,000 = 222,320, / 110 = 2,021.1
    receipt = desk.marked(set_id, THIRD, STOCK="110")
    assert transfers(receipt)[0][1:] == (lender.address, borrower.address, 2_021)


@pytest.mark.parametrize(
    ("standing", "stock", "moves"),
    [
        ({"threshold_bps": 1_000}, "90", False),
        ({"threshold_bps": 1_000}, "89.99999999", True),
        ({"threshold_bps": 1_000}, "110", False),
        ({"threshold_bps": 1_000}, "110.00000001", True),
        ({"mta_e6": 100_000 * 10**6}, "90", True),
        ({"mta_e6": 100_000 * 10**6 + 1}, "90", False),
        ({"mta_e6": 100_000 * 10**6}, "110", True),
        ({"mta_e6": 100_000 * 10**6 + 1}, "110", False),
    ],
)
def test_mark_sets__threshold_and_minimum__hold_for_both_sides(
    standing, stock, moves, netted, desk
):
    set_id, _ = desk.open(under(netted, **standing))
    receipt = desk.marked(set_id, STOCK=stock)
    assert (len(events(receipt)) == 2) is moves


# ---------------------------------------------------------------- what is missing


def test_mark_sets__first_short__is_its_deficit(netted, desk, told, borrower):
    set_id, _ = desk.open(netted)
    desk.allow("STOCK", borrower, 1_000)
    receipt = desk.marked(set_id, STOCK="90")
    assert events(receipt)[1:] == [
        told("SetDelivered", set_id, borrower, "STOCK", 1_000),
        told("SetDeficit", set_id, borrower, "STOCK", 112),
    ]
    # 112 x 90
    assert desk.deficit(set_id) == (MARKED, MARKED, True, 10_080 * 10**6)


def test_mark_sets__second_by_title_short__is_its_deficit(netted, desk, told, lender):
    set_id, _ = desk.open(under(netted, custody=Custody.TITLE_TRANSFER))
    desk.allow("STOCK", lender)
    receipt = desk.marked(set_id, STOCK="110")
    assert events(receipt)[1:] == [told("SetDeficit", set_id, lender, "STOCK", 909)]
    assert desk.deficit(set_id) == (MARKED, MARKED, False, 909 * 110 * 10**6)


def test_mark_sets__still_short__goes_on_since_the_first_day(netted, desk):
    set_id, _ = desk.in_deficit(netted)
    desk.marked(set_id, THIRD, STOCK="80")
    # 200,000 / 80
    assert desk.deficit(set_id) == (MARKED, THIRD, True, 200_000 * 10**6)


def test_mark_sets__met_later__is_over(netted, desk, borrower):
    set_id, _ = desk.in_deficit(netted)
    desk.allow("STOCK", borrower, 1_112)
    desk.marked(set_id, THIRD, STOCK="90")
    assert desk.deficit(set_id) == NOTHING


@pytest.mark.xfail(
    strict=True,
    reason="a return that the escrow's paused token stops is held against a party of the set",
)
def test_mark_sets__escrow_cannot_give_back__is_nobody_s_failure(
    market, netted, desk, escrow, enforcer
):
    set_id, _ = desk.open(netted)
    market.tokens["STOCK"].pause(sender=enforcer)
    desk.marked(set_id, STOCK="110")
    # As with a trade of its own: {Escrow}._note
    assert desk.deficit(set_id) == NOTHING


# ---------------------------------------------------------------- refusals


def test_mark_sets__date_to_come__is_refused(netted, desk, escrow, keeper):
    set_id, _ = desk.open(netted)
    with reverts(escrow.DateInFuture, date=MARKED, today=SETTLED):
        escrow.markSets([set_id], MARKED, sender=keeper)


@pytest.mark.parametrize("kind", ["never", "closed"])
def test_mark_sets__no_open_trade__fails(kind, netted, desk, escrow, lender):
    set_id = b"\1" * 32
    if kind == "closed":
        set_id, trades = desk.open(netted)
        escrow.close(trades, SETTLED, sender=lender)
    desk.publish()
    assert failures(desk.mark(set_id)) == [
        failed(set_id, MARKED, "markSets", "EmptySet", id=set_id)
    ]


@pytest.mark.parametrize("day", [SETTLED, MARKED])
def test_mark_sets__not_after_the_last__fails(day, netted, desk):
    set_id, _ = desk.open(netted)
    desk.marked(set_id)
    arguments = {"id": set_id, "lastMarked": MARKED, "date": day}
    assert failures(desk.mark(set_id, day)) == [
        failed(set_id, day, "markSets", "SetAlreadyMarked", **arguments)
    ]


def test_mark_sets__in_default__fails(netted, desk, escrow, lender):
    set_id, (trade,) = desk.in_deficit(netted)
    escrow.declareSetDefault(trade, MARKED, sender=lender)
    desk.publish(THIRD)
    assert failures(desk.mark(set_id, THIRD)) == [
        failed(set_id, THIRD, "markSets", "SetInDefault", id=set_id)
    ]


def test_mark_sets__price_missing__fails_alone(market, netted, desk, escrow, keeper):
    one, _ = desk.open(netted)
    (lots,) = market.basket(LOTS=25_000)
    other, _ = desk.open(under(replace(netted, collateral=(lots,)), mta_e6=1))
    market.publish(MARKED, {"STOCK": "100"})
    receipt = escrow.markSets([other, one], MARKED, sender=keeper)
    key = market.key("LOTS")
    assert failures(receipt) == [
        failed(other, MARKED, "markSets", "MissingFixing", key=key, date=MARKED)
    ]
    assert escrow.nettingSet(one).lastMarked == MARKED


def test_mark_sets__at_the_part_s_own_address__is_no_function_of_it(netting_part):
    assert not hasattr(netting_part, "markSets")


@pytest.mark.xfail(
    strict=True, reason="a date before a trade opened counts its interest as negative"
)
def test_mark_sets__date_before_a_trade_opened__counts_no_interest(market, netted, another, desk):
    set_id, _ = desk.open(netted)
    desk.publish()
    terms = replace(another, rate_e9=36_000_000, expiry=2**32 - 1)
    market.chain.pending_timestamp = THIRD * 86_400
    market.open(terms, day=THIRD)
    receipt = desk.mark(set_id, MARKED)
    # 100 a day counts from THIRD on
    assert events(receipt)[0][1]["requiredE18"] == -2_000_000 * ONE
