# SPDX-License-Identifier: MIT
"""Substitute: tokens leave the basket against others."""

from dataclasses import replace

import pytest
from market import under

from support import MARKED, THIRD, events, reverts, transfers
from tanpo.instrument import Kind
from tanpo.terms import Collateral, Custody, Verb

ONE_E18 = 10**18


@pytest.mark.parametrize("custody", list(Custody))
def test_substitute__one_token_for_another__moves_both(custody, market, lent, desk, escrow, shown):
    trade = market.open(under(lent, custody=custody))
    desk.publish()
    change = desk.draft(
        trade,
        Verb.SUBSTITUTE,
        outgoing=market.basket(STOCK=5_000),
        incoming=market.basket(EUR=40_000_000),
    )
    desk.agree(change)

    receipt = desk.make(change)

    stock, lots, eur = market.addresses("STOCK", "LOTS", "EUR")
    holder = escrow.address if custody == Custody.SEGREGATED else lent.lender
    common = {"id": trade, "date": MARKED}
    assert events(receipt) == [
        ("Changed", {**common, "verb": Verb.SUBSTITUTE, "change": shown(change)}),
        ("Returned", {**common, "token": stock, "quantity": 5_000}),
        ("Delivered", {**common, "token": eur, "quantity": 40_000_000}),
    ]
    assert transfers(receipt) == [
        (stock, holder, lent.borrower, 5_000),
        (eur, lent.borrower, holder, 40_000_000),
    ]
    assert list(market.holding(trade).items()) == [(lots, 12_500), (eur, 40_000_000)]
    shown_trade = escrow.trade(trade)
    assert (shown_trade.loanQuantity, shown_trade.accruesFrom) == (100_000_000, MARKED - 1)


def test_substitute__a_part__stays_in_its_place(market, desk, trade, substitution):
    desk.publish()
    change = substitution({"STOCK": 1_000, "LOTS": 2_500}, {"EUR": 16_000_000})
    desk.agree(change)
    desk.make(change)
    assert list(market.holding(trade)) == market.addresses("STOCK", "LOTS", "EUR")
    assert market.held(trade) == [4_000, 10_000, 16_000_000]


def test_substitute__within_the_basket__changes_quantities(market, desk, trade, substitution):
    desk.publish()
    change = substitution({"STOCK": 2_000}, {"LOTS": 5_000})
    desk.agree(change)
    desk.make(change)
    assert market.held(trade) == [3_000, 17_500]


def test_substitute__whole_basket__is_another(market, desk, trade, substitution):
    desk.publish(JGB="100", USDJPY="125")
    change = substitution({"STOCK": 5_000, "LOTS": 12_500}, {"EUR": 40_000_000, "JGB": 62_500_000})
    desk.agree(change)
    desk.make(change)
    assert market.holding(trade) == dict(
        zip(market.addresses("EUR", "JGB"), (40_000_000, 62_500_000), strict=True)
    )
    assert market.balances(market.tokens["STOCK"])[2] == 0


@pytest.mark.parametrize(("out", "into"), [("STOCK", "EUR"), ("LOTS", "EUR")])
def test_substitute__afterwards__marks_and_closes_the_new_basket(
    out, into, market, desk, trade, escrow, substitution, lender
):
    quantities = {"STOCK": 5_000, "LOTS": 12_500}
    desk.publish()
    change = substitution({out: quantities[out]}, {into: 40_000_000})
    desk.agree(change)
    desk.make(change)

    ((_, args), *_) = events(market.mark(trade))
    assert args["collateralE18"] == 1_000_000 * ONE_E18
    left = market.holding(trade)
    receipt = desk.made(trade, Verb.TERMINATE)
    assert transfers(receipt)[2:] == [
        (token, escrow.address, market.borrower.address, quantity)
        for token, quantity in left.items()
    ]


def test_substitute__in_only__adds(market, desk, trade, substitution):
    desk.publish()
    change = substitution((), {"STOCK": 1})
    desk.agree(change)
    desk.make(change)
    assert market.held(trade) == [5_001, 12_500]


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_substitute__alone_within_the_basket__is_made(request, role, market, lent, desk):
    trade = market.open(under(lent, **{f"{role}_may": 1 << Verb.SUBSTITUTE}))
    desk.publish()
    change = desk.draft(
        trade,
        Verb.SUBSTITUTE,
        outgoing=market.basket(STOCK=2_000),
        incoming=market.basket(LOTS=5_000),
    )
    desk.make(change, sender=request.getfixturevalue(role))
    assert market.held(trade) == [3_000, 17_500]


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_substitute__alone_with_a_new_token__is_refused(request, role, market, lent, desk, escrow):
    trade = market.open(under(lent, **{f"{role}_may": 1 << Verb.SUBSTITUTE}))
    desk.publish()
    change = desk.draft(trade, Verb.SUBSTITUTE, incoming=market.basket(EUR=1))
    with market.untouched(trade), reverts(escrow.BadChange, id=trade, verb=Verb.SUBSTITUTE):
        desk.make(change, sender=request.getfixturevalue(role))


def test_substitute__nothing__is_refused(desk, substitution, escrow, refused):
    change = substitution()
    desk.publish()
    refused(change, escrow.BadChange, id=change.trade, verb=Verb.SUBSTITUTE)


