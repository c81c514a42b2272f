# SPDX-License-Identifier: MIT
"""How trades come into their set and leave it: by settle, close and make."""

from dataclasses import replace

import pytest
from market import ENOUGH, UNLIMITED, under

from support import (
    APPROVED,
    CLOSED,
    MARKED,
    OPEN,
    SETTLED,
    events,
    failed,
    failures,
    reverts,
    transfers,
)
from tanpo.terms import Change, Collateral, Custody, Verb

# Where they stand in the list of instruments.
USD, STOCK, LOTS = 5, 2, 3


@pytest.fixture
def made(market, escrow):
    """Both agree to the trade's first change, and it is made on 19 April."""

    def make(trade, verb, **fields):
        change = Change(trade, 1, verb, **fields).as_tuple()
        escrow.agree(change, sender=market.lender)
        return escrow.make(change, SETTLED, sender=market.borrower)

    return make


def _told(name, set_id, trade):
    return name, {"id": set_id, "trade": trade, "date": SETTLED}


# ---------------------------------------------------------------- join


@pytest.mark.parametrize("custody", list(Custody))
def test_join__first_trade__begins_the_set_with_its_basket(
    custody, market, netted, desk, escrow, keeper
):
    trade = market.book(under(netted, custody=custody))
    receipt = escrow.settle([trade], SETTLED, sender=keeper)
    set_id = escrow.setOf(trade)
    assert events(receipt) == [
        ("Opened", {"id": trade, "date": SETTLED}),
        _told("Joined", set_id, trade),
    ]
    assert desk.holdings(set_id) == [(USD, 0, 0, -100_000_000), (STOCK, 0, 10_000, 0)]
    assert (market.held(trade), market.status(trade)) == ([0], OPEN)
    holder = 10_000 if custody == Custody.SEGREGATED else 0
    assert market.tokens["STOCK"].balanceOf(escrow) == holder


def test_join__the_same_way__adds(netted, another, desk, escrow):
    set_id, _ = desk.open(netted, another)
    assert desk.holdings(set_id) == [(USD, 0, 0, -200_000_000), (STOCK, 0, 20_000, 0)]
    assert escrow.nettingSet(set_id).trades == 2


def test_join__the_other_way__stands_beside(netted, back, desk):
    set_id, _ = desk.open(netted, back)
    assert desk.holdings(set_id) == [
        (USD, 0, 0, -100_000_000),
        (STOCK, 400, 10_000, 0),
        (LOTS, 0, 0, 1_000),
    ]


def test_join__both_ways_in_one_token__cancels_what_is_lent(market, netted, back, desk):
    turned = replace(
        back, loan_token=netted.loan_token, loan_quantity=40_000_000, collateral=netted.collateral
    )
    set_id, _ = desk.open(netted, turned)
    assert desk.holdings(set_id) == [(USD, 0, 0, -60_000_000), (STOCK, 10_000, 10_000, 0)]


def test_join__another_haircut__does_not_open(market, netted, another, desk, escrow, keeper):
    set_id, trades = desk.open(netted)
    (stock,) = another.collateral
    other = market.book(replace(another, collateral=(replace(stock, haircut_bps=500),)))
    with market.untouched(*trades, other, tokens=[market.tokens["USD"]]):
        receipt = escrow.settle([other], SETTLED, sender=keeper)
    assert failures(receipt) == [
        failed(
            other,
            SETTLED,
            "settle",
            "HaircutDiffers",
            id=set_id,
            token=stock.token,
            found=500,
            needed=0,
        )
    ]


def test_join__another_haircut_after_the_set_was_empty__opens(
    market, netted, another, desk, escrow
):
    _, (trade,) = desk.open(netted)
    escrow.close([trade], SETTLED, sender=market.lender)
    (stock,) = another.collateral
    desk.open(replace(another, collateral=(replace(stock, haircut_bps=500),)))


def test_join__more_tokens_than_a_set_can_have__does_not_open(
    market, netted, desk, escrow, mock, keeper
):
    mocks = [Collateral(mock("MockToken", 0).address, 1) for _ in range(32)]
    baskets = [mocks[0:8], mocks[8:16], mocks[16:24], mocks[24:31]]
    terms = [
        replace(netted, collateral=tuple(basket), uti=bytes([index]) * 32)
        for index, basket in enumerate(baskets)
    ]
    # with the dollars lent, 32
    set_id, _ = desk.open(*terms)
    assert len(escrow.nettingSet(set_id).holdings) == 32
    last = market.book(replace(netted, collateral=(mocks[31],)))
    with market.untouched(last):
        receipt = escrow.settle([last], SETTLED, sender=keeper)
    assert failures(receipt) == [
        failed(last, SETTLED, "settle", "TooManyTokens", id=set_id, most=32)
    ]


