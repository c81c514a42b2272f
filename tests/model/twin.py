# SPDX-License-Identifier: MIT
"""The contracts and the model side by side: every action goes to both and must come out equal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from eth_abi.abi import encode
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32
from eth_utils.crypto import keccak

from model.world import Listed, World
from tanpo.chain import abi
from tanpo.chain.abi import Reverted
from tanpo.chain.artifacts import artifact
from tanpo.chain.base import Contract, Receipt
from tanpo.model import (
    UNLIMITED,
    CorporateAction,
    Event,
    Failure,
    Fixing,
    Ledger,
    Refused,
    Trade,
    TradeId,
)
from tanpo.model.fixings import is_pair
from tanpo.model.ledger import e18
from tanpo.model.sets import SetKey
from tanpo.terms import Agreement, Change, Collateral, Custody, Order, Terms, Verb

ACTIONS = ("settle", "mark", "close", "markSets")
LAST_MOMENT = 2**32 - 1
"""The latest that the contracts keep."""

Outcome = list[Event] | Refused
"""What an action did, or why it did nothing."""


class Twin:
    """A case in the world and in a fresh ledger."""

    def __init__(self, world: World) -> None:
        world.reset()
        self.world = world
        self.chain = world.chain
        self.escrow = world.platform.escrow
        self.fixings = world.platform.fixings
        self.receipt: Receipt | None = None
        """Of the last transaction that was not undone."""
        self._ids: dict[Terms | Change | SetKey, bytes] = {}
        self._agreements: dict[bytes, Agreement] = {}
        self.ledger = Ledger(
            self.escrow.address, world.max_age_days, self.chain.now(), self.identify
        )
        self.tokens: dict[str, Listed] = {}
        for token in world.tokens.values():
            self.adopt(token)
        for books in self.ledger.tokens.values():
            for party in world.parties:
                books.allowances[party.address] = UNLIMITED
        self._arguments = {
            entry["name"]: {item["name"] for item in entry["inputs"]}
            for entry in artifact("IEscrow").abi
            if entry["type"] == "event"
        }
        self._selectors = {self.escrow.interface.selector_of(name): name for name in ACTIONS}

    def adopt(self, token: Listed, **kwargs: Any) -> None:
        """Let the model know a token that the escrow lists."""
        self.tokens[token.address] = token
        self.ledger.list_token(token.address, token.instrument, **kwargs)

    def identify(self, message: Terms | Change | SetKey) -> bytes:
        """The digest that is signed, from the contract; of a netting set its hash."""
        if message not in self._ids and isinstance(message, SetKey):
            first, second, agreement = message
            packed = encode(
                ["address", "address", "bytes32"], [first, second, agreement.struct_hash()]
            )
            self._ids[message] = keccak(packed)
        elif message not in self._ids:
            function = "changeDigest" if isinstance(message, Change) else "tradeIdOf"
            self._ids[message] = self.escrow.call(function, message.as_tuple())
        return self._ids[message]

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
        rows = [(encoded_key(key), *fixing) for key, fixing in observations.items()]
        return self._both(
            self.fixings,
            lambda: self.fixings.send(self.world.administrator, "publish", date, rows),
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

    # ------------------------------------------------------------------ comparing

    def check_set(self, id_: bytes) -> None:
        """The contract keeps of the set what the model keeps."""
        found = self.escrow.call("nettingSet", id_)
        set_ = self.ledger.sets.get(id_)
        if set_ is None:
            assert found["trades"] == 0
            return
        trades = [self.ledger.trades[each] for each in set_.trades]
        signs = [1 if trade.terms.lender == set_.key.first else -1 for trade in trades]
        holdings = []
        for holding in set_.holdings:
            lent = [
                (sign * trade.terms.loan_quantity, trade.terms.ratio_bps)
                for sign, trade in zip(signs, trades, strict=True)
                if trade.terms.loan_token == holding.token
            ]
            expected = {
                "haircutBps": holding.haircut_bps,
                "givenBySecond": holding.given[False],
                "givenByFirst": holding.given[True],
                "heldForFirst": holding.held[True],
                "heldForSecond": holding.held[False],
                "loan": sum(quantity for quantity, _ in lent),
                "loanE4": sum(quantity * ratio_bps for quantity, ratio_bps in lent),
            }
            holdings.append(expected)
        for each in found["holdings"]:
            del each["instrument"]
        del found["dailyE18"], found["dailyFromE18"]
        assert found == {
            "first": set_.key.first,
            "lastMarked": set_.last_marked,
            "caughtUpTo": set_.caught_up_to,
            "trades": len(trades),
            "isInDefault": set_.in_default,
            "defaultByFirst": set_.default_by_first,
            "second": set_.key.second,
            "agreement": set_.key.agreement.struct_hash(),
            "calledOn": set_.called_on,
            "deficit": _failure(set_.deficit),
            "missedE6Days": set_.missed_e6_days,
            "holdings": holdings,
        }

    def check_trade(self, trade: Trade) -> None:
        """The contract keeps of the trade what the model keeps."""
        found = self.kept(trade.id)
        if not trade.basket:
            assert found["status"] == trade.status
            return
        expected = view(trade)
        assert found == expected
        basket = [
            {"token": leg.token, "quantity": held, "haircutBps": leg.haircut_bps}
            for leg, held in zip(trade.terms.collateral, trade.basket, strict=True)
        ]
        assert self.escrow.call("basket", trade.id) == basket

    def kept(self, id_: TradeId) -> dict[str, Any]:
        """What `trade` says."""
        found: dict[str, Any] = self.escrow.call("trade", id_)
        return found

    def check_valuation(self, id_: bytes, date: int) -> None:
        """`valuation` says what the model says, or fails as it does."""
        expected: Any
        try:
            expected = e18(self.ledger.value(id_, date))
        except Refused as refused:
            expected = refused
        found: Any
        try:
            found = self.escrow.call("valuation", id_, date)
        except Reverted as reverted:
            found = self._refused(reverted)
        assert found == expected

    def check_balances(self, tokens: Iterable[str] | None = None) -> None:
        """Every holder has on the chain what it has in the model."""
        holders = [self.escrow.address, self.world.keeper.address]
        holders.append(self.world.administrator.address)
        holders += [party.address for party in self.world.parties]
        for name in self.tokens if tokens is None else tokens:
            contract, balances = self.tokens[name].contract, self.ledger.tokens[name].balances
            for holder in holders:
                found = contract.call("balanceOf", holder)
                assert found == balances[holder], (name, holder)

    def _send(
        self,
        caller: LocalAccount,
        function: str,
        args: Sequence[Any],
        model: Callable[[], list[Event]],
    ) -> Outcome:
        return self._both(self.escrow, lambda: self.escrow.send(caller, function, *args), model)

    def _both(
        self, contract: Contract, chain: Callable[[], Receipt], model: Callable[[], list[Event]]
    ) -> Outcome:
        expected: Outcome
        try:
            expected = [self._shown(event) for event in model()]
        except Refused as refused:
            expected = refused
        found: Outcome
        try:
            self.receipt = chain()
            found = [self._event(event) for event in contract.events(self.receipt)]
        except Reverted as reverted:
            found = self._refused(reverted)
        assert found == expected
        return expected

    def _signatures(
        self, terms: Terms, lender: LocalAccount, borrower: LocalAccount
    ) -> tuple[bytes, bytes]:
        return self._signature(terms, lender), self._signature(terms, borrower)

    def _signature(self, message: Terms | Change, signer: LocalAccount) -> bytes:
        return bytes(signer.unsafe_sign_hash(Hash32(self.identify(message))).signature)

    def _shown(self, event: Event) -> Event:
        """The event with the figures that the contracts put into it."""
        names = self._arguments.get(event.name)
        return Event(event.name, {k: v for k, v in event.args.items() if not names or k in names})

    def _event(self, event: abi.Event) -> Event:
        args = {name: self._plain(name, value) for name, value in event.args.items()}
        return Event(event.name, args)

    def _refused(self, reverted: Reverted) -> Refused:
        args = reverted.arguments.items()
        return Refused(reverted.name, **{name: self._plain(name, value) for name, value in args})

    def _plain(self, name: str, value: Any) -> Any:
        """A value of the contracts as the model writes it."""
        if name == "reason":
            return self._refused(self.escrow.interface.decode_error(value))
        if name == "action":
            return self._selectors[value]
        if name == "agreement":
            return decoded_agreement(value)
        if name == "change":
            return decoded_change(value)
        if name == "terms":
            return decoded(value, self._agreements)
        if isinstance(value, bytes) and len(value) == 3:
            return value.decode()
        if isinstance(value, bytes) and name in ("key", "offered", "found"):
            return decoded_key(value)
        return value


def view(trade: Trade) -> dict[str, Any]:
    """A booked trade of the model as `TradeView`."""
    terms = trade.terms
    return {
        "status": trade.status,
        "lender": terms.lender,
        "borrower": terms.borrower,
        "loanToken": terms.loan_token,
        "loanQuantity": terms.loan_quantity,
        "ratioBps": terms.ratio_bps,
        "callBelowBps": terms.call_below_bps or terms.ratio_bps,
        "returnAboveBps": terms.return_above_bps or terms.ratio_bps,
        "rateE9": terms.rate_e9,
        "dayCountBasis": terms.day_count_basis,
        "rateToken": terms.rate_token,
        "start": min(terms.start, LAST_MOMENT),
        "end": min(terms.end, LAST_MOMENT),
        "valuedOn": trade.valued_on,
        "accruesFrom": trade.accrues_from,
        "lastMarked": trade.last_marked,
        "inDeficit": trade.in_deficit,
        "agreement": terms.agreement.struct_hash(),
        "life": {
            "changes": trade.changes,
            "due": trade.due,
            "caughtUpTo": trade.caught_up_to,
            "defaultByLender": trade.default_by_lender,
            "deficit": _failure(trade.deficit),
            "late": _failure(trade.late),
        },
    }


def _failure(failure: Failure | None) -> dict[str, Any]:
    found = failure or Failure(since=0, charged_to=0, by_lender=False, missing_e6=0)
    return {
        "since": found.since,
        "chargedTo": found.charged_to,
        "byLender": found.by_lender,
        "missingE6": found.missing_e6,
    }


def decoded(struct: dict[str, Any], agreements: Mapping[bytes, Agreement]) -> Terms:
    """The terms of a struct that came out of an event."""
    values = list(struct.values())
    values[4] = tuple(Collateral(*leg.values()) for leg in values[4])
    agreement = agreements[values.pop(14)]
    return Terms(*values[:5], agreement, *values[5:])


def decoded_agreement(struct: dict[str, Any]) -> Agreement:
    """The agreement of a struct that came out of an event."""
    currency, threshold_bps, mta_e6, order, custody, *rest = struct.values()
    return Agreement(
        currency.decode(), threshold_bps, mta_e6, Order(order), Custody(custody), *rest
    )


def decoded_change(struct: dict[str, Any]) -> Change:
    """The change of a struct that came out of an event."""
    trade, number, verb, quantity, rate_e9, end, outgoing, incoming, *rest = struct.values()
    baskets = (
        tuple(Collateral(*leg.values()) for leg in basket) for basket in (outgoing, incoming)
    )
    return Change(trade, number, Verb(verb), quantity, rate_e9, end, *baskets, *rest)


def encoded_key(key: str) -> bytes:
    """The bytes32 of a fixing's key."""
    if is_pair(key):
        return key.encode().ljust(32, b"\0")
    return bytes.fromhex(key.removeprefix("0x")).rjust(32, b"\0")


def decoded_key(key: bytes) -> str:
    """The key of a bytes32."""
    if key[:12].strip(b"\0"):
        return key.rstrip(b"\0").decode()
    return abi.checksummed(f"0x{key[12:].hex()}")
