# SPDX-License-Identifier: MIT
"""What issuers may do to the securities of a case, and who carries it out."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from model.lives import RARELY
from model.setlives import SetLives
from model.strategies import Prices
from tanpo.instrument import Kind
from tanpo.model import UNLIMITED, ActionKind, CorporateAction, Refused, Status, Trade
from tanpo.terms import NOBODY, Custody

SPLITS = st.sampled_from(((2, 1), (3, 2), (1, 10), (1, 1)))
PERCENTS = st.sampled_from((100, 2, 5, 99, 101))
"""Of the last price."""


class ActionLives(SetLives):
    """Declares actions before a date's fixings, and carries them out in every way."""

    def endow(self) -> None:
        """The agent has, and lets the escrow have, plenty of everything."""
        agent = self.twin.world.administrator
        for token in self.twin.tokens:
            self.twin.issue(token, agent.address, 2**88)
            self.twin.allow(token, agent, UNLIMITED)

    def declare(self, date: int, prices: Prices) -> None:
        """One action on one of the securities, nearly always one that can be."""
        token = self.draw(st.sampled_from(self.tokens))
        instrument = self.twin.ledger.instruments[token]
        declared = self.twin.ledger.actions.get(token, [])
        is_over = bool(declared) and declared[-1].kind is ActionKind.REDEMPTION
        if is_over or (instrument.kind is Kind.CASH and not self.draw(RARELY)):
            return
        kind, cash = self.draw(st.sampled_from(ActionKind)), self._cash_of(instrument.currency)
        if kind is ActionKind.SPLIT or cash == NOBODY:
            kind, cash, (numerator, denominator) = ActionKind.SPLIT, NOBODY, self.draw(SPLITS)
        else:
            price_e8 = prices.get(instrument.symbol, 1)
            numerator, denominator = max(1, price_e8 * self.draw(PERCENTS) // 100), 0
        if self.draw(RARELY):
            denominator = 1 - min(denominator, 1)
        agent = self.twin.world.administrator.address
        self.twin.declare(token, CorporateAction(date, kind, numerator, agent, denominator, cash))

    def catch_up(self, date: int) -> None:
        """Somebody carries out what is declared, once more on what was opened."""
        keeper = self.twin.world.keeper
        for id_ in filter(self.members, self.sets):
            self.twin.catch_up_set(keeper, id_, self.members(id_), date)
        for id_ in self.ids:
            self.twin.catch_up(keeper, id_, date)
        self.check_sets()

    def seize(self) -> None:
        """The issuer takes some of what a trade or a set holds, and books it, or first too much."""
        if self.draw(st.booleans()) and self._seize_of_set():
            return
        held = self._held_by_the_escrow()
        if not held:
            return
        trade = self.draw(st.sampled_from(held))
        index = self.draw(st.integers(0, len(trade.basket) - 1))
        token = trade.terms.collateral[index].token
        taken = trade.basket[index] // self.draw(st.sampled_from((2, 3, 1)))
        if self.twin.ledger.instruments[token].kind is Kind.CASH or self._escrow_has(token) < taken:
            return
        self.twin.seize(token, taken)
        named, sets = self._holders(token), self._holding_sets()
        self.twin.book_seizure(
            trade.id, token, taken + self.draw(RARELY), self._mostly(named), self._mostly(sets)
        )
        self.twin.book_seizure(trade.id, token, taken, named, sets)
        self.twin.check_trade(trade)

    def _seize_of_set(self) -> bool:
        """The same of a set's holding; False where there is none."""
        ledger = self.twin.ledger
        held = [
            (id_, holding.token, side)
            for id_, set_ in sorted(ledger.sets.items(), key=lambda item: str(item[0]))
            for holding in set_.holdings
            for side in (True, False)
            if holding.held[side] and ledger.instruments[holding.token].kind is not Kind.CASH
        ]
        if not held:
            return False
        id_, token, side = self.draw(st.sampled_from(held))
        set_ = ledger.sets[id_]
        holding = set_.holding(token)
        assert holding is not None
        taken = holding.held[side] // self.draw(st.sampled_from((2, 3, 1)))
        if self._escrow_has(token) < taken:
            return False
        self.twin.seize(token, taken)
        named, sets, secured = self._holders(token), self._holding_sets(), set_.party(side)
        self.twin.book_set_seizure(
            id_, secured, token, taken + self.draw(RARELY), self._mostly(named), self._mostly(sets)
        )
        self.twin.book_set_seizure(id_, secured, token, taken, named, sets)
        self.check_sets()
        return True

    def _holding_sets(self) -> list[Any]:
        """Segregated sets that hold something, in order."""
        return sorted(
            id_
            for id_, set_ in self.twin.ledger.sets.items()
            if set_.holdings and set_.key.agreement.custody is Custody.SEGREGATED
        )

    def _holders(self, token: str) -> list[Any]:
        """Trades for which the escrow holds the token, in order."""
        return [
            trade.id
            for trade in self._held_by_the_escrow()
            if token in (leg.token for leg in trade.terms.collateral)
        ]

    def _held_by_the_escrow(self) -> list[Trade]:
        """Trades whose basket the escrow holds for them alone, in order."""
        trades = self.twin.ledger.trades.values()
        return sorted(
            (
                trade
                for trade in trades
                if trade.status in (Status.OPEN, Status.DEFAULTED)
                and trade.terms.agreement.custody is Custody.SEGREGATED
                and not trade.terms.agreement.netting
            ),
            key=lambda trade: trade.id,  # type: ignore[arg-type,return-value]
        )

    def _escrow_has(self, token: str) -> int:
        return self.twin.ledger.tokens[token].balances[self.twin.escrow.address]

    def _cash_of(self, currency: str) -> str:
        """The first CT of a currency."""
        listed = self.twin.ledger.instruments.items()
        found = (t for t, i in listed if i.kind is Kind.CASH and i.currency == currency)
        return next(found, NOBODY)

    def _change(self, trade: Trade, date: int) -> None:
        """A change skips actions before its date that are not done: see `test_action_ties`."""
        latest = max(date, self.twin.ledger.fixings.latest)
        id_: Any = trade.id
        if not isinstance(self.twin.catch_up(self.twin.world.keeper, id_, latest), Refused):
            super()._change(trade, date)

    def _answers(self, trade: Trade) -> tuple[str, ...]:
        """In default, what the escrow holds is not exchanged: see `test_action_ties`."""
        answers = super()._answers(trade)
        is_title = trade.terms.agreement.custody is Custody.TITLE_TRANSFER
        if is_title or not self.twin.ledger.actions:
            return answers
        return tuple(answer for answer in answers if answer != "declare_default") or ("cure",)