def test_join__set_in_default__does_not_open(market, netted, another, desk, escrow, lender, keeper):
    set_id, (trade,) = desk.in_deficit(netted)
    escrow.declareSetDefault(trade, MARKED, sender=lender)
    desk.allow("STOCK", market.borrower, UNLIMITED)
    other = market.book(replace(another, expiry=2**32 - 1))
    receipt = escrow.settle([other], MARKED, sender=keeper)
    assert failures(receipt) == [failed(other, MARKED, "settle", "SetInDefault", id=set_id)]


# ---------------------------------------------------------------- leave


def test_leave__one_of_two__returns_the_loan_and_keeps_the_basket(
    market, netted, another, desk, escrow, lender
):
    set_id, (trade, _) = desk.open(netted, another)
    receipt = escrow.close([trade], SETTLED, sender=lender)
    assert events(receipt) == [
        _told("Left", set_id, trade),
        ("Closed", {"id": trade, "date": SETTLED, "interest": 0}),
    ]
    assert transfers(receipt) == [(netted.loan_token, netted.borrower, netted.lender, 100_000_000)]
    assert desk.holdings(set_id) == [(USD, 0, 0, -100_000_000), (STOCK, 0, 20_000, 0)]
    assert (market.status(trade), escrow.nettingSet(set_id).trades) == (CLOSED, 1)


@pytest.mark.parametrize("custody", list(Custody))
def test_leave__the_last__gives_everything_back(
    custody, market, netted, back, desk, escrow, lender, borrower
):
    terms = [under(each, custody=custody) for each in (netted, replace(back, end=0))]
    set_id, (first, second) = desk.open(*terms)
    escrow.close([first], SETTLED, sender=lender)

    receipt = escrow.close([second], SETTLED, sender=lender)

    stock = market.tokens["STOCK"].address
    common = {"id": set_id, "date": SETTLED, "token": stock}
    assert events(receipt) == [
        _told("Left", set_id, second),
        ("Closed", {"id": second, "date": SETTLED, "interest": 0}),
        ("SetReturned", {**common, "party": lender.address, "quantity": 400}),
        ("SetReturned", {**common, "party": borrower.address, "quantity": 10_000}),
    ]
    segregated = custody == Custody.SEGREGATED
    holders = (escrow, escrow) if segregated else (borrower, lender)
    assert transfers(receipt)[1:] == [
        (stock, holders[0].address, lender.address, 400),
        (stock, holders[1].address, borrower.address, 10_000),
    ]
    for symbol in ("STOCK", "USD", "LOTS"):
        assert market.balances(market.tokens[symbol]) == (ENOUGH, ENOUGH, 0)
    assert (desk.holdings(set_id), escrow.nettingSet(set_id).trades) == ([], 0)


def test_leave__interest__counts_no_more(market, netted, another, desk, escrow, lender):
    set_id, trades = desk.open(
        replace(netted, rate_e9=36_000_000), replace(another, rate_e9=-18_000_000)
    )
    # 100 a day owed by the first, 50 to it
    daily = -50 * 10**18
    found = escrow.nettingSet(set_id)
    assert (found.dailyE18, found.dailyFromE18) == (daily, daily * SETTLED)
    escrow.close(trades, SETTLED, sender=lender)
    found = escrow.nettingSet(set_id)
    assert (found.dailyE18, found.dailyFromE18) == (0, 0)


def test_leave__set_in_default__does_not_close(market, netted, desk, escrow, lender):
    set_id, (trade,) = desk.in_deficit(netted)
    escrow.declareSetDefault(trade, MARKED, sender=lender)
    with market.untouched(trade):
        receipt = escrow.close([trade], MARKED, sender=lender)
    assert failures(receipt) == [failed(trade, MARKED, "close", "SetInDefault", id=set_id)]
    assert market.status(trade) == OPEN


def test_leave__trade_that_never_came_in__does_not_close(
    market, netted, another, desk, escrow, lender
):
    set_id, _ = desk.open(netted)
    trade = market.book(another)
    receipt = escrow.close([trade], SETTLED, sender=lender)
    arguments = {"id": trade, "found": APPROVED, "needed": OPEN}
    assert failures(receipt) == [failed(trade, SETTLED, "close", "WrongStatus", **arguments)]
    assert escrow.nettingSet(set_id).trades == 1


def test_leave__trade_that_has_left__does_not_close_again(
    market, netted, another, desk, escrow, lender
):
    set_id, (first, second) = desk.open(netted, another)
    escrow.close([first], SETTLED, sender=lender)
    with market.untouched(first, second):
        receipt = escrow.close([first], SETTLED, sender=lender)
    arguments = {"id": first, "found": CLOSED, "needed": OPEN}
    assert failures(receipt) == [failed(first, SETTLED, "close", "WrongStatus", **arguments)]
    assert escrow.nettingSet(set_id).trades == 1


def test_leave__not_a_party_s_call__changes_nothing(market, netted, desk, escrow, keeper):
    set_id, (trade,) = desk.open(netted)
    receipt = escrow.close([trade], SETTLED, sender=keeper)
    assert failures(receipt) == [
        failed(trade, SETTLED, "close", "NotAParty", id=trade, caller=keeper.address)
    ]
    assert escrow.nettingSet(set_id).trades == 1


