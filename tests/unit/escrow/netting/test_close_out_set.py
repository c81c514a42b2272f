# SPDX-License-Identifier: MIT
"""`close_out_set`: all trades of a set in default end with one residual."""

from dataclasses import replace

import pytest
from market import ENOUGH, under

from support import CLOSED_OUT, MARKED, SETTLED, THIRD, at, events, reverts, transfers
from tanpo.terms import NOBODY, Change, Custody, Verb

ONE = 10**18


@pytest.fixture
def told(market):
    """`SetKept` or `SetReturned`."""

    def make(name, set_id, party, quantity, day=MARKED):
        token = market.tokens["STOCK"].address
        common = {"id": set_id, "date": day, "party": party.address}
        return name, {**common, "token": token, "quantity": quantity}

    return make


@pytest.fixture
def ended(market):
    """`SetClosedOut`, in dollars and euro cents."""

    def make(set_id, claim, first, second, residual=0, paid=0, day=MARKED, token="EUR"):
        return (
            "SetClosedOut",
            {
                "id": set_id,
                "date": day,
                "claimE18": claim * ONE,
                "heldForFirstE18": first * ONE,
                "heldForSecondE18": second * ONE,
                "token": market.tokens[token].address if token else NOBODY,
                "residual": residual,
                "paid": paid,
            },
        )

    return make


@pytest.fixture
def defaulted(desk, escrow, lender):
    """A set whose first party is in default since 20 April: 10,000 shares at 90 are held."""

    def make(*several):
        set_id, trades = desk.in_deficit(*several)
        escrow.declareSetDefault(trades[0], MARKED, sender=lender)
        return set_id, trades

    return make


@pytest.fixture
def second_late(market, netted, back, desk, escrow, lender, borrower):
    """The second party has not returned its LOTS, and is in default; the share is at 111."""

    def make(*several):
        set_id, trades = desk.open(*several)
        desk.allow("LOTS", lender)
        desk.publish(STOCK="111")
        late = market.trade_id(several[-1])
        escrow.noteLate(late, MARKED, sender=borrower)
        escrow.declareSetDefault(late, MARKED, sender=borrower)
        return set_id, trades

    return make


@pytest.mark.parametrize("role", ["lender", "borrower", "keeper", "stranger"])
def test_close_out_set__worth_less_than_the_claim__keeps_all_and_is_paid_the_rest(
    request, role, market, netted, defaulted, told, ended, escrow, lender, borrower
):
    set_id, trades = defaulted(netted)

    receipt = escrow.closeOutSet(set_id, trades, MARKED, sender=request.getfixturevalue(role))

    # 1,000,000 - 900,000, / 1.25
    assert events(receipt) == [
        told("SetKept", set_id, lender, 10_000),
        ended(set_id, -1_000_000, 0, 900_000, -8_000_000, 8_000_000),
    ]
    stock, eur = market.addresses("STOCK", "EUR")
    assert transfers(receipt) == [
        (stock, escrow.address, lender.address, 10_000),
        (eur, borrower.address, lender.address, 8_000_000),
    ]
    assert [market.status(trade) for trade in trades] == [CLOSED_OUT]
    assert escrow.trade(trades[0]).loanQuantity == 0
    found = escrow.nettingSet(set_id)
    assert (found.trades, found.isInDefault, list(found.holdings)) == (0, False, [])
    assert market.balances(market.tokens["STOCK"]) == (ENOUGH + 10_000, ENOUGH - 10_000, 0)


def test_close_out_set__worth_more__gives_the_rest_back_rounded_for_who_is_not_in_default(
    netted, defaulted, desk, told, ended, escrow, lender, borrower, keeper
):
    set_id, trades = defaulted(netted)
    desk.publish(THIRD, STOCK="111")
    receipt = escrow.closeOutSet(set_id, trades, THIRD, sender=keeper)
    # 10,000 x 1,000,000 / 1,110,000 = 9,009.01
    assert events(receipt) == [
        told("SetKept", set_id, lender, 9_010, THIRD),
        told("SetReturned", set_id, borrower, 990, THIRD),
        ended(set_id, -1_000_000, 0, 1_110_000, day=THIRD),
    ]


def test_close_out_set__second_in_default__nets_both_ways_and_rounds_for_the_first(
    market, netted, back, second_late, told, ended, escrow, lender, borrower, keeper
):
    set_id, trades = second_late(netted, back)
    receipt = escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)
    # -1,000,000 + 1,000 x 40; 10,000 x 960,000 / 1,110,000 = 8,648.6
    assert events(receipt) == [
        told("SetKept", set_id, lender, 8_648),
        told("SetReturned", set_id, lender, 400),
        told("SetReturned", set_id, borrower, 1_352),
        ended(set_id, -960_000, 44_400, 1_110_000),
    ]
    assert market.tokens["STOCK"].balanceOf(escrow) == 0
    assert {market.status(trade) for trade in trades} == {CLOSED_OUT}


