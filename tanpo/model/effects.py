# SPDX-License-Identifier: MIT
"""What a corporate action does to a trade and to a netting set: what `ICorporateActions` says."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil

from tanpo.instrument import Kind
from tanpo.model.action import ActionKind, CorporateAction
from tanpo.model.book import forbid_earlier_marks
from tanpo.model.netting import Netting
from tanpo.model.setcalls import is_title
from tanpo.model.sets import Holding, NettingSet, SetId
from tanpo.model.trade import Event, Refused, Trade
from tanpo.model.values import ONE_E8, round_half_up, ten_to
from tanpo.terms import NOBODY, Collateral, Custody


class Effects(Netting):
    """Income, splits and redemptions. See `Ledger`."""

    def _catch_up(self, trade: Trade, date: int) -> list[Event]:
        """Carry out what issuers have declared up to `date`, before anything else happens."""
        tokens = [trade.terms.loan_token, *(leg.token for leg in trade.terms.collateral)]
        if all(self._last_action(token) <= trade.last_marked for token in tokens):
            return []
        return self._catch_up_one(trade, date)

    def _catch_up_one(self, trade: Trade, date: int) -> list[Event]:
        if trade.terms.agreement.netting:
            set_ = self._set(trade)
            self._require_no_action(set_, trade.terms.loan_token, date)
            return []
        since = max(trade.last_marked, trade.caught_up_to)
        tokens = [trade.terms.loan_token, *(leg.token for leg in trade.terms.collateral)]
        if not any(list(self._actions_between(token, since, date)) for token in tokens):
            return []
        trade.caught_up_to = date
        return self._act_on_loan(trade, since, date) + self._act_on_basket(trade, since, date)

    # ------------------------------------------------------------------ the loan

    def _act_on_loan(self, trade: Trade, since: int, date: int) -> list[Event]:
        """Actions on what is lent; one that repays it is the last."""
        terms = trade.terms
        events: list[Event] = []
        for action in self._actions_between(terms.loan_token, since, date):
            if action.kind is ActionKind.INCOME:
                quantity = trade.terms.loan_quantity
                events += self._pay_income(
                    trade, action, terms.loan_token, quantity, terms.borrower, terms.lender
                )
                continue
            events.append(self._exchange_loan(trade, action))
            if action.kind is ActionKind.REDEMPTION:
                break
        return events

    def _exchange_loan(self, trade: Trade, action: CorporateAction) -> Event:
        """Interest so far is due at the close, and runs on on the loan's value of the date."""
        terms = trade.terms
        if terms.rate_e9:
            trade.due += self._interest(trade, terms.loan_quantity, action.date)
            trade.valued_on = trade.accrues_from = action.date
        token, quantity = self._successor(action, terms.loan_token, terms.loan_quantity)
        forbid_earlier_marks(trade, action.date)
        trade.terms = replace(terms, loan_token=token, loan_quantity=quantity)
        return _exchanged(trade.id, action, terms.loan_token, terms.loan_quantity, token, quantity)

    # ------------------------------------------------------------------ the basket

    def _act_on_basket(self, trade: Trade, since: int, date: int) -> list[Event]:
        events: list[Event] = []
        legs = [
            replace(leg, quantity=held)
            for leg, held in zip(trade.terms.collateral, trade.basket, strict=True)
        ]
        for index, leg in enumerate(legs):
            for action in self._actions_between(leg.token, since, date):
                if action.kind is ActionKind.INCOME:
                    events += self._pay_collateral_income(trade, action, legs[index])
                    continue
                legs[index], event = self._exchange_leg(trade, action, legs[index])
                events.append(event)
                forbid_earlier_marks(trade, action.date)
                if action.kind is ActionKind.REDEMPTION:
                    break
        collateral = _merged(legs)
        trade.terms = replace(trade.terms, collateral=collateral)
        trade.basket = [leg.quantity for leg in collateral]
        return events

    def _pay_collateral_income(
        self, trade: Trade, action: CorporateAction, leg: Collateral
    ) -> list[Event]:
        terms = trade.terms
        is_held = terms.agreement.custody is Custody.SEGREGATED
        payer = action.agent if is_held else terms.lender
        return self._pay_income(trade, action, leg.token, leg.quantity, payer, terms.borrower)

    def _exchange_leg(
        self, trade: Trade, action: CorporateAction, leg: Collateral
    ) -> tuple[Collateral, Event]:
        token, quantity = self._successor(action, leg.token, leg.quantity)
        if trade.terms.agreement.custody is Custody.SEGREGATED:
            self._exchange_held(action, leg.token, leg.quantity, token, quantity)
        haircut_bps = leg.haircut_bps if token == leg.token else 0
        event = _exchanged(trade.id, action, leg.token, leg.quantity, token, quantity)
        return Collateral(token, quantity, haircut_bps), event

    def _exchange_held(
        self, action: CorporateAction, token: str, before: int, successor: str, quantity: int
    ) -> None:
        """The escrow's own tokens against the agent's."""
        if token == successor:
            self._move_signed(token, action.agent, self.escrow, quantity - before)
            return
        self._move(token, self.escrow, action.agent, before)
        self._move(successor, action.agent, self.escrow, quantity)

    # ------------------------------------------------------------------ a netting set

    def _act_on_holdings(
        self, set_: NettingSet, debtor: Trade, since: int, date: int
    ) -> list[Event]:
        """Actions on what a set holds; what is missed of an income is due with `debtor`."""
        events: list[Event] = []
        for holding in list(set_.holdings):
            for action in self._actions_between(holding.token, since, date):
                for for_first in (True, False):
                    events += self._act_on_side(set_, debtor, action, holding, for_first)
        return events

    def _act_on_side(
        self,
        set_: NettingSet,
        debtor: Trade,
        action: CorporateAction,
        holding: Holding,
        for_first: bool,
    ) -> list[Event]:
        before, token = holding.held[for_first], holding.token
        if before == 0:
            return []
        if action.kind is ActionKind.INCOME:
            payer = set_.party(for_first) if is_title(set_) else action.agent
            giver = set_.party(not for_first)
            return self._pay_income(debtor, action, token, before, payer, giver, of=set_.id)
        successor, quantity = self._successor(action, token, before)
        if not is_title(set_):
            self._exchange_held(action, token, before, successor, quantity)
        holding.held[for_first] = 0
        into = self._holding(set_, successor)
        into.held[for_first] += quantity
        into.given[not for_first] = True
        return [_exchanged(set_.id, action, token, before, successor, quantity)]

    # ------------------------------------------------------------------ amounts

    def _successor(self, action: CorporateAction, token: str, before: int) -> tuple[str, int]:
        """What `before` of a security becomes."""
        if action.kind is ActionKind.SPLIT:
            return token, before * action.numerator // action.denominator
        instrument = self.instruments[token]
        per = 100 if instrument.kind is Kind.BOND else 1
        product = before * action.numerator * ten_to(self.instruments[action.cash].decimals)
        return action.cash, product // (ONE_E8 * ten_to(instrument.decimals) * per)

    def _pay_income(
        self,
        debtor: Trade,
        action: CorporateAction,
        token: str,
        quantity: int,
        payer: str,
        receiver: str,
        of: SetId | None = None,
    ) -> list[Event]:
        """Pay it for a trade, or a set; what is missed is due with `debtor`."""
        cash = self.instruments[action.cash]
        units = Fraction(quantity, ten_to(self.instruments[token].decimals))
        each = Fraction(action.numerator * ten_to(cash.decimals), ONE_E8)
        income = round_half_up(units * each)
        paid = self._move_available(action.cash, payer, receiver, income, lot=1)
        args = {"id": debtor.id if of is None else of, "date": action.date, "token": token}
        args |= {"payer": payer, "receiver": receiver, "cash": action.cash}
        events = [Event("IncomePaid", {**args, "quantity": paid})] if paid else []
        if paid < income:
            events.append(Event("IncomeMissed", {**args, "missing": income - paid}))
            self._owe_income(debtor, action, payer, income - paid)
        return events

    def _owe_income(self, trade: Trade, action: CorporateAction, payer: str, missing: int) -> None:
        """Income that a party did not pay is due at the close, where there is a rate token."""
        terms = trade.terms
        if payer not in (terms.lender, terms.borrower) or terms.rate_token == NOBODY:
            return
        if terms.rate_token != action.cash:
            cash, token = self.instruments[action.cash], self.instruments[terms.rate_token]
            try:
                rate = self.fixings.rate(cash.currency, token.currency, action.date).value
            except Refused:
                return  # no rate of that date: the event alone tells
            missing = ceil(missing * rate * ten_to(token.decimals) / ten_to(cash.decimals))
        trade.due += missing if payer == terms.borrower else -missing


def _merged(legs: list[Collateral]) -> tuple[Collateral, ...]:
    """Those of the same token become one: a redeemed bond beside its cash."""
    merged: dict[str, Collateral] = {}
    for leg in legs:
        first = merged.get(leg.token)
        merged[leg.token] = replace(first, quantity=first.quantity + leg.quantity) if first else leg
    return tuple(merged.values())


def _exchanged(
    id_: object, action: CorporateAction, token: str, before: int, successor: str, quantity: int
) -> Event:
    args = {"id": id_, "date": action.date, "token": token, "before": before}
    return Event("Exchanged", {**args, "successor": successor, "quantity": quantity})
