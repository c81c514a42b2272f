# SPDX-License-Identifier: MIT
"""Substitute: what the basket must be worth afterwards, and what a haircut takes off."""

from dataclasses import replace

import pytest

from support import MARKED, events
from tanpo.terms import Verb

ONE_E18 = 10**18


def test_substitute__out_only__takes_the_excess(market, desk, trade, substitution):
    desk.publish(STOCK="120")
    # 1,100,000 - 1,000,100 = 99,900: 832 shares are 99,840
    change = substitution({"STOCK": 832})
    desk.agree(change)
    desk.make(change)
    assert market.held(trade) == [4_168, 12_500]


def test_substitute__out_of_more_than_the_excess__is_refused(desk, substitution, escrow, refused):
    desk.publish(STOCK="120")
    change = substitution({"STOCK": 833})
    refused(
        change,
        escrow.Undercollateralised,
        id=change.trade,
        foundE18=1_000_040 * ONE_E18,
        neededE18=1_000_100 * ONE_E18,
    )


def test_substitute__below_the_required_value__needs_as_much_as_before(
    desk, substitution, escrow, refused
):
    # 1,000,000 is 100 short already
    desk.publish()
    change = substitution({"STOCK": 5_000}, {"EUR": 39_999_999})
    refused(
        change,
        escrow.Undercollateralised,
        id=change.trade,
        foundE18=99_999_998_750 * 10**13,
        neededE18=1_000_000 * ONE_E18,
    )


def test_substitute__new_token_with_a_haircut__counts_less(market, desk, trade, escrow):
    desk.publish()
    (eur,) = market.basket(EUR=40_816_327)
    # 400,000 / 98 % = 408,163.265
    change = desk.draft(
        trade,
        Verb.SUBSTITUTE,
        outgoing=market.basket(STOCK=5_000),
        incoming=(replace(eur, haircut_bps=200),),
    )
    desk.agree(change)
    desk.make(change)
    ((_, args), *_) = events(market.mark(trade))
    # 500,000 + 408,163.27 x 1.25 x 98 %
    assert args["collateralE18"] == 1_000_000_005_750 * 10**12


def test_substitute__new_token_with_a_haircut__a_cent_less_is_refused(
    market, desk, trade, escrow, refused
):
    desk.publish()
    (eur,) = market.basket(EUR=40_816_326)
    change = desk.draft(
        trade,
        Verb.SUBSTITUTE,
        outgoing=market.basket(STOCK=5_000),
        incoming=(replace(eur, haircut_bps=200),),
    )
    refused(
        change,
        escrow.Undercollateralised,
        id=trade,
        foundE18=999_999_993_500 * 10**12,
        neededE18=1_000_000 * ONE_E18,
    )


def test_substitute__token_that_stays__keeps_its_haircut(market, lent, desk, escrow):
    stock, lots = lent.collateral
    trade = market.open(replace(lent, collateral=(stock, replace(lots, haircut_bps=1_000))))
    desk.publish()
    (more,) = market.basket(LOTS=1_000)
    desk.made(trade, Verb.SUBSTITUTE, incoming=(replace(more, haircut_bps=1_000),))
    ((_, args), *_) = events(market.mark(trade))
    # 500,000 + 13,500 x 40 x 90 %
    assert args["collateralE18"] == 986_000 * ONE_E18


@pytest.mark.parametrize("leg", ["outgoing", "incoming"])
@pytest.mark.parametrize("haircut_bps", [0, 999, 1_001])
def test_substitute__another_haircut_than_the_basket_s__is_refused(
    leg, haircut_bps, market, lent, desk, escrow, refused
):
    stock, lots = lent.collateral
    trade = market.open(replace(lent, collateral=(stock, replace(lots, haircut_bps=1_000))))
    desk.publish()
    (moved,) = market.basket(LOTS=1_000)
    moved = replace(moved, haircut_bps=haircut_bps)
    change = desk.draft(trade, Verb.SUBSTITUTE, **{leg: (moved,)})
    differs = {"found": haircut_bps, "needed": 1_000}
    refused(change, escrow.HaircutDiffers, id=trade, token=lots.token, **differs)


def test_substitute__first_token_leaves__next_one_brings_its_haircut(market, lent, desk, escrow):
    stock, lots = lent.collateral
    basket = (replace(stock, haircut_bps=500), replace(lots, haircut_bps=1_000))
    trade = market.open(replace(lent, collateral=basket))
    desk.publish()
    incoming = market.basket(EUR=40_000_000)
    desk.made(trade, Verb.SUBSTITUTE, outgoing=basket[:1], incoming=incoming)
    ((_, args), *_) = events(market.mark(trade))
    # 12,500 x 40 x 90 % + 400,000 x 1.25
    assert args["collateralE18"] == 950_000 * ONE_E18


def test_substitute__no_price_of_the_new_token__is_refused(
    market, desk, substitution, fixings, refused
):
    change = substitution({"STOCK": 1}, {"JGB": 50_000})
    market.publish(MARKED, {"STOCK": "100", "LOTS": "40", "EURUSD": "1.25"})
    refused(change, fixings.MissingFixing, key=market.key("JGB"), date=MARKED)
