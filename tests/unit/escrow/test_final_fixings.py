# SPDX-License-Identifier: MIT
"""A fixing can be corrected until a mark has used it: `mark`, `markSets`, and a set's interest."""

from dataclasses import replace

import pytest

from support import MARKED, SETTLED, reverts, signatures
from tanpo.report import Correction
from unit.market import under

KEYS = ("BUND", "STOCK", "EURUSD")


@pytest.fixture
def correct(market, fixings, feeder):
    """Raise a published value a little."""

    def call(name, date):
        published = fixings.fixing(market.key(name), date)
        found = published.valueE8
        correction = Correction(
            date, market.key(name), found, published.publishedAt, found + 10**6, date
        ).as_tuple()
        signed = signatures(fixings.digestOfCorrection(correction), feeder)
        fixings.correct(correction, signed, sender=feeder)
        return found + 10**6

    return call


@pytest.fixture
def used(market, fixings):
    def call(date):
        return [fixings.fixing(market.key(name), date).isUsed for name in KEYS]

    return call


def test_correct__before_the_mark__is_what_the_mark_uses(market, sample, correct, used):
    trade = market.open(sample)
    market.publish_marked()
    before = market.escrow.valuation(trade, MARKED).collateralE18
    assert correct("STOCK", MARKED) == 16_254_000_000
    market.mark(trade)
    assert market.escrow.valuation(trade, MARKED).collateralE18 != before
    assert used(MARKED) == [True, True, True]


def test_correct__after_the_mark__reverts(market, sample, correct, fixings, used):
    trade = market.open(sample)
    market.publish_marked()
    market.mark(trade)
    for name, found in zip(KEYS, (9_875_900_000, 16_253_000_000, 109_753_000), strict=True):
        with reverts(fixings.FixingUsed, key=market.key(name), date=MARKED, found=found):
            correct(name, MARKED)
    assert used(SETTLED) == [False, False, False]


def test_correct__after_a_mark_that_failed__is_made(market, sample, correct, used):
    trade = market.open(sample)
    market.publish(MARKED, {"BUND": "98.759", "STOCK": "162.53"})
    market.mark(trade)
    assert used(MARKED) == [False, False, False]
    correct("STOCK", MARKED)


def test_correct__after_a_valuation__is_made(market, sample, correct, used):
    trade = market.open(sample)
    market.publish_marked()
    market.escrow.valuation(trade, MARKED)
    assert used(MARKED) == [False, False, False]
    correct("BUND", MARKED)


def test_correct__value_that_no_marked_trade_has__is_made(market, sample, correct, fixings, used):
    trade = market.open(sample)
    market.publish_marked(LOTS="5")
    market.mark(trade)
    assert not fixings.fixing(market.key("LOTS"), MARKED).isUsed
    correct("LOTS", MARKED)


def test_correct__value_that_interest_counts_on__is_final_with_the_first_mark(
    market, sample, correct, used
):
    with_rate = replace(
        sample, rate_e9=10**7, rate_token=market.tokens["USD"].address, day_count_basis=360
    )
    trade = market.open(with_rate)
    assert used(SETTLED) == [False, False, False]
    market.publish_marked()
    market.mark(trade)
    assert used(SETTLED) == [True, False, True]


def test_correct__after_a_netting_set_joined_with_interest__reverts(
    market, sample, correct, fixings, used
):
    netted = under(
        replace(
            sample, rate_e9=10**7, rate_token=market.tokens["USD"].address, day_count_basis=360
        ),
        netting=True,
    )
    trade = market.open(netted)
    assert used(SETTLED) == [True, False, True]
    market.publish_marked()
    market.escrow.markSets([market.escrow.setOf(trade)], MARKED, sender=market.keeper)
    assert used(MARKED) == [True, True, True]
    with reverts(fixings.FixingUsed, key=market.key("STOCK"), date=MARKED, found=16_253_000_000):
        correct("STOCK", MARKED)
