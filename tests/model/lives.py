# SPDX-License-Identifier: MIT
"""What may happen to open trades: changes and failures, most of them as they should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from eth_account.signers.local import LocalAccount
from hypothesis import strategies as st

from model.play import tokens_of
from model.strategies import SYMBOLS, Case
from model.twin import Twin
from model.world import DAY
from tanpo.model import Status, Trade
from tanpo.terms import NEVER, NOBODY, Change, Collateral, Verb

RARELY = st.integers(0, 24).map(lambda n: n == 24)
NUMBERS_OFF = st.sampled_from((0,) * 40 + (1, -1))
SHARES = st.sampled_from((3_333, 5_000, 1, 100, 2_500, 3_333, 9_999, 10_000, 0, 12_000))
"""Of a quantity, in basis points."""
CONSENTS = st.sampled_from(
    ("both",) * 8 + ("lender", "borrower") * 3 + ("relayed", "relayed", "retracted", "nobody")
)
VERBS = st.sampled_from(
    [verb for verb in Verb if verb not in (Verb.TERMINATE, Verb.CORRECT, Verb.DEFAULT)] * 3
    + [Verb.SUBSTITUTE] * 6
    + [*Verb]
)
PARTS = st.sampled_from((3_333, 5_000, 1, 2_500, 9_999))
"""Of what is missing: never all, for nothing could be made of a trade of which nothing is lent."""

Draw = Callable[[st.SearchStrategy[Any]], Any]


class Lives:
    """Plays on the open trades of a twin what `draw` chooses."""

    def __init__(self, twin: Twin, case: Case, ids: list[bytes], draw: Draw) -> None:
        self.twin = twin
        self.ids = ids
        self.draw = draw
        self.tokens = tokens_of(case.terms)
        legs = [(terms.loan_token, terms.loan_quantity) for terms in case.terms]
        legs += [(leg.token, leg.quantity) for terms in case.terms for leg in terms.collateral]
        unpriced = twin.world.tokens[SYMBOLS[-1]].address
        self.market = [*legs, (unpriced, 1)]
        """Tokens with quantities that trades have begun with."""
        self.accounts = {account.address: account for account in twin.world.parties}
        self.accounts[twin.world.keeper.address] = twin.world.keeper

    def happen(self, date: int) -> None:
        """One thing happens to one trade, on a date that is mostly right."""
        trade = self.twin.ledger.trades[self.draw(st.sampled_from(self.ids))]
        if trade.status is not Status.OPEN and self.draw(st.integers(0, 3)):
            return
        if date == self.twin.ledger.fixings.latest and self.draw(RARELY):
            date += self.draw(st.sampled_from((-1, 1)))
        if self.draw(st.integers(0, 4)) == 0:
            self.fall_short(trade)
        if trade.status is Status.DEFAULTED or self.draw(st.integers(0, 2)) == 0:
            self.fail(trade, date)
        else:
            self._change(trade, date)
        self.twin.check_trade(trade)

    def _spend(self, token: str, party: LocalAccount) -> None:
        """A party parts with all of a token; the keeper may then cure or sell it."""
        has = self.twin.ledger.tokens[token].balances[party.address]
        self.twin.transfer(token, party, self.twin.world.keeper.address, has)

    # ------------------------------------------------------------------ failures

    def fall_short(self, trade: Trade) -> None:
        """The borrower parts with one of its tokens, or the lender with one of the basket."""
        terms = trade.terms
        holder = self.draw(st.sampled_from((terms.lender, terms.borrower, terms.borrower)))
        owed = [leg.token for leg in terms.collateral]
        if holder == terms.borrower:
            owed.append(terms.loan_token)
        self._spend(self.draw(st.sampled_from(owed)), self.accounts[holder])

    def fail(self, trade: Trade, date: int) -> None:
        """What answers a failure, where there is one, or would."""
        id_: Any = trade.id
        twin, terms, keeper = self.twin, trade.terms, self.twin.world.keeper
        caller = self.accounts[self.draw(st.sampled_from([keeper.address, *self.accounts]))]
        failed = trade.late or trade.deficit
        action = self.draw(st.sampled_from(self._answers(trade)))
        if action == "note_late":
            twin.note_late(caller, id_, date)
        elif action == "cure":
            twin.cure(caller, id_, date)
        elif action == "buy_in":
            twin.buy_in(caller, id_, *self._missing(trade), date)
        elif action == "declare_default":
            other = terms.lender if failed and not failed.by_lender else terms.borrower
            declares = caller if self.draw(RARELY) else self.accounts[other]
            twin.declare_default(declares, id_, date)
        else:
            twin.close_out(caller, id_, date)

    def _answers(self, trade: Trade) -> tuple[str, ...]:
        if trade.status is Status.DEFAULTED:
            return ("close_out",)
        if self.draw(RARELY):
            return ("note_late", "cure", "buy_in", "declare_default", "close_out")
        if trade.late and trade.deficit:
            return ("cure", "buy_in", "declare_default")
        if trade.late:
            return ("buy_in", "buy_in", "declare_default")
        return ("cure", "declare_default") if trade.deficit else ("note_late",)

    def _missing(self, trade: Trade) -> tuple[str, int]:
        """A token that has not come back, and some of it."""
        legs = zip(trade.terms.collateral, trade.basket, strict=True)
        held = {leg.token: quantity for leg, quantity in legs}
        loan = {trade.terms.loan_token: trade.terms.loan_quantity}
        missing = held if trade.late and trade.late.by_lender else loan
        if self.draw(RARELY):
            missing = held | loan
        token = self.draw(st.sampled_from(sorted(missing)))
        return token, missing[token] * self.draw(PARTS) // 10_000

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
        verb = self.draw(VERBS)
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
        held = [
            replace(leg, quantity=quantity)
            for leg, quantity in zip(trade.terms.collateral, trade.basket, strict=True)
        ]
        outgoing = [
            replace(leg, quantity=leg.quantity * self.draw(SHARES) // 10_000)
            for leg in self.draw(st.lists(st.sampled_from(held), max_size=2))
        ]
        if outgoing and self.draw(RARELY):
            outgoing[0] = replace(outgoing[0], haircut_bps=outgoing[0].haircut_bps + 1)
        haircuts = st.sampled_from((0, 0, 500) * 4 + (9_999, 10_000))
        others = [
            Collateral(token, quantity, self.draw(haircuts)) for token, quantity in self.market
        ]
        incoming = [
            replace(leg, quantity=leg.quantity * self.draw(SHARES) // 10_000)
            for leg in self.draw(st.lists(st.sampled_from(held + others), max_size=2))
        ]
        return {"outgoing": tuple(outgoing), "incoming": tuple(incoming)}
