# SPDX-License-Identifier: MIT
"""Whether each trade finds the fixings that it needs, on each business date of its life."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tanpo.instrument import Kind
from tanpo.scenario.errors import Problem
from tanpo.scenario.model import Scenario, TradeSpec
from tanpo.scenario.tokens import is_fx_pair, opposite


def check_coverage(scenario: Scenario) -> Iterator[Problem]:
    """A price of each of a trade's securities and the FX into its valuation currency.

    They are needed from the opening on, every business date. On the date that a trade closes it
    is not marked: only its interest, if any, needs FX then, from the valuation currency. A trade
    that opens and closes on one date needs what an opening needs.
    """
    quoted = {day: _quoted(keys) for day, keys in scenario.fixings.items()}
    for trade in scenario.trades:
        opening, closing = scenario.opening_date(trade), scenario.closing_date(trade)
        marked = _prices(scenario, trade) | _fx(scenario, trade, trade.tokens)
        closed = _fx(scenario, trade, ())
        for day, keys in quoted.items():
            if day < opening or (closing and day > closing):
                continue
            needed = closed if day == closing != opening else marked
            for key in sorted(needed - keys):
                what = key if key in scenario.instruments else f"{key} or {opposite(key)}"
                reason = f"no fixing of {what} on {day}, which trade {trade.id} needs"
                yield Problem(("fixings", day.isoformat()), reason, on_key=True)


def _quoted(keys: Iterable[str]) -> set[str]:
    """The keys of one date and each pair's other way round: a pair may be quoted either way."""
    return {*keys, *(opposite(key) for key in keys if is_fx_pair(key))}


def _prices(scenario: Scenario, trade: TradeSpec) -> set[str]:
    return {symbol for symbol in trade.tokens if scenario.instruments[symbol].kind is not Kind.CASH}


def _fx(scenario: Scenario, trade: TradeSpec, symbols: tuple[str, ...]) -> set[str]:
    """The pairs between these tokens' currencies, and the interest's, and the valuation's."""
    interest = (trade.rate_token,) if trade.rate_e9 and trade.rate_token else ()
    currencies = {scenario.instruments[symbol].currency for symbol in (*symbols, *interest)}
    return {
        currency + trade.valuation_currency
        for currency in currencies
        if currency != trade.valuation_currency
    }
