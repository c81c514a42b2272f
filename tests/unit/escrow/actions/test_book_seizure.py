# SPDX-License-Identifier: MIT
"""`book_seizure`: what the enforcer forced out of the escrow is one trade's loss."""

from dataclasses import replace

import pytest
from market import ENOUGH, under

from support import CLOSED_OUT, MARKED, SETTLED, at, events, failed, failures, reverts, transfers
from tanpo.terms import Custody


@pytest.fixture
def pair(market, lent):
    """Two trades of 10,000 shares each, in ascending order."""
    return sorted(market.open(lent, replace(lent, uti=b"other".ljust(32, b"\0"))))


@pytest.fixture
def seize(market, escrow, enforcer, stranger):
    """A court's order: shares leave the escrow by force."""

    def make(quantity, symbol="STOCK"):
        token = market.tokens[symbol]
        return token.forcedTransfer(escrow, stranger, quantity, sender=enforcer)

    return make


@pytest.fixture
def book(market, escrow, token_administrator):
    def make(trade, quantity, trades, symbol="STOCK"):
        token = market.tokens[symbol]
        return escrow.bookSeizure(trade, token, quantity, trades, [], sender=token_administrator)

    return make


def test_book_seizure__named_trade__bears_it_alone(market, pair, seize, book, escrow, issuer):
    first, second = pair
    seize(4_000)

    receipt = book(first, 4_000, pair)

    stock = market.tokens["STOCK"].address
    assert events(receipt) == [("Seized", {"id": first, "token": stock, "quantity": 4_000})]
    assert transfers(receipt) == []
    assert (market.held(first), market.held(second)) == ([6_000], [10_000])
    # Invariant 1
    assert market.tokens["STOCK"].balanceOf(escrow) == 16_000


def test_book_seizure__next_mark__calls_the_shortfall(market, pair, seize, book, issuer, lent):
    first, second = pair
    seize(4_000)
    book(second, 4_000, pair)
    issuer.publish()
    receipt = market.mark(first, second)
    stock = market.tokens["STOCK"].address
    value = {"loanE18": 10**24, "requiredE18": 10**24}
    common = {"date": MARKED}
    assert events(receipt) == [
        ("Marked", {"id": first, **common, **value, "collateralE18": 10**24}),
        ("Marked", {"id": second, **common, **value, "collateralE18": 600_000 * 10**18}),
        ("Delivered", {"id": second, **common, "token": stock, "quantity": 4_000}),
    ]
    assert transfers(receipt) == [(stock, lent.borrower, market.escrow.address, 4_000)]


def test_book_seizure__other_trade__closes_in_full(market, pair, seize, book, escrow, lent):
    first, second = pair
    seize(10_000)
    book(first, 10_000, pair)
    receipt = escrow.close([second], SETTLED, sender=market.borrower)
    stock = market.tokens["STOCK"].address
    assert transfers(receipt)[1] == (stock, escrow.address, lent.borrower, 10_000)
    assert (market.held(first), market.tokens["STOCK"].balanceOf(escrow)) == ([0], 0)


def test_book_seizure__everything__leaves_nothing_to_call(market, pair, seize, book, issuer):
    first, second = pair
    seize(10_000)
    book(first, 10_000, pair)
    issuer.publish()
    assert failures(market.mark(first, second)) == [
        failed(first, MARKED, "mark", "WorthlessBasket", id=first)
    ]


def test_book_seizure__in_parts__is_booked_to_several(market, pair, seize, book):
    first, second = pair
    seize(1_000)
    book(first, 400, pair)
    book(second, 600, pair)
    assert (market.held(first), market.held(second)) == ([9_600], [9_400])


def test_book_seizure__further_token__is_taken_from_it(market, lent, seize, book):
    trade = market.open(replace(lent, collateral=market.basket(STOCK=5_000, LOTS=12_500)))
    seize(7, "LOTS")
    book(trade, 7, [trade], "LOTS")
    assert market.held(trade) == [5_000, 12_493]


@pytest.fixture
def not_seized(market, escrow):
    """The booking of more shares than are missing fails."""

    def check(**found):
        return reverts(escrow.NotSeized, token=market.tokens["STOCK"].address, **found)

    return check


@pytest.mark.parametrize("role", ["lender", "borrower", "enforcer", "stranger"])
def test_book_seizure__without_the_role__is_refused(request, role, market, pair, seize, escrow):
    caller, stock = request.getfixturevalue(role), market.tokens["STOCK"]
    seize(1)
    with (
        market.untouched(*pair),
        reverts(escrow.AccessManagedUnauthorized, caller=caller.address),
    ):
        escrow.bookSeizure(pair[0], stock, 1, pair, [], sender=caller)


def test_book_seizure__nothing_was_seized__is_refused(market, pair, book, not_seized):
    with (
        market.untouched(*pair),
        not_seized(booked=20_000, balance=20_000, quantity=1),
    ):
        book(pair[0], 1, pair)


def test_book_seizure__more_than_was_seized__is_refused(market, pair, seize, book, not_seized):
    seize(4_000)
    with (
        market.untouched(*pair),
        not_seized(booked=20_000, balance=16_000, quantity=4_001),
    ):
        book(pair[0], 4_001, pair)


def test_book_seizure__again__is_refused(pair, seize, book, not_seized):
    seize(4_000)
    book(pair[0], 4_000, pair)
    with not_seized(booked=16_000, balance=16_000, quantity=4_000):
        book(pair[0], 4_000, pair)


def test_book_seizure__others_left_out__shows_no_shortage(pair, seize, book, not_seized):
    seize(4_000)
    with not_seized(booked=10_000, balance=16_000, quantity=1):
        book(pair[0], 1, pair[:1])


