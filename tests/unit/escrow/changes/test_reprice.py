# SPDX-License-Identifier: MIT
"""Reprice: interest is paid, and the exposure is brought to nothing at the date's values."""

from dataclasses import replace

import pytest
from market import under

from support import MARKED, SETTLED, THIRD, at, events, transfers
from tanpo.terms import Custody, Verb

# ---------------------------------------------------------------- a loan of cash


@pytest.mark.parametrize(
    ("stock", "quantity"),
    [
        ("80", 90_000_000),  # 400,000 + 500,000
        ("120", 110_000_000),
        ("100.00000001", 100_000_000),  # 0.00005 more is no cent
        ("99.99999999", 99_999_999),  # 0.00005 less is one
    ],
)
def test_reprice__cash__lends_what_the_basket_supports(
    stock, quantity, market, lent, desk, escrow, shown
):
    trade = market.open(lent)
    desk.publish(STOCK=stock)
    change = desk.draft(trade, Verb.REPRICE)
    desk.agree(change)

    receipt = desk.make(change)

    usd, eur = market.addresses("USD", "EUR")
    common, moved = {"id": trade, "date": MARKED}, quantity - 100_000_000
    payer, payee = (lent.lender, lent.borrower) if moved > 0 else (lent.borrower, lent.lender)
    changed = moved != 0
    assert events(receipt) == [
        ("Changed", {**common, "verb": Verb.REPRICE, "change": shown(change)}),
        ("Paid", {**common, "interest": 8_000}),
        *([("LoanChanged", {**common, "quantity": quantity})] if changed else []),
    ]
    assert transfers(receipt) == [
        (eur, lent.borrower, lent.lender, 8_000),
        *([(usd, payer, payee, abs(moved))] if changed else []),
    ]
    found = escrow.trade(trade)
    assert (found.loanQuantity, found.valuedOn, found.accruesFrom) == (quantity, MARKED, MARKED)
    assert market.held(trade) == [5_000, 12_500]


def test_reprice__cash_with_a_ratio__lends_what_the_ratio_leaves(market, lent, desk, escrow):
    trade = market.open(replace(lent, ratio_bps=10_200))
    desk.publish()
    desk.made(trade, Verb.REPRICE)
    # 1,000,000 / 1.02 = 980,392.1568
    assert escrow.trade(trade).loanQuantity == 98_039_215


def test_reprice__cash_against_a_haircut__lends_on_the_value_after_it(market, lent, desk, escrow):
    stock, lots = lent.collateral
    trade = market.open(replace(lent, collateral=(stock, replace(lots, haircut_bps=1_000))))
    desk.publish()
    desk.made(trade, Verb.REPRICE)
    # 500,000 + 450,000
    assert escrow.trade(trade).loanQuantity == 95_000_000


def test_reprice__threshold_and_mta__do_not_count(market, lent, desk, escrow):
    trade = market.open(under(lent, threshold_bps=10_000, mta_e6=2**64 - 1))
    desk.publish(STOCK="99")
    desk.made(trade, Verb.REPRICE)
    assert escrow.trade(trade).loanQuantity == 99_500_000


def test_reprice__cash__runs_on_on_the_new_loan(market, lent, desk, escrow, lender):
    trade = market.open(replace(lent, end=0))
    desk.publish(STOCK="80")
    desk.made(trade, Verb.REPRICE)
    desk.publish(THIRD)
    receipt = escrow.close([trade], THIRD, sender=lender)
    # a day's 90 USD at 1.25
    assert events(receipt)[0][1]["interest"] == 7_200
    assert transfers(receipt)[0][3] == 90_000_000


def test_reprice__mark_of_the_date_afterwards__moves_nothing(market, lent, desk):
    trade = market.open(lent)
    desk.publish(STOCK="80")
    desk.made(trade, Verb.REPRICE)
    ((_, args),) = events(market.mark(trade))
    assert (args["requiredE18"], args["collateralE18"]) == (900_000 * 10**18,) * 2


def test_reprice__basket_supports_no_cent__is_refused(market, lent, desk, escrow, refused):
    # a share at 50 counts 0.005 after its haircut
    (stock,) = market.basket(STOCK=1)
    terms = replace(lent, collateral=(replace(stock, haircut_bps=9_999),), loan_quantity=1)
    change = desk.draft(market.open(terms), Verb.REPRICE)
    desk.publish(STOCK="50")
    refused(change, escrow.ZeroQuantity, token=lent.loan_token)


def test_reprice__loan_bought_in__is_refused(
    market, lent, desk, escrow, refused, keeper, borrower, newcomer
):
    trade, usd = market.open(replace(lent, end=at(MARKED))), market.tokens["USD"]
    usd.approve(escrow, 0, sender=borrower)
    desk.publish()
    escrow.noteLate(trade, MARKED, sender=keeper)
    escrow.buyIn(trade, usd, lent.loan_quantity, MARKED, sender=newcomer)
    assert escrow.trade(trade).loanQuantity == 0
    refused(desk.draft(trade, Verb.REPRICE), escrow.ZeroQuantity, token=usd.address)


@pytest.mark.parametrize(("role", "price"), [("lender", "120"), ("borrower", "80")])
def test_reprice__payer_short__is_refused(request, role, price, market, lent, desk, refused_short):
    change = desk.draft(market.open(lent), Verb.REPRICE)
    desk.publish(STOCK=price)
    refused_short(change, "USD", request.getfixturevalue(role), 10_000_000)


