# SPDX-License-Identifier: MIT
"""`catch_up_set`: what issuers declared is carried out on a netting set as a whole."""

from dataclasses import replace

import pytest
from market import UNLIMITED, under

from support import MARKED, SETTLED, THIRD, at, events, failed, failures, reverts, transfers
from tanpo.terms import NOBODY, Custody

# The borrower has the lower address of the two: it is the set's first party.


@pytest.fixture
def lots_loan(market, netted):
    """A netted loan of 1,000 LOTS the other way: the borrower of `netted` lends them."""
    return replace(
        netted,
        lender=netted.borrower,
        borrower=netted.lender,
        loan_token=market.tokens["LOTS"].address,
        loan_quantity=1_000,
        collateral=market.basket(STOCK=400),
    )


@pytest.fixture
def opened(market, netted, lots_loan):
    """Cash lent one way and LOTS the other, against shares; in ascending order."""

    def make(*several):
        trades = [market.open(terms) for terms in several or (netted, lots_loan)]
        return market.escrow.setOf(trades[0]), trades

    return make


@pytest.fixture
def catch_up(escrow, keeper, issuer):
    def make(set_id, trades, day=MARKED):
        issuer.fix(day)
        return escrow.catchUpSet(set_id, sorted(trades), day, sender=keeper)

    return make


def _holdings(escrow, set_id):
    """What is held for the first and for the second, and lent, by instrument."""
    return [
        (each.instrument, each.heldForFirst, each.heldForSecond, each.loan)
        for each in escrow.nettingSet(set_id).holdings
    ]


@pytest.mark.parametrize("role", ["lender", "borrower", "keeper", "stranger"])
def test_catch_up_set__split_of_loan_and_holdings__is_done_for_all(
    request, role, market, netted, opened, issuer, escrow
):
    set_id, (cash, lots) = opened()
    issuer.split("STOCK", MARKED, 2, 1)
    issuer.split("LOTS", MARKED, 3, 2)
    market.chain.pending_timestamp = at(MARKED)

    trades = sorted([cash, lots])
    issuer.fix()
    receipt = escrow.catchUpSet(set_id, trades, MARKED, sender=request.getfixturevalue(role))

    def moved(name, trade):
        return name, {"id": set_id, "trade": trade, "date": MARKED}

    left = []
    for trade in trades:
        left.append(moved("Left", trade))
        if trade == lots:
            left.append(issuer.exchanged(lots, MARKED, ("LOTS", 1_000), ("LOTS", 1_500)))
    assert events(receipt) == [
        *left,
        issuer.exchanged(set_id, MARKED, ("STOCK", 400), ("STOCK", 800)),
        issuer.exchanged(set_id, MARKED, ("STOCK", 10_000), ("STOCK", 20_000)),
        *[moved("Joined", trade) for trade in trades],
    ]
    stock, agent = market.tokens["STOCK"].address, issuer.agent.address
    assert transfers(receipt) == [
        (stock, agent, escrow.address, 400),
        (stock, agent, escrow.address, 10_000),
    ]
    # USD is the fifth instrument, STOCK the second, LOTS the third.
    assert _holdings(escrow, set_id) == [
        (5, 0, 0, -100_000_000),
        (2, 800, 20_000, 0),
        (3, 0, 0, 1_500),
    ]
    assert escrow.trade(lots).loanQuantity == 1_500
    assert (escrow.nettingSet(set_id).caughtUpTo, escrow.nettingSet(set_id).trades) == (MARKED, 2)


@pytest.mark.parametrize("custody", list(Custody))
def test_catch_up_set__income__is_paid_by_who_holds(
    custody, market, netted, opened, issuer, catch_up
):
    set_id, trades = opened(under(netted, custody=custody))
    issuer.income("STOCK", MARKED, 250_000_000)
    market.chain.pending_timestamp = at(MARKED)
    receipt = catch_up(set_id, trades)
    payer = issuer.agent.address if custody == Custody.SEGREGATED else netted.lender
    moved = (payer, netted.borrower, "USD", 2_500_000)
    assert events(receipt)[1:-1] == [issuer.paid(set_id, MARKED, "STOCK", *moved)]


