# SPDX-License-Identifier: MIT
"""`publish`: one value for each key and business date, once."""

import pytest

from support import MARKED, SETTLED, at, events, pair, reverts
from tanpo.report import Correction, Observation, Report, rate_key


def known(fixings, key, date=SETTLED):
    """Value and day of observation."""
    found = fixings.fixing(key, date)
    return (found.valueE8, found.observedOn)


def test_publish__by_a_feeder__keeps_the_values(publish, fixings, bund):
    receipt = publish(
        SETTLED, (bund, 9_881_100_000, SETTLED), (pair("EURUSD"), 109_253_000, SETTLED - 1)
    )
    assert events(receipt, "Fixings") == [
        (
            "Published",
            {"key": bund, "date": SETTLED, "valueE8": 9_881_100_000, "observedOn": SETTLED},
        ),
        (
            "Published",
            {
                "key": pair("EURUSD"),
                "date": SETTLED,
                "valueE8": 109_253_000,
                "observedOn": SETTLED - 1,
            },
        ),
    ]
    assert known(fixings, bund) == (9_881_100_000, SETTLED)
    assert known(fixings, pair("EURUSD")) == (109_253_000, SETTLED - 1)
    assert fixings.latest() == SETTLED


def test_publish__same_value_again__changes_nothing(publish, fixings, bund):
    publish(SETTLED, (bund, 5, SETTLED - 1))
    receipt = publish(SETTLED, (bund, 5, SETTLED))
    assert events(receipt, "Fixings") == []
    assert known(fixings, bund) == (5, SETTLED - 1)


def test_publish__another_value__reverts(publish, fixings, bund):
    publish(SETTLED, (bund, 5, SETTLED))
    with reverts(fixings.AlreadyPublished, key=bund, date=SETTLED, found=5, offered=6):
        publish(SETTLED, (bund, 6, SETTLED))
    assert known(fixings, bund) == (5, SETTLED)


def test_publish__one_of_two_is_wrong__keeps_neither(publish, fixings, bund):
    with reverts(fixings.NotPositive, key=pair("EURUSD"), date=SETTLED, offered=0):
        publish(SETTLED, (bund, 5, SETTLED), (pair("EURUSD"), 0, SETTLED))
    assert known(fixings, bund) == (0, 0)
    assert fixings.latest() == 0


def test_publish__observed_after_the_date__reverts(publish, fixings, bund):
    with reverts(fixings.ObservedLater, key=bund, date=SETTLED - 1, observedOn=SETTLED):
        publish(SETTLED - 1, (bund, 5, SETTLED))


def test_publish__date_of_tomorrow__reverts(publish, fixings, chain, bund):
    chain.pending_timestamp = at(MARKED) - 1
    with reverts(fixings.DateInFuture, date=MARKED, today=SETTLED):
        publish(MARKED, (bund, 5, SETTLED))


def test_publish__first_second_of_the_date__is_accepted(publish, fixings, chain, bund):
    chain.pending_timestamp = at(MARKED)
    publish(MARKED, (bund, 5, MARKED))
    assert fixings.latest() == MARKED


def test_publish__older_date__leaves_the_latest(publish, fixings, bund):
    publish(SETTLED, (bund, 5, SETTLED))
    publish(SETTLED - 1, (bund, 4, SETTLED - 1))
    assert fixings.latest() == SETTLED
    assert known(fixings, bund, SETTLED - 1) == (4, SETTLED - 1)


def test_publish__nothing__leaves_the_latest(publish, fixings):
    assert events(publish(SETTLED), "Fixings") == []
    assert fixings.latest() == 0


def test_publish__pair_quoted_the_other_way__reverts(publish, fixings):
    publish(SETTLED, (pair("EURUSD"), 109_253_000, SETTLED))
    with reverts(fixings.ReciprocalPair, offered=pair("USDEUR"), found=pair("EURUSD")):
        publish(SETTLED, (pair("USDEUR"), 91_530_667, SETTLED))


