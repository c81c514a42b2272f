# SPDX-License-Identifier: MIT
"""`valuation`: what a trade is worth at the fixings of a date, changing nothing."""

from dataclasses import replace

from support import MARKED, SETTLED, price, reverts


def test_valuation__sample_on_19_april__is_even(market, sample, escrow):
    trade = market.open(sample)
    # 50,000,000 x 0.98811 x 1.09253; 335,240 x 161.01
    assert tuple(escrow.valuation(trade, SETTLED)) == (
        53976990915000000000000000,
        0,
        53976990915000000000000000,
        53976992400000000000000000,
    )


def test_valuation__sample_on_20_april__is_what_the_mark_finds(market, sample, escrow):
    trade = market.open(sample)
    market.publish_marked()
    assert tuple(escrow.valuation(trade, MARKED)) == (
        54195482635000000000000000,
        0,
        54195482635000000000000000,
        54486557200000000000000000,
    )


def test_valuation__after_the_return__is_within_a_share(market, sample, escrow):
    trade = market.open(sample)
    market.publish_marked()
    market.mark(trade)
    value = escrow.valuation(trade, MARKED)
    assert value.collateralE18 == 333_450 * 16253 * 10**16
    assert 0 <= value.collateralE18 - value.requiredE18 < 16253 * 10**16


def test_valuation__lender_pays__accrues_below_zero(market, cash_loan, escrow):
    usd = market.tokens["USD"].address
    terms = replace(
        cash_loan, rate_e9=-36_000_000, day_count_basis=360, rate_token=usd, ratio_bps=10_200
    )
    trade = market.open(terms)
    market.publish_marked(STOCK="100")
    assert tuple(escrow.valuation(trade, MARKED)) == (
        10**24,
        -100 * 10**18,
        1_019_898 * 10**18,
        10**24,
    )


def test_valuation__no_price_on_the_date__reverts(market, sample, escrow, fixings):
    trade = market.open(sample)
    with reverts(fixings.MissingFixing, key=price(market.tokens["BUND"]), date=MARKED):
        escrow.valuation(trade, MARKED)


def test_valuation__never_booked__is_nothing(market, sample, escrow):
    assert tuple(escrow.valuation(market.trade_id(sample), SETTLED)) == (0, 0, 0, 0)


def test_valuation__approved_only__accrues_nothing(market, cash_loan, escrow):
    usd = market.tokens["USD"].address
    terms = replace(cash_loan, rate_e9=36_000_000, day_count_basis=360, rate_token=usd)
    trade = market.book(terms)
    assert escrow.valuation(trade, SETTLED).accruedE18 == 0
