# SPDX-License-Identifier: MIT
"""What the keys of one trade say about each other, and about the rest of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from tanpo.instrument import Instrument, Kind
from tanpo.scenario.checks import amount_problems
from tanpo.scenario.errors import Path, Problem
from tanpo.scenario.numbers import Weight
from tanpo.scenario.period import calendar_of, period
from tanpo.scenario.schema import ScenarioEntry, TradeEntry
from tanpo.scenario.tokens import find
from tanpo.terms import MAX_BASKET
from tanpo.units import exact_decimal


def check_trades(file: ScenarioEntry, instruments: Mapping[str, Instrument]) -> Iterator[Problem]:
    """Every trade's problems, and ids that are used twice."""
    ids: set[str] = set()
    for index, trade in enumerate(file.trades):
        at = ("trades", index)
        if trade.id in ids:
            yield Problem((*at, "id"), f'trade id "{trade.id}" is used twice')
        ids.add(trade.id)
        yield from _check_parties(trade, file, at)
        yield from _check_period(trade, file, at)
        yield from _check_loan(trade, instruments, at)
        yield from _check_basket(trade, at)
        for symbol, amount in trade.collateral.items():
            if symbol in trade.loan:
                reason = f"{symbol} cannot be both loan and collateral"
                yield Problem((*at, "collateral", symbol), reason, on_key=True)
            yield from _check_token(symbol, amount, instruments, (*at, "collateral", symbol))
        yield from _check_valuation_currency(trade, file, instruments, at)
        yield from _check_rate_token(trade, instruments, at)
        yield from _check_levels(trade, at)
        yield from _check_haircuts(trade, file, at)


def _check_parties(trade: TradeEntry, file: ScenarioEntry, at: Path) -> Iterator[Problem]:
    for role, party in (("lender", trade.lender), ("borrower", trade.borrower)):
        if party not in file.parties:
            yield Problem((*at, role), f'unknown party "{party}"')
    if trade.lender == trade.borrower:
        reason = f'lender and borrower must differ, both are "{trade.lender}"'
        yield Problem((*at, "borrower"), reason)


def _check_period(trade: TradeEntry, file: ScenarioEntry, at: Path) -> Iterator[Problem]:
    if trade.term is not None and trade.end is not None:
        yield Problem((*at, "term"), "a trade has a term or an end, found both", on_key=True)
        return
    ending = (*at, "end" if trade.term is None else "term")
    try:
        start, end = period(trade, file)
    except ValueError as error:
        yield Problem(ending, str(error))
        return
    last = max(file.fixings, default=None)
    if last is not None and start.day > last:
        yield Problem((*at, "start"), f"start {start} is after the last business date {last}")
    if end is not None and end.at < start.at:
        yield Problem(ending, f"end {end} is before start {start}")
    if trade.notice is not None and end is not None:
        yield Problem((*at, "notice"), "only an open trade has a notice", on_key=True)
    if trade.convention is not None and (
        end is None or (trade.term is None and calendar_of(trade, file).name is None)
    ):
        reason = "a convention needs a term, or an end on a calendar"
        yield Problem((*at, "convention"), reason, on_key=True)


def _check_loan(
    trade: TradeEntry, instruments: Mapping[str, Instrument], at: Path
) -> Iterator[Problem]:
    if len(trade.loan) != 1:
        yield Problem((*at, "loan"), f"loan must have one token, found {len(trade.loan)}")
    for symbol, amount in trade.loan.items():
        yield from _check_token(symbol, amount, instruments, (*at, "loan", symbol))


def _check_token(
    symbol: str, amount: Decimal | Weight, instruments: Mapping[str, Instrument], at: Path
) -> Iterator[Problem]:
    token = find(symbol, instruments)
    if token is None:
        yield Problem(at, f'unknown token "{symbol}"', on_key=True)
    elif isinstance(amount, Decimal):
        yield from amount_problems(f"quantity of {symbol}", amount, token.decimals, at)


def _check_basket(trade: TradeEntry, at: Path) -> Iterator[Problem]:
    """All quantities, or `auto` alone, or weights that sum to 100 %."""
    at = (*at, "collateral")
    amounts = trade.collateral.values()
    weights = [amount for amount in amounts if isinstance(amount, Weight)]
    total = sum((weight.share for weight in weights), Fraction())
    if not 1 <= len(amounts) <= MAX_BASKET:
        yield Problem(at, f"collateral must have 1 to {MAX_BASKET} tokens, found {len(amounts)}")
    elif len(amounts) > 1 and any(weight.is_auto for weight in weights):
        yield Problem(at, "auto is for one token: a basket takes quantities or weights")
    elif 0 < len(weights) < len(amounts):
        yield Problem(at, "collateral must be all quantities or all weights, found both")
    elif weights and total != 1:
        yield Problem(at, f"weights must sum to 100%, found {exact_decimal(total * 100)}%")


def _check_valuation_currency(
    trade: TradeEntry, file: ScenarioEntry, instruments: Mapping[str, Instrument], at: Path
) -> Iterator[Problem]:
    if trade.valuation_currency or file.valuation_currency:
        return
    found = (find(symbol, instruments) for symbol in trade.collateral)
    currencies = list(dict.fromkeys(token.currency for token in found if token))
    if len(currencies) > 1:
        reason = f"collateral in {' and '.join(currencies)} needs a valuation_currency"
        yield Problem((*at, "collateral"), reason)


def _check_rate_token(
    trade: TradeEntry, instruments: Mapping[str, Instrument], at: Path
) -> Iterator[Problem]:
    if trade.rate_token is None:
        return
    token = find(trade.rate_token, instruments)
    if token is None:
        yield Problem((*at, "rate_token"), f'unknown token "{trade.rate_token}"')
    elif token.kind is not Kind.CASH:
        yield Problem((*at, "rate_token"), f"rate_token must be cash, found {trade.rate_token}")


def _check_levels(trade: TradeEntry, at: Path) -> Iterator[Problem]:
    if trade.call_below is not None and trade.call_below > trade.ratio:
        yield Problem((*at, "call_below"), "call_below must not be above the ratio")
    if trade.return_above is not None and trade.return_above < trade.ratio:
        yield Problem((*at, "return_above"), "return_above must not be below the ratio")


def _check_haircuts(trade: TradeEntry, file: ScenarioEntry, at: Path) -> Iterator[Problem]:
    basket = {*trade.collateral, *substitutes(trade, file)}
    for symbol in trade.haircut:
        if symbol not in basket:
            reason = f"{symbol} is no collateral of the trade"
            yield Problem((*at, "haircut", symbol), reason, on_key=True)


def substitutes(trade: TradeEntry, file: ScenarioEntry) -> Iterator[str]:
    """Yield the symbols that substitutions bring into the trade's basket."""
    for event in file.events:
        if event.trade == trade.id:
            yield from event.into or ()
