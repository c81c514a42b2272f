# SPDX-License-Identifier: MIT
"""Rerate: interest is paid, and runs on at another rate on the same value."""

from dataclasses import replace

import pytest
from market import MARKED_PRICES

from support import MARKED, SETTLED, THIRD, at, events, transfers
from tanpo.terms import NOBODY, Verb


@pytest.fixture
def closed(market, desk, escrow):
    """Closes on 21 April; the interest."""

    def close(trade):
        if market.chain.pending_timestamp < at(THIRD):
            desk.publish(THIRD)
        ((name, args),) = events(escrow.close([trade], THIRD, sender=market.lender))
        assert name == "Closed"
        return args["interest"]

    return close


def test_rerate__doubled__pays_and_runs_on(market, lent, desk, escrow, closed, shown):
    trade = market.open(replace(lent, end=0))
    desk.publish()
    change = desk.draft(trade, Verb.RERATE, rate_e9=72_000_000)
    desk.agree(change)

    receipt = desk.make(change)

    common = {"id": trade, "date": MARKED}
    (eur,) = market.addresses("EUR")
    # a day's 100 USD at 1.25
    assert events(receipt) == [
        ("Changed", {**common, "verb": Verb.RERATE, "change": shown(change)}),
        ("Paid", {**common, "interest": 8_000}),
    ]
    assert transfers(receipt) == [(eur, lent.borrower, lent.lender, 8_000)]
    found = escrow.trade(trade)
    assert (found.rateE9, found.valuedOn, found.accruesFrom) == (72_000_000, SETTLED, MARKED)
    assert (found.loanQuantity, found.lastMarked) == (100_000_000, SETTLED)
    assert closed(trade) == 16_000


@pytest.mark.parametrize(
    ("before", "after", "paid", "then"),
    [
        (36_000_000, 0, 8_000, 0),
        (36_000_000, -36_000_000, 8_000, -8_000),
        (-36_000_000, 36_000_000, -8_000, 8_000),
        (-36_000_000, 0, -8_000, 0),
        (0, 36_000_000, None, 8_000),
        (0, 0, None, 0),
    ],
)
def test_rerate__of_any_sign__pays_until_now_and_runs_on(
    before, after, paid, then, market, lent, desk, escrow, closed
):
    trade = market.open(replace(lent, rate_e9=before, end=0))
    desk.publish()
    receipt = desk.made(trade, Verb.RERATE, rate_e9=after)
    assert [args["interest"] for name, args in events(receipt) if name == "Paid"] == (
        [] if paid is None else [paid]
    )
    assert escrow.trade(trade).rateE9 == after
    assert closed(trade) == then


def test_rerate__mark_afterwards__counts_only_the_new_interest(market, lent, desk):
    trade = market.open(lent)
    desk.publish()
    desk.made(trade, Verb.RERATE, rate_e9=72_000_000)
    desk.publish(THIRD)
    ((_, args), *_) = events(market.mark(trade, day=THIRD))
    assert (args["loanE18"], args["requiredE18"]) == (10**24, 1_000_200 * 10**18)


def test_rerate__to_nothing__mark_afterwards_counts_none(market, lent, desk):
    trade = market.open(lent)
    desk.publish()
    desk.made(trade, Verb.RERATE, rate_e9=0)
    desk.publish(THIRD)
    ((_, args), *_) = events(market.mark(trade, day=THIRD))
    assert (args["loanE18"], args["requiredE18"]) == (10**24, 10**24)


def test_rerate__twice_on_a_date__pays_once(market, lent, desk, closed):
    trade = market.open(replace(lent, end=0))
    desk.publish()
    desk.made(trade, Verb.RERATE, rate_e9=72_000_000)
    receipt = desk.made(trade, Verb.RERATE, rate_e9=36_000_000)
    assert [name for name, _ in events(receipt)] == ["Changed"]
    assert closed(trade) == 8_000


def test_rerate__security__runs_on_on_its_value_at_the_opening(
    market, sample, desk, escrow, lender
):
    (usd,) = market.addresses("USD")
    terms = replace(sample, rate_e9=36_000_000, day_count_basis=360, rate_token=usd)
    trade = market.open(terms)
    market.publish_marked()
    receipt = desk.made(trade, Verb.RERATE, rate_e9=72_000_000)
    # 53,976,990.915 x 3.6 % / 360
    assert events(receipt)[1][1]["interest"] == 539_770
    market.publish(THIRD, MARKED_PRICES | {"BUND": "200"})
    # 53,976,990.915 x 7.2 % / 360 = 10,795.398
    receipt = escrow.close([trade], THIRD, sender=lender)
    assert events(receipt)[0][1]["interest"] == 1_079_540


def test_rerate__of_another_trade__leaves_the_like_ones(market, lent, desk, closed, escrow):
    first, second = market.open(replace(lent, end=0), replace(lent, end=0, uti=b"second".ljust(32)))
    desk.publish()
    desk.made(first, Verb.RERATE, rate_e9=0)
    assert escrow.trade(second).rateE9 == 36_000_000
    assert closed(second) == 16_000


def test_rerate__no_rate_token__is_refused(market, lent, desk, escrow, refused):
    terms = replace(lent, rate_e9=0, rate_token=NOBODY, day_count_basis=0)
    change = desk.draft(market.open(terms), Verb.RERATE, rate_e9=-1)
    desk.publish()
    refused(change, escrow.BadRate, rateE9=-1, rateToken=NOBODY, dayCountBasis=0)


def test_rerate__security_without_a_price_at_the_opening__is_refused(
    market, sample, desk, escrow, fixings, refused
):
    # It could neither be marked nor closed.
    (usd,) = market.addresses("USD")
    terms = replace(sample, day_count_basis=360, rate_token=usd, expiry=at(THIRD))
    trade = market.book(terms)
    market.chain.pending_timestamp = at(MARKED, 9)
    escrow.settle([trade], MARKED, sender=market.keeper)
    change = desk.draft(trade, Verb.RERATE, rate_e9=1)
    market.publish(THIRD, MARKED_PRICES)
    key = market.key("BUND")
    refused(change, fixings.MissingFixing, day=THIRD, key=key, date=MARKED)


def test_rerate__payer_short__is_refused(market, lent, desk, refused_short, borrower):
    change = desk.draft(market.open(lent), Verb.RERATE)
    desk.publish()
    refused_short(change, "EUR", borrower, 8_000)


def test_rerate__no_rate_into_the_rate_token__is_refused(market, lent, desk, fixings, refused):
    change = desk.draft(market.open(lent), Verb.RERATE)
    market.publish(MARKED, {"STOCK": "100", "LOTS": "40"})
    refused(change, fixings.MissingRate, base=b"EUR", quote=b"USD", date=MARKED)
