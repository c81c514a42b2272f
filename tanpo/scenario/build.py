# SPDX-License-Identifier: MIT
"""A checked file to a scenario: defaults filled in, quantities in smallest units. Never fails."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from tanpo.instrument import Instrument, Kind
from tanpo.scenario.agreements import agreement_of
from tanpo.scenario.errors import Path
from tanpo.scenario.events import may_pay
from tanpo.scenario.model import (
    ActionSpec,
    AgreementSpec,
    CollateralLeg,
    EventSpec,
    LoanLeg,
    Scenario,
    TradeSpec,
)
from tanpo.scenario.numbers import Weight
from tanpo.scenario.period import calendar_of, changed_end, period
from tanpo.scenario.schema import AgreementEntry, EventEntry, ScenarioEntry, TradeEntry
from tanpo.scenario.source import Document
from tanpo.scenario.tokens import find
from tanpo.units import to_smallest

ONE_E8 = 10**8

DAYS_365 = frozenset({"JPY", "GBP"})
"""Money markets that count a year as 365 days; the others count 360."""


class Builder:
    """Builds one scenario and collects the tokens that it uses."""

    def __init__(self, document: Document, instruments: dict[str, Instrument]) -> None:
        """Start from the listed instruments."""
        self._document = document
        self._instruments = dict(instruments)

    def scenario(self, file: ScenarioEntry) -> Scenario:
        """Return the scenario of a file that has passed the checks."""
        parties = {
            party: {symbol: self._quantity(symbol, amount) for symbol, amount in balances.items()}
            for party, balances in file.parties.items()
        }
        trades = tuple(
            self._trade(trade, file, ("trades", index)) for index, trade in enumerate(file.trades)
        )
        by_id = {trade.id: trade for trade in file.trades}
        events = tuple(self._event(event, by_id[event.trade], file) for event in file.events)
        return Scenario(
            file.name,
            self._instruments,
            parties,
            file.fixings,
            trades,
            events,
            tuple(_agreement(entry, file) for entry in file.agreements),
            self._actions(file),
        )

    def _trade(self, trade: TradeEntry, file: ScenarioEntry, at: Path) -> TradeSpec:
        ((symbol, amount),) = trade.loan.items()
        loan = LoanLeg(symbol, self._quantity(symbol, amount))
        collateral = tuple(self._leg(*item) for item in trade.collateral.items())
        agreement = agreement_of(trade, file)
        interest = self._rate_token(trade, file, self._token(symbol))
        start, end = period(trade, file)
        return TradeSpec(
            id=trade.id,
            lender=trade.lender,
            borrower=trade.borrower,
            loan=loan,
            collateral=collateral,
            valuation_currency=(
                trade.valuation_currency
                or file.valuation_currency
                or self._token(collateral[0].symbol).currency
            ),
            start=start.at,
            start_is_date=start.is_date,
            end=end.at if end else None,
            end_is_date=end.is_date if end else False,
            calendar=calendar_of(trade, file),
            notice_days=trade.notice or 0,
            rate_e9=trade.rate,
            day_count_basis=trade.day_count or _day_count(interest or self._token(symbol)),
            rate_token=interest.symbol if interest else None,
            ratio_bps=trade.ratio,
            call_below_bps=trade.call_below or 0,
            return_above_bps=trade.return_above or 0,
            haircuts_bps=trade.haircut,
            threshold_bps=trade.threshold,
            mta_e6=trade.mta,
            custody=trade.custody,
            order=trade.basket,
            cure_days=trade.cure,
            penalty_rate_e9=trade.penalty,
            lender_may=frozenset(trade.rights.lender),
            borrower_may=frozenset(trade.rights.borrower),
            line=self._document.line(at),
            agreement=_agreement(agreement, file) if agreement else None,
            pays=may_pay(trade, file),
        )

    def _event(self, event: EventEntry, trade: TradeEntry, file: ScenarioEntry) -> EventSpec:
        end = changed_end(event, trade, file)
        (symbol, quantity), *_ = self._quantities(event.quantity) or [("", 0)]
        incoming = (event.into or {}).items()
        return EventSpec(
            date=event.date,
            trade=event.trade,
            action=event.do,
            by=event.by,
            end=end.at if end else None,
            end_is_date=end.is_date if end else False,
            rate_e9=event.rate or 0,
            symbol=symbol,
            quantity=quantity,
            outgoing=tuple(self._quantities(event.out)),
            incoming=tuple(
                (self._token(symbol).symbol, None)
                if amount == "auto"
                else (symbol, self._quantity(symbol, amount))
                for symbol, amount in incoming
            ),
            leaver=event.leaver or "",
            to=event.to or "",
            party=event.party or "",
            seller=event.seller or "",
        )

    def _quantities(self, amounts: Mapping[str, Decimal] | None) -> list[tuple[str, int]]:
        return [
            (symbol, self._quantity(symbol, amount)) for symbol, amount in (amounts or {}).items()
        ]

    def _leg(self, symbol: str, amount: Decimal | Weight) -> CollateralLeg:
        if isinstance(amount, Weight):
            return CollateralLeg(self._token(symbol).symbol, None, amount.share)
        return CollateralLeg(symbol, self._quantity(symbol, amount), None)

    def _rate_token(
        self, trade: TradeEntry, file: ScenarioEntry, loan: Instrument
    ) -> Instrument | None:
        """The one given; else, where it may pay, the loan's own cash or its currency's."""
        if trade.rate_token:
            return self._token(trade.rate_token)
        if not may_pay(trade, file):
            return None
        return loan if loan.kind is Kind.CASH else self._token(loan.currency)

    def _actions(self, file: ScenarioEntry) -> tuple[ActionSpec, ...]:
        paid = [
            ActionSpec(
                entry.date,
                "income",
                entry.token,
                self._cash(entry.currency or self._token(entry.token).currency),
                Fraction(entry.per_unit, ONE_E8),
            )
            for entry in file.income
        ]
        split = [
            ActionSpec(entry.date, "split", entry.token, "", entry.ratio) for entry in file.splits
        ]
        repaid = [
            ActionSpec(
                entry.date,
                "redemption",
                entry.token,
                self._cash(self._token(entry.token).currency),
                Fraction(entry.price, ONE_E8),
            )
            for entry in file.redemptions
        ]
        return tuple(sorted([*paid, *split, *repaid], key=lambda action: action.date))

    def _cash(self, currency: str) -> str:
        """The symbol of a currency's cash token."""
        return self._token(currency).symbol

    def _token(self, symbol: str) -> Instrument:
        token = find(symbol, self._instruments)
        if token is None:
            raise AssertionError(f"unchecked token {symbol}")
        return self._instruments.setdefault(symbol, token)

    def _quantity(self, symbol: str, amount: Decimal) -> int:
        return to_smallest(amount, self._token(symbol).decimals)


def _agreement(entry: AgreementEntry, file: ScenarioEntry) -> AgreementSpec:
    one, other = entry.parties
    currency = entry.valuation_currency or file.valuation_currency or ""
    return AgreementSpec((one, other), entry.netting, currency, entry.custody, entry.notice)


def _day_count(token: Instrument) -> int:
    return 365 if token.currency in DAYS_365 else 360
