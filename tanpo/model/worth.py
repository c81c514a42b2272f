# SPDX-License-Identifier: MIT
"""What a trade is worth on a business date, and the interest on it."""

from __future__ import annotations

from fractions import Fraction

from tanpo.model.book import Book
from tanpo.model.trade import Trade, TradeId
from tanpo.model.values import (
    Line,
    Valuation,
    accrued_round_up,
    interest,
    precision,
    required_value,
    round_half_up,
    ten_to,
)
from tanpo.terms import Terms


class Worth(Book):
    """Values at the fixings. Refused: MissingFixing, MissingRate, StaleFixing."""

    def value(self, id_: TradeId, date: int) -> Valuation:
        """What a booked trade is worth at the fixings of `date`, before any call of that date."""
        trade = self.trades[id_]
        lines = self.lines(id_, date)
        accrued = accrued_round_up(
            self._accrued(trade, trade.terms.loan_quantity, date), precision(lines)
        )
        loan, *collateral = (line.value for line in lines)
        required = required_value(loan, accrued, trade.terms.ratio_bps)
        return Valuation(loan, accrued, required, sum(collateral, start=Fraction(0)))

    def lines(self, id_: TradeId, date: int) -> list[Line]:
        """The loan leg and then the basket, with the fixings of `date`."""
        trade = self.trades[id_]
        terms = trade.terms
        loan = self._line(terms, terms.loan_token, terms.loan_quantity, date)
        return [
            loan,
            *(
                self._line(terms, leg.token, held, date, leg.haircut_bps)
                for leg, held in zip(terms.collateral, trade.basket, strict=True)
            ),
        ]

    def _line(
        self, terms: Terms, token: str, quantity: int, date: int, haircut_bps: int = 0
    ) -> Line:
        currency = terms.agreement.valuation_currency
        line = self.fixings.line(quantity, token, self.instruments[token], currency, date)
        return line._replace(haircut_bps=haircut_bps)

    def _use(self, trade: Trade, date: int) -> None:
        """What a mark has read is final."""
        terms = trade.terms
        for token in (terms.loan_token, *(leg.token for leg in terms.collateral)):
            self._use_quote(terms, token, date)
        self._use_start(trade)

    def _use_start(self, trade: Trade) -> None:
        """The same of what interest counts on."""
        if trade.terms.rate_e9:
            self._use_quote(trade.terms, trade.terms.loan_token, trade.valued_on)

    def _use_quote(self, terms: Terms, token: str, date: int) -> None:
        currency = terms.agreement.valuation_currency
        self.fixings.use(token, self.instruments[token], currency, date)

    def _accrued(self, trade: Trade, loan_quantity: int, date: int) -> Fraction:
        """What the borrower owes until `date` for that much of the loan; negative: the lender."""
        terms = trade.terms
        if terms.rate_e9 == 0 or trade.valued_on == 0:
            return Fraction(0)
        start = self._line(terms, terms.loan_token, loan_quantity, trade.valued_on).value
        days = max(0, date - trade.accrues_from)
        return interest(start, terms.rate_e9, days, terms.day_count_basis)

    def _interest(self, trade: Trade, loan_quantity: int, date: int) -> int:
        """The same in smallest units of the rate token, rounded half up."""
        if trade.terms.rate_e9 == 0:
            return 0
        unit = self._rate_unit(trade.terms, date)
        return round_half_up(self._accrued(trade, loan_quantity, date) / unit)

    def _rate_unit(self, terms: Terms, date: int) -> Fraction:
        """Value of one smallest unit of the rate token at the FX of `date`."""
        token = self.instruments[terms.rate_token]
        rate = self.fixings.rate(token.currency, terms.agreement.valuation_currency, date)
        return rate.value / ten_to(token.decimals)

    def _require_quote(self, terms: Terms, date: int) -> None:
        """Interest counts on the loan's value of a date: without it no mark or close could."""
        if terms.rate_e9:
            self._line(terms, terms.loan_token, terms.loan_quantity, date)
