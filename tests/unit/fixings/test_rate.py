# SPDX-License-Identifier: MIT
"""`rate`: an exchange rate as the market quotes it, as a fraction."""

import pytest

from support import SETTLED, pair, reverts


@pytest.fixture
def eurusd(publish):
    publish(SETTLED, (pair("EURUSD"), 109_253_000, SETTLED))


@pytest.mark.usefixtures("eurusd")
def test_rate__as_quoted__multiplies(fixings):
    assert tuple(fixings.rate(b"EUR", b"USD", SETTLED)) == (109_253, 100_000)


@pytest.mark.usefixtures("eurusd")
def test_rate__the_other_way__divides(fixings):
    assert tuple(fixings.rate(b"USD", b"EUR", SETTLED)) == (100_000, 109_253)


def test_rate__same_currency__is_one_without_a_fixing(fixings):
    assert tuple(fixings.rate(b"JPY", b"JPY", SETTLED)) == (1, 1)


@pytest.mark.usefixtures("eurusd")
@pytest.mark.parametrize(
    ("base", "quote", "date"),
    [(b"USD", b"JPY", SETTLED), (b"EUR", b"USD", SETTLED - 1), (b"USD", b"EUR", SETTLED + 1)],
)
def test_rate__not_published__reverts(fixings, base, quote, date):
    with reverts(fixings.MissingRate, base=base, quote=quote, date=date):
        fixings.rate(base, quote, date)


@pytest.mark.parametrize(("base", "quote"), [(b"EUR", b"USD"), (b"USD", b"EUR")])
def test_rate__too_old__reverts(publish, fixings, base, quote, blockchain_administrator):
    fixings.setMaxAge(8, sender=blockchain_administrator)
    publish(SETTLED, (pair("EURUSD"), 109_253_000, SETTLED - 8))
    fixings.setMaxAge(7, sender=blockchain_administrator)
    with reverts(
        fixings.StaleFixing,
        key=pair("EURUSD"),
        date=SETTLED,
        observedOn=SETTLED - 8,
        maxAgeDays=7,
    ):
        fixings.rate(base, quote, SETTLED)
