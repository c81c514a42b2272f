# SPDX-License-Identifier: MIT
from datetime import UTC, date, datetime
from fractions import Fraction
from importlib.resources import as_file, files

import pytest

from tanpo.calendar import Calendar
from tanpo.instrument import Instrument, Kind
from tanpo.scenario import CollateralLeg, LoanLeg, Scenario, TradeSpec, read_scenario
from tanpo.terms import Order, Verb


@pytest.fixture
def sample() -> Scenario:
    with as_file(files("tanpo") / "samples" / "bund_us_stock.yaml") as path:
        return read_scenario(path)


def test_read_scenario__sample__every_value_exact(sample: Scenario) -> None:
    assert sample.name == "Bunds against US stock, 19 April 2023"
    assert sample.instruments == {
        "BUND": Instrument("BUND", Kind.BOND, "EUR", decimals=0, lot=1),
        "STOCK": Instrument("STOCK", Kind.EQUITY, "USD", decimals=0, lot=1),
    }
    assert sample.parties == {"A": {"BUND": 50_000_000}, "B": {"STOCK": 335_240}}
    assert sample.fixings == {
        date(2023, 4, 19): {
            "BUND": 9_881_100_000,
            "STOCK": 16_101_000_000,
            "EURUSD": 109_253_000,
        },
        date(2023, 4, 20): {
            "BUND": 9_875_900_000,
            "STOCK": 16_253_000_000,
            "EURUSD": 109_753_000,
        },
        date(2023, 4, 21): {},
    }
    assert sample.trades == (
        TradeSpec(
            id="T1",
            lender="A",
            borrower="B",
            loan=LoanLeg("BUND", 50_000_000),
            collateral=(CollateralLeg("STOCK", None, Fraction(1)),),
            valuation_currency="USD",
            start=datetime(2023, 4, 19, tzinfo=UTC),
            start_is_date=True,
            end=datetime(2023, 4, 21, tzinfo=UTC),
            end_is_date=True,
            calendar=Calendar(),
            notice_days=0,
            rate_e9=0,
            day_count_basis=360,
            rate_token=None,
            ratio_bps=10_000,
            call_below_bps=0,
            return_above_bps=0,
            haircuts_bps={},
            threshold_bps=0,
            mta_e6=0,
            custody="segregated",
            order=Order.PRO_RATA,
            cure_days=0,
            penalty_rate_e9=0,
            lender_may=frozenset({Verb.DEFAULT}),
            borrower_may=frozenset({Verb.DEFAULT}),
            line=16,
        ),
    )


def test_read_scenario__sample__closes_on_its_last_date(sample: Scenario) -> None:
    (trade,) = sample.trades
    assert tuple(sample.fixings) == tuple(date(2023, 4, day) for day in (19, 20, 21))
    assert sample.opening_date(trade) == date(2023, 4, 19)
    assert sample.closing_date(trade) == date(2023, 4, 21)
