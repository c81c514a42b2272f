# SPDX-License-Identifier: MIT
"""Whether each trade finds the fixings that it needs, on each business date of its life."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from tanpo.instrument import Kind
from tanpo.scenario.errors import Problem
from tanpo.scenario.events import may_pay
from tanpo.scenario.model import EventSpec, Scenario, TradeSpec
from tanpo.scenario.tokens import is_fx_pair, opposite


def check_coverage(scenario: Scenario) -> Iterator[Problem]:
    """A price of each of a trade's securities and the FX into its valuation currency.

    They are needed from the opening on, every business date. On the date that a trade closes it
    is not marked: only its interest, if any, needs FX then, from the valuation currency. A trade
    that opens and closes on one date needs what an opening needs, as every date of an event does.
    """
    quoted = {day: _quoted(keys) for day, keys in scenario.fixings.items()}
    for trade in scenario.trades:
        events = scenario.events_of(trade)
        opening, closing = scenario.opening_date(trade), _last_closing_date(scenario, trade)
        for day, keys in quoted.items():
            changes = any(event.date == day for event in events)
            if day < opening or (closing and day > closing and not changes):
                continue
            if day == closing != opening and not changes:
                needed = _fx(scenario, trade, ())
            else:
                symbols = (*trade.tokens, *_substitutes(events, day))
                needed = _prices(scenario, symbols) | _fx(scenario, trade, symbols)
            for key in sorted(needed - keys):
                what = key if key in scenario.instruments else f"{key} or {opposite(key)}"
                reason = f"no fixing of {what} on {day}, which trade {trade.id} needs"
                yield Problem(("fixings", day.isoformat()), reason, on_key=True)


def _last_closing_date(scenario: Scenario, trade: TradeSpec) -> date | None:
    """When the trade closes if every extension succeeds and nothing ends it sooner."""
    extended = [event.end for event in scenario.events_of(trade) if event.action == "extend"]
    if trade.end is None:
        return None
    return scenario.closing_date(replace(trade, end=max(filter(None, (trade.end, *extended)))))


def _substitutes(events: Iterable[EventSpec], day: date) -> Iterator[str]:
    """What has come into the basket until then."""
    for event in events:
        if event.date <= day:
            yield from (symbol for symbol, _ in event.incoming)


def _quoted(keys: Iterable[str]) -> set[str]:
    """The keys of one date and each pair's other way round: a pair may be quoted either way."""
    return {*keys, *(opposite(key) for key in keys if is_fx_pair(key))}


def _prices(scenario: Scenario, symbols: Iterable[str]) -> set[str]:
    return {symbol for symbol in symbols if scenario.instruments[symbol].kind is not Kind.CASH}


def _fx(scenario: Scenario, trade: TradeSpec, symbols: tuple[str, ...]) -> set[str]:
    """The pairs between these tokens' currencies, and the interest's, and the valuation's."""
    actions = (event.action for event in scenario.events_of(trade))
    pays = may_pay(trade.rate_e9, trade.penalty_rate_e9, actions)
    interest = (trade.rate_token,) if pays and trade.rate_token else ()
    currencies = {scenario.instruments[symbol].currency for symbol in (*symbols, *interest)}
    return {
        currency + trade.valuation_currency
        for currency in currencies
        if currency != trade.valuation_currency
    }
