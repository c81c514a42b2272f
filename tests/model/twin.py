# SPDX-License-Identifier: MIT
"""Every action goes to the contracts and to the model, and must come out equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eth_account.signers.local import LocalAccount

from model.pair import Outcome, Pair
from model.written import encoded_key
from tanpo.model import CorporateAction, Fixing
from tanpo.report import Observation
from tanpo.terms import Agreement, Change, Terms


class Twin(Pair):
    """What anybody can do to both."""

    # ------------------------------------------------------------------ the world around

    def issue(self, token: str, holder: str, quantity: int) -> None:
        """Create tokens."""
        self.tokens[token].contract.send(self.world.administrator, "issue", holder, quantity)
        self.ledger.tokens[token].balances[holder] += quantity

    def allow(self, token: str, holder: LocalAccount, quantity: int) -> None:
        """Set what the escrow may pull from a holder."""
        self.tokens[token].contract.send(holder, "approve", self.escrow.address, quantity)
        self.ledger.tokens[token].allowances[holder.address] = quantity

    def transfer(self, token: str, holder: LocalAccount, receiver: str, quantity: int) -> None:
        """A holder moves tokens by itself."""
        self.tokens[token].contract.send(holder, "transfer", receiver, quantity)
        self.ledger.tokens[token].move(holder.address, receiver, quantity)

    def advance_to(self, timestamp: int) -> None:
        """Let time pass."""
        self.chain.advance_to(timestamp)
        self.ledger.now = self.chain.now()

    def publish(self, date: int, observations: Mapping[str, Fixing]) -> Outcome:
        """Publish fixings."""
        observations = dict(sorted(observations.items(), key=lambda row: encoded_key(row[0])))
        rows = [Observation(encoded_key(key), *fixing) for key, fixing in observations.items()]
        return self._both(
            self.fixings,
            lambda: self.world.platform.publish(date, rows),
            lambda: self.ledger.fixings.publish(date, observations, self.ledger.now),
        )

    # ------------------------------------------------------------------ the escrow's functions

    def enter(self, caller: LocalAccount, agreement: Agreement) -> Outcome:
        """`enter` in both."""
        self._agreements[agreement.struct_hash()] = agreement
        return self._send(
            caller, "enter", [agreement.as_tuple()], lambda: self.ledger.enter(agreement)
        )

    def register(self, caller: LocalAccount, terms: Terms) -> Outcome:
        """`register` in both."""
        return self._send(
            caller,
            "register",
            [terms.as_tuple()],
            lambda: self.ledger.register(caller.address, terms),
        )

    def approve(self, caller: LocalAccount, id_: bytes) -> Outcome:
        """`approve` in both."""
        return self._send(
            caller, "approve", [id_], lambda: self.ledger.approve(caller.address, id_)
        )

    def withdraw(self, caller: LocalAccount, terms: Terms) -> Outcome:
        """`withdraw` in both."""
        return self._send(
            caller,
            "withdraw",
            [terms.as_tuple()],
            lambda: self.ledger.withdraw(caller.address, terms),
        )

    def relay(
        self, caller: LocalAccount, terms: Terms, lender: LocalAccount, borrower: LocalAccount
    ) -> Outcome:
        """`relay` in both, signed by `lender` and `borrower`, whoever they are."""
        return self._send(
            caller,
            "relay",
            [terms.as_tuple(), *self._signatures(terms, lender, borrower)],
            lambda: self.ledger.relay(terms, lender.address, borrower.address),
        )

    def open(
        self,
        caller: LocalAccount,
        terms: Terms,
        lender: LocalAccount,
        borrower: LocalAccount,
        date: int,
    ) -> Outcome:
        """`open` in both."""
        return self._send(
            caller,
            "open",
            [terms.as_tuple(), *self._signatures(terms, lender, borrower), date],
            lambda: self.ledger.open(terms, lender.address, borrower.address, date),
        )

    def settle(self, caller: LocalAccount, ids: Sequence[bytes], date: int) -> Outcome:
        """`settle` in both."""
        return self._send(caller, "settle", [ids, date], lambda: self.ledger.settle(ids, date))

    def mark(self, caller: LocalAccount, ids: Sequence[bytes], date: int) -> Outcome:
        """`mark` in both."""
        return self._send(caller, "mark", [ids, date], lambda: self.ledger.mark(ids, date))

    def close(self, caller: LocalAccount, ids: Sequence[bytes], date: int) -> Outcome:
        """`close` in both."""
        address = caller.address
        return self._send(
            caller, "close", [ids, date], lambda: self.ledger.close(address, ids, date)
        )

    def agree(self, caller: LocalAccount, change: Change) -> Outcome:
        """`agree` in both."""
        return self._send(
            caller,
            "agree",
            [change.as_tuple()],
            lambda: self.ledger.agree(caller.address, change),
        )

    def agree_for(
        self, caller: LocalAccount, change: Change, party: str, signer: LocalAccount
    ) -> Outcome:
        """`agreeFor` in both, signed by `signer`, whoever that is."""
        return self._send(
            caller,
            "agreeFor",
            [change.as_tuple(), party, self._signature(change, signer)],
            lambda: self.ledger.agree_for(change, party, signer.address),
        )

    def agree_as_guardian(self, caller: LocalAccount, change: Change, party: str) -> Outcome:
        """`agreeAsGuardian` in both."""
        return self._send(
            caller,
            "agreeAsGuardian",
            [change.as_tuple(), party],
            lambda: self.ledger.agree_as_guardian(caller.address, change, party),
        )

    def retract(self, caller: LocalAccount, change: Change) -> Outcome:
        """`retract` in both."""
        return self._send(
            caller,
            "retract",
            [change.as_tuple()],
            lambda: self.ledger.retract(caller.address, change),
        )

    def name_guardian(self, caller: LocalAccount, guardian: str) -> Outcome:
        """`nameGuardian` in both."""
        return self._send(
            caller,
            "nameGuardian",
            [guardian],
            lambda: self.ledger.name_guardian(caller.address, guardian),
        )

    def make(self, caller: LocalAccount, change: Change, date: int) -> Outcome:
        """`make` in both."""
        return self._send(
            caller,
            "make",
            [change.as_tuple(), date],
            lambda: self.ledger.make(caller.address, change, date),
        )

    def note_late(self, caller: LocalAccount, id_: bytes, date: int) -> Outcome:
        """`noteLate` in both."""
        return self._send(caller, "noteLate", [id_, date], lambda: self.ledger.note_late(id_, date))

    def cure(self, caller: LocalAccount, id_: bytes, date: int) -> Outcome:
        """`cure` in both."""
        return self._send(
            caller, "cure", [id_, date], lambda: self.ledger.cure(caller.address, id_, date)
        )

    def buy_in(
        self, caller: LocalAccount, id_: bytes, token: str, quantity: int, date: int
    ) -> Outcome:
        """`buyIn` in both."""
        return self._send(
            caller,
            "buyIn",
            [id_, token, quantity, date],
            lambda: self.ledger.buy_in(caller.address, id_, token, quantity, date),
        )

    def declare_default(self, caller: LocalAccount, id_: bytes, date: int) -> Outcome:
        """`declareDefault` in both."""
        return self._send(
            caller,
            "declareDefault",
            [id_, date],
            lambda: self.ledger.declare_default(caller.address, id_, date),
        )

    def close_out(self, caller: LocalAccount, id_: bytes, date: int) -> Outcome:
        """`closeOut` in both."""
        return self._send(caller, "closeOut", [id_, date], lambda: self.ledger.close_out(id_, date))

    # ------------------------------------------------------------------ netting sets

    def mark_sets(self, caller: LocalAccount, ids: Sequence[bytes], date: int) -> Outcome:
        """`markSets` in both."""
        return self._send(caller, "markSets", [ids, date], lambda: self.ledger.mark_sets(ids, date))

    def cure_set(self, caller: LocalAccount, id_: bytes, date: int) -> Outcome:
        """`cureSet` in both."""
        return self._send(
            caller, "cureSet", [id_, date], lambda: self.ledger.cure_set(caller.address, id_, date)
        )

    def declare_set_default(self, caller: LocalAccount, trade: bytes, date: int) -> Outcome:
        """`declareSetDefault` in both."""
        return self._send(
            caller,
            "declareSetDefault",
            [trade, date],
            lambda: self.ledger.declare_set_default(caller.address, trade, date),
        )

    def close_out_set(
        self, caller: LocalAccount, id_: bytes, trades: Sequence[bytes], date: int
    ) -> Outcome:
        """`closeOutSet` in both."""
        return self._send(
            caller,
            "closeOutSet",
            [id_, trades, date],
            lambda: self.ledger.close_out_set(id_, trades, date),
        )

    # ------------------------------------------------------------------ corporate actions

    def declare(self, token: str, action: CorporateAction) -> Outcome:
        """`declare` in both, by the administrator, who is the agent."""
        fields = (action.date, action.kind, action.cash, action.numerator, action.denominator)
        return self._send(
            self.world.administrator,
            "declare",
            [token, *fields],
            lambda: self.ledger.declare(token, action),
        )

    def catch_up(self, caller: LocalAccount, id_: bytes, date: int) -> Outcome:
        """`catchUp` in both."""
        return self._send(caller, "catchUp", [id_, date], lambda: self.ledger.catch_up(id_, date))

    def catch_up_set(
        self, caller: LocalAccount, id_: bytes, trades: Sequence[bytes], date: int
    ) -> Outcome:
        """`catchUpSet` in both."""
        return self._send(
            caller,
            "catchUpSet",
            [id_, trades, date],
            lambda: self.ledger.catch_up_set(id_, trades, date),
        )

    def seize(self, token: str, quantity: int) -> None:
        """The issuer takes tokens out of the escrow by a forced transfer to itself."""
        to = self.world.administrator.address
        self.tokens[token].contract.send(
            self.world.administrator, "forcedTransfer", self.escrow.address, to, quantity
        )
        self.ledger.tokens[token].move(self.escrow.address, to, quantity)

    def book_seizure(
        self,
        id_: bytes,
        token: str,
        quantity: int,
        trades: Sequence[bytes],
        sets: Sequence[bytes] = (),
    ) -> Outcome:
        """`bookSeizure` in both, by the administrator."""
        return self._send(
            self.world.administrator,
            "bookSeizure",
            [id_, token, quantity, trades, sets],
            lambda: self.ledger.book_seizure(id_, token, quantity, trades, sets),
        )

    def book_set_seizure(
        self,
        id_: bytes,
        secured: str,
        token: str,
        quantity: int,
        trades: Sequence[bytes],
        sets: Sequence[bytes],
    ) -> Outcome:
        """`bookSetSeizure` in both, by the administrator."""
        return self._send(
            self.world.administrator,
            "bookSetSeizure",
            [id_, secured, token, quantity, trades, sets],
            lambda: self.ledger.book_set_seizure(id_, secured, token, quantity, trades, sets),
        )
