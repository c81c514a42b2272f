# SPDX-License-Identifier: MIT
"""Collateral that the file leaves to us: `auto`, and baskets by weight."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil

from tanpo.instrument import Instrument, Kind
from tanpo.model.values import ONE_E8, Line, Rate
from tanpo.scenario import Scenario, TradeSpec


def unit_value(instrument: Instrument, fixings: Mapping[str, int], currency: str) -> Fraction:
    """Value of one smallest unit in `currency`, exactly. `fixings` are E8 by symbol and by pair."""
    price_e8 = ONE_E8 if instrument.kind is Kind.CASH else fixings[instrument.symbol]
    return Line(1, instrument, price_e8, _rate(instrument.currency, currency, fixings)).value


def _rate(base: str, quote: str, fixings: Mapping[str, int]) -> Rate:
    """`base` in `quote`, whichever way the file quotes it."""
    if base == quote:
        return Rate(1, 1)
    if base + quote in fixings:
        return Rate(fixings[base + quote], ONE_E8)
    return Rate(ONE_E8, fixings[quote + base])


def collateral_quantities(
    scenario: Scenario, trade: TradeSpec, fixings: Mapping[str, int]
) -> list[int]:
    """Smallest units of each token of the basket: those given, or the token's share of the required
    value, rounded up to its lot.
    """

    def value(symbol: str) -> Fraction:
        return unit_value(scenario.instruments[symbol], fixings, trade.valuation_currency)

    required = trade.loan.quantity * value(trade.loan.symbol) * Fraction(trade.ratio_bps, 10**4)
    quantities = []
    for leg in trade.collateral:
        if leg.weight is None:
            assert leg.quantity is not None
            quantities.append(leg.quantity)
        else:
            lot = scenario.instruments[leg.symbol].lot
            quantities.append(ceil(required * leg.weight / value(leg.symbol) / lot) * lot)
    return quantities
