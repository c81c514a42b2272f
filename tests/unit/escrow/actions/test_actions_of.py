# SPDX-License-Identifier: MIT
"""`actions_of`: what is declared on a token, in order."""

from market import INCOME, REDEMPTION, SPLIT

from support import MARKED, THIRD, reverts


def test_actions_of__nothing_declared__is_empty(market, escrow):
    assert escrow.actionsOf(market.tokens["STOCK"]) == []


def test_actions_of__several__are_in_the_order_of_their_dates(market, issuer, escrow):
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.split("STOCK", THIRD, 3, 2)
    issuer.redemption("STOCK", THIRD + 1, 5_000_000_000)
    found = [
        (each.date, each.kind, each.numerator, each.denominator, each.agent)
        for each in escrow.actionsOf(market.tokens["STOCK"])
    ]
    agent = issuer.agent.address
    assert found == [
        (MARKED, INCOME, 250_000_000, 0, agent),
        (THIRD, SPLIT, 3, 2, agent),
        (THIRD + 1, REDEMPTION, 5_000_000_000, 0, agent),
    ]
    # Indices in the list of instruments: USD is the fifth, EUR the sixth.
    assert [each.cash for each in escrow.actionsOf(market.tokens["STOCK"])] == [5, 0, 6]


def test_actions_of__another_token__has_its_own(market, issuer, escrow):
    issuer.split("STOCK", MARKED, 2, 1)
    assert escrow.actionsOf(market.tokens["LOTS"]) == []


def test_actions_of__token_not_listed__is_refused(escrow, stranger):
    with reverts(escrow.NotListed, token=stranger.address):
        escrow.actionsOf(stranger)


def test_actions_of__at_the_part_s_own_address__lists_no_token(market, issuer, actions_part):
    issuer.split("STOCK", MARKED, 2, 1)
    stock = market.tokens["STOCK"]
    with reverts(actions_part.NotListed, token=stock.address):
        actions_part.actionsOf(stock)
