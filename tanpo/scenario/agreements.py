# SPDX-License-Identifier: MIT
"""What two parties have agreed on for all their trades."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tanpo.scenario.errors import Path, Problem
from tanpo.scenario.model import Scenario
from tanpo.scenario.schema import AgreementEntry, ScenarioEntry, TradeEntry
from tanpo.terms import Order

STANDING = (
    "valuation_currency",
    "threshold",
    "mta",
    "custody",
    "cure",
    "penalty",
    "notice",
    "rights",
)
"""The keys of a trade that its agreement has instead."""


def agreement_of(trade: TradeEntry, file: ScenarioEntry) -> AgreementEntry | None:
    """Return the agreement of the trade's parties, whichever of them lends."""
    sides = {trade.lender, trade.borrower}
    return next((found for found in file.agreements if {*found.parties} == sides), None)


def under_agreements(file: ScenarioEntry) -> ScenarioEntry:
    """Return the file with the standing terms on each trade. It need not have passed the checks."""
    trades = [_under(trade, agreement_of(trade, file), file) for trade in file.trades]
    return file.model_copy(update={"trades": trades})


def check_agreements(file: ScenarioEntry) -> Iterator[Problem]:
    """Every agreement's problems, and terms of trades that are not their agreement's."""
    pairs: set[frozenset[str]] = set()
    for index, agreement in enumerate(file.agreements):
        at = ("agreements", index)
        yield from _check_parties(agreement, file, (*at, "parties"))
        pair = frozenset(agreement.parties)
        if pair in pairs:
            reason = f"{' and '.join(agreement.parties)} have an agreement already"
            yield Problem((*at, "parties"), reason)
        pairs.add(pair)
        if not (agreement.valuation_currency or file.valuation_currency):
            yield Problem(at, 'missing key "valuation_currency"')
    for index, trade in enumerate(file.trades):
        if found := agreement_of(trade, file):
            yield from _check_terms(trade, found, file, ("trades", index))


def check_residuals(scenario: Scenario) -> Iterator[Problem]:
    """A close-out pays in the rate token of one of an account's trades: they must have the same."""
    for index, trade in enumerate(scenario.trades):
        if trade.account is None:
            continue
        mates = [other for other in scenario.trades if other.account == trade.account]
        events = (event for mate in mates for event in scenario.events_of(mate))
        differs = trade.rate_token != mates[0].rate_token
        if differs and any(event.action == "close_out" for event in events):
            reason = f"{trade.account.name} is closed out: its trades need one rate_token"
            yield Problem(("trades", index, "rate_token"), reason)


def _under(trade: TradeEntry, agreement: AgreementEntry | None, file: ScenarioEntry) -> TradeEntry:
    if agreement is None:
        return trade
    terms = _standing(agreement, file)
    if trade.end is not None or trade.term not in (None, "open"):
        terms["notice"] = trade.notice
    return trade.model_copy(update=terms)


def _standing(agreement: AgreementEntry, file: ScenarioEntry) -> dict[str, Any]:
    terms = {key: getattr(agreement, key) for key in STANDING}
    terms["valuation_currency"] = agreement.valuation_currency or file.valuation_currency
    return terms


def _check_parties(agreement: AgreementEntry, file: ScenarioEntry, at: Path) -> Iterator[Problem]:
    if len(agreement.parties) != 2:
        yield Problem(at, f"an agreement has two parties, found {len(agreement.parties)}")
    elif agreement.parties[0] == agreement.parties[1]:
        yield Problem(at, f'the two parties must differ, both are "{agreement.parties[0]}"')
    for index, party in enumerate(agreement.parties):
        if party not in file.parties:
            yield Problem((*at, index), f'unknown party "{party}"')


def _check_terms(
    trade: TradeEntry, agreement: AgreementEntry, file: ScenarioEntry, at: Path
) -> Iterator[Problem]:
    pair = "/".join(agreement.parties)
    standing = _standing(agreement, file)
    for key in STANDING:
        if key in trade.model_fields_set and getattr(trade, key) != standing[key]:
            reason = f"{key} is not that of the agreement of {pair}: give it there only"
            yield Problem((*at, key), reason, on_key=True)
    if not agreement.netting:
        return
    for key, is_given in (
        ("call_below", trade.call_below is not None),
        ("return_above", trade.return_above is not None),
        ("basket", trade.basket is not Order.PRO_RATA),
    ):
        if is_given:
            reason = f"{key} does not count where the trades of {pair} margin as one"
            yield Problem((*at, key), reason, on_key=True)