def test_catch_up_set__income_on_a_loan__is_paid_and_missed_by_its_borrower(
    market, netted, opened, lots_loan, issuer, catch_up, escrow, lender
):
    set_id, (_, lots) = opened(netted, lots_loan)
    issuer.income("LOTS", MARKED, 250_000_000)
    issuer.allow("USD", lender, 100_000)
    issuer.publish()
    receipt = catch_up(set_id, [_, lots])
    # The lender of `netted` borrows the 1,000 LOTS. 1,500 USD / 1.25
    parties = (netted.lender, netted.borrower, "USD")
    found = [each for each in events(receipt) if each[0].startswith("Income")]
    assert found == [
        issuer.paid(lots, MARKED, "LOTS", *parties, 100_000),
        issuer.paid(lots, MARKED, "LOTS", *parties, 150_000, missed=True),
    ]
    assert escrow.trade(lots).life.due == 120_000


@pytest.mark.parametrize("custody", list(Custody))
def test_catch_up_set__redemption__becomes_cash_in_the_set(
    custody, market, netted, opened, issuer, catch_up, escrow
):
    terms = under(replace(netted, collateral=market.basket(BUND=800_000)), custody=custody)
    set_id, trades = opened(terms)
    issuer.redemption("BUND", MARKED, 10_000_000_000)
    market.chain.pending_timestamp = at(MARKED)
    receipt = catch_up(set_id, trades)
    assert events(receipt)[1] == issuer.exchanged(
        set_id, MARKED, ("BUND", 800_000), ("EUR", 80_000_000)
    )
    # BUND is the first instrument, EUR the sixth.
    assert _holdings(escrow, set_id) == [
        (5, 0, 0, -100_000_000),
        (1, 0, 0, 0),
        (6, 0, 80_000_000, 0),
    ]
    held = 80_000_000 if custody == Custody.SEGREGATED else 0
    assert market.tokens["EUR"].balanceOf(escrow) == held


def test_catch_up_set__until_then__the_set_waits(
    market, netted, opened, issuer, catch_up, escrow, keeper
):
    set_id, trades = opened()
    issuer.split("STOCK", MARKED, 2, 1)
    issuer.publish(STOCK="50")
    stock = market.tokens["STOCK"].address
    receipt = escrow.markSets([set_id], MARKED, sender=keeper)
    assert failures(receipt) == [
        failed(set_id, MARKED, "markSets", "ActionPending", id=set_id, token=stock)
    ]
    catch_up(set_id, trades)
    assert failures(escrow.markSets([set_id], MARKED, sender=keeper)) == []


def test_catch_up_set__until_then__no_trade_comes_in(
    market, netted, opened, issuer, catch_up, escrow, keeper
):
    set_id, trades = opened()
    issuer.split("STOCK", MARKED, 2, 1)
    issuer.publish(STOCK="50")
    terms = replace(netted, uti=b"other".ljust(32, b"\0"), expiry=at(THIRD))
    other, stock = market.book(terms), market.tokens["STOCK"].address
    receipt = escrow.settle([other], MARKED, sender=keeper)
    assert failures(receipt) == [
        failed(other, MARKED, "settle", "ActionPending", id=set_id, token=stock)
    ]
    catch_up(set_id, trades)
    assert failures(escrow.settle([other], MARKED, sender=keeper)) == []


def test_catch_up_set__until_then__the_last_trade_stays(
    market, netted, opened, issuer, catch_up, escrow, lender
):
    set_id, (trade,) = opened(netted)
    issuer.split("STOCK", MARKED, 2, 1)
    issuer.publish(STOCK="50")
    stock = market.tokens["STOCK"]
    with market.untouched(trade):
        receipt = escrow.close([trade], MARKED, sender=lender)
    assert failures(receipt) == [
        failed(trade, MARKED, "close", "ActionPending", id=set_id, token=stock.address)
    ]
    catch_up(set_id, [trade])
    assert failures(escrow.close([trade], MARKED, sender=lender)) == []
    assert stock.balanceOf(escrow) == 0


