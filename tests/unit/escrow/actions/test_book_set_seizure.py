# SPDX-License-Identifier: MIT
"""`book_set_seizure`: what the enforcer forced out of the escrow is one set's loss."""

from dataclasses import replace

import pytest
from market import under

from support import MARKED, events, failures, reverts, transfers
from tanpo.terms import Custody


@pytest.fixture
def seize(market, escrow, enforcer, stranger):
    """A court's order: shares leave the escrow by force."""

    def make(quantity):
        return market.tokens["STOCK"].forcedTransfer(escrow, stranger, quantity, sender=enforcer)

    return make


@pytest.fixture
def set_id(market, netted, escrow):
    """10,000 shares secure the lender, the set's second party."""
    return escrow.setOf(market.open(netted))


@pytest.fixture
def book(market, escrow, token_administrator):
    def make(set_id, secured, quantity, trades, sets):
        stock = market.tokens["STOCK"]
        return escrow.bookSetSeizure(
            set_id, secured, stock, quantity, trades, sets, sender=token_administrator
        )

    return make


def _held(escrow, set_id):
    return [(each.heldForFirst, each.heldForSecond) for each in escrow.nettingSet(set_id).holdings]


def test_book_set_seizure__named_set__bears_it(market, set_id, seize, book, escrow, lender):
    seize(4_000)

    receipt = book(set_id, lender, 4_000, [], [set_id])

    told = {"id": set_id, "secured": lender.address, "quantity": 4_000}
    assert events(receipt) == [("SetSeized", {**told, "token": market.tokens["STOCK"].address})]
    assert transfers(receipt) == []
    assert _held(escrow, set_id) == [(0, 0), (0, 6_000)]
    # Invariant 1
    assert market.tokens["STOCK"].balanceOf(escrow) == 6_000


def test_book_set_seizure__next_mark__calls_the_shortfall(
    market, set_id, seize, book, issuer, escrow, keeper, lender, borrower
):
    seize(4_000)
    book(set_id, lender, 4_000, [], [set_id])
    issuer.publish()
    receipt = escrow.markSets([set_id], MARKED, sender=keeper)
    assert failures(receipt) == []
    assert transfers(receipt) == [
        (market.tokens["STOCK"].address, borrower.address, escrow.address, 4_000)
    ]


def test_book_set_seizure__other_party_s__is_its_own(
    market, netted, seize, book, escrow, lender, borrower
):
    back = replace(
        netted,
        lender=netted.borrower,
        borrower=netted.lender,
        loan_token=market.tokens["LOTS"].address,
        loan_quantity=1_000,
        collateral=market.basket(STOCK=400),
    )
    set_id = escrow.setOf(market.open(netted, back)[0])
    seize(100)
    book(set_id, borrower, 100, [], [set_id])
    assert (300, 10_000) in _held(escrow, set_id)
    with reverts(
        escrow.NotSeized,
        token=market.tokens["STOCK"].address,
        booked=10_300,
        balance=10_300,
        quantity=1,
    ):
        book(set_id, lender, 1, [], [set_id])


def test_book_seizure__shortage_shown_by_a_set_too__is_booked(
    market, lent, set_id, seize, escrow, token_administrator
):
    trade = market.open(replace(lent, uti=b"own".ljust(32, b"\0")))
    seize(4_000)
    stock = market.tokens["STOCK"]
    with reverts(
        escrow.NotSeized, token=stock.address, booked=10_000, balance=16_000, quantity=4_000
    ):
        escrow.bookSeizure(trade, stock, 4_000, [trade], [], sender=token_administrator)
    escrow.bookSeizure(trade, stock, 4_000, [trade], [set_id], sender=token_administrator)
    assert market.held(trade) == [6_000]


@pytest.mark.parametrize("role", ["lender", "borrower", "keeper", "stranger", "enforcer"])
def test_book_set_seizure__without_the_role__is_refused(
    request, role, market, set_id, seize, escrow, lender
):
    seize(1)
    caller, stock = request.getfixturevalue(role), market.tokens["STOCK"]
    with reverts(escrow.AccessManagedUnauthorized, caller=caller.address):
        escrow.bookSetSeizure(set_id, lender, stock, 1, [], [set_id], sender=caller)


def test_book_set_seizure__who_is_not_of_the_set__is_refused(set_id, seize, book, escrow, stranger):
    seize(1)
    with reverts(escrow.NotInSet, id=set_id, found=stranger.address):
        book(set_id, stranger, 1, [], [set_id])


@pytest.mark.parametrize(
    ("role", "quantity", "found"), [("lender", 10_001, 10_000), ("borrower", 1, 0)]
)
def test_book_set_seizure__more_than_is_held__is_refused(
    request, role, quantity, found, market, lent, set_id, seize, book, escrow
):
    trade = market.open(replace(lent, uti=b"own".ljust(32, b"\0")))
    seize(10_001)
    stock = market.tokens["STOCK"].address
    with reverts(escrow.SetNotHeld, id=set_id, token=stock, found=found, needed=quantity):
        book(set_id, request.getfixturevalue(role), quantity, [trade], [set_id])


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_book_set_seizure__nothing__is_refused(request, role, market, set_id, book, escrow):
    with reverts(escrow.ZeroQuantity, token=market.tokens["STOCK"].address):
        book(set_id, request.getfixturevalue(role), 0, [], [set_id])


def test_book_set_seizure__token_that_the_set_does_not_know__is_refused(
    market, lent, set_id, escrow, enforcer, stranger, lender, token_administrator
):
    trade = market.open(replace(lent, collateral=market.basket(LOTS=25_000)))
    lots = market.tokens["LOTS"]
    lots.forcedTransfer(escrow, stranger, 1, sender=enforcer)
    with reverts(escrow.SetNotHeld, id=set_id, token=lots.address, found=0, needed=1):
        escrow.bookSetSeizure(set_id, lender, lots, 1, [trade], [], sender=token_administrator)
    assert len(_held(escrow, set_id)) == 2


def test_book_set_seizure__not_listed__is_refused(
    set_id, escrow, stranger, lender, token_administrator
):
    with reverts(escrow.NotListed, token=stranger.address):
        escrow.bookSetSeizure(set_id, lender, stranger, 1, [], [set_id], sender=token_administrator)


@pytest.mark.parametrize("kind", ["by title", "never had a trade", "named twice"])
def test_book_set_seizure__of_a_set_that_the_escrow_does_not_hold_for__is_refused(
    kind, market, netted, set_id, seize, book, escrow, lender
):
    others = {
        "by title": under(netted, custody=Custody.TITLE_TRANSFER),
        "never had a trade": under(netted, name=b"never".ljust(32, b"\0")),
        "named twice": netted,
    }
    other = others[kind]
    booked = market.book(other) if kind == "never had a trade" else None
    if kind == "by title":
        booked = market.open(other)
    found = escrow.setOf(booked) if booked else set_id
    seize(1)
    sets = sorted([set_id, found])
    with reverts(escrow.NotAHolder, id=found):
        book(set_id, lender, 1, [], sets)
