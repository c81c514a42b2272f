# SPDX-License-Identifier: MIT
"""Novate: another takes a party's place."""

from dataclasses import replace

import pytest
from market import ENOUGH, under

from support import MARKED, THIRD, at, events, failures, reverts, transfers
from tanpo.terms import NOBODY, Custody, Verb


@pytest.fixture
def novation(desk, newcomer):
    """A draft by which the newcomer comes in the place of a party."""

    def draft(trade, party):
        return desk.draft(trade, Verb.NOVATE, from_=party.address, to=newcomer.address)

    return draft


@pytest.mark.parametrize("custody", list(Custody))
def test_novate__borrower__moves_nothing(
    custody, market, lent, desk, escrow, novation, borrower, newcomer, shown
):
    trade = market.open(under(lent, custody=custody))
    change = novation(trade, borrower)
    desk.publish()
    desk.agree(change)

    receipt = desk.make(change)

    common = {"id": trade, "date": MARKED}
    assert events(receipt) == [
        ("Changed", {**common, "verb": Verb.NOVATE, "change": shown(change)})
    ]
    assert transfers(receipt) == []
    found = escrow.trade(trade)
    assert (found.lender, found.borrower) == (lent.lender, newcomer.address)
    assert market.held(trade) == [5_000, 12_500]


def test_novate__lender_under_segregation__moves_nothing(
    market, lent, desk, escrow, novation, lender, newcomer, shown
):
    trade = market.open(lent)
    change = novation(trade, lender)
    desk.publish()
    desk.agree(change)

    receipt = desk.make(change)

    assert events(receipt) == [
        (
            "Changed",
            {"id": trade, "date": MARKED, "verb": Verb.NOVATE, "change": shown(change)},
        )
    ]
    assert transfers(receipt) == []
    found = escrow.trade(trade)
    assert (found.lender, found.borrower) == (newcomer.address, lent.borrower)


def test_novate__lender_by_title__hands_over_what_it_holds(
    market, lent, desk, escrow, novation, lender, newcomer
):
    trade = market.open(under(lent, custody=Custody.TITLE_TRANSFER))
    change = novation(trade, lender)
    desk.publish()
    desk.agree(change)

    receipt = desk.make(change)

    stock, lots = market.addresses("STOCK", "LOTS")
    assert [name for name, _ in events(receipt)] == ["Changed"]
    assert transfers(receipt) == [
        (stock, lent.lender, newcomer.address, 5_000),
        (lots, lent.lender, newcomer.address, 12_500),
    ]
    assert escrow.trade(trade).lender == newcomer.address
    assert market.held(trade) == [5_000, 12_500]


@pytest.mark.parametrize("custody", list(Custody))
def test_novate__lender__new_one_is_called_and_repaid(
    custody, market, lent, desk, escrow, novation, lender, newcomer, keeper
):
    trade = market.open(replace(under(lent, custody=custody), end=at(THIRD)))
    change = novation(trade, lender)
    desk.publish(STOCK="120")
    desk.agree(change)
    desk.make(change)
    holder = escrow.address if custody == Custody.SEGREGATED else newcomer.address
    usd, eur, stock, lots = market.addresses("USD", "EUR", "STOCK", "LOTS")
    # 99,900 of 1,100,000: 454.1 shares, 1,135.2 in lots of 100
    assert transfers(market.mark(trade)) == [
        (stock, holder, lent.borrower, 454),
        (lots, holder, lent.borrower, 1_100),
    ]
    desk.publish(THIRD)
    assert transfers(escrow.close([trade], THIRD, sender=keeper)) == [
        (usd, lent.borrower, newcomer.address, 100_000_000),
        (eur, lent.borrower, newcomer.address, 16_000),
        (stock, holder, lent.borrower, 4_546),
        (lots, holder, lent.borrower, 11_400),
    ]