# ---------------------------------------------------------------- changes


@pytest.mark.parametrize(
    ("verb", "whole"), [(Verb.PARTIAL_RETURN, 60_000_000), (Verb.INCREASE, 140_000_000)]
)
def test_make__quantity_of_a_netted_trade__moves_no_basket(verb, whole, market, netted, desk, made):
    set_id, (trade,) = desk.open(netted)
    receipt = made(trade, verb, quantity=40_000_000)
    changed, *rest = events(receipt)
    assert changed[0] == "Changed"
    assert rest == [
        _told("Left", set_id, trade),
        ("LoanChanged", {"id": trade, "date": SETTLED, "quantity": whole}),
        _told("Joined", set_id, trade),
    ]
    parties = (netted.borrower, netted.lender)[:: 1 if verb == Verb.PARTIAL_RETURN else -1]
    assert transfers(receipt) == [(netted.loan_token, *parties, 40_000_000)]
    assert desk.holdings(set_id) == [(USD, 0, 0, -whole), (STOCK, 0, 10_000, 0)]


@pytest.mark.parametrize("verb", [Verb.TERMINATE, Verb.CORRECT])
def test_make__end_of_the_last_trade__gives_everything_back(verb, market, netted, desk, made):
    set_id, (trade,) = desk.open(netted)
    names = [name for name, _ in events(made(trade, verb))]
    assert names == ["Changed", "Left", "Closed", "SetReturned"]
    assert market.balances(market.tokens["STOCK"]) == (ENOUGH, ENOUGH, 0)
    assert desk.holdings(set_id) == []


def test_make__rate_of_a_netted_trade__counts_in_the_set(netted, desk, made, escrow):
    set_id, (trade,) = desk.open(netted)
    made(trade, Verb.RERATE, rate_e9=36_000_000)
    assert escrow.nettingSet(set_id).dailyE18 == -100 * 10**18


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        (Verb.REPRICE, {}),
        (Verb.SUBSTITUTE, {"incoming": "STOCK"}),
        (Verb.NOVATE, {"from_": "borrower", "to": "stranger"}),
    ],
    ids=["reprice", "substitute", "novate"],
)
def test_make__what_needs_a_basket_of_its_own__is_refused(
    request, verb, fields, market, netted, desk, made, escrow
):
    _, (trade,) = desk.open(netted)
    if "incoming" in fields:
        given = {"incoming": market.basket(STOCK=1)}
    else:
        given = {name: request.getfixturevalue(role).address for name, role in fields.items()}
    if verb == Verb.NOVATE:
        change = Change(trade, 1, verb, **given).as_tuple()
        escrow.agree(change, sender=request.getfixturevalue("stranger"))
    with market.untouched(trade), reverts(escrow.BadChange, id=trade, verb=verb):
        made(trade, verb, **given)


def test_make__set_in_default__is_refused(market, netted, desk, escrow, lender, borrower):
    set_id, (trade,) = desk.in_deficit(netted)
    escrow.declareSetDefault(trade, MARKED, sender=lender)
    change = Change(trade, 1, Verb.TERMINATE).as_tuple()
    escrow.agree(change, sender=lender)
    with market.untouched(trade), reverts(escrow.SetInDefault, id=set_id):
        escrow.make(change, MARKED, sender=borrower)


def test_mark__a_netted_trade__is_refused(market, netted, desk):
    _, (trade,) = desk.open(netted)
    desk.publish()
    with market.untouched(trade):
        receipt = market.mark(trade)
    assert failures(receipt) == [failed(trade, MARKED, "mark", "Netted", id=trade)]


# ---------------------------------------------------------------- the escrow's own


@pytest.mark.parametrize("role", ["keeper", "lender", "blockchain_administrator"])
@pytest.mark.parametrize("part", ["join", "leave", "markOne"])
def test_part__anyone_else__is_refused(request, role, part, market, netted, desk, netting_part):
    set_id, (trade,) = desk.open(netted)
    caller = request.getfixturevalue(role)
    identity = set_id if part == "markOne" else trade
    with reverts(netting_part.OnlySelf, caller=caller.address):
        getattr(netting_part, part)(identity, SETTLED, sender=caller)


@pytest.mark.parametrize("part", ["join", "leave"])
def test_part__through_the_escrow__is_refused(part, market, netted, desk, netting_part, escrow):
    set_id, (trade,) = desk.open(netted)
    data = getattr(netting_part, part).encode_input(trade, SETTLED)
    with market.untouched(trade), reverts(escrow.OnlySelf, caller=market.lender.address):
        market.lender.transfer(escrow, data=data, value=0)
    assert escrow.nettingSet(set_id).trades == 1


def test_mark_one__through_the_escrow__is_no_function_of_it(netted, desk, netting_part, market):
    set_id, _ = desk.open(netted)
    data = netting_part.markOne.encode_input(set_id, SETTLED)
    with reverts(market.escrow.UnknownFunction, found=data[:4]):
        market.lender.transfer(market.escrow, data=data, value=0)
