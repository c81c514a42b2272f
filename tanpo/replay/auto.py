# SPDX-License-Identifier: MIT
"""Quantities that the file leaves to us: `auto`, and baskets by weight."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil

from tanpo.chain.abi import Reverted
from tanpo.instrument import Instrument, Kind
from tanpo.model.values import ONE_E8, Line, Rate
from tanpo.scenario import EventSpec, Scenario, TradeSpec
from tanpo.scenario.checks import QUANTITY_LIMIT


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
    value, rounded up to its lot. Raises Reverted where that is more than the contracts keep.
    """
    loan = scenario.instruments[trade.loan.symbol]
    loan_value = trade.loan.quantity * unit_value(loan, fixings, trade.valuation_currency)
    required = loan_value * Fraction(trade.ratio_bps, 10**4)
    quantities = []
    for leg in trade.collateral:
        if leg.weight is None:
            assert leg.quantity is not None
            quantities.append(leg.quantity)
        else:
            share = required * leg.weight
            quantities.append(_worth_at_least(scenario, trade, leg.symbol, share, fixings))
    return quantities


def basket_value(scenario: Scenario, trade: TradeSpec, fixings: Mapping[str, int]) -> Fraction:
    """What the basket that the trade opens with is worth, after haircuts."""
    quantities = collateral_quantities(scenario, trade, fixings)
    legs = zip(trade.basket, quantities, strict=True)
    values = (held * _collateral_value(scenario, trade, symbol, fixings) for symbol, held in legs)
    return sum(values, Fraction())


def substitute_quantity(
    scenario: Scenario, trade: TradeSpec, event: EventSpec, symbol: str, fixings: Mapping[str, int]
) -> int:
    """Smallest units of what comes into the basket alone, worth no less than what goes out.

    The least such, rounded up to its lot; raises Reverted as `collateral_quantities` does.
    """
    value = sum(
        (
            quantity * _collateral_value(scenario, trade, out, fixings)
            for out, quantity in event.outgoing
        ),
        Fraction(),
    )
    return _worth_at_least(scenario, trade, symbol, value, fixings)


def _worth_at_least(
    scenario: Scenario, trade: TradeSpec, symbol: str, value: Fraction, fixings: Mapping[str, int]
) -> int:
    lot = scenario.instruments[symbol].lot
    quantity = ceil(value / _collateral_value(scenario, trade, symbol, fixings) / lot) * lot
    if quantity >= QUANTITY_LIMIT:
        raise Reverted("QuantityTooLarge", {"token": symbol, "quantity": quantity})
    return quantity


def _collateral_value(
    scenario: Scenario, trade: TradeSpec, symbol: str, fixings: Mapping[str, int]
) -> Fraction:
    """Value of one smallest unit in the trade's basket, after its haircut."""
    value = unit_value(scenario.instruments[symbol], fixings, trade.valuation_currency)
    return value * (1 - trade.haircut(symbol))