def test_novate__borrower__new_one_delivers_and_repays(
    market, lent, desk, escrow, novation, borrower, newcomer, keeper
):
    trade = market.open(replace(lent, end=at(THIRD)))
    change = novation(trade, borrower)
    desk.publish(STOCK="80")
    desk.agree(change)
    desk.make(change)
    usd, eur, stock, lots = market.addresses("USD", "EUR", "STOCK", "LOTS")
    # 100,100 on 900,000: 556.1 shares, 1,390.3 in lots of 100
    assert transfers(market.mark(trade)) == [
        (stock, newcomer.address, escrow.address, 557),
        (lots, newcomer.address, escrow.address, 1_400),
    ]
    desk.publish(THIRD)
    assert transfers(escrow.close([trade], THIRD, sender=keeper)) == [
        (usd, newcomer.address, lent.lender, 100_000_000),
        (eur, newcomer.address, lent.lender, 16_000),
        (stock, escrow.address, newcomer.address, 5_557),
        (lots, escrow.address, newcomer.address, 13_900),
    ]
    assert market.tokens["USD"].balanceOf(borrower) == ENOUGH + 100_000_000


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_novate__who_left__is_no_party_any_more(
    request, role, market, lent, desk, escrow, novation, newcomer
):
    gone = request.getfixturevalue(role)
    trade = market.open(replace(lent, end=0))
    change = novation(trade, gone)
    desk.publish()
    desk.agree(change)
    desk.make(change)
    ending = desk.draft(trade, Verb.TERMINATE)
    with reverts(escrow.NotAParty, id=trade, caller=gone.address):
        escrow.agree(ending.as_tuple(), sender=gone)
    ((*_, error, arguments),) = failures(escrow.close([trade], MARKED, sender=gone))
    assert (error, arguments) == ("NotAParty", {"id": trade, "caller": gone.address})
    assert failures(escrow.close([trade], MARKED, sender=newcomer)) == []


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_novate__newcomer_not_agreed__is_refused(
    request, role, market, lent, desk, escrow, not_agreed, novation, lender, borrower, newcomer
):
    change = novation(market.open(lent), request.getfixturevalue(role))
    desk.publish()
    escrow.agree(change.as_tuple(), sender=lender)
    with not_agreed(change, newcomer):
        desk.make(change, sender=borrower)


def test_novate__newcomer_makes_it__agrees_by_calling(
    market, lent, desk, escrow, novation, lender, borrower, newcomer
):
    change = novation(market.open(lent), lender)
    desk.publish()
    for party in (lender, borrower):
        escrow.agree(change.as_tuple(), sender=party)
    desk.make(change, sender=newcomer)
    assert escrow.trade(change.trade).lender == newcomer.address


def test_novate__by_a_right__still_needs_the_newcomer(
    market, lent, desk, not_agreed, novation, lender, newcomer
):
    change = novation(market.open(under(lent, lender_may=1 << Verb.NOVATE)), lender)
    desk.publish()
    with not_agreed(change, newcomer):
        desk.make(change, sender=lender)


def test_novate__by_a_right_to_replace_the_other__is_refused(
    market, lent, desk, escrow, not_agreed, novation, lender, borrower, newcomer
):
    terms = under(lent, borrower_may=1 << Verb.NOVATE, custody=Custody.TITLE_TRANSFER)
    change = novation(market.open(terms), lender)
    desk.publish()
    escrow.agree(change.as_tuple(), sender=newcomer)
    with not_agreed(change, lender):
        desk.make(change, sender=borrower)


def test_novate__in_the_place_of_a_stranger__is_refused(
    market, lent, desk, escrow, novation, refused, stranger, newcomer
):
    change = novation(market.open(lent), stranger)
    desk.publish()
    refused(change, escrow.BadParties, lender=stranger.address, borrower=newcomer.address)


@pytest.mark.parametrize(
    ("leaving", "coming"),
    [("lender", "borrower"), ("borrower", "lender"), ("lender", "lender")],
)
def test_novate__to_a_party__is_refused(request, leaving, coming, market, lent, desk, escrow):
    gone, new = (request.getfixturevalue(role).address for role in (leaving, coming))
    change = desk.draft(market.open(lent), Verb.NOVATE, from_=gone, to=new)
    desk.publish()
    for party in (market.lender, market.borrower):
        escrow.agree(change.as_tuple(), sender=party)
    with (
        market.untouched(change.trade),
        reverts(escrow.BadParties, lender=gone, borrower=new),
    ):
        desk.make(change)


def test_novate__to_nobody__is_refused(market, lent, desk, escrow, lender, refused):
    change = desk.draft(market.open(lent), Verb.NOVATE, from_=lender.address)
    desk.publish()
    refused(change, escrow.NotAgreed, id=change.trade, party=NOBODY, digest=desk.digest(change))


def test_novate__lender_by_title_short__is_refused(
    market, lent, desk, novation, refused_short, lender
):
    trade = market.open(under(lent, custody=Custody.TITLE_TRANSFER))
    change = novation(trade, lender)
    desk.publish()
    refused_short(change, "STOCK", lender, 5_000)


def test_novate__newcomer_without_allowance__fails_at_its_turn(
    market, lent, desk, escrow, borrower, stranger
):
    trade = market.open(lent)
    desk.publish(STOCK="80")
    desk.made(trade, Verb.NOVATE, from_=borrower.address, to=stranger.address)
    receipt = market.mark(trade)
    assert [name for name, _ in events(receipt)] == ["Marked", "Deficit", "Deficit"]
    assert {args["party"] for _, args in events(receipt)[1:]} == {stranger.address}
    assert escrow.trade(trade).inDeficit is True