def test_publish__pair_quoted_the_other_way_next_day__is_accepted(publish, fixings):
    publish(SETTLED - 1, (pair("EURUSD"), 109_253_000, SETTLED - 1))
    publish(SETTLED, (pair("USDEUR"), 91_530_667, SETTLED))
    assert fixings.fixing(pair("USDEUR"), SETTLED).valueE8 == 91_530_667


def test_publish__both_ways_at_once__reverts(publish, fixings):
    with reverts(fixings.ReciprocalPair, offered=pair("USDEUR"), found=pair("EURUSD")):
        publish(
            SETTLED,
            (pair("EURUSD"), 109_253_000, SETTLED),
            (pair("USDEUR"), 91_530_667, SETTLED),
        )


def test_publish__largest_value__is_kept(publish, fixings, bund):
    publish(SETTLED, (bund, 2**63 - 1, SETTLED))
    assert fixings.fixing(bund, SETTLED).valueE8 == 2**63 - 1


@pytest.mark.parametrize(
    "key",
    [
        bytes(32),
        b"EURUSDX".ljust(32, b"\0"),
        b"EURUSD".ljust(31, b"\0") + b"\1",
        b"eurusd".ljust(32, b"\0"),
        b"EURUS".ljust(32, b"\0"),
        b"EUREUR".ljust(32, b"\0"),
        b"\0" * 11 + b"\1" * 21,
        b"%".ljust(32, b"\0"),
        b"%estr".ljust(32, b"\0"),
        b"%ES TR".ljust(32, b"\0"),
        b"%ESTR\0A".ljust(32, b"\0"),
        b"$ESTR".ljust(32, b"\0"),
        b"EUR@SD".ljust(32, b"\0"),
        b"EUR[SD".ljust(32, b"\0"),
        b"EUR1SD".ljust(32, b"\0"),
    ],
)
def test_publish__key_of_nothing__reverts(publish, fixings, bund, key):
    with reverts(fixings.MalformedKey, key=key):
        publish(SETTLED, (key, 1, SETTLED))
    publish(SETTLED, (bund, 5, SETTLED))
    assert fixings.fixing(bund, SETTLED).valueE8 == 5


@pytest.mark.parametrize("value", [0, -1, -(2**63)])
@pytest.mark.parametrize("key", ["price", "pair"])
def test_publish__price_or_pair_not_above_zero__reverts(publish, fixings, bund, key, value):
    offered = bund if key == "price" else pair("EURUSD")
    with reverts(fixings.NotPositive, key=offered, date=SETTLED, offered=value):
        publish(SETTLED, (offered, value, SETTLED))


@pytest.mark.parametrize("value", [0, -500_000, 3_165_000, -(2**63)])
@pytest.mark.parametrize("name", ["ESTR", "9", "A" * 31, "SOFR30"])
def test_publish__reference_rate__may_be_zero_and_below(publish, fixings, name, value):
    publish(SETTLED, (rate_key(name), value, SETTLED))
    assert known(fixings, rate_key(name)) == (value, SETTLED)
    receipt = publish(SETTLED, (rate_key(name), value, SETTLED))
    assert events(receipt, "Fixings") == []


@pytest.mark.parametrize("observed", [SETTLED - 8, 0])
def test_publish__observed_more_than_a_week_before__reverts(publish, fixings, bund, observed):
    with reverts(fixings.StaleFixing, key=bund, date=SETTLED, observedOn=observed, maxAgeDays=7):
        publish(SETTLED, (bund, 5, observed))


def test_digest__of_a_report__is_what_a_wallet_signs(fixings, chain, bund):
    observations = ((bund, 5, SETTLED), (rate_key("ESTR"), -500_000, SETTLED - 1))
    report = Report(SETTLED, tuple(Observation(*each) for each in observations))
    signed = report.digest(chain.chain_id, fixings.address)
    assert fixings.digestOf(report.as_tuple()) == signed


def test_digest__of_a_correction__is_what_a_wallet_signs(fixings, chain, bund):
    correction = Correction(SETTLED, bund, 5, 2**40 - 1, -6, SETTLED - 1)
    signed = correction.digest(chain.chain_id, fixings.address)
    assert fixings.digestOfCorrection(correction.as_tuple()) == signed
