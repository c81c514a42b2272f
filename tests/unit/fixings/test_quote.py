# SPDX-License-Identifier: MIT
"""`quote`: price and exchange rate of one token."""

import pytest

from support import SETTLED, pair, reverts
from tanpo.instrument import Kind

ONE = 10**8


@pytest.fixture
def instrument(accounts):
    """The struct of a token in EUR whose price key is `bund`."""

    def make(kind):
        return (accounts[9], b"EUR", kind, 0, 0, 1)

    return make


@pytest.mark.parametrize("kind", [Kind.BOND, Kind.EQUITY])
def test_quote__security__has_its_price_and_the_rate(kind, publish, fixings, instrument, bund):
    publish(SETTLED, (bund, 9_881_100_000, SETTLED), (pair("EURUSD"), 109_253_000, SETTLED))
    found = fixings.quote(instrument(kind), b"USD", SETTLED)
    assert tuple(found) == (9_881_100_000, 109_253, 100_000)


def test_quote__security_in_its_currency__needs_no_rate(publish, fixings, instrument, bund):
    publish(SETTLED, (bund, 9_881_100_000, SETTLED))
    found = fixings.quote(instrument(Kind.BOND), b"EUR", SETTLED)
    assert tuple(found) == (9_881_100_000, 1, 1)


def test_quote__cash__is_at_its_face(publish, fixings, instrument):
    publish(SETTLED, (pair("USDEUR"), 91_530_667, SETTLED))
    found = fixings.quote(instrument(Kind.CASH), b"USD", SETTLED)
    assert tuple(found) == (ONE, ONE, 91_530_667)


def test_quote__no_price__reverts(fixings, instrument, bund):
    with reverts(fixings.MissingFixing, key=bund, date=SETTLED):
        fixings.quote(instrument(Kind.EQUITY), b"EUR", SETTLED)


def test_quote__no_rate__reverts(publish, fixings, instrument, bund):
    publish(SETTLED, (bund, 1, SETTLED))
    with reverts(fixings.MissingRate, base=b"EUR", quote=b"USD", date=SETTLED):
        fixings.quote(instrument(Kind.EQUITY), b"USD", SETTLED)


@pytest.mark.parametrize(("age", "stale"), [(7, False), (8, True)])
def test_quote__price_of_an_age__counts_up_to_a_week(
    publish, fixings, instrument, bund, age, stale, blockchain_administrator
):
    fixings.setMaxAge(8, sender=blockchain_administrator)
    publish(SETTLED, (bund, 5, SETTLED - age))
    fixings.setMaxAge(7, sender=blockchain_administrator)
    if not stale:
        assert fixings.quote(instrument(Kind.BOND), b"EUR", SETTLED).priceE8 == 5
        return
    with reverts(
        fixings.StaleFixing, key=bund, date=SETTLED, observedOn=SETTLED - age, maxAgeDays=7
    ):
        fixings.quote(instrument(Kind.BOND), b"EUR", SETTLED)
