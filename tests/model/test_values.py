# SPDX-License-Identifier: MIT
"""The model's formulas, on figures that can be checked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tanpo.instrument import Instrument, Kind
from tanpo.model.values import (
    Line,
    Rate,
    Valuation,
    accrued_round_up,
    call_moves,
    delivery_in_order_round_up,
    delivery_round_up,
    fits_256_bits,
    interest,
    precision,
    required_value,
    return_in_order_round_down,
    return_round_down,
    round_half_up,
    supported_loan_round_down,
    to_e6_round_up,
    to_e18,
)
from tanpo.terms import NOBODY, Agreement, Terms
from tanpo.units import round_half_up as shown

ONE = Rate(1, 1)
EURUSD = Rate(109_253_000, 10**8)
USDJPY_E8 = 13_425_000_000
JPY_IN_USD = Rate(10**8, USDJPY_E8)

BUND = Instrument("BUND", Kind.BOND, "EUR", 0, 1)
JGB = Instrument("JGB", Kind.BOND, "JPY", 0, 50_000)
STOCK = Instrument("STOCK", Kind.EQUITY, "USD", 0, 1)
JPY = Instrument("JPY", Kind.CASH, "JPY", 0, 1)
USD = Instrument("USD", Kind.CASH, "USD", 2, 1)
CHF = Instrument("CHF", Kind.CASH, "CHF", 2, 1)


def terms(
    threshold_bps: int = 0, mta_e6: int = 0, call_below_bps: int = 0, return_above_bps: int = 0
) -> Terms:
    agreement = Agreement("USD", threshold_bps, mta_e6)
    levels = {"call_below_bps": call_below_bps, "return_above_bps": return_above_bps}
    return Terms(NOBODY, NOBODY, NOBODY, 1, (), agreement, **levels)


def worth(collateral: int) -> Valuation:
    """Of a loan of 10,000 at 100 %."""
    return Valuation(Fraction(10_000), Fraction(0), Fraction(10_000), Fraction(collateral))


def cash(instrument: Instrument, quantity: int, rate: Rate = ONE) -> Line:
    return Line(quantity, instrument, 10**8, rate)


# Sample transaction of JSF (2023): Bunds against US stock, 19 and 20 April 2023.


def test_value__jsf_sample_at_the_opening__gives_the_published_figures() -> None:
    loan = Line(50_000_000, BUND, 9_881_100_000, EURUSD)
    collateral = Line(335_240, STOCK, 16_101_000_000, ONE)

    assert loan.value == Fraction("53976990.915")
    assert shown(loan.value) == "53976991"
    assert collateral.value == Fraction("53976992.40")
    assert shown(collateral.value) == "53976992"


def test_delivery__jsf_sample_from_one_share__needs_the_published_quantity() -> None:
    loan = Line(50_000_000, BUND, 9_881_100_000, EURUSD).value
    share = Line(1, STOCK, 16_101_000_000, ONE).value

    assert 1 + delivery_round_up(1, loan - share, share, lot=1) == 335_240


def test_return__jsf_sample_on_the_next_day__gives_the_published_figures() -> None:
    required = Line(50_000_000, BUND, 9_875_900_000, Rate(109_753_000, 10**8)).value
    collateral = Line(335_240, STOCK, 16_253_000_000, ONE)

    returned = return_round_down(335_240, collateral.value - required, collateral.value, lot=1)

    assert shown(required) == "54195483"
    assert shown(collateral.value) == "54486557"
    assert shown(required - collateral.value) == "-291075"
    assert returned == 1_790
    rest = collateral._replace(quantity=335_240 - returned).value
    assert shown(rest) == "54195629"


# Amounts in JPY valued in USD have no finite decimal.


def test_call__yen_against_jgb_at_par_in_dollars__moves_nothing() -> None:
    loan = cash(JPY, 100_000_000, JPY_IN_USD).value
    collateral = Line(100_000_000, JGB, 10_000_000_000, JPY_IN_USD).value

    assert loan == collateral == Fraction(10_000_000_000_000_000, 13_425_000_000)
    assert not call_moves(Valuation(loan, Fraction(0), loan, collateral), terms())


def test_delivery__yen_against_jgb_at_par_in_dollars__needs_exactly_the_face() -> None:
    loan = cash(JPY, 100_000_000, JPY_IN_USD).value
    held = Line(50_000, JGB, 10_000_000_000, JPY_IN_USD).value

    assert delivery_round_up(50_000, loan - held, held, JGB.lot) == 100_000_000 - 50_000


def test_delivery__one_yen_more_than_par__needs_one_lot() -> None:
    loan = cash(JPY, 100_000_001, JPY_IN_USD).value
    held = Line(100_000_000, JGB, 10_000_000_000, JPY_IN_USD).value

    assert delivery_round_up(100_000_000, loan - held, held, JGB.lot) == 50_000


def test_value__euros_from_several_dividing_pairs__is_exact() -> None:
    per_euro = {"USD": 109_253_000, "JPY": 14_667_215_250, "CHF": 98_132_000}
    usd = cash(USD, 109_253, Rate(10**8, per_euro["USD"]))
    jpy = cash(JPY, 1_466_721_525, Rate(10**8, per_euro["JPY"]))
    chf = cash(CHF, 98_132, Rate(10**8, per_euro["CHF"]))

    assert [usd.value, jpy.value, chf.value] == [1_000, 10_000_000, 1_000]
    assert precision([usd, jpy, chf]) == 10**10 * 109_253_000 * 14_667_215_250 * 98_132_000


def test_precision__two_lines_with_one_rate__counts_it_once() -> None:
    jgb = Line(1, JGB, 10_000_000_000, JPY_IN_USD)

    assert precision([cash(JPY, 1, JPY_IN_USD), jgb]) == 10**10 * USDJPY_E8


def test_precision__denominator_that_divides_another__is_not_multiplied_in() -> None:
    whole, half = cash(USD, 1, Rate(1, 10**8)), cash(USD, 1, Rate(1, 5 * 10**7))

    assert precision([whole, half]) == 10**10 * 10**8
    assert precision([half, whole]) == 10**10 * 5 * 10**7 * 10**8


# Interest


def test_interest__two_and_a_half_percent_for_ninety_days__is_act_over_360() -> None:
    assert interest(Fraction(1_000_000), 25_000_000, 90, 360) == 6_250


def test_interest__rate_of_zero__is_nothing_without_a_day_count() -> None:
    assert interest(Fraction(1_000_000), 0, 90, 0) == 0


@pytest.mark.parametrize(
    ("exact", "expected"),
    [
        (Fraction(1, 3), Fraction(4, 10)),
        (Fraction(3, 10), Fraction(3, 10)),
        (Fraction(-1, 3), Fraction(-3, 10)),
        (Fraction(0), Fraction(0)),
    ],
)
def test_accrued__one_decimal__rounds_for_the_lender(exact: Fraction, expected: Fraction) -> None:
    assert accrued_round_up(exact, 10) == expected


@pytest.mark.parametrize(
    ("exact", "expected"),
    [("0.4", 0), ("0.5", 1), ("1.5", 2), ("-0.5", -1), ("-0.49", 0), ("1234.5", 1_235)],
)
def test_interest_due__smallest_units__rounds_half_up(exact: str, expected: int) -> None:
    assert round_half_up(Fraction(exact)) == expected


# Required value and calls


def test_required__interest_owed_by_the_lender_beyond_the_loan__is_nothing() -> None:
    assert required_value(Fraction(100), Fraction(-101), 10_200) == 0


def test_required__with_interest__is_loan_and_interest_times_ratio() -> None:
    assert required_value(Fraction(1_000), Fraction(5), 10_200) == Fraction("1025.1")


@pytest.mark.parametrize(
    ("collateral", "moves"), [(9_800, False), (9_799, True), (10_200, False), (10_201, True)]
)
def test_call__threshold_of_two_percent__moves_only_beyond_it(collateral: int, moves: bool) -> None:
    assert call_moves(worth(collateral), terms(threshold_bps=200)) is moves


@pytest.mark.parametrize(("collateral", "moves"), [(9_501, False), (9_500, True)])
def test_call__minimum_of_five_hundred__moves_from_it_on(collateral: int, moves: bool) -> None:
    assert call_moves(worth(collateral), terms(mta_e6=500_000_000)) is moves


@pytest.mark.parametrize(
    ("collateral", "moves"), [(9_700, False), (9_699, True), (10_500, False), (10_501, True)]
)
def test_call__levels__moves_only_beyond_them(collateral: int, moves: bool) -> None:
    levels = terms(call_below_bps=9_700, return_above_bps=10_500)

    assert call_moves(worth(collateral), levels) is moves


@pytest.mark.parametrize(("collateral", "moves"), [(9_600, False), (9_499, True)])
def test_call__level_and_threshold__must_both_be_passed(collateral: int, moves: bool) -> None:
    assert call_moves(worth(collateral), terms(500, call_below_bps=9_700)) is moves


def test_call__no_exposure__never_moves() -> None:
    assert not call_moves(worth(10_000), terms())


@pytest.mark.parametrize(("excess", "returned"), [(999, 0), (1_000, 100), (1_999, 100)])
def test_return__lot_of_a_hundred__rounds_down(excess: int, returned: int) -> None:
    # 1,000 units worth 10,000.
    assert return_round_down(1_000, Fraction(excess), Fraction(10_000), 100) == returned


@pytest.mark.parametrize(("shortfall", "delivered"), [(1, 100), (1_000, 100), (1_001, 200)])
def test_delivery__lot_of_a_hundred__rounds_up(shortfall: int, delivered: int) -> None:
    assert delivery_round_up(1_000, Fraction(shortfall), Fraction(10_000), 100) == delivered


def test_return__two_tokens__is_pro_rata_by_value() -> None:
    # 600 units at 10 and 40 units at 100 are worth 10,000; an excess of 1,000 is a tenth of each.
    assert return_round_down(600, Fraction(1_000), Fraction(10_000), 1) == 60
    assert return_round_down(40, Fraction(1_000), Fraction(10_000), 1) == 4


def test_delivery__token_of_which_nothing_is_left__delivers_none_of_it() -> None:
    assert delivery_round_up(0, Fraction(1_000), Fraction(10_000), 1) == 0


@pytest.mark.parametrize(("excess", "returned"), [(999, 0), (1_000, 100), (50_000, 200)])
def test_return__in_order__is_what_the_excess_is_worth_and_at_most_all(
    excess: int, returned: int
) -> None:
    assert return_in_order_round_down(250, Fraction(excess), Fraction(10), 100) == returned


@pytest.mark.parametrize(("shortfall", "delivered"), [(1, 100), (1_000, 100), (1_001, 200)])
def test_delivery__in_order__is_what_the_shortfall_is_worth(shortfall: int, delivered: int) -> None:
    assert delivery_in_order_round_up(Fraction(shortfall), Fraction(10), 100) == delivered


def test_value__haircut__lowers_it() -> None:
    share = Line(10, STOCK, 16_101_000_000, ONE, haircut_bps=1_500)

    assert share.value == Fraction("1368.585")


@pytest.mark.parametrize(("collateral", "supported"), [(10_200, 1_000), (10_199, 999)])
def test_supported_loan__ratio_of_102_percent__rounds_down(collateral: int, supported: int) -> None:
    assert supported_loan_round_down(Fraction(collateral), 10_200, Fraction(10)) == supported


# What leaves the model


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Fraction(1, 3), 333_333_333_333_333_333), (Fraction(-1, 3), -333_333_333_333_333_333)],
)
def test_e18__no_finite_decimal__rounds_toward_zero(value: Fraction, expected: int) -> None:
    assert to_e18(value) == expected


def test_fits__jsf_sample__is_far_within() -> None:
    loan = Line(50_000_000, BUND, 9_881_100_000, EURUSD)
    collateral = Line(335_240, STOCK, 16_101_000_000, ONE)

    assert fits_256_bits([loan, collateral], loan, 0, 400_000_000)


def test_fits__five_dividing_currencies_beside_eighteen_decimals__is_beyond() -> None:
    fine = Instrument("FINE", Kind.BOND, "EUR", 18, 1)
    loan = Line(10**30, fine, 9_881_100_000, EURUSD)
    rates = [Rate(10**8, USDJPY_E8 + n) for n in range(5)]

    assert not fits_256_bits([loan, *(cash(JPY, 10**12, rate) for rate in rates)], loan, 0, 0)


def test_e6__no_finite_decimal__rounds_up() -> None:
    assert to_e6_round_up(Fraction(1, 3)) == 333_334
