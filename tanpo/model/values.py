# SPDX-License-Identifier: MIT
"""Values, calls and interest of one trade as exact fractions of its valuation currency.

The contracts compute the same with numerators over one common denominator, in 256 bits. Where a
product outgrows that, they fail (Panic 0x11) and fractions do not: `fits_256_bits` tells which.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from tanpo.instrument import Instrument, Kind
from tanpo.terms import Terms

ONE_E8 = 10**8
ONE_BPS = 10**4


class Rate(NamedTuple):
    """What one unit of a currency is worth in another, as quoted: never a stored reciprocal.

    USD in JPY at USDJPY 134.25 is 13425000000 / 10**8; JPY in USD is 10**8 / 13425000000.
    """

    numerator: int
    denominator: int

    @property
    def value(self) -> Fraction:
        """The rate as a number."""
        return Fraction(self.numerator, self.denominator)


class Line(NamedTuple):
    """A quantity (smallest units) of an instrument, with what values it."""

    quantity: int
    instrument: Instrument
    price_e8: int
    """Per 100 of face (bond), per share (equity); 10**8 for cash."""
    rate: Rate
    """Of the instrument's currency into the valuation currency."""
    haircut_bps: int = 0
    """What the value is lowered by, where it counts as collateral."""

    @property
    def scale(self) -> int:
        """Decimal places between the quantity and what the price is of."""
        return self.instrument.decimals + (2 if self.instrument.kind is Kind.BOND else 0)

    @property
    def value(self) -> Fraction:
        """Market value after the haircut, not rounded."""
        units = Fraction(self.quantity, 10**self.scale)
        counted = Fraction(ONE_BPS - self.haircut_bps, ONE_BPS)
        return units * Fraction(self.price_e8, ONE_E8) * self.rate.value * counted


class Valuation(NamedTuple):
    """A trade's worth on a business date."""

    loan: Fraction
    accrued: Fraction
    """Interest that the borrower owes so far; negative: the lender."""
    required: Fraction
    collateral: Fraction
    """After haircuts."""

    @property
    def owed(self) -> Fraction:
        """Loan and interest; never below zero."""
        return max(self.loan + self.accrued, Fraction(0))

    @property
    def exposure(self) -> Fraction:
        """Required value less collateral: positive where collateral is short."""
        return self.required - self.collateral


def precision(lines: Iterable[Line]) -> int:
    """Return the common denominator at which the contracts add up `lines`, in their order.

    It is 10^(largest scale + 8) times the first FX denominator, times each further one that does
    not divide what has come together so far.
    """
    lines = list(lines)
    fx = 1
    for line in lines:
        if fx % line.rate.denominator:
            fx *= line.rate.denominator
    return fx * ten_to(max(line.scale for line in lines) + 8)


def ten_to(exponent: int) -> int:
    """Return the power, which is an integer; `**` alone would not promise that."""
    return int(10**exponent)


def interest(value: Fraction, rate_e9: int, days: int, day_count_basis: int) -> Fraction:
    """Return simple interest on `value`, ACT over 360 or 365, not rounded. 0 at a rate of 0."""
    if rate_e9 == 0:
        return Fraction(0)
    return value * Fraction(rate_e9, 10**9) * Fraction(days, day_count_basis)


def accrued_round_up(exact: Fraction, denominator: int) -> Fraction:
    """Return interest in multiples of 1 / denominator, rounded for the lender whoever owes it."""
    return Fraction(ceil(exact * denominator), denominator)


def round_half_up(exact: Fraction) -> int:
    """Return the nearest whole number, a half away from zero."""
    quantity = floor(abs(exact) + Fraction(1, 2))
    return -quantity if exact < 0 else quantity


def round_away(exact: Fraction) -> int:
    """Return the next whole number away from zero."""
    return floor(exact) if exact < 0 else ceil(exact)


def to_e6_round_up(value: Fraction) -> int:
    """Return a value with 6 decimals, rounded up."""
    return ceil(value * 10**6)


def required_value(loan: Fraction, accrued: Fraction, ratio_bps: int) -> Fraction:
    """Return (loan + accrued) × ratio; never below zero."""
    return max(loan + accrued, Fraction(0)) * Fraction(ratio_bps, ONE_BPS)


def call_moves(worth: Valuation, terms: Terms) -> bool:
    """Tell whether a margin call moves.

    It does where collateral is below what is called at or above what is returned at, and the
    exposure exceeds the threshold and reaches the minimum transfer amount.
    """
    called_at = worth.owed * Fraction(terms.call_below_bps or terms.ratio_bps, ONE_BPS)
    returned_at = worth.owed * Fraction(terms.return_above_bps or terms.ratio_bps, ONE_BPS)
    if called_at <= worth.collateral <= returned_at:
        return False
    exposure, agreement = abs(worth.exposure), terms.agreement
    exceeds = exposure > worth.required * Fraction(agreement.threshold_bps, ONE_BPS)
    return exceeds and exposure >= Fraction(agreement.mta_e6, 10**6)


def return_round_down(quantity: int, excess: Fraction, basket: Fraction, lot: int) -> int:
    """Return the whole lots that go back of a token: its share by value of `excess`.

    Smallest units. `basket` is the value of all collateral, above zero; `quantity` what it holds
    of the token, whose value is in proportion.
    """
    return floor(quantity * excess / basket / lot) * lot


def delivery_round_up(quantity: int, shortfall: Fraction, basket: Fraction, lot: int) -> int:
    """Return the whole lots to deliver of a token: its share by value of `shortfall`."""
    return ceil(quantity * shortfall / basket / lot) * lot


def return_in_order_round_down(quantity: int, excess: Fraction, unit: Fraction, lot: int) -> int:
    """Return the whole lots that go back of a token whose turn it is, of which there is `quantity`.

    `unit` is the value of a smallest unit.
    """
    return min(quantity, floor(excess / unit)) // lot * lot


def delivery_in_order_round_up(shortfall: Fraction, unit: Fraction, lot: int) -> int:
    """Return the whole lots to deliver of a token whose turn it is."""
    return ceil(shortfall / unit / lot) * lot


def supported_loan_round_down(collateral: Fraction, ratio_bps: int, unit: Fraction) -> int:
    """Return the smallest units of a loan, each worth `unit`, that collateral supports."""
    return floor(collateral / Fraction(ratio_bps, ONE_BPS) / unit)


def to_e18(value: Fraction) -> int:
    """Return a value with 18 decimals, rounded toward zero."""
    magnitude = floor(abs(value) * 10**18)
    return -magnitude if value < 0 else magnitude


def fits_256_bits(lines: Sequence[Line], start: Line, terms_mta_e6: int, rate_e9: int) -> bool:
    """Tell whether a mark and a close of these lines surely stay within the contracts' integers.

    A sufficient bound, not a sharp one, whatever the haircuts. `start` is the loan leg on the
    opening date. The largest intermediates are the values' numerators × ratio × 10^10 (threshold
    and MTA are compared in whole numbers), MTA × denominator × 10^4, and the numerator and
    denominator of a century's interest.
    """
    denominator = precision(lines)
    largest = max(sum(line.value for line in lines[1:]), 8 * lines[0].value)
    start_denominator = precision([start])
    return (
        denominator < 2**226
        and largest * denominator * 10**10 < 2**255
        and terms_mta_e6 * denominator * ONE_BPS < 2**255
        and start.value * start_denominator * abs(rate_e9) * 36_525 < 2**255
        and start_denominator * 10**9 * 365 * 2**64 < 2**255
    )
