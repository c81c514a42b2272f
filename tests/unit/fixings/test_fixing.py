# SPDX-License-Identifier: MIT
"""`fixing` and `latest`: what was published stays readable."""

from support import SETTLED, at, pair


def test_fixing__never_published__is_zero(fixings, bund):
    assert tuple(fixings.fixing(bund, SETTLED)) == (0, 0)


def test_fixing__of_an_older_date__stays(publish, fixings, chain, bund):
    for n in range(3):
        chain.pending_timestamp = at(SETTLED + n, 20)
        publish(SETTLED + n, (bund, 100 + n, SETTLED + n))
    assert [fixings.fixing(bund, SETTLED + n).valueE8 for n in range(3)] == [100, 101, 102]
    assert fixings.latest() == SETTLED + 2


def test_fixing__price_and_pair__are_apart(publish, fixings, bund):
    publish(SETTLED, (bund, 1, SETTLED), (pair("EURUSD"), 2, SETTLED))
    assert fixings.fixing(bund, SETTLED).valueE8 == 1
    assert fixings.fixing(pair("EURUSD"), SETTLED).valueE8 == 2
    assert fixings.fixing(pair("USDEUR"), SETTLED).valueE8 == 0


def test_latest__before_the_first__is_zero(fixings):
    assert fixings.latest() == 0