def test_book_seizure__donation__covers_it_first(
    market, pair, seize, book, escrow, not_seized, lender
):
    seize(4_000)
    market.tokens["STOCK"].transfer(escrow, 3_999, sender=lender)
    with not_seized(booked=20_000, balance=19_999, quantity=2):
        book(pair[0], 2, pair)
    book(pair[0], 1, pair)


def test_book_seizure__more_than_the_trade_holds__is_refused(market, pair, seize, book, escrow):
    seize(10_001)
    with (
        market.untouched(*pair),
        reverts(
            escrow.NotHeld,
            id=pair[0],
            token=market.tokens["STOCK"].address,
            found=10_000,
            needed=10_001,
        ),
    ):
        book(pair[0], 10_001, pair)


def test_book_seizure__token_not_listed__is_refused(pair, escrow, stranger, token_administrator):
    with reverts(escrow.NotListed, token=stranger.address):
        escrow.bookSeizure(pair[0], stranger, 1, pair, [], sender=token_administrator)


@pytest.mark.parametrize(
    ("order", "at_index"), [((1, 0), 1), ((0, 0), 1)], ids=["descending", "twice"]
)
def test_book_seizure__trades_not_ascending__is_refused(
    order, at_index, market, pair, seize, book, escrow
):
    seize(1)
    trades = [pair[index] for index in order]
    with (
        market.untouched(*pair),
        reverts(escrow.NotAHolder, id=trades[at_index]),
    ):
        book(pair[0], 1, trades)


def test_book_seizure__others_show_the_shortage__is_borne_by_the_named(market, pair, seize, book):
    seize(10_001)
    book(pair[1], 1, pair[:1])
    assert [market.held(trade) for trade in pair] == [[10_000], [9_999]]


@pytest.mark.parametrize("kind", ["by title", "netted", "closed", "not open yet"])
def test_book_seizure__of_a_trade_the_escrow_does_not_hold_for__is_refused(
    kind, market, lent, seize, book, escrow, borrower
):
    own = market.open(replace(lent, uti=b"own".ljust(32, b"\0")))
    terms = {
        "by title": under(lent, custody=Custody.TITLE_TRANSFER),
        "netted": under(lent, netting=True),
    }.get(kind, lent)
    other = market.book(terms) if kind == "not open yet" else market.open(terms)
    if kind == "closed":
        escrow.close([other], SETTLED, sender=borrower)
    seize(1)
    trades = sorted([own, other])
    with reverts(escrow.NotAHolder, id=other):
        book(own, 1, trades)


def test_book_seizure__at_the_part_s_own_address__knows_no_role(market, pair, actions_part, lender):
    with reverts(actions_part.AccessManagedUnauthorized, caller=lender.address):
        actions_part.bookSeizure(pair[0], market.tokens["STOCK"], 1, pair, [], sender=lender)


def test_book_seizure__token_not_in_the_basket__is_refused(market, lent, seize, book, escrow):
    own = market.open(lent)
    other = market.open(replace(lent, collateral=market.basket(LOTS=25_000)))
    seize(1)
    with reverts(escrow.NotHeld, id=other, token=market.tokens["STOCK"].address, found=0, needed=1):
        book(other, 1, sorted([own, other]))


def test_book_seizure__trade_in_default__is_booked_before_its_close_out(
    market, lent, issuer, seize, book, escrow, borrower, lender
):
    trade, other = market.open(lent, replace(lent, uti=b"other".ljust(32, b"\0")))
    issuer.allow("STOCK", borrower)
    issuer.publish(STOCK="90")
    market.mark(trade)
    escrow.declareDefault(trade, MARKED, sender=lender)
    seize(10_000)
    trades = sorted([trade, other])
    book(trade, 10_000, trades)
    escrow.closeOut(trade, MARKED, sender=lender)
    assert market.status(trade) == CLOSED_OUT
    assert market.tokens["STOCK"].balanceOf(escrow) == 10_000


def test_book_seizure__unbooked__lets_the_last_to_close_fail_only(
    market, pair, seize, book, escrow, borrower
):
    # Who closes first gets its own; the shortage waits for the administrator.
    first, second = pair
    seize(4_000)
    assert failures(escrow.close([first], SETTLED, sender=borrower)) == []
    stock = market.tokens["STOCK"]
    with market.untouched(second):
        receipt = escrow.close([second], SETTLED, sender=borrower)
    assert failures(receipt) == [
        failed(
            second,
            SETTLED,
            "close",
            "ERC20InsufficientBalance",
            sender=escrow.address,
            balance=6_000,
            needed=10_000,
        )
    ]
    book(second, 4_000, [second])
    market.chain.pending_timestamp = at(SETTLED, 20)
    assert failures(escrow.close([second], SETTLED, sender=borrower)) == []
    assert stock.balanceOf(borrower) == ENOUGH - 4_000


def test_book_seizure__trade_that_holds_nothing__is_refused(
    market, lent, pair, seize, book, escrow
):
    stock = market.tokens["STOCK"].address
    titled = market.open(under(lent, custody=Custody.TITLE_TRANSFER))
    seize(1)
    with (
        market.untouched(titled, *pair),
        reverts(escrow.NotHeld, id=titled, token=stock, found=0, needed=1),
    ):
        book(titled, 1, pair)


@pytest.mark.parametrize("symbol", ["STOCK", "LOTS"])
def test_book_seizure__nothing__is_refused(symbol, market, pair, book, escrow):
    token = market.tokens[symbol].address
    with market.untouched(*pair), reverts(escrow.ZeroQuantity, token=token):
        book(pair[0], 0, pair, symbol)