def test_catch_up_set__again__does_nothing(market, opened, issuer, catch_up, escrow):
    set_id, trades = opened()
    issuer.income("STOCK", MARKED, 250_000_000)
    market.chain.pending_timestamp = at(MARKED)
    catch_up(set_id, trades)
    with market.untouched(*trades, tokens=[market.tokens["USD"]]):
        assert events(catch_up(set_id, trades)) == []


@pytest.mark.parametrize(
    ("named", "found", "needed"),
    [((0,), 1, 2), ((), 0, 2), ((1, 0), 1, 2), ((0, 0), 1, 2)],
    ids=["one missing", "none", "descending", "twice"],
)
def test_catch_up_set__not_all_trades__is_refused(
    named, found, needed, market, opened, issuer, escrow, keeper
):
    set_id, trades = opened()
    issuer.income("STOCK", MARKED, 250_000_000)
    market.chain.pending_timestamp = at(MARKED)
    ordered = sorted(trades)
    issuer.fix()
    with (
        market.untouched(*trades),
        reverts(escrow.NotAllTrades, id=set_id, found=found, needed=needed),
    ):
        escrow.catchUpSet(set_id, [ordered[i] for i in named], MARKED, sender=keeper)


@pytest.mark.parametrize("kind", ["of another set", "not open"])
def test_catch_up_set__another_s_trade__is_refused(
    kind, market, netted, opened, escrow, keeper, issuer
):
    set_id, trades = opened()
    terms = replace(netted, uti=b"other".ljust(32, b"\0"))
    other = market.book(terms) if kind == "not open" else market.open(under(terms, mta_e6=1))
    named = sorted([trades[0], other])
    issuer.income("STOCK", MARKED, 250_000_000)
    market.chain.pending_timestamp = at(MARKED)
    issuer.fix()
    with reverts(escrow.NotAllTrades, id=set_id, found=named.index(other), needed=2):
        escrow.catchUpSet(set_id, named, MARKED, sender=keeper)


def test_catch_up_set__date_to_come__is_refused(opened, escrow, keeper):
    set_id, trades = opened()
    with reverts(escrow.NotFixed, date=MARKED, latest=SETTLED):
        escrow.catchUpSet(set_id, sorted(trades), MARKED, sender=keeper)


def test_catch_up_set__agent_without_the_shares__is_the_token_s_error(
    market, opened, issuer, escrow, keeper
):
    stock, (set_id, trades) = market.tokens["STOCK"], opened()
    issuer.split("STOCK", MARKED, 2, 1)
    issuer.allow("STOCK", issuer.agent, 10_399)  # 400 of them are for the other side
    market.chain.pending_timestamp = at(MARKED)
    issuer.fix()
    with (
        market.untouched(*trades),
        reverts(
            stock.ERC20InsufficientAllowance,
            spender=escrow.address,
            allowance=9_999,
            needed=10_000,
        ),
    ):
        escrow.catchUpSet(set_id, sorted(trades), MARKED, sender=keeper)


def test_catch_up_set__at_the_part_s_own_address__has_no_set(opened, actions_part, keeper):
    set_id, trades = opened()
    with reverts(actions_part.EmptySet, id=set_id):
        actions_part.catchUpSet(set_id, sorted(trades), SETTLED, sender=keeper)


# ---------------------------------------------------------------- nothing is done twice


def test_catch_up_set__an_earlier_date_between__splits_nothing_twice(
    market, opened, issuer, catch_up, escrow
):
    set_id, trades = opened()
    issuer.split("STOCK", THIRD, 2, 1)
    market.chain.pending_timestamp = at(THIRD)
    for day in (THIRD, MARKED, THIRD):
        catch_up(set_id, trades, day)
    assert _holdings(escrow, set_id)[1] == (2, 800, 20_000, 0)


def test_catch_up_set__split__refuses_marks_of_earlier_dates(
    market, netted, opened, issuer, catch_up, escrow, keeper
):
    set_id, trades = opened(netted)
    issuer.split("STOCK", THIRD, 2, 1)
    issuer.publish(MARKED)
    issuer.publish(THIRD, STOCK="50")
    catch_up(set_id, trades, THIRD)
    receipt = escrow.markSets([set_id], MARKED, sender=keeper)
    # 20,000 shares at 100 would be twice the loan, and they are worth it at 50.
    assert [name for name, _ in events(receipt)] == ["Failed"]
    assert market.tokens["STOCK"].balanceOf(escrow) == 20_000


