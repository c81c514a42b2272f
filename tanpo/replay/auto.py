# SPDX-License-Identifier: MIT
"""Collateral that the file leaves to us: `auto`, and baskets by weight."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil

from tanpo.instrument import Instrument, Kind
from tanpo.scenario import Scenario, TradeSpec


def unit_value(instrument: Instrument, fixings: Mapping[str, int], currency: str) -> Fraction:
    """Value of one smallest unit in `currency`, exactly.

    `fixings` are E8 by symbol and by pair. Bonds are quoted per 100 of face; a pair is multiplied
    or divided as it is quoted (design: units and rounding).
    """
    price = Fraction(1)
    if instrument.kind is not Kind.CASH:
        price = Fraction(fixings[instrument.symbol], 10**8)
    if instrument.kind is Kind.BOND:
        price /= 100
    if instrument.currency != currency:
        direct = fixings.get(instrument.currency + currency)
        reverse = fixings.get(currency + instrument.currency)
        price *= Fraction(direct, 10**8) if direct else Fraction(10**8, reverse or 0)
    return price / int(10**instrument.decimals)


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
