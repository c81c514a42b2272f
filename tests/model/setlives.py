# SPDX-License-Identifier: MIT
"""What may happen to the netting sets of a case, beside what happens to its trades."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from model.lives import RARELY, Lives
from model.strategies import Case, line
from model.world import World
from tanpo.model.sets import key_of
from tanpo.model.values import fits_256_bits
from tanpo.terms import Verb

DEFAULTS = st.sampled_from((1 << Verb.DEFAULT,) * 4 + (0,))


def netted(case: Case, world: World, data: Any) -> Case:
    """The case's trades between two parties under one agreement with netting."""
    one, other = (party.address for party in world.parties[:2])
    agreement = replace(case.terms[0].agreement, netting=True)
    may_charge = all(terms.day_count_basis for terms in case.terms)
    agreement = replace(agreement, penalty_rate_e9=agreement.penalty_rate_e9 if may_charge else 0)
    haircuts = {leg.token: leg.haircut_bps for terms in case.terms for leg in terms.collateral}
    trades = []
    for terms in case.terms:
        lends = data.draw(st.booleans())
        collateral = terms.collateral
        if not data.draw(RARELY):
            collateral = tuple(replace(leg, haircut_bps=haircuts[leg.token]) for leg in collateral)
        trades.append(
            replace(
                terms,
                agreement=agreement,
                lender=one if lends else other,
                borrower=other if lends else one,
                collateral=collateral,
            )
        )
    _require_fit(case, tuple(trades), world)
    return replace(case, terms=tuple(trades))


def _require_fit(case: Case, trades: tuple[Any, ...], world: World) -> None:
    """All that the set may hold at once stays within the contracts' integers."""
    by_address = {token.address: symbol for symbol, token in world.tokens.items()}
    legs = [(terms.loan_token, terms.loan_quantity) for terms in trades]
    legs += [(leg.token, leg.quantity) for terms in trades for leg in terms.collateral]
    agreement = trades[0].agreement
    currency = agreement.valuation_currency
    for prices in case.prices:
        lines = [line(by_address[token], 64 * q, currency, prices) for token, q in legs]
        rate_e9 = max(abs(terms.rate_e9) for terms in trades)
        assume(fits_256_bits(lines, lines[0], agreement.mta_e6, rate_e9))


class SetLives(Lives):
    """Plays on the trades of a twin and on their sets what `draw` chooses."""

    @property
    def sets(self) -> list[bytes]:
        """The sets of all trades, whether or not they have any open."""
        trades = self.twin.ledger.trades.values()
        return sorted({self.twin.identify(key_of(trade.terms)) for trade in trades})

    def happen_to_set(self, date: int) -> None:
        """One thing happens to one set."""
        twin, keeper = self.twin, self.twin.world.keeper
        id_ = self.draw(st.sampled_from(self.sets))
        caller = self.accounts[self.draw(st.sampled_from([keeper.address, *self.accounts]))]
        action = self.draw(st.sampled_from(self._set_answers(id_)))
        trades = self.members(id_)
        if action == "mark":
            ago = self.draw(st.sampled_from((0, 0, 1, -1)))
            twin.mark_sets(keeper, [id_, *self.sets], date - ago)
        elif action == "cure":
            twin.cure_set(caller, id_, date)
        elif action == "default":
            twin.declare_set_default(
                self._not_in_deficit(id_) or caller,
                self.draw(st.sampled_from(trades or self.ids)),
                date,
            )
        elif action == "catch_up" and trades:
            twin.catch_up_set(caller, id_, self._mostly(trades), date)
        else:
            twin.close_out_set(caller, id_, self._mostly(trades), date)
        self.check_sets()

    def members(self, id_: bytes) -> list[Any]:
        """A set's open trades in ascending order."""
        set_ = self.twin.ledger.sets.get(id_)
        return sorted(set_.trades) if set_ else []  # type: ignore[type-var]

    def check_sets(self) -> None:
        """Contracts and model keep the same of every set and every trade."""
        for id_ in self.sets:
            self.twin.check_set(id_)
        for trade in self.ids:
            self.twin.check_trade(self.twin.ledger.trades[trade])

    def _not_in_deficit(self, id_: bytes) -> Any:
        """The party to which a set's deficit is owed."""
        set_ = self.twin.ledger.sets.get(id_)
        if set_ is None or set_.deficit is None or self.draw(RARELY):
            return None
        return self.accounts[set_.party(not set_.deficit.by_lender)]

    def _set_answers(self, id_: bytes) -> tuple[str, ...]:
        set_ = self.twin.ledger.sets.get(id_)
        if self.draw(RARELY) or set_ is None:
            return ("mark", "cure", "default", "catch_up", "close_out")
        if set_.in_default:
            return ("close_out",)
        return ("cure", "default", "default") if set_.deficit else ("mark", "catch_up")

    def _mostly(self, trades: list[Any]) -> list[Any]:
        """The list, or one that is not all trades in order."""
        if not self.draw(RARELY):
            return trades
        return self.draw(st.sampled_from((trades[1:], trades[::-1], trades + trades[:1], self.ids)))

    def close_everything(self, date: int) -> None:
        """Whoever may closes what is open."""
        for party in self.twin.world.parties:
            self.twin.close(party, self.ids, date)
        self.check_sets()
