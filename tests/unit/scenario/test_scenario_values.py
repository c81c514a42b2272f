# SPDX-License-Identifier: MIT
"""What right files mean."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from tanpo.instrument import Instrument, Kind
from tanpo.scenario import CollateralLeg, Scenario, parse_scenario
from tanpo.terms import Order, Verb

Change = Callable[[str, str], Scenario]


def test_parse__implied_cash__minor_unit_and_after_the_listed(scenario_with: Change) -> None:
    scenario = scenario_with("EUR: 1000.25", "JPY: 5, EUR: 1000.25")
    assert list(scenario.instruments) == ["BUND", "STOCK", "JPY", "EUR"]
    assert scenario.instruments["EUR"] == Instrument("EUR", Kind.CASH, "EUR", decimals=2, lot=1)
    assert scenario.instruments["JPY"] == Instrument("JPY", Kind.CASH, "JPY", decimals=0, lot=1)
    assert scenario.parties["A"] == {"BUND": 50_000_000, "JPY": 5, "EUR": 100_025}


def test_parse__instrument_in_full__written_units_become_smallest(scenario_with: Change) -> None:
    scenario = scenario_with(
        "BUND: {kind: bond, currency: EUR}",
        "BUND: {kind: bond, currency: EUR, isin: DE0001102580, lot: 0.5, decimals: 2, "
        "maturity: 2032-02-15}",
    )
    assert scenario.instruments["BUND"] == Instrument(
        "BUND", Kind.BOND, "EUR", 2, 50, "DE0001102580", date(2032, 2, 15)
    )
    assert scenario.instruments["STOCK"].lot == 10
    assert scenario.trades[0].loan.quantity == 5_000_000_000


def test_parse__cash_listed__its_own_lot(scenario_with: Change) -> None:
    scenario = scenario_with("  STOCK:\n", "  EUR: {kind: cash, currency: EUR, lot: 1}\n  STOCK:\n")
    assert scenario.instruments["EUR"] == Instrument("EUR", Kind.CASH, "EUR", 2, 100)


@pytest.mark.parametrize(
    ("rate", "rate_e9", "token", "basis"),
    [
        ("0%", 0, None, 360),
        ("2.5%", 25_000_000, "EUR", 360),
        ("-0.0000001 %", -1, "EUR", 360),
        ("54975.5813887%", 2**39 - 1, "EUR", 360),
        ("1%\n    rate_token: USD", 10_000_000, "USD", 360),
        ("1%\n    day_count: 365", 10_000_000, "EUR", 365),
        ("0%\n    rate_token: GBP", 0, "GBP", 365),
    ],
)
def test_parse__rate__exact_with_token_and_day_count(
    scenario_with: Change, rate: str, rate_e9: int, token: str | None, basis: int
) -> None:
    trade = scenario_with("rate: 2.5%", f"rate: {rate}").trades[0]
    assert (trade.rate_e9, trade.rate_token, trade.day_count_basis) == (rate_e9, token, basis)
    assert token is None or token in scenario_with("rate: 2.5%", f"rate: {rate}").instruments


@pytest.mark.parametrize(("currency", "basis"), [("JPY", 365), ("GBP", 365), ("CHF", 360)])
def test_parse__no_rate__day_count_of_the_loans_currency(currency: str, basis: int) -> None:
    text = f"""\
name: Cash loan
parties: {{A: {{}}, B: {{}}}}
fixings: {{2023-04-19: {{{currency}USD: 1.1}}}}
trades:
  - {{id: T1, lender: A, borrower: B, loan: {{{currency}: 100}}, collateral: {{USD: auto}},
     start: 2023-04-19}}
"""
    trade = parse_scenario(text).trades[0]
    assert (trade.day_count_basis, trade.rate_token) == (basis, None)
    assert trade.valuation_currency == "USD"
    assert (trade.ratio_bps, trade.threshold_bps, trade.mta_e6) == (10_000, 0, 0)
    assert (trade.end, trade.end_is_date, trade.custody, trade.line) == (
        None,
        False,
        "segregated",
        5,
    )


def test_parse__cash_lent_under_its_own_name__interest_in_that_cash() -> None:
    text = """\
name: Own cash
instruments: {DEPOSIT: {kind: cash, currency: USD}}
parties: {A: {}, B: {}}
fixings: {2023-04-19: {}}
trades:
  - {id: T1, lender: A, borrower: B, loan: {DEPOSIT: 1.01}, collateral: {USD: auto},
     start: 2023-04-19, rate: 1%}
