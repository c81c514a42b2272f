# SPDX-License-Identifier: MIT
"""Whether each trade finds the fixings that it needs, on each business date of its life."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from tanpo.instrument import Kind
from tanpo.scenario.errors import Problem
from tanpo.scenario.model import EventSpec, Scenario, TradeSpec
from tanpo.scenario.tokens import is_fx_pair, opposite


def check_coverage(scenario: Scenario) -> Iterator[Problem]:
    """A price of each of a trade's securities and the FX into its valuation currency.

    They are needed from the opening on, every business date. On the date that a trade closes it
    is not marked: only its interest, if any, needs FX then, from the valuation currency. A trade
    that opens and closes on one date needs what an opening needs, as every date of an event does.
    Where trades margin as one, the tokens of each stay until the last of them has closed. A
    security that has been redeemed is its cash.
    """
    quoted = {day: _quoted(keys) for day, keys in scenario.fixings.items()}
    for trade in scenario.trades:
        events = scenario.events_of(trade)
        opening, closing = scenario.opening_date(trade), _last_date(scenario, trade)
        for day, keys in quoted.items():
            changes = any(event.date == day for event in events)
            if day < opening or (closing and day > closing and not changes):
                continue
            if day == closing != opening and not changes:
                needed = _fx(scenario, trade, ())
            else:
                tokens = (*trade.tokens, *_substitutes(events, day))
                symbols = tuple(_after_redemption(scenario, symbol, day) for symbol in tokens)
                needed = _prices(scenario, symbols) | _fx(scenario, trade, symbols)
            needed |= _missed_income(scenario, trade, day)
            for key in sorted(needed - keys):
                what = key if key in scenario.instruments else f"{key} or {opposite(key)}"
                reason = f"no fixing of {what} on {day}, which trade {trade.id} needs"
                yield Problem(("fixings", day.isoformat()), reason, on_key=True)


def _last_date(scenario: Scenario, trade: TradeSpec) -> date | None:
    """When the trade closes, or the last of those that margin with it and follow without a gap."""
    last = _last_closing_date(scenario, trade)
    mates = [other for other in scenario.trades if trade.account and other.account == trade.account]
    mates.sort(key=scenario.opening_date)
    for other in mates:
        closing = _last_closing_date(scenario, other)
        if last and scenario.opening_date(other) < last and (closing is None or closing > last):
            last = closing
    return last


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


def _after_redemption(scenario: Scenario, symbol: str, day: date) -> str:
    repaid = scenario.redemption_of(symbol)
    return repaid.cash if repaid and repaid.date <= day else symbol


def _missed_income(scenario: Scenario, trade: TradeSpec, day: date) -> set[str]:
    """The pairs in which income that a party fails to pay becomes its debt in the rate token."""
    owing = {trade.loan.symbol, *(trade.basket if trade.custody == "title" else ())}
    paid_in = {
        scenario.instruments[action.cash].currency
        for action in scenario.actions_on(day)
        if action.kind == "income" and action.token in owing and scenario.opening_date(trade) < day
    }
    rate_currency = scenario.instruments[trade.rate_token].currency if trade.rate_token else ""
    return {currency + rate_currency for currency in paid_in if rate_currency not in ("", currency)}


def _quoted(keys: Iterable[str]) -> set[str]:
    """The keys of one date and each pair's other way round: a pair may be quoted either way."""
    return {*keys, *(opposite(key) for key in keys if is_fx_pair(key))}


def _prices(scenario: Scenario, symbols: Iterable[str]) -> set[str]:
    return {symbol for symbol in symbols if scenario.instruments[symbol].kind is not Kind.CASH}


def _fx(scenario: Scenario, trade: TradeSpec, symbols: tuple[str, ...]) -> set[str]:
    """The pairs between these tokens' currencies, and the interest's, and the valuation's."""
    interest = (trade.rate_token,) if trade.pays and trade.rate_token else ()
    currencies = {scenario.instruments[symbol].currency for symbol in (*symbols, *interest)}
    return {
        currency + trade.valuation_currency
        for currency in currencies
        if currency != trade.valuation_currency
    }