def test_close_out_set__claim_of_the_first__is_the_other_sign(
    market, back, second_late, told, ended, escrow, lender, borrower, keeper
):
    # 40,000 owed to the first, 300 x 111 held for it; 6,700 / 1.25
    set_id, trades = second_late(replace(back, collateral=market.basket(STOCK=300)))
    receipt = escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)
    assert events(receipt) == [
        told("SetKept", set_id, borrower, 300),
        ended(set_id, 40_000, 33_300, 0, 536_000, 536_000),
    ]
    eur = market.tokens["EUR"].address
    assert transfers(receipt)[1:] == [(eur, lender.address, borrower.address, 536_000)]


def test_close_out_set__by_title__goes_back_between_the_parties(
    market, netted, back, second_late, told, ended, escrow, lender, borrower, keeper
):
    terms = [under(each, custody=Custody.TITLE_TRANSFER) for each in (netted, back)]
    set_id, trades = second_late(*terms)
    receipt = escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)
    # 10,000 x 960,000 / 1,110,000 = 8,648.6, rounded for the first
    assert events(receipt) == [
        told("SetKept", set_id, lender, 8_648),
        told("SetReturned", set_id, lender, 400),
        told("SetReturned", set_id, borrower, 1_352),
        ended(set_id, -960_000, 44_400, 1_110_000),
    ]
    stock = market.tokens["STOCK"].address
    assert transfers(receipt) == [
        (stock, borrower.address, lender.address, 400),
        (stock, lender.address, borrower.address, 1_352),
    ]


def test_close_out_set__by_title_and_short__owes_what_is_missing(
    market, netted, back, second_late, desk, told, ended, escrow, lender, borrower, keeper
):
    terms = [under(each, custody=Custody.TITLE_TRANSFER) for each in (netted, back)]
    set_id, trades = second_late(*terms)
    desk.allow("STOCK", borrower, 100)
    desk.allow("STOCK", lender, 352)
    receipt = escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)
    # 1,000 less 300 shares are missing for the first: 700 x 111 = 77,700, / 1.25
    assert events(receipt) == [
        told("SetKept", set_id, lender, 8_648),
        told("SetReturned", set_id, lender, 100),
        told("SetReturned", set_id, borrower, 352),
        ended(set_id, -960_000, 44_400, 1_110_000, 6_216_000, 6_216_000),
    ]
    eur = market.tokens["EUR"].address
    assert transfers(receipt)[2:] == [(eur, lender.address, borrower.address, 6_216_000)]


def test_close_out_set__haircut__does_not_count(netted, desk, escrow, lender, keeper, ended):
    (stock,) = netted.collateral
    set_id, trades = desk.in_deficit(
        replace(netted, collateral=(replace(stock, haircut_bps=5_000),))
    )
    escrow.declareSetDefault(trades[0], MARKED, sender=lender)
    receipt = escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)
    assert events(receipt)[-1] == ended(set_id, -1_000_000, 0, 900_000, -8_000_000, 8_000_000)


def test_close_out_set__interest__is_part_of_the_claim(netted, defaulted, ended, escrow, keeper):
    # A day's 100 more, and 80 EUR
    set_id, trades = defaulted(replace(netted, rate_e9=36_000_000))
    receipt = escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)
    assert events(receipt)[-1] == ended(set_id, -1_000_100, 0, 900_000, -8_008_000, 8_008_000)


def test_close_out_set__penalty_of_a_late_trade__is_part_of_the_claim(
    market, netted, back, second_late, desk, ended, escrow, lender, keeper
):
    penal = [under(each, penalty_rate_e9=36_000_000) for each in (netted, back)]
    set_id, trades = second_late(*penal)
    desk.publish(THIRD, STOCK="90")
    receipt = escrow.closeOutSet(set_id, trades, THIRD, sender=keeper)
    # 40,000 x 3.6 % / 360 = 4 USD, / 1.25 = 3.20 EUR; -960,000 + 4
    late = market.trade_id(penal[-1])
    charged = {"id": late, "date": THIRD, "party": lender.address, "penalty": 320}
    assert events(receipt)[0] == ("Charged", charged)
    # held for the second 900,000, for the first 36,000; 59,996 / 1.25
    assert events(receipt)[-1] == ended(
        set_id, -959_996, 36_000, 900_000, -4_799_680, 4_799_680, day=THIRD
    )


@pytest.mark.parametrize("allowed", [5_000_000, 0], ids=["in part", "not at all"])
def test_close_out_set__debtor_short__pays_what_it_has(
    allowed, netted, defaulted, desk, ended, escrow, borrower, keeper
):
    set_id, trades = defaulted(netted)
    desk.allow("EUR", borrower, allowed)
    receipt = escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)
    assert events(receipt)[-1] == ended(set_id, -1_000_000, 0, 900_000, -8_000_000, allowed)


