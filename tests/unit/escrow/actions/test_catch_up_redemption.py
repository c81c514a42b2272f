# SPDX-License-Identifier: MIT
"""`catch_up`, redemption: a security becomes cash."""

from dataclasses import replace

from market import under

from support import MARKED, THIRD, at, events, transfers
from tanpo.terms import Custody


def test_catch_up__redemption_of_held_collateral__becomes_cash_without_a_haircut(
    market, lent, issuer, escrow
):
    (bund,) = market.basket(BUND=800_001)
    trade = market.open(replace(lent, collateral=(replace(bund, haircut_bps=1_000),)))
    issuer.redemption("BUND", MARKED, 9_999_999_999)
    issuer.publish()

    receipt = issuer.catch_up(trade)

    # 800,001 x 99.99999999 / 100 = 800,000.99991999
    eur = market.tokens["EUR"]
    assert events(receipt) == [
        issuer.exchanged(trade, MARKED, ("BUND", 800_001), ("EUR", 80_000_099))
    ]
    assert transfers(receipt) == [
        (bund.token, escrow.address, issuer.agent.address, 800_001),
        (eur.address, issuer.agent.address, escrow.address, 80_000_099),
    ]
    assert market.holding(trade) == {eur.address: 80_000_099}
    # x 1.25, all of it
    assert escrow.valuation(trade, MARKED).collateralE18 == 10_000_012_375 * 10**14


def test_catch_up__redemption_beside_its_cash__is_one_position(market, lent, issuer):
    terms = replace(lent, collateral=market.basket(STOCK=1, EUR=7, BUND=4))
    trade = market.open(terms)
    issuer.redemption("BUND", MARKED, 10_000_000_000)
    market.chain.pending_timestamp = at(MARKED)
    issuer.catch_up(trade)
    assert list(market.holding(trade).items()) == list(
        zip(market.addresses("STOCK", "EUR"), [1, 407], strict=True)
    )


def test_catch_up__redemption_of_a_share__is_by_the_share(market, lent, issuer):
    trade = market.open(under(lent, custody=Custody.TITLE_TRANSFER))
    issuer.redemption("STOCK", MARKED, 5_000_000_000, cash="USD")
    market.chain.pending_timestamp = at(MARKED)
    receipt = issuer.catch_up(trade)
    # 10,000 x 50
    assert transfers(receipt) == []
    assert market.holding(trade) == dict.fromkeys(market.addresses("USD"), 50_000_000)


def test_catch_up__redemption_of_the_loan__is_what_must_come_back(
    market, stock_loan, issuer, escrow, lender
):
    terms = replace(stock_loan, loan_token=market.tokens["BUND"].address, loan_quantity=800_000)
    trade = market.open(replace(terms, rate_e9=36_000_000))
    issuer.redemption("BUND", MARKED, 10_100_000_000)
    issuer.publish()

    receipt = issuer.catch_up(trade)

    # 800,000 x 101 / 100
    eur = market.tokens["EUR"].address
    assert events(receipt) == [
        issuer.exchanged(trade, MARKED, ("BUND", 800_000), ("EUR", 80_800_000))
    ]
    assert transfers(receipt) == []
    found = escrow.trade(trade)
    assert (found.loanToken, found.loanQuantity) == (eur, 80_800_000)
    # 800,000 x 0.98811 x 1.09253 x 3.6 % / 360 / 1.25 = 69.0895...
    assert found.life.due == 6_909
    issuer.publish(THIRD)
    receipt = escrow.close([trade], THIRD, sender=lender)
    # 808,000 x 1.25 x 3.6 % / 360 / 1.25 = 80.80, all in one payment
    assert events(receipt)[0][1]["interest"] == 6_909 + 8_080
    assert transfers(receipt)[0] == (eur, terms.borrower, terms.lender, 80_800_000 + 14_989)
