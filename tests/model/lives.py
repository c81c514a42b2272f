# SPDX-License-Identifier: MIT
"""What may happen to open trades: changes and failures, most of them as they should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from model.strategies import SYMBOLS
from model.twin import Twin
from model.world import DAY
from tanpo.model import Status, Trade
from tanpo.terms import NEVER, NOBODY, Change, Collateral, Verb

RARELY = st.integers(0, 9).map(lambda n: n == 9)
NUMBERS_OFF = st.sampled_from((0,) * 12 + (1, -1))
SHARES = st.sampled_from((3_333, 5_000, 1, 9_999, 10_000, 0, 12_000))
"""Of a quantity, in basis points."""
CONSENTS = st.sampled_from(("both", "both", "lender", "borrower", "relayed", "retracted", "nobody"))
FAILURES = ("note_late", "cure", "buy_in", "declare_default", "close_out")

Draw = Callable[[st.SearchStrategy[Any]], Any]


class Lives:
    """Plays on the open trades of a twin what `draw` chooses."""

    def __init__(self, twin: Twin, ids: list[bytes], tokens: list[str], draw: Draw) -> None:
        self.twin = twin
        self.ids = ids
        self.tokens = tokens
        self.draw = draw
        self.accounts = {account.address: account for account in twin.world.parties}
        self.accounts[twin.world.keeper.address] = twin.world.keeper

    def happen(self, date: int) -> None:
        """One thing happens to one trade, on a date that is mostly right."""
        trade = self.twin.ledger.trades[self.draw(st.sampled_from(self.ids))]
        if date == self.twin.ledger.fixings.latest and self.draw(RARELY):
            date += self.draw(st.sampled_from((-1, 1)))
        if self.draw(st.integers(0, 4)) == 0:
            self._spend()
        if trade.status is Status.DEFAULTED or self.draw(st.integers(0, 2)) == 0:
            self._fail(trade, date)
        else:
            self._change(trade, date)
        self.twin.check_trade(trade)

    def _spend(self) -> None:
        """A party parts with all of a token; the keeper may then cure or sell it."""
        token = self.draw(st.sampled_from(self.tokens))
        party = self.draw(st.sampled_from(self.twin.world.parties))
        has = self.twin.ledger.tokens[token].balances[party.address]
        self.twin.transfer(token, party, self.twin.world.keeper.address, has)

    # ------------------------------------------------------------------ failures

    def _fail(self, trade: Trade, date: int) -> None:
        id_: Any = trade.id
        twin, keeper = self.twin, self.twin.world.keeper
        caller = self.accounts[self.draw(st.sampled_from(sorted(self.accounts)))]
        failures = ("close_out",) if trade.status is Status.DEFAULTED else FAILURES
        action = self.draw(st.sampled_from(failures))
        if action == "note_late":
            twin.note_late(keeper, id_, date)
        elif action == "cure":
            twin.cure(caller, id_, date)
        elif action == "buy_in":
            legs = zip(trade.terms.collateral, trade.basket, strict=True)
            held = {leg.token: quantity for leg, quantity in legs}
            held[trade.terms.loan_token] = trade.terms.loan_quantity
            token = self.draw(st.sampled_from(sorted(held)))
            quantity = held[token] * self.draw(st.sampled_from((3_333, 5_000, 1, 9_999))) // 10_000
            twin.buy_in(caller, id_, token, quantity, date)
        elif action == "declare_default":
            twin.declare_default(caller, id_, date)
        else:
            twin.close_out(keeper, id_, date)

    # ------------------------------------------------------------------ changes

    def _change(self, trade: Trade, date: int) -> None:
        terms = trade.terms
        change = self._drawn(trade, date)
        consent = self.draw(CONSENTS)
        signers = [terms.lender, terms.borrower]
        if change.verb is Verb.NOVATE and change.to in self.accounts:
            signers.append(change.to)
        if consent in ("lender", "borrower"):
            signers.remove(terms.borrower if consent == "lender" else terms.lender)
        for party in signers if consent != "nobody" else ():
            self._agree(change, party, relayed=consent == "relayed")
        if consent == "retracted":
            self.twin.retract(self.accounts[self.draw(st.sampled_from(signers))], change)
        caller = self.accounts[self.draw(st.sampled_from(sorted(self.accounts)))]
        self.twin.make(caller, change, date)
        if self.draw(RARELY):
            self.twin.make(caller, change, date)

    def _agree(self, change: Change, party: str, relayed: bool) -> None:
        twin, keeper = self.twin, self.twin.world.keeper
        if relayed:
            signer = party if not self.draw(RARELY) else keeper.address
            twin.agree_for(keeper, change, party, self.accounts[signer])
        elif self.draw(RARELY):
            twin.name_guardian(self.accounts[party], keeper.address)
            twin.agree_as_guardian(keeper, change, party)
        else:
            twin.agree(self.accounts[party], change)

    def _drawn(self, trade: Trade, date: int) -> Change:
        """The next change of a trade, sometimes with a number or a field that is wrong."""
        id_: Any = trade.id
        verb = self.draw(st.sampled_from([*Verb, Verb.SUBSTITUTE, Verb.SUBSTITUTE]))
        number = max(0, trade.changes + 1 + self.draw(NUMBERS_OFF))
        fields = self._fields(trade, verb, date)
        if self.draw(RARELY):
            fields |= self._fields(trade, self.draw(st.sampled_from(Verb)), date)
        expiry = self.twin.ledger.now - 1 if self.draw(RARELY) else NEVER
        return Change(id_, number, verb, expiry=expiry, **fields)

    def _fields(self, trade: Trade, verb: Verb, date: int) -> dict[str, Any]:
        terms = trade.terms
        if verb in (Verb.PARTIAL_RETURN, Verb.INCREASE):
            return {"quantity": terms.loan_quantity * self.draw(SHARES) // 10_000}
        if verb in (Verb.RECALL, Verb.EXTEND):
            present = terms.end // DAY or date
            days = self.draw(st.sampled_from((0, 1, 2, 3, -1)))
            return {"end": (self.draw(st.sampled_from((date, present))) + days) * DAY + 60_000}
        if verb is Verb.RERATE:
            return {"rate_e9": self.draw(st.sampled_from((0, 50_000_000, -20_000_000, 1)))}
        if verb is Verb.SUBSTITUTE:
            return self._exchange(trade)
        if verb is Verb.NOVATE:
            addresses = [*sorted(self.accounts), NOBODY]
            parties = st.sampled_from((terms.lender, terms.borrower))
            others = [
                address for address in addresses if address not in (terms.lender, terms.borrower)
            ]
            return {
                "from_": self.draw(
                    parties if not self.draw(RARELY) else st.sampled_from(addresses)
                ),
                "to": self.draw(st.sampled_from(others if not self.draw(RARELY) else addresses)),
            }
        return {}

    def _exchange(self, trade: Trade) -> dict[str, Any]:
        """Some of the basket against more of it, or against tokens of the market."""
        held = list(zip((leg.token for leg in trade.terms.collateral), trade.basket, strict=True))
        outgoing = [
            Collateral(token, quantity * self.draw(SHARES) // 10_000)
            for token, quantity in self.draw(st.lists(st.sampled_from(held), max_size=2))
        ]
        known = st.sampled_from(trade.terms.collateral).map(lambda leg: leg.token)
        unpriced = st.just(self.twin.world.tokens[SYMBOLS[-1]].address)
        tokens = st.one_of(known, st.sampled_from(self.tokens), unpriced)
        incoming = [
            Collateral(
                token,
                self.draw(st.sampled_from((1, 1_000, 10**6, 0)))
                * self.twin.tokens[token].instrument.lot,
                self.draw(st.sampled_from((0, 0, 500, 9_999, 10_000))),
            )
            for token in self.draw(st.lists(tokens, max_size=2))
        ]
        return {"outgoing": tuple(outgoing), "incoming": tuple(incoming)}