"""
    scenario = parse_scenario(text)
    assert scenario.trades[0].rate_token == "DEPOSIT"
    assert scenario.trades[0].loan == ("DEPOSIT", 101)
    assert list(scenario.instruments) == ["DEPOSIT", "USD"]


def test_parse__margin_terms__exact(scenario_with: Change) -> None:
    trade = scenario_with(
        "rate: 2.5%",
        "ratio: 655.35%\n    threshold: 0.01%\n    mta: 1_000_000.000001\n    custody: title",
    ).trades[0]
    assert (trade.ratio_bps, trade.threshold_bps, trade.mta_e6) == (65_535, 1, 10**12 + 1)
    assert trade.custody == "title"


def test_parse__levels_haircuts_and_order__exact(scenario_with: Change) -> None:
    trade = scenario_with(
        "rate: 2.5%",
        "ratio: 105%\n    call_below: 102.5%\n    return_above: 110%\n    basket: ordered\n"
        "    haircut: {STOCK: 99.99%}\n    cure: 255\n    penalty: 429.4967295%",
    ).trades[0]
    assert (trade.call_below_bps, trade.ratio_bps, trade.return_above_bps) == (10250, 10500, 11000)
    assert (trade.haircuts_bps, trade.haircut("STOCK")) == ({"STOCK": 9999}, Fraction(9999, 10**4))
    assert (trade.order, trade.cure_days, trade.penalty_rate_e9) == (
        Order.AS_LISTED,
        255,
        2**32 - 1,
    )
    assert trade.rate_token == "EUR"


@pytest.mark.parametrize(
    ("rights", "lender", "borrower"),
    [
        ("{lender: [recall, terminate], borrower: []}", {Verb.RECALL, Verb.TERMINATE}, set()),
        ("{borrower: [substitute]}", {Verb.DEFAULT}, {Verb.SUBSTITUTE}),
        ("{}", {Verb.DEFAULT}, {Verb.DEFAULT}),
    ],
)
def test_parse__rights__of_each_side(
    scenario_with: Change, rights: str, lender: set[Verb], borrower: set[Verb]
) -> None:
    trade = scenario_with("rate: 2.5%", f"rights: {rights}").trades[0]
    assert (trade.lender_may, trade.borrower_may) == (lender, borrower)


@pytest.mark.parametrize(
    ("basket", "legs"),
    [
        ("{STOCK: auto}", (CollateralLeg("STOCK", None, Fraction(1)),)),
        ("{STOCK: 100%}", (CollateralLeg("STOCK", None, Fraction(1)),)),
        ("{STOCK: 335_240}", (CollateralLeg("STOCK", 335_240, None),)),
        (
            "{STOCK: 60%, EUR: 39.999999999 %, USD: 0.000000001%}",
            (
                CollateralLeg("STOCK", None, Fraction(3, 5)),
                CollateralLeg("EUR", None, Fraction(39_999_999_999, 10**11)),
                CollateralLeg("USD", None, Fraction(1, 10**11)),
            ),
        ),
        ("{STOCK: 1, EUR: 0.01}", (CollateralLeg("STOCK", 1, None), CollateralLeg("EUR", 1, None))),
    ],
)
def test_parse__basket__quantities_or_weights(
    scenario_with: Change, basket: str, legs: tuple[CollateralLeg, ...]
) -> None:
    trade = scenario_with("collateral:\n      STOCK: auto", f"collateral: {basket}").trades[0]
    assert trade.collateral == legs
    assert trade.tokens == ("BUND", *(leg.symbol for leg in legs))


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2023-04-20T10:30", datetime(2023, 4, 20, 10, 30, tzinfo=UTC)),
        ("2023-04-20T10:30:15Z", datetime(2023, 4, 20, 10, 30, 15, tzinfo=UTC)),
        ("2023-04-20 10:30", datetime(2023, 4, 20, 10, 30, tzinfo=UTC)),
    ],
)
def test_parse__time__utc(scenario_with: Change, written: str, at: datetime) -> None:
    trade = scenario_with("start: 2023-04-20", f"start: {written}").trades[1]
    assert (trade.start, trade.start_is_date) == (at, False)


def test_parse__dates_on_holidays__next_business_date(scenario_with: Change) -> None:
    scenario = scenario_with("start: 2023-04-20", "start: 2023-04-22\n    end: 2023-04-25")
    first, second = scenario.trades
    assert scenario.closing_date(first) == date(2023, 4, 24)  # ends on a holiday, the 21st
    assert scenario.opening_date(second) == date(2023, 4, 24)
    assert scenario.closing_date(second) is None


@pytest.mark.parametrize("party", ["NO", "Y", "null", "~", "010", "1e3", "2023-04-19", "C & D"])
def test_parse__party_that_yaml_would_convert__stays_text(
    scenario_with: Change, party: str
) -> None:
    assert scenario_with("parties:\n", f"parties:\n  {party}: {{}}\n").parties[party] == {}


def test_parse__valuation_currency__trade_before_file_before_collateral(
    scenario_with: Change,
) -> None:
    assert scenario_with("start: 2023-04-20", "start: 2023-04-20").trades[1].valuation_currency == (
        "USD"
    )
    own = scenario_with("start: 2023-04-20", "start: 2023-04-20\n    valuation_currency: EUR")
    assert own.trades[1].valuation_currency == "EUR"
    neither = scenario_with("valuation_currency: USD\n", "")
    assert [trade.valuation_currency for trade in neither.trades] == ["USD", "EUR"]


def test_parse__neither_instruments_nor_trades__a_scenario() -> None:
    scenario = parse_scenario("name: Idle\nparties: {}\nfixings: {2023-04-19: {EURUSD: 1.1}}")
    assert scenario.trades == ()
    assert scenario.instruments == {}