@pytest.mark.parametrize("side", ["outgoing", "incoming"])
def test_substitute__quantity_of_nothing__is_refused(
    side, market, desk, substitution, escrow, refused
):
    change = substitution(**{side: {"STOCK": 0}})
    desk.publish()
    (stock,) = market.addresses("STOCK")
    refused(change, escrow.ZeroQuantity, token=stock)


@pytest.mark.parametrize(
    ("outgoing", "symbol", "found", "needed"),
    [
        ({"STOCK": 5_001}, "STOCK", 5_000, 5_001),
        ({"STOCK": 1, "LOTS": 12_501}, "LOTS", 12_500, 12_501),
        ({"EUR": 1}, "EUR", 0, 1),
    ],
)
def test_substitute__more_than_is_held__is_refused(
    outgoing, symbol, found, needed, market, desk, substitution, escrow, refused
):
    change = substitution(outgoing, {"EUR": 80_000_000})
    desk.publish()
    (token,) = market.addresses(symbol)
    refused(change, escrow.NotHeld, id=change.trade, token=token, found=found, needed=needed)


def test_substitute__twice_what_is_held__is_refused(market, desk, trade, escrow, refused):
    desk.publish()
    change = desk.draft(
        trade,
        Verb.SUBSTITUTE,
        outgoing=market.basket(STOCK=3_000) * 2,
        incoming=market.basket(EUR=80_000_000),
    )
    (stock,) = market.addresses("STOCK")
    refused(change, escrow.NotHeld, id=trade, token=stock, found=2_000, needed=3_000)


@pytest.mark.parametrize("side", ["outgoing", "incoming"])
def test_substitute__token_not_listed__is_refused(side, desk, trade, escrow, refused, stranger):
    desk.publish()
    change = desk.draft(trade, Verb.SUBSTITUTE, **{side: (Collateral(stranger.address, 1),)})
    refused(change, escrow.NotListed, token=stranger.address)


@pytest.mark.parametrize("haircut_bps", [10_000, 2**16 - 1])
def test_substitute__haircut_of_all__is_refused(haircut_bps, market, desk, trade, escrow, refused):
    desk.publish()
    (eur,) = market.basket(EUR=1)
    change = desk.draft(trade, Verb.SUBSTITUTE, incoming=(replace(eur, haircut_bps=haircut_bps),))
    refused(change, escrow.HaircutTooHigh, token=eur.token, found=haircut_bps)


def test_substitute__loan_token__is_refused(market, lent, desk, substitution, escrow, refused):
    desk.publish()
    refused(
        substitution({"STOCK": 1}, {"USD": 1_000_000}),
        escrow.DuplicateToken,
        token=lent.loan_token,
    )


def test_substitute__everything_for_nothing__is_refused(desk, substitution, escrow, refused):
    desk.publish()
    change = substitution({"STOCK": 5_000, "LOTS": 12_500})
    refused(change, escrow.BadBasketSize, found=0, most=20)


@pytest.fixture
def many(market, project, escrow, token_administrator):
    """Nineteen further tokens of collateral."""

    def list_one():
        token = token_administrator.deploy(project.MockToken, 0)
        escrow.list(token, Kind.EQUITY, b"USD", 1, sender=token_administrator)
        market.supply(token)
        return Collateral(token.address, 1)

    return tuple(list_one() for _ in range(19))


def test_substitute__twenty_first_token__is_refused(desk, trade, many, escrow, refused):
    desk.publish()
    change = desk.draft(trade, Verb.SUBSTITUTE, incoming=many)
    refused(change, escrow.BadBasketSize, found=21, most=20)


def test_substitute__twentieth_token__is_made(market, desk, trade, many, project):
    prices = {project.MockToken.at(leg.token): "1" for leg in many}
    market.publish(MARKED, {"STOCK": "100", "LOTS": "40", "EURUSD": "1.25"} | prices)
    desk.made(
        trade,
        Verb.SUBSTITUTE,
        outgoing=market.basket(LOTS=12_500),
        incoming=(*many, *market.basket(STOCK=5_000)),
    )
    assert market.held(trade) == [10_000, *[1] * 19]


def test_substitute__borrower_short__is_refused(desk, substitution, refused_short, borrower):
    change = substitution({"STOCK": 5_000}, {"EUR": 40_000_000})
    desk.publish()
    refused_short(change, "EUR", borrower, 40_000_000)


def test_substitute__lender_by_title_short__is_refused(market, lent, desk, refused_short, lender):
    trade = market.open(under(lent, custody=Custody.TITLE_TRANSFER))
    desk.publish()
    change = desk.draft(
        trade,
        Verb.SUBSTITUTE,
        outgoing=market.basket(STOCK=5_000),
        incoming=market.basket(EUR=40_000_000),
    )
    refused_short(change, "STOCK", lender, 5_000)


def test_substitute__of_one_trade__leaves_the_like_ones(market, lent, desk, escrow):
    first, second = market.open(lent, replace(lent, uti=b"second".ljust(32)))
    desk.publish()
    desk.made(
        first,
        Verb.SUBSTITUTE,
        outgoing=market.basket(STOCK=5_000),
        incoming=market.basket(EUR=40_000_000),
    )
    assert market.held(second) == [5_000, 12_500]
    desk.publish(THIRD)
    ((_, args), *_) = events(market.mark(second, day=THIRD))
    assert args["collateralE18"] == 1_000_000 * ONE_E18
