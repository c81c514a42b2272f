# SPDX-License-Identifier: MIT
"""`declare`: the issuer's agent says what will happen to a security."""

import pytest
from market import INCOME, REDEMPTION, SPLIT

from support import MARKED, SETTLED, THIRD, events, reverts
from tanpo.terms import NOBODY


@pytest.mark.parametrize(
    ("symbol", "kind", "cash", "above", "below"),
    [
        ("STOCK", INCOME, "USD", 250_000_000, 0),
        ("STOCK", SPLIT, None, 3, 2),
        ("BUND", REDEMPTION, "EUR", 10_000_000_000, 0),
    ],
    ids=["income", "split", "redemption"],
)
def test_declare__by_the_token_administrator__is_told_and_kept(
    symbol, kind, cash, above, below, market, issuer, escrow
):
    token, paid = market.tokens[symbol], market.tokens[cash].address if cash else NOBODY

    receipt = issuer.declare(symbol, MARKED, kind, cash, above, below)

    assert events(receipt) == [
        (
            "Declared",
            {
                "token": token.address,
                "date": MARKED,
                "kind": kind,
                "cash": paid,
                "numerator": above,
                "denominator": below,
                "agent": issuer.agent.address,
            },
        )
    ]
    assert escrow.instrumentOf(token).lastAction == MARKED
    assert len(escrow.actionsOf(token)) == 1


@pytest.mark.parametrize("role", ["lender", "borrower", "keeper", "feeder", "enforcer"])
def test_declare__by_anyone_else__is_refused(request, role, market, escrow):
    caller, stock = request.getfixturevalue(role), market.tokens["STOCK"]
    with reverts(escrow.AccessManagedUnauthorized, caller=caller.address):
        escrow.declare(stock, MARKED, SPLIT, NOBODY, 2, 1, sender=caller)
    assert escrow.actionsOf(stock) == []


def test_declare__token_not_listed__is_refused(escrow, stranger, token_administrator):
    with reverts(escrow.NotListed, token=stranger.address):
        escrow.declare(stranger, MARKED, SPLIT, NOBODY, 2, 1, sender=token_administrator)


def test_declare__cash_not_listed__is_refused(market, escrow, stranger, token_administrator):
    with reverts(escrow.NotListed, token=stranger.address):
        escrow.declare(
            market.tokens["STOCK"], MARKED, INCOME, stranger, 1, 0, sender=token_administrator
        )


@pytest.mark.parametrize("day", [SETTLED - 1, SETTLED], ids=["before", "of the latest"])
def test_declare__fixings_are_out__is_refused(day, market, issuer, escrow):
    stock = market.tokens["STOCK"]
    with reverts(escrow.TooLate, token=stock.address, date=day, latest=SETTLED):
        issuer.split("STOCK", day, 2, 1)
    assert escrow.actionsOf(stock) == []


@pytest.mark.parametrize("day", [MARKED, THIRD], ids=["before", "of the last"])
def test_declare__not_after_the_last_declared__is_refused(day, market, issuer, escrow):
    stock = market.tokens["STOCK"]
    issuer.split("STOCK", THIRD, 2, 1)
    with reverts(escrow.TooLate, token=stock.address, date=day, latest=THIRD):
        issuer.income("STOCK", day, 1)
    assert escrow.instrumentOf(stock).lastAction == THIRD


def test_declare__another_token_s_order__is_its_own(issuer):
    issuer.split("STOCK", THIRD, 2, 1)
    issuer.split("LOTS", MARKED, 2, 1)


@pytest.mark.parametrize(
    ("symbol", "kind", "cash", "above", "below"),
    [
        ("STOCK", INCOME, "USD", 0, 0),
        ("STOCK", INCOME, None, 1, 0),
        ("STOCK", INCOME, "USD", 1, 1),
        ("STOCK", INCOME, "LOTS", 1, 0),
        ("STOCK", SPLIT, None, 0, 1),
        ("STOCK", SPLIT, None, 2, 0),
        ("STOCK", SPLIT, "USD", 2, 1),
        ("STOCK", REDEMPTION, "USD", 0, 0),
        ("STOCK", REDEMPTION, None, 1, 0),
        ("STOCK", REDEMPTION, "USD", 1, 1),
        ("STOCK", REDEMPTION, "BUND", 1, 0),
        ("USD", INCOME, "USD", 1, 0),
        ("USD", SPLIT, None, 2, 1),
        ("USD", REDEMPTION, "EUR", 1, 0),
    ],
)
def test_declare__not_what_its_kind_needs__is_refused(
    symbol, kind, cash, above, below, market, issuer, escrow
):
    token = market.tokens[symbol]
    with reverts(escrow.BadAction, kind=kind, token=token.address):
        issuer.declare(symbol, MARKED, kind, cash, above, below)
    assert (escrow.instrumentOf(token).lastAction, escrow.actionsOf(token)) == (0, [])


def test_declare__at_the_part_s_own_address__knows_no_role(market, actions_part, lender):
    with reverts(actions_part.AccessManagedUnauthorized, caller=lender.address):
        actions_part.declare(market.tokens["STOCK"], MARKED, SPLIT, NOBODY, 2, 1, sender=lender)