def test_catch_up_set__cure_after_a_split__waits_for_a_mark(
    market, netted, opened, issuer, catch_up, escrow, borrower, keeper
):
    set_id, trades = opened(netted)
    issuer.split("STOCK", THIRD, 2, 1)
    issuer.allow("STOCK", borrower)
    issuer.publish(STOCK="90")
    escrow.markSets([set_id], MARKED, sender=keeper)
    issuer.publish(THIRD, STOCK="45")
    catch_up(set_id, trades, THIRD)
    # At MARKED's 90 who is short of 100,000 would get back half of what it had given.
    with market.untouched(*trades), reverts(escrow.MarkFirst, id=set_id):
        escrow.cureSet(set_id, THIRD, sender=keeper)
    assert market.tokens["STOCK"].balanceOf(escrow) == 20_000


def test_catch_up_set__in_default__can_be_closed_out(
    market, netted, opened, issuer, catch_up, escrow, borrower, lender, keeper
):
    set_id, trades = opened(netted)
    issuer.allow("STOCK", borrower)
    issuer.publish(STOCK="90")
    escrow.markSets([set_id], MARKED, sender=keeper)
    escrow.declareSetDefault(trades[0], MARKED, sender=lender)
    issuer.split("STOCK", THIRD, 2, 1)
    issuer.publish(THIRD, STOCK="45")
    # closeOutSet: ActionPending; catchUpSet: SetInDefault
    catch_up(set_id, trades, THIRD)
    escrow.closeOutSet(set_id, trades, THIRD, sender=keeper)


@pytest.mark.parametrize(("paid_in", "income"), [("EUR", 2_000_000), ("USD", 2_500_000), (None, 0)])
def test_catch_up_set__missed_by_a_holder_by_title__is_due_with_a_trade_that_pays(
    paid_in, income, market, netted, opened, issuer, catch_up, escrow, lender
):
    by_title = under(netted, custody=Custody.TITLE_TRANSFER)
    if paid_in:
        by_title = replace(by_title, rate_token=market.tokens[paid_in].address)
    else:
        by_title = replace(by_title, rate_token=NOBODY, day_count_basis=0)
    set_id, trades = opened(by_title)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.allow("USD", lender)
    issuer.publish()
    receipt = catch_up(set_id, trades)
    parties = (netted.lender, netted.borrower, "USD")
    missed = issuer.paid(set_id, MARKED, "STOCK", *parties, 2_500_000, missed=True)
    assert events(receipt)[1:-1] == [missed]
    issuer.allow("USD", lender, UNLIMITED)
    receipt = escrow.close(trades, MARKED, sender=lender)
    # 25,000 USD, which a lender owes, / 1.25
    (closed,) = [args for name, args in events(receipt) if name == "Closed"]
    assert closed["interest"] == -income


def test_catch_up_set__missed_by_a_borrower_by_title__is_due_from_the_lower_trade(
    market, netted, lots_loan, opened, issuer, catch_up, escrow, borrower
):
    # What secures the borrower of `netted` as the lender of LOTS is held by it.
    pair = [under(each, custody=Custody.TITLE_TRANSFER) for each in (netted, lots_loan)]
    set_id, (cash, lots) = opened(*pair)
    issuer.income("STOCK", MARKED, 250_000_000)
    issuer.allow("USD", borrower)
    issuer.publish()
    receipt = catch_up(set_id, [cash, lots])
    parties = (netted.borrower, netted.lender, "USD")
    assert issuer.paid(set_id, MARKED, "STOCK", *parties, 100_000, missed=True) in events(receipt)
    # 1,000 USD, / 1.25: owed by the borrower of the cash, who is the lender of the LOTS
    due = {trade: escrow.trade(trade).life.due for trade in (cash, lots)}
    payer = min(cash, lots)
    assert due == {cash: 0, lots: 0} | {payer: 80_000 if payer == cash else -80_000}
