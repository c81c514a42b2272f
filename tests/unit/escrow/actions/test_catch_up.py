# SPDX-License-Identifier: MIT
"""`catch_up`: what issuers declared is carried out on an open trade, once."""

from dataclasses import replace

import pytest
from market import ENOUGH, UNLIMITED, under

from support import (
    APPROVED,
    CLOSED_OUT,
    DEFAULTED,
    MARKED,
    NONE,
    OPEN,
    SETTLED,
    THIRD,
    at,
    events,
    failed,
    failures,
    reverts,
    transfers,
)
from tanpo.terms import Custody

# ---------------------------------------------------------------- income


def _basket(escrow, trade):
    return {leg.token: leg.quantity for leg in escrow.basket(trade)}


@pytest.mark.parametrize("role", ["lender", "borrower", "keeper", "stranger"])
def test_catch_up__income_on_the_loan__borrower_pays_lender(
    request, role, market, stock_loan, issuer, escrow
):
    trade = market.open(stock_loan)
    issuer.income("STOCK", MARKED, 250_000_000)
    market.chain.pending_timestamp = at(MARKED)

    issuer.fix()
    receipt = escrow.catchUp(trade, MARKED, sender=request.getfixturevalue(role))

    # 10,000 x 2.50 USD
    moved = (stock_loan.borrower, stock_loan.lender, "USD", 2_500_000)
    assert events(receipt) == [issuer.paid(trade, MARKED, "STOCK", *moved)]
    assert transfers(receipt) == [
        (market.tokens["USD"].address, stock_loan.borrower, stock_loan.lender, 2_500_000)
    ]
    assert (escrow.trade(trade).life.due, escrow.trade(trade).lastMarked) == (0, SETTLED)


@pytest.mark.parametrize("custody", list(Custody))
def test_catch_up__income_on_collateral__goes_to_the_borrower(
    custody, market, lent, issuer, escrow
):
    trade = market.open(under(lent, custody=custody))
    issuer.income("STOCK", MARKED, 250_000_000)
    market.chain.pending_timestamp = at(MARKED)
    receipt = issuer.catch_up(trade)
    payer = issuer.agent.address if custody == Custody.SEGREGATED else lent.lender
    moved = (payer, lent.borrower, "USD", 2_500_000)
    assert events(receipt) == [issuer.paid(trade, MARKED, "STOCK", *moved)]
    assert transfers(receipt) == [(market.tokens["USD"].address, payer, lent.borrower, 2_500_000)]


@pytest.mark.parametrize(
    ("each_e8", "cents"), [(499_999, 0), (500_000, 1), (1_499_999, 1), (1_500_000, 2)]
)
def test_catch_up__income__is_rounded_half_up(each_e8, cents, market, lent, issuer):
    # 500,000 at E8 is half a cent
    trade = market.open(replace(lent, collateral=market.basket(STOCK=1)))
    issuer.income("STOCK", MARKED, each_e8)
    market.chain.pending_timestamp = at(MARKED)
    found = [args["quantity"] for _, args in events(issuer.catch_up(trade))]
    assert found == ([cents] if cents else [])


def test_catch_up__missed_income_on_the_loan__is_due_at_the_close_in_the_rate_token(
    market, stock_loan, issuer, escrow, lender, borrower
):
    trade = market.open(stock_loan)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.allow("USD", borrower, 1_000_000)
    issuer.publish()

    receipt = issuer.catch_up(trade)

    parties = (stock_loan.borrower, stock_loan.lender, "USD")
    assert events(receipt) == [
        issuer.paid(trade, MARKED, "STOCK", *parties, 1_000_000),
        issuer.paid(trade, MARKED, "STOCK", *parties, 1_500_000, missed=True),
    ]
    # 15,000 USD / 1.25
    assert escrow.trade(trade).life.due == 1_200_000
    issuer.publish(THIRD, EURUSD="2")
    receipt = escrow.close([trade], THIRD, sender=lender)
    assert events(receipt) == [("Closed", {"id": trade, "date": THIRD, "interest": 1_200_000})]
    eur = market.tokens["EUR"].address
    assert transfers(receipt)[1] == (eur, stock_loan.borrower, stock_loan.lender, 1_200_000)


