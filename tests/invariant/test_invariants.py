# SPDX-License-Identifier: MIT
"""The numbered invariants of the design, after every action of a random run.

What they compare comes from the chain's own state and logs and from what was sent; only
`model_and_contracts_agree` and the formula of the required value use the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

from eth_account.signers.local import LocalAccount
from hypothesis import settings
from hypothesis.stateful import invariant, precondition, rule

from invariant.journal import ZERO_ADDRESS
from invariant.machine import Machine
from model import profiles
from model.strategies import line
from tanpo.chain.abi import Log, Reverted
from tanpo.chain.base import Contract
from tanpo.model import Refused, Status
from tanpo.model.sets import key_of
from tanpo.model.values import call_moves
from tanpo.terms import Custody, Order, Terms

HEADS = ("Opened", "Marked", "Closed", "SetMarked", "Failed")
"""Each trade or set of a batch emits one of these."""
ONCE = {"Opened", "Marked", "Closed", "SetMarked", "Changed", "Late", "Cured", "SetCured"} | {
    "Defaulted",
    "SetDefaulted",
    "ClosedOut",
    "SetClosedOut",
    "IncomePaid",
    "Exchanged",
    "Seized",
    "SetSeized",
}
"""What the same message does once."""
LIVED = (Status.OPEN, Status.CLOSED, Status.DEFAULTED, Status.CLOSED_OUT)


class Invariants(Machine):
    """Each number's sentence stands in the docstring of what holds it."""

    # ------------------------------------------------------------------ of the state

    @invariant()
    def model_and_contracts_agree(self) -> None:
        """Statuses, baskets, dates and balances are those of the model."""
        for trade in self.twin.ledger.trades.values():
            self.twin.check_trade(trade)
        tokens = list(self.tokens.values())
        assert self.twin.balances(tokens) == self.twin.expected_balances(tokens)

    @invariant()
    def escrow_holds_what_its_books_say(self) -> None:
        """1. Per token, the escrow's balance ≥ all that its books say it holds; equal unless
        somebody donated."""
        books: Counter[str] = Counter()
        for id_, terms in self.terms.items():
            is_held = self._status(id_) in (Status.OPEN, Status.DEFAULTED)
            if is_held and terms.agreement.custody is Custody.SEGREGATED:
                books.update(self._basket(id_))
        for id_, set_ in self.twin.ledger.sets.items():
            if set_.key.agreement.custody is Custody.SEGREGATED:
                found = self.escrow.call("nettingSet", id_)["holdings"]
                for holding, kept in zip(set_.holdings, found, strict=True):
                    books[holding.token] += kept["heldForFirst"] + kept["heldForSecond"]
        for token in self.tokens.values():
            donated = self.journal.own[token, self.escrow.address]
            assert self._balance(token, self.escrow.address) == books[token] + donated

    @invariant()
    def both_legs_moved_together(self) -> None:
        """2. Both legs move in one transaction or neither does."""
        for event, moves in self.twin.last_steps:
            found = Counter((move.token, move.sender, move.receiver) for move in moves)
            if event.name == "Opened":
                terms = self.terms[event.args["id"]]
                amounts = {move.token: move.quantity for move in moves}
                assert amounts == {
                    terms.loan_token: terms.loan_quantity,
                    **{leg.token: leg.quantity for leg in terms.collateral},
                }
                assert found == Counter(self._openings_of(terms))
            elif event.name == "Closed" and event.args["id"] not in self.journal.touched:
                terms = self.terms[event.args["id"]]
                assert (terms.loan_token, terms.borrower, terms.lender) in found
        for id_ in self.terms:
            opened = self.journal.openings[id_] > 0
            assert opened == (self._status(id_) in LIVED)
            assert opened == bool(self.journal.moves[id_])

    @invariant()
    def both_parties_consented_once(self) -> None:
        """3. No trade opens without both parties' consent to the same terms; none opens twice."""
        for id_, terms in self.terms.items():
            assert self.journal.openings[id_] <= 1
            if self._status(id_) in (Status.APPROVED, *LIVED):
                assert {(id_, terms.lender), (id_, terms.borrower)} <= self.journal.consents

    @invariant()
    def fixings_are_fresh(self) -> None:
        """4. No valuation uses a fixing older than its allowed age or later than the business
        date."""
        for event, _ in self.twin.last_steps:
            if event.name == "Marked":
                trade, date = self.twin.ledger.trades[event.args["id"]], event.args["date"]
                terms = trade.terms
                used = self._keys(terms, date)
                if terms.rate_e9:
                    used |= self._keys_of_loan(terms, trade.valued_on)
                for key, day in used:
                    observed_on = self.published[key, day].observed_on
                    assert 0 <= day - observed_on <= self.world.max_age_days
                assert date <= self.today

    @invariant()
    def dates_go_forward(self) -> None:
        """5. A trade is marked at most once per business date, and dates never go back."""
        for dates in self.journal.marks.values():
            assert all(earlier < later for earlier, later in pairwise(dates))
        for event, _ in self.twin.last_steps:
            if event.name == "Closed":
                assert event.args["date"] >= self.journal.marks[event.args["id"]][-1]

    @invariant()
    def met_calls_secure(self) -> None:
        """6. After a met call, collateral value ≥ required value, by less than one lot of each
        token moved."""
        short = {event.args["id"] for event, _ in self.twin.last_steps if event.name == "Deficit"}
        for event, _ in self.twin.last_steps:
            if event.name == "Marked" and event.args["id"] not in short:
                self._require_secured(event.args["id"], event.args["date"])

    @invariant()
    def tokens_stay_between_the_parties(self) -> None:
        """7. A trade's tokens go to its two parties and nobody else."""
        for event, moves in self.twin.last_steps:
            for move in moves:
                assert {move.sender, move.receiver} <= self._may_hold(event.args["id"])
                if event.args["id"] in self.terms.keys() - self.journal.touched:
                    terms = self.terms[event.args["id"]]
                    basket = {leg.token for leg in terms.collateral}
                    assert move.token in {terms.loan_token, terms.rate_token} | basket

    @invariant()
    def closed_trades_hold_nothing(self) -> None:
        """9. A closed trade holds nothing, and each party has back exactly what the terms say."""
        for id_, interest in self.journal.interest.items():
            terms = self.terms[id_]
            assert self._status(id_) is Status.CLOSED
            assert not any(self._basket(id_).values())
            if id_ in self.journal.touched:
                continue
            expected = Counter(
                {
                    (terms.rate_token, terms.lender): interest,
                    (terms.rate_token, terms.borrower): -interest,
                }
            )
            flows = self.journal.flows(id_)
            assert {key: n for key, n in flows.items() if n} == {
                key: n for key, n in expected.items() if n
            }

    @invariant()
    def supply_is_the_administrators(self) -> None:
        """10. Supply changes only by the token administrator, or by a facility within its limit;
        what a facility created temporarily is gone when the loan ends."""
        for token in self.tokens.values():
            assert self._token(token).call("totalSupply") == self.journal.supply[token]
        for _, moves in self.twin.last_steps:
            assert all(ZERO_ADDRESS not in (move.sender, move.receiver) for move in moves)

    @invariant()
    def parties_lose_only_what_they_approved(self) -> None:
        """11. No role can take a party's tokens outside approved terms."""
        flows: Counter[tuple[str, str]] = Counter()
        for id_ in self.journal.moves:
            for key, net in self.journal.flows(id_).items():
                flows[key] += net
        for id_ in self.terms.keys() - self.journal.touched:
            for _, holder in self.journal.flows(id_):
                assert holder == self.escrow.address or (id_, holder) in self.journal.consents
        for token in self.tokens.values():
            for party in self.accounts:
                key = (token, party.address)
                assert self._balance(*key) == self.journal.own[key] + flows[key]

    # ------------------------------------------------------------------ of an action

    def before_batch(self, function: str, by: LocalAccount, ids: list[bytes], date: int) -> None:
        """8. One trade's failure never stops, delays or changes another's result."""
        if len(ids) < 2:
            return
        before = self.world.chain.snapshot()
        try:
            logs = self.escrow.send(by, function, ids, date).logs
        except Reverted:
            return  # the date is wrong, for all of them
        after = self._all_balances()
        self.world.chain.restore(before)
        events = self.escrow.interface.decode_events(
            log for log in logs if log.address == self.escrow.address
        )
        heads = [event for event in events if event.name in HEADS]
        assert [event.args["id"] for event in heads] == ids
        sound = [id_ for id_, event in zip(ids, heads, strict=True) if event.name != "Failed"]
        if len(sound) in (0, len(ids)):
            return
        before = self.world.chain.snapshot()
        alone = self.escrow.send(by, function, sound, date).logs
        assert self._all_balances() == after
        self.world.chain.restore(before)
        assert [log for log in logs if not self._is_failure(log)] == list(alone)

    @precondition(lambda self: self.twin.last_send)
    @rule()
    def replay(self) -> None:
        """12. Replaying any message, transaction or job changes nothing.

        A trade that failed may well succeed later; one that succeeded may not do so again.
        """
        assert self.twin.last_send is not None
        done = self._done()
        kept, before = dict(self.twin.ledger.trades), self._all_balances()
        outcome = self._send(self.twin.last_send)
        again = self._done()
        assert not done & again
        if isinstance(outcome, Refused) or not again:
            assert self._all_balances() == before
            assert self.twin.ledger.trades.keys() == kept.keys()

    # ------------------------------------------------------------------ helpers

    def _done(self) -> set[bytes]:
        """Of what the last message did, whatever it may do once."""
        steps = self.twin.last_steps
        return {event.args["id"] for event, _ in steps if event.name in ONCE}

    def _may_hold(self, id_: bytes) -> set[str]:
        """The parties of a trade or set, and who the manual lets take part in the last message:
        who takes a party's place, cures or sells, and the issuer's agent."""
        held = {self.escrow.address} | self.journal.newcomers[id_]
        for trade, terms in self.terms.items():
            if id_ in (trade, self.twin.identify(key_of(terms))):
                held |= {terms.lender, terms.borrower}
        for event, _ in self.twin.last_steps:
            if event.args.get("id") == id_:
                held |= {event.args[name] for name in ("payer", "seller") if name in event.args}
                if event.name == "Exchanged":
                    held.add(self.world.administrator.address)
        return held

    def _is_failure(self, log: Log) -> bool:
        events = self.escrow.interface.decode_events([log])
        return log.address == self.escrow.address and events[0].name == "Failed"

    def _status(self, id_: bytes) -> Status:
        return Status(self.twin.kept(id_)["status"])

    def _basket(self, id_: bytes) -> dict[str, int]:
        return {leg["token"]: leg["quantity"] for leg in self.escrow.call("basket", id_)}

    def _token(self, address: str) -> Contract:
        return self.twin.tokens[address].contract

    def _balance(self, token: str, holder: str) -> int:
        balance: int = self._token(token).call("balanceOf", holder)
        return balance

    def _all_balances(self) -> list[int]:
        holders = [self.escrow.address, *(account.address for account in self.accounts)]
        return [
            self._balance(token, holder) for token in self.tokens.values() for holder in holders
        ]

    def _openings_of(self, terms: Terms) -> list[tuple[str, str, str]]:
        """Token, sender and receiver of each move that opens the trade."""
        custodian = (
            self.escrow.address if terms.agreement.custody is Custody.SEGREGATED else terms.lender
        )
        basket = [(leg.token, terms.borrower, custodian) for leg in terms.collateral]
        return [(terms.loan_token, terms.lender, terms.borrower), *basket]

    def _symbol(self, token: str) -> str:
        return self.twin.tokens[token].instrument.symbol

    def _keys(self, terms: Terms, date: int) -> set[tuple[str, int]]:
        """The fixings that value both legs on a date."""
        tokens = [terms.loan_token, *(leg.token for leg in terms.collateral)]
        return {key for token in tokens for key in self._keys_of(token, terms, date)}

    def _keys_of_loan(self, terms: Terms, date: int) -> set[tuple[str, int]]:
        return self._keys_of(terms.loan_token, terms, date)

    def _keys_of(self, token: str, terms: Terms, date: int) -> set[tuple[str, int]]:
        instrument = self.twin.tokens[token].instrument
        keys = set() if instrument.symbol in ("JPY", "USD") else {(instrument.symbol, date)}
        base, quote = instrument.currency, terms.agreement.valuation_currency
        if base != quote:
            pairs = {(base + quote, date), (quote + base, date)} & self.published.keys()
            assert len(pairs) == 1
            keys |= pairs
        return keys

    def _require_secured(self, id_: bytes, date: int) -> None:
        lot_of = self._lot
        after = self._basket(id_)
        before = Counter(after)
        for event, _ in self.twin.last_steps:
            if event.args["id"] == id_ and event.name in ("Delivered", "Returned"):
                sign = 1 if event.name == "Returned" else -1
                before[event.args["token"]] += sign * event.args["quantity"]
        terms, worth = self.twin.ledger.trades[id_].terms, self.twin.ledger.value(id_, date)
        collateral = self._value(before, terms, date)
        if call_moves(worth._replace(collateral=collateral), terms):
            in_order = terms.agreement.order is Order.AS_LISTED
            one_lot_each = {
                token: lot_of(token) for token, held in before.items() if held or in_order
            }
            excess = self._value(after, terms, date) - worth.required
            assert 0 <= excess < self._value(one_lot_each, terms, date)
        else:
            assert before == after

    def _lot(self, token: str) -> int:
        return self.twin.tokens[token].instrument.lot

    def _value(self, basket: Mapping[str, int], terms: Terms, date: int) -> Fraction:
        """Of a basket, by token, after haircuts and at the fixings that were published."""
        haircut_of = {leg.token: leg.haircut_bps for leg in terms.collateral}
        prices = {
            key: fixing.value_e8 for (key, day), fixing in self.published.items() if day == date
        }
        lines = (
            line(
                self._symbol(token), quantity, terms.agreement.valuation_currency, prices
            )._replace(haircut_bps=haircut_of[token])
            for token, quantity in basket.items()
        )
        return sum((each.value for each in lines), start=Fraction(0))


Invariants.TestCase.settings = settings(
    max_examples=profiles.examples(1 / 12), stateful_step_count=40
)
test_random_run__every_action__keeps_the_invariants = Invariants.TestCase