def test_close_out_set__no_rate_token__has_no_residual(netted, defaulted, ended, escrow, keeper):
    set_id, trades = defaulted(replace(netted, rate_token=NOBODY, day_count_basis=0))
    receipt = escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)
    assert events(receipt)[-1] == ended(set_id, -1_000_000, 0, 900_000, token=None)


def test_close_out_set__a_rate_token_in_one_trade__pays_the_residual(
    market, netted, another, defaulted, ended, escrow, keeper
):
    # Whichever comes first in the list.
    without = {"rate_token": NOBODY, "day_count_basis": 0}
    set_id, trades = defaulted(netted, replace(another, **without))
    receipt = escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)
    assert events(receipt)[-1] == ended(set_id, -2_000_000, 0, 1_800_000, -16_000_000, 16_000_000)


def test_close_out_set__afterwards__a_new_set_can_begin(
    market, netted, another, defaulted, desk, escrow, borrower, keeper
):
    set_id, trades = defaulted(netted)
    escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)
    desk.allow("STOCK", borrower, 10_000)
    trade = market.book(replace(another, expiry=2**32 - 1))
    escrow.settle([trade], MARKED, sender=keeper)
    found = escrow.nettingSet(set_id)
    assert (found.trades, found.lastMarked, found.isInDefault) == (1, MARKED, False)


# ---------------------------------------------------------------- refusals


def test_close_out_set__not_in_default__is_refused(market, netted, desk, escrow, keeper):
    set_id, trades = desk.in_deficit(netted)
    with market.untouched(*trades), reverts(escrow.SetNotInDefault, id=set_id):
        escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)


def test_close_out_set__again__is_refused(netted, defaulted, escrow, keeper):
    set_id, trades = defaulted(netted)
    escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)
    with reverts(escrow.SetNotInDefault, id=set_id):
        escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)


@pytest.mark.parametrize(
    ("named", "found"),
    [((0,), 1), ((), 0), ((1, 0), 1), ((0, 0), 1), ((0, 1, 1), 3)],
    ids=["one missing", "none", "descending", "twice", "too many"],
)
def test_close_out_set__not_all_trades__is_refused(
    named, found, market, netted, another, defaulted, escrow, keeper
):
    set_id, trades = defaulted(netted, another)
    with (
        market.untouched(*trades),
        reverts(escrow.NotAllTrades, id=set_id, found=found, needed=2),
    ):
        escrow.closeOutSet(set_id, [trades[i] for i in named], MARKED, sender=keeper)


def test_close_out_set__another_set_s_trade__is_refused(
    market, netted, another, defaulted, escrow, keeper
):
    other = market.open(under(another, mta_e6=1))
    set_id, (trade,) = defaulted(netted)
    with (
        market.untouched(trade, other),
        reverts(escrow.NotAllTrades, id=set_id, found=0, needed=1),
    ):
        escrow.closeOutSet(set_id, [other], MARKED, sender=keeper)


def test_close_out_set__trade_that_never_opened__is_refused(
    market, netted, another, defaulted, escrow, keeper
):
    other = market.book(another)
    set_id, (trade,) = defaulted(netted)
    with (
        market.untouched(trade, other),
        reverts(escrow.NotAllTrades, id=set_id, found=0, needed=1),
    ):
        escrow.closeOutSet(set_id, [other], MARKED, sender=keeper)


def test_close_out_set__date_to_come__is_refused(netted, defaulted, escrow, keeper):
    set_id, trades = defaulted(netted)
    with reverts(escrow.DateInFuture, date=THIRD, today=MARKED):
        escrow.closeOutSet(set_id, trades, THIRD, sender=keeper)


def test_close_out_set__date_passed__is_refused(netted, defaulted, escrow, keeper):
    set_id, trades = defaulted(netted)
    with reverts(escrow.DatePassed, date=SETTLED, latest=MARKED):
        escrow.closeOutSet(set_id, trades, SETTLED, sender=keeper)


def test_close_out_set__before_a_trade_s_change__is_refused(
    market, netted, another, desk, escrow, lender, borrower, keeper
):
    set_id, trades = desk.in_deficit(netted, another)
    market.chain.pending_timestamp = at(THIRD, 9)
    change = Change(trades[1], 1, Verb.RERATE, rate_e9=36_000_000).as_tuple()
    escrow.agree(change, sender=lender)
    escrow.make(change, THIRD, sender=borrower)
    escrow.declareSetDefault(trades[0], THIRD, sender=lender)
    with (
        market.untouched(*trades),
        reverts(escrow.AlreadyMarked, id=trades[1], lastMarked=THIRD, date=MARKED),
    ):
        escrow.closeOutSet(set_id, trades, MARKED, sender=keeper)


def test_close_out_set__at_the_part_s_own_address__has_no_set(
    netted, defaulted, netting_part, keeper
):
    set_id, trades = defaulted(netted)
    with reverts(netting_part.SetNotInDefault, id=set_id):
        netting_part.closeOutSet(set_id, trades, MARKED, sender=keeper)