def test_catch_up__income_missed_by_a_lender_by_title__is_owed_to_the_borrower(
    market, lent, issuer, escrow, lender
):
    trade = market.open(under(lent, custody=Custody.TITLE_TRANSFER))
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.allow("USD", lender)
    issuer.publish()
    receipt = issuer.catch_up(trade)
    moved = (lent.lender, lent.borrower, "USD", 2_500_000)
    assert events(receipt) == [issuer.paid(trade, MARKED, "STOCK", *moved, missed=True)]
    assert escrow.trade(trade).life.due == -2_000_000
    receipt = escrow.close([trade], MARKED, sender=lender)
    assert events(receipt) == [("Closed", {"id": trade, "date": MARKED, "interest": -2_000_000})]


def test_catch_up__missed_in_the_rate_token__is_due_as_it_is(
    market, stock_loan, issuer, escrow, borrower
):
    trade = market.open(stock_loan)
    issuer.income("STOCK", MARKED, 1, cash="EUR")
    issuer.income("STOCK", THIRD, 100_000_000, cash="EUR")
    issuer.allow("EUR", borrower)
    # no fixing is needed
    market.chain.pending_timestamp = at(THIRD)
    issuer.catch_up(trade, THIRD)
    assert escrow.trade(trade).life.due == 1_000_000


def test_catch_up__missed_without_a_rate_token__is_told_only(
    market, stock_loan, issuer, escrow, borrower
):
    terms = replace(stock_loan, rate_token="0x" + "00" * 20, day_count_basis=0)
    trade = market.open(terms)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.allow("USD", borrower)
    market.chain.pending_timestamp = at(MARKED)
    moved = (terms.borrower, terms.lender, "USD", 2_500_000)
    assert events(issuer.catch_up(trade)) == [
        issuer.paid(trade, MARKED, "STOCK", *moved, missed=True)
    ]
    assert escrow.trade(trade).life.due == 0


def test_catch_up__agent_short__is_told_only(market, lent, issuer, escrow):
    trade = market.open(lent)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.allow("USD", issuer.agent)
    market.chain.pending_timestamp = at(MARKED)
    moved = (issuer.agent.address, lent.borrower, "USD", 2_500_000)
    assert events(issuer.catch_up(trade)) == [
        issuer.paid(trade, MARKED, "STOCK", *moved, missed=True)
    ]
    assert escrow.trade(trade).life.due == 0


# ---------------------------------------------------------------- splits


SPLITS = pytest.mark.parametrize(
    ("above", "below", "quantity"),
    [(2, 1, 20_002), (3, 2, 15_001), (1, 10, 1_000)],
    ids=["2:1", "3:2", "1:10"],
)


@SPLITS
def test_catch_up__split_of_held_collateral__is_exchanged_with_the_agent(
    above, below, quantity, market, lent, issuer, escrow
):
    trade = market.open(replace(lent, collateral=market.basket(STOCK=10_001)))
    issuer.split("STOCK", MARKED, above, below)
    market.chain.pending_timestamp = at(MARKED)

    receipt = issuer.catch_up(trade)

    # 10,001 x 3 / 2 = 15,001.5, and / 10 = 1,000.1
    stock, more = market.tokens["STOCK"], quantity - 10_001
    parties = (issuer.agent.address, escrow.address)[:: 1 if more > 0 else -1]
    assert events(receipt) == [
        issuer.exchanged(trade, MARKED, ("STOCK", 10_001), ("STOCK", quantity))
    ]
    assert transfers(receipt) == [(stock.address, *parties, abs(more))]
    assert market.held(trade) == [quantity] == [stock.balanceOf(escrow)]
    assert escrow.trade(trade).lastMarked == SETTLED


@SPLITS
def test_catch_up__split_of_collateral_by_title__is_counted_only(
    above, below, quantity, market, lent, issuer
):
    terms = replace(lent, collateral=market.basket(STOCK=10_001))
    trade = market.open(under(terms, custody=Custody.TITLE_TRANSFER))
    issuer.split("STOCK", MARKED, above, below)
    market.chain.pending_timestamp = at(MARKED)
    receipt = issuer.catch_up(trade)
    assert events(receipt) == [
        issuer.exchanged(trade, MARKED, ("STOCK", 10_001), ("STOCK", quantity))
    ]
    assert transfers(receipt) == []
    assert market.held(trade) == [quantity]


