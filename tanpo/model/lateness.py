# SPDX-License-Identifier: MIT
"""Who cannot give what a trade's close takes from it, and what that is worth: `IFailures`."""

from __future__ import annotations

from fractions import Fraction

from tanpo.model.closeout import CloseOut
from tanpo.model.setcalls import is_title
from tanpo.model.trade import Trade
from tanpo.model.values import to_e6_round_up
from tanpo.terms import Custody


class Lateness(CloseOut):
    """See `Failures`."""

    def _late_party(self, trade: Trade, date: int) -> str | None:
        """Who is short of what a close on `date` takes from it; the borrower where both are."""
        terms = trade.terms
        loan, rest = terms.loan_quantity, self._owed(trade, date)
        if terms.rate_token == terms.loan_token:
            loan, rest = loan + rest, 0
        needed = [(terms.loan_token, loan), (terms.rate_token, rest)]
        if any(self._lacks(token, terms.borrower, quantity) for token, quantity in needed):
            return terms.borrower
        owed = [(token, -quantity) for token, quantity in needed] + self._held_by_title(trade)
        if any(self._lacks(token, terms.lender, quantity) for token, quantity in owed):
            return terms.lender
        return None

    def _missing_e6(self, trade: Trade, by_lender: bool, date: int) -> int:
        """What that party withholds, rounded up: the borrower the loan, a lender the basket that
        it has by title, and what it owes of interest.
        """
        terms = trade.terms
        worth = self.value(trade.id, date)
        if not by_lender:
            return to_e6_round_up(worth.loan)
        missing_e6 = 0
        if terms.agreement.netting:
            missing_e6 = self._held_e6(trade, date)
        elif terms.agreement.custody is Custody.TITLE_TRANSFER:
            missing_e6 = to_e6_round_up(worth.collateral)
        interest = self._interest(trade, terms.loan_quantity, date)
        if interest < 0:
            missing_e6 += to_e6_round_up(-interest * self._rate_unit(terms, date))
        return missing_e6

    def _owed(self, trade: Trade, date: int) -> int:
        """Interest and all else that is due."""
        return trade.due + self._interest(trade, trade.terms.loan_quantity, date)

    def _lacks(self, token: str, party: str, needed: int) -> bool:
        return needed > 0 and self.tokens[token].available(party) < needed

    def _held_by_title(self, trade: Trade) -> list[tuple[str, int]]:
        """What the lender returns at the close; of a set only when its last trade ends."""
        terms = trade.terms
        if terms.agreement.custody is Custody.SEGREGATED:
            return []
        if not terms.agreement.netting:
            tokens = [leg.token for leg in terms.collateral]
            return list(zip(tokens, trade.basket, strict=True))
        set_ = self._set(trade)
        if len(set_.trades) > 1:
            return []
        side = terms.lender == set_.key.first
        return [(holding.token, holding.held[side]) for holding in set_.holdings]

    def _held_e6(self, trade: Trade, date: int) -> int:
        """What the lender holds by title of its set, after haircuts, each token rounded up."""
        set_, terms = self._set(trade), trade.terms
        if not is_title(set_):
            return 0
        side = terms.lender == set_.key.first
        lines = (
            self._line(terms, each.token, each.held[side], date, each.haircut_bps)
            for each in set_.holdings
            if each.held[side]
        )
        return sum(to_e6_round_up(Fraction(line.value)) for line in lines)