# ------------------------------------------------------------ a loan of a security


@pytest.mark.parametrize("custody", list(Custody))
@pytest.mark.parametrize(
    ("price", "event", "quantity"), [("162.53", "Returned", 1_790), ("160", "Delivered", 3_482)]
)
def test_reprice__security__calls_whatever_threshold(
    price, event, quantity, custody, market, sample, desk, escrow, shown
):
    terms = under(sample, threshold_bps=10_000, mta_e6=2**64 - 1, custody=custody)
    trade = market.open(terms)
    market.publish_marked(STOCK=price)
    change = desk.draft(trade, Verb.REPRICE)
    desk.agree(change)

    receipt = desk.make(change)

    (stock,) = market.addresses("STOCK")
    common = {"id": trade, "date": MARKED}
    assert events(receipt) == [
        ("Changed", {**common, "verb": Verb.REPRICE, "change": shown(change)}),
        (event, {**common, "token": stock, "quantity": quantity}),
    ]
    holder = escrow.address if custody == Custody.SEGREGATED else sample.lender
    ways = {"Returned": (holder, sample.borrower), "Delivered": (sample.borrower, holder)}
    assert transfers(receipt) == [(stock, *ways[event], quantity)]
    found = escrow.trade(trade)
    assert (found.loanQuantity, found.valuedOn, found.accruesFrom) == (50_000_000, MARKED, MARKED)
    assert found.lastMarked == SETTLED
    signed = quantity if event == "Delivered" else -quantity
    assert market.held(trade) == [335_240 + signed]


def test_reprice__security_within_the_levels__is_called_too(market, sample, desk):
    terms = replace(sample, call_below_bps=1, return_above_bps=20_000)
    trade = market.open(terms)
    market.publish_marked()
    desk.made(trade, Verb.REPRICE)
    assert market.held(trade) == [333_450]


def test_reprice__security_with_a_rate__runs_on_on_its_new_value(
    market, sample, desk, escrow, lender
):
    (usd,) = market.addresses("USD")
    terms = replace(sample, rate_e9=36_000_000, day_count_basis=360, rate_token=usd)
    trade = market.open(terms)
    market.publish_marked()
    receipt = desk.made(trade, Verb.REPRICE)
    # 53,976,990.915 x 3.6 % / 360
    assert [name for name, _ in events(receipt)] == ["Changed", "Paid", "Returned"]
    assert events(receipt)[1][1]["interest"] == 539_770
    market.chain.pending_timestamp = (THIRD) * 86_400
    receipt = escrow.close([trade], THIRD, sender=lender)
    # 54,195,482.635 x 3.6 % / 360 = 5,419.548
    assert events(receipt)[0][1]["interest"] == 541_955


def test_reprice__security_within_a_share__moves_nothing(market, sample, desk):
    trade = market.open(sample)
    market.publish_marked()
    market.mark(trade)
    receipt = desk.made(trade, Verb.REPRICE)
    assert [name for name, _ in events(receipt)] == ["Changed"]
    assert transfers(receipt) == []


@pytest.mark.parametrize("available", [0, 3_481])
def test_reprice__borrower_short__is_refused(
    available, market, sample, desk, escrow, refused, borrower
):
    change = desk.draft(market.open(sample), Verb.REPRICE)
    market.publish_marked(STOCK="160")
    market.tokens["STOCK"].approve(escrow, available, sender=borrower)
    refused(change, escrow.NotMet, id=change.trade)


def test_reprice__lender_by_title_short__is_refused(market, sample, desk, escrow, refused, lender):
    trade = market.open(under(sample, custody=Custody.TITLE_TRANSFER))
    change = desk.draft(trade, Verb.REPRICE)
    market.publish_marked()
    market.tokens["STOCK"].approve(escrow, 1_789, sender=lender)
    refused(change, escrow.NotMet, id=change.trade)


def test_reprice__no_price_on_the_date__is_refused(market, sample, desk, fixings, refused):
    change = desk.draft(market.open(sample), Verb.REPRICE)
    market.publish(MARKED, {"BUND": "98", "EURUSD": "1.1"})
    refused(change, fixings.MissingFixing, key=market.key("STOCK"), date=MARKED)


def test_reprice__whole_basket_seized__is_refused(
    market, sample, desk, escrow, refused, enforcer, stranger, token_administrator
):
    trade, stock = market.open(sample), market.tokens["STOCK"]
    change = desk.draft(trade, Verb.REPRICE)
    market.publish_marked()
    stock.forcedTransfer(escrow, stranger, 335_240, sender=enforcer)
    escrow.bookSeizure(trade, stock, 335_240, [trade], [], sender=token_administrator)
    refused(change, escrow.WorthlessBasket, id=trade)


def test_reprice__in_deficit_and_met__ends_it(market, sample, desk, escrow, borrower):
    stock = market.tokens["STOCK"]
    trade = market.open(sample)
    stock.approve(escrow, 0, sender=borrower)
    market.publish_marked(STOCK="160")
    market.mark(trade)
    assert escrow.trade(trade).inDeficit is True
    stock.approve(escrow, 3_482, sender=borrower)
    desk.made(trade, Verb.REPRICE)
    assert market.held(trade) == [338_722]
    found = escrow.trade(trade)
    assert (found.inDeficit, found.life.deficit.since) == (False, 0)