@SPLITS
def test_catch_up__split_of_the_loan__is_what_must_come_back(
    above, below, quantity, market, stock_loan, issuer, escrow, lender
):
    terms = replace(stock_loan, loan_quantity=10_001)
    trade = market.open(terms)
    issuer.split("STOCK", MARKED, above, below)
    issuer.publish()
    receipt = issuer.catch_up(trade)
    assert events(receipt) == [
        issuer.exchanged(trade, MARKED, ("STOCK", 10_001), ("STOCK", quantity))
    ]
    assert transfers(receipt) == []
    receipt = escrow.close([trade], MARKED, sender=lender)
    stock = market.tokens["STOCK"].address
    assert transfers(receipt)[0] == (stock, terms.borrower, terms.lender, quantity)


def test_catch_up__split_of_a_loan_with_interest__makes_it_due_and_runs_on_anew(
    market, stock_loan, issuer, escrow, lender
):
    trade = market.open(replace(stock_loan, rate_e9=36_000_000))
    issuer.split("STOCK", MARKED, 2, 1)
    issuer.publish(STOCK="50")
    issuer.catch_up(trade)
    # 10,000 x 161.01 x 3.6 % / 360 = 161.01 USD, / 1.25 = 128.808 EUR
    found = escrow.trade(trade)
    assert (found.life.due, found.valuedOn, found.accruesFrom) == (12_881, MARKED, MARKED)
    issuer.publish(THIRD)
    receipt = escrow.close([trade], THIRD, sender=lender)
    # and 20,000 x 50 x 3.6 % / 360 = 100 USD, / 1.25 = 80 EUR
    assert events(receipt) == [("Closed", {"id": trade, "date": THIRD, "interest": 12_881 + 8_000})]


def test_catch_up__agent_without_the_shares__is_the_token_s_error(
    market, lent, issuer, escrow, keeper
):
    stock, trade = market.tokens["STOCK"], market.open(lent)
    issuer.split("STOCK", MARKED, 2, 1)
    issuer.allow("STOCK", issuer.agent, 9_999)
    market.chain.pending_timestamp = at(MARKED)
    issuer.fix()
    with (
        market.untouched(trade),
        reverts(
            stock.ERC20InsufficientAllowance,
            spender=escrow.address,
            allowance=9_999,
            needed=10_000,
        ),
    ):
        escrow.catchUp(trade, MARKED, sender=keeper)


# ---------------------------------------------------------------- redemption


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
    assert _basket(escrow, trade) == {eur.address: 80_000_099}
    # x 1.25, all of it
    assert escrow.valuation(trade, MARKED).collateralE18 == 10_000_012_375 * 10**14


def test_catch_up__redemption_beside_its_cash__is_one_position(market, lent, issuer, escrow):
    terms = replace(lent, collateral=market.basket(STOCK=1, EUR=7, BUND=4))
    trade = market.open(terms)
    issuer.redemption("BUND", MARKED, 10_000_000_000)
    market.chain.pending_timestamp = at(MARKED)
    issuer.catch_up(trade)
    assert list(_basket(escrow, trade).items()) == list(
        zip(market.addresses("STOCK", "EUR"), [1, 407], strict=True)
    )


def test_catch_up__redemption_of_a_share__is_by_the_share(market, lent, issuer, escrow):
    trade = market.open(under(lent, custody=Custody.TITLE_TRANSFER))
    issuer.redemption("STOCK", MARKED, 5_000_000_000, cash="USD")
    market.chain.pending_timestamp = at(MARKED)
    receipt = issuer.catch_up(trade)
    # 10,000 x 50
    assert transfers(receipt) == []
    assert _basket(escrow, trade) == dict.fromkeys(market.addresses("USD"), 50_000_000)


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


# ---------------------------------------------------------------- when


def test_catch_up__several__are_carried_out_in_order(market, lent, issuer, escrow):
    trade = market.open(lent)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.split("STOCK", THIRD, 2, 1)
    issuer.income("STOCK", THIRD + 1, 100_000_000)
    issuer.redemption("STOCK", THIRD + 2, 5_000_000_000, cash="USD")
    market.chain.pending_timestamp = at(THIRD + 3)

    receipt = issuer.catch_up(trade, THIRD + 3)

    parties = (issuer.agent.address, lent.borrower, "USD")
    assert events(receipt) == [
        issuer.paid(trade, MARKED, "STOCK", *parties, 2_500_000),
        issuer.exchanged(trade, THIRD, ("STOCK", 10_000), ("STOCK", 20_000)),
        issuer.paid(trade, THIRD + 1, "STOCK", *parties, 2_000_000),
        issuer.exchanged(trade, THIRD + 2, ("STOCK", 20_000), ("USD", 100_000_000)),
    ]
    assert _basket(escrow, trade) == dict.fromkeys(market.addresses("USD"), 100_000_000)


def test_catch_up__loan_and_basket__come_in_this_order(market, stock_loan, issuer):
    terms = replace(stock_loan, collateral=market.basket(LOTS=100))
    trade = market.open(terms)
    issuer.split("LOTS", MARKED, 2, 1)
    issuer.split("STOCK", THIRD, 2, 1)
    issuer.publish(THIRD)
    assert events(issuer.catch_up(trade, THIRD)) == [
        issuer.exchanged(trade, THIRD, ("STOCK", 10_000), ("STOCK", 20_000)),
        issuer.exchanged(trade, MARKED, ("LOTS", 100), ("LOTS", 200)),
    ]


def test_catch_up__only_up_to_its_date__leaves_the_later(market, lent, issuer):
    trade = market.open(lent)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.split("STOCK", THIRD, 2, 1)
    market.chain.pending_timestamp = at(THIRD)
    assert [name for name, _ in events(issuer.catch_up(trade, MARKED))] == ["IncomePaid"]
    assert [name for name, _ in events(issuer.catch_up(trade, THIRD))] == ["Exchanged"]
    assert market.held(trade) == [20_000]


def test_catch_up__again__does_nothing(market, lent, issuer):
    trade = market.open(lent)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.publish()
    issuer.catch_up(trade)
    with market.untouched(trade, tokens=[market.tokens["USD"]]):
        assert events(issuer.catch_up(trade)) == []
    assert [name for name, _ in events(market.mark(trade))] == ["Marked"]


def test_catch_up__later__does_nothing_more(market, lent, issuer):
    trade = market.open(lent)
    issuer.split("STOCK", MARKED, 2, 1)
    market.chain.pending_timestamp = at(THIRD)
    issuer.catch_up(trade)
    assert events(issuer.catch_up(trade, THIRD)) == []
    assert market.held(trade) == [20_000]


def test_catch_up__opened_on_the_date__is_not_for_it(market, lent, issuer):
    issuer.split("STOCK", MARKED, 2, 1)
    market.chain.pending_timestamp = at(MARKED, 9)
    trade = market.open(replace(lent, expiry=at(THIRD)), day=MARKED)
    assert events(issuer.catch_up(trade)) == []
    assert market.held(trade) == [10_000]


def test_catch_up__nothing_declared__does_nothing(market, lent, issuer):
    trade = market.open(lent)
    assert events(issuer.catch_up(trade, SETTLED)) == []


def test_catch_up__split__refuses_marks_of_earlier_dates(market, lent, issuer, escrow):
    trade = market.open(lent)
    issuer.split("STOCK", THIRD, 2, 1)
    issuer.publish(MARKED)
    issuer.publish(THIRD, STOCK="50")
    issuer.catch_up(trade, THIRD)
    assert escrow.trade(trade).lastMarked == MARKED
    with market.untouched(trade):
        receipt = market.mark(trade, day=MARKED)
    assert failures(receipt) == [
        failed(
            trade,
            MARKED,
            "mark",
            "AlreadyMarked",
            id=trade,
            lastMarked=MARKED,
            date=MARKED,
        )
    ]
    names = [name for name, _ in events(market.mark(trade, day=THIRD))]
    assert names == ["Marked"]


def test_catch_up__deficit_before_a_split__goes_on(market, lent, issuer, escrow, borrower):
    trade = market.open(lent)
    issuer.split("STOCK", THIRD + 1, 2, 1)
    issuer.allow("STOCK", borrower)
    issuer.publish(STOCK="90")
    market.mark(trade)
    market.chain.pending_timestamp = at(THIRD + 1)
    issuer.catch_up(trade, THIRD + 1)
    found = escrow.trade(trade)
    assert (found.lastMarked, found.inDeficit) == (THIRD, True)
    assert found.life.deficit.since == MARKED


def test_catch_up__mark__does_it_by_itself(market, lent, issuer):
    trade = market.open(lent)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.split("STOCK", THIRD, 2, 1)
    issuer.publish(THIRD, STOCK="50")

    receipt = market.mark(trade, day=THIRD)

    parties = (issuer.agent.address, lent.borrower, "USD")
    value = {"loanE18": 10**24, "requiredE18": 10**24, "collateralE18": 10**24}
    assert events(receipt) == [
        issuer.paid(trade, MARKED, "STOCK", *parties, 2_500_000),
        issuer.exchanged(trade, THIRD, ("STOCK", 10_000), ("STOCK", 20_000)),
        ("Marked", {"id": trade, "date": THIRD, **value}),
    ]


def test_catch_up__close__does_it_by_itself(market, stock_loan, issuer, escrow, lender):
    trade = market.open(stock_loan)
    issuer.income("STOCK", MARKED, 250_000_000)
    market.chain.pending_timestamp = at(MARKED)
    receipt = escrow.close([trade], MARKED, sender=lender)
    moved = (stock_loan.borrower, stock_loan.lender, "USD", 2_500_000)
    assert events(receipt) == [
        issuer.paid(trade, MARKED, "STOCK", *moved),
        ("Closed", {"id": trade, "date": MARKED, "interest": 0}),
    ]


# ---------------------------------------------------------------- refusals


def test_catch_up__not_open__is_refused(market, lent, escrow, keeper):
    trade = market.book(lent)
    with reverts(escrow.WrongStatus, id=trade, found=APPROVED, needed=OPEN):
        escrow.catchUp(trade, SETTLED, sender=keeper)


def test_catch_up__date_to_come__is_refused(market, lent, issuer, escrow, keeper):
    trade = market.open(lent)
    issuer.split("STOCK", MARKED, 2, 1)
    with market.untouched(trade), reverts(escrow.NotFixed, date=MARKED, latest=SETTLED):
        escrow.catchUp(trade, MARKED, sender=keeper)


def test_catch_up__netted__is_done_with_its_set(market, netted, issuer, escrow, keeper):
    trade = market.open(replace(netted, loan_token=market.tokens["LOTS"].address))
    issuer.split("LOTS", MARKED, 2, 1)
    market.chain.pending_timestamp = at(MARKED)
    lots = market.tokens["LOTS"].address
    issuer.fix()
    with (
        market.untouched(trade),
        reverts(escrow.ActionPending, id=escrow.setOf(trade), token=lots),
    ):
        escrow.catchUp(trade, MARKED, sender=keeper)


def test_catch_up__at_the_part_s_own_address__has_no_trades(market, lent, actions_part, keeper):
    trade = market.open(lent)
    with reverts(actions_part.WrongStatus, id=trade, found=NONE, needed=OPEN):
        actions_part.catchUp(trade, SETTLED, sender=keeper)


@pytest.mark.parametrize("role", ["lender", "blockchain_administrator"])
def test_catch_up_one__anyone_else__is_refused(request, role, market, lent, actions_part):
    trade, caller = market.open(lent), request.getfixturevalue(role)
    with reverts(actions_part.OnlySelf, caller=caller.address):
        actions_part.catchUpOne(trade, SETTLED, sender=caller)


def test_catch_up_one__through_the_escrow__is_refused(market, lent, escrow, actions_part, lender):
    trade = market.open(lent)
    data = actions_part.catchUpOne.encode_input(trade, SETTLED)
    with market.untouched(trade), reverts(escrow.OnlySelf, caller=lender.address):
        lender.transfer(escrow, data=data, value=0)


# ---------------------------------------------------------------- nothing is done twice


@pytest.mark.parametrize("way", ["catch up", "mark"])
def test_catch_up__an_earlier_date_between__pays_no_income_twice(
    way, market, stock_loan, issuer, lender
):
    usd, trade = market.tokens["USD"], market.open(stock_loan)
    issuer.publish()
    issuer.income("STOCK", THIRD, 250_000_000)
    issuer.publish(THIRD)
    issuer.catch_up(trade, THIRD)
    if way == "mark":
        assert failures(market.mark(trade, day=MARKED)) == []
        market.mark(trade, day=THIRD)
    else:
        issuer.catch_up(trade, MARKED)
        issuer.catch_up(trade, THIRD)
    assert usd.balanceOf(lender) == ENOUGH + 2_500_000


def test_catch_up__an_earlier_date_between__splits_nothing_twice(market, stock_loan, issuer):
    trade = market.open(stock_loan)
    issuer.split("STOCK", THIRD, 2, 1)
    market.chain.pending_timestamp = at(THIRD)
    for day in (THIRD, MARKED, THIRD):
        issuer.catch_up(trade, day)
    assert market.escrow.trade(trade).loanQuantity == 20_000


def test_catch_up__income_after_redemption_of_the_loan__is_on_nothing(market, stock_loan, issuer):
    bund = market.tokens["BUND"].address
    trade = market.open(replace(stock_loan, loan_token=bund, loan_quantity=800_000))
    issuer.redemption("BUND", MARKED, 10_000_000_000)
    issuer.income("BUND", THIRD, 2_000_000)
    issuer.publish(THIRD)
    # One after another it is none: the loan is in EUR by then.
    assert [name for name, _ in events(issuer.catch_up(trade, THIRD))] == ["Exchanged"]


def test_catch_up__income_missed_on_a_holiday__does_not_stop_the_marks(
    market, stock_loan, issuer, borrower
):
    trade = market.open(stock_loan)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.allow("USD", borrower)
    issuer.publish(THIRD)
    assert failures(market.mark(trade, day=THIRD)) == []


def test_catch_up__on_the_day_before_it_is_declared__misses_nothing(market, stock_loan, issuer):
    trade = market.open(stock_loan)
    market.chain.pending_timestamp = at(MARKED)
    with reverts(market.escrow.NotFixed, date=MARKED, latest=SETTLED):
        market.escrow.catchUp(trade, MARKED, sender=market.keeper)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.publish()
    names = [name for name, _ in events(market.mark(trade))]
    assert names[:1] == ["IncomePaid"]


# ---------------------------------------------------------------- a trade in default


@pytest.fixture
def in_default(market, lent, issuer, escrow, borrower, lender):
    """A segregated trade in default since 20 April: the basket is worth 900,000."""

    def make(terms=lent):
        trade = market.open(terms)
        issuer.allow("STOCK", borrower)
        issuer.publish(STOCK="90", BUND="90", LOTS="36")
        market.mark(trade)
        escrow.declareDefault(trade, MARKED, sender=lender)
        issuer.allow("STOCK", borrower, UNLIMITED)
        assert market.status(trade) == DEFAULTED
        return trade

    return make


def test_catch_up__in_default__is_refused(in_default, escrow, keeper, issuer):
    trade = in_default()
    issuer.fix()
    with reverts(escrow.WrongStatus, id=trade, found=DEFAULTED, needed=OPEN):
        escrow.catchUp(trade, MARKED, sender=keeper)


def test_catch_up__split_in_default__harms_no_other_trade(
    in_default, market, lent, issuer, escrow, keeper
):
    other = market.open(replace(lent, uti=b"other".ljust(32, b"\0")))
    trade = in_default()
    assert market.held(other) == [10_000]
    issuer.split("STOCK", THIRD, 2, 1)
    issuer.publish(THIRD, STOCK="45")
    escrow.closeOut(trade, THIRD, sender=keeper)
    # Invariant 1. 20,000 shares went out for `trade`, of which the escrow had 10,000.
    assert market.tokens["STOCK"].balanceOf(escrow) >= 10_000


def test_catch_up__redemption_in_default__closes_out(in_default, market, lent, issuer, escrow):
    trade = in_default(replace(lent, collateral=market.basket(STOCK=5_000, BUND=400_000)))
    issuer.redemption("BUND", THIRD, 10_000_000_000)
    issuer.publish(THIRD, STOCK="90")
    escrow.closeOut(trade, THIRD, sender=issuer.agent)
    assert market.status(trade) == CLOSED_OUT


def test_catch_up__income_in_default__is_the_agent_s_to_pay(in_default, lent, issuer, escrow):
    trade = in_default()
    issuer.income("STOCK", THIRD, 250_000_000)
    issuer.publish(THIRD, STOCK="90")
    receipt = escrow.closeOut(trade, THIRD, sender=issuer.agent)
    moved = (issuer.agent.address, lent.borrower, "USD", 2_500_000)
    assert events(receipt)[0] == issuer.paid(trade, THIRD, "STOCK", *moved)
