# SPDX-License-Identifier: MIT
"""The accounts of parties whose trades margin as one: netting sets, seen from the party that the
file names first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from tanpo.chain.abi import Event, Reverted
from tanpo.chain.base import Receipt
from tanpo.replay.auto import unit_value
from tanpo.replay.entry import ESCROW, Entry, Moved
from tanpo.replay.journal import all_moves
from tanpo.replay.world import World
from tanpo.scenario import AgreementSpec, EventSpec, TradeSpec
from tanpo.terms import NONE
from tanpo.units import date_number

ACTS = {"cure": "cured", "default": "defaulted", "close_out": "closed_out"}
"""What happens to the account whatever trade it is written for, and how reports call it."""


class Accounts:
    """The accounts of a world: which trades each has, what it is worth, what it calls."""

    def __init__(self, world: World) -> None:
        """Start without trades."""
        self._world = world
        self._open: dict[AgreementSpec, list[bytes]] = {
            agreement: [] for agreement in world.scenario.agreements if agreement.netting
        }
        self._sets: dict[AgreementSpec, bytes] = {}
        self._in_default: set[AgreementSpec] = set()

    def join(self, trade_id: bytes, spec: TradeSpec) -> None:
        """The trade has opened."""
        if spec.account:
            self._open[spec.account].append(trade_id)
            self._sets[spec.account] = self._world.escrow.call("setOf", trade_id)

    def leave(self, trade_id: bytes, spec: TradeSpec) -> None:
        """The trade has ended."""
        if spec.account:
            self._open[spec.account].remove(trade_id)

    def with_trades(self) -> list[AgreementSpec]:
        """Those that have an open trade, in the file's order."""
        return [account for account, trades in self._open.items() if trades]

    def trades(self, account: AgreementSpec) -> list[bytes]:
        """The account's open trades as the contracts want them: in ascending order."""
        return sorted(self._open[account])

    def set_id(self, account: AgreementSpec) -> bytes:
        """The netting set of the account; nothing before its first trade."""
        return self._sets.get(account, NONE)

    def of_set(self, set_id: bytes) -> AgreementSpec | None:
        """The account of a netting set; None where it is a trade's identity."""
        return next((account for account, found in self._sets.items() if found == set_id), None)

    # ------------------------------------------------------------------ marks

    def mark(self, day: date) -> Iterator[Entry]:
        """Value each account that has a trade, and move its call."""
        escrow, keeper = self._world.escrow, self._world.administrator
        for account in self.with_trades():
            if account not in self._in_default:
                ids = [self.set_id(account)]
                receipt = escrow.send(keeper, "markSets", ids, date_number(day))
                self._world.progress(1)
                yield from self._marked(account, escrow.events(receipt), day)

    def _marked(
        self, account: AgreementSpec, events: Sequence[Event], day: date
    ) -> Iterator[Entry]:
        first, *_ = events
        if first.name == "Failed":
            reverted = self._world.escrow.interface.decode_error(first.args["reason"])
            reason = self._world.reason(reverted)
            yield Entry(day, "failed", account=account.name, action="mark", reason=reason)
            return
        loan, required, collateral = (
            self._seen(account, Fraction(first.args[key], 10**18))
            for key in ("loanE18", "requiredE18", "collateralE18")
        )
        values = {"loan_value": loan, "required_value": required, "collateral_value": collateral}
        values["exposure"] = required - collateral
        yield Entry(day, "marked", account=account.name, values=values)
        yield from self.moves(account, events, day)
        missing: dict[str, int] = {}
        for event in _named(events, "SetDeficit"):
            symbol = self._world.symbol(event.args["token"])
            missing[symbol] = missing.get(symbol, 0) + event.args["missing"]
            details = {"party": self._world.name(event.args["party"])}
        if missing:
            yield Entry(day, "deficit", account=account.name, missing=missing, details=details)

    def moves(self, account: AgreementSpec, events: Sequence[Event], day: date) -> Iterator[Entry]:
        """What went back, then what was delivered, each with the collateral's value after it."""
        value = self.collateral_value(account, day)
        delivered = self._moved(account, events, "SetDelivered")
        for symbol, moved in delivered:
            sign = 1 if moved.sender == account.parties[1] else -1
            value -= sign * moved.quantity * self._unit_value(account, symbol, day)
        if returned := self._moved(account, events, "SetReturned"):
            yield self._entry("returned", account, value, returned, day)
        if delivered:
            value = self.collateral_value(account, day)
            yield self._entry("delivered", account, value, delivered, day)

    def _entry(
        self,
        event: str,
        account: AgreementSpec,
        value: Fraction,
        moved: list[tuple[str, Moved]],
        day: date,
    ) -> Entry:
        values = {"collateral_value": value}
        return Entry(day, event, account=account.name, values=values, moved=moved)

    def _moved(
        self, account: AgreementSpec, events: Sequence[Event], name: str
    ) -> list[tuple[str, Moved]]:
        """By party in the file's order: the contracts' follows their addresses."""
        found = []
        for event in _named(events, name):
            party = self._world.name(event.args["party"])
            (other,) = {*account.parties} - {party}
            holder = other if account.custody == "title" else ESCROW
            sides = (holder, party) if name == "SetReturned" else (party, holder)
            symbol = self._world.symbol(event.args["token"])
            found.append(
                (account.parties.index(party), symbol, Moved(*sides, event.args["quantity"]))
            )
        found.sort(key=lambda move: move[0])
        return [(symbol, moved) for _, symbol, moved in found]

    # ------------------------------------------------------------------ values

    def collateral_value(self, account: AgreementSpec, day: date) -> Fraction:
        """What is held for the first party less what is held for the second, after haircuts."""
        holdings = self.holdings(account)
        worth = (
            (holding["heldForFirst"] - holding["heldForSecond"])
            * self._unit_value(account, symbol, day)
            for symbol, holding in holdings.items()
            if holding["heldForFirst"] or holding["heldForSecond"]
        )
        return self._seen(account, sum(worth, Fraction()))

    def holdings(self, account: AgreementSpec) -> dict[str, dict[str, Any]]:
        """What the contracts keep of each token of the account."""
        found = self._world.escrow.call("nettingSet", self.set_id(account))
        return {
            self._world.symbol_at(holding["instrument"]): holding for holding in found["holdings"]
        }

    def _unit_value(self, account: AgreementSpec, symbol: str, day: date) -> Fraction:
        """Value of one smallest unit, after its haircut."""
        scenario = self._world.scenario
        value = unit_value(
            scenario.instruments[symbol], scenario.fixings[day], account.valuation_currency
        )
        return value * (1 - Fraction(self.holdings(account)[symbol]["haircutBps"], 10**4))

    def is_first(self, account: AgreementSpec) -> bool:
        """Whether the contracts' first party is the file's: there, it is the lower address."""
        one, other = (self._world.accounts[party].address for party in account.parties)
        return int(one, 16) < int(other, 16)

    def _seen(self, account: AgreementSpec, value: Fraction) -> Fraction:
        return value if self.is_first(account) else -value

    # ------------------------------------------------------------------ failures

    def carry_out(self, event: EventSpec, trade_id: bytes, account: AgreementSpec) -> Entry:
        """Carry out one of `ACTS`; raises Reverted."""
        receipt = self._send(event, trade_id, account)
        self._world.progress(1)
        events = self._world.escrow.events(receipt)
        details = {"party": event.party} if event.action == "default" else {}
        if event.by:
            details["by"] = event.by
        entry = Entry(
            event.date,
            ACTS[event.action],
            account=account.name,
            moved=all_moves(self._world, receipt),
            details=details,
        )
        if event.action == "cure":
            entry.values["collateral_value"] = self.collateral_value(account, event.date)
        elif event.action == "default":
            self._in_default.add(account)
        else:
            self._in_default.remove(account)
            self._open[account].clear()
            (closed_out,) = _named(events, "SetClosedOut")
            self._add_claim(entry, account, closed_out.args)
        return entry

    def _send(self, event: EventSpec, trade_id: bytes, account: AgreementSpec) -> Receipt:
        world, day, set_id = self._world, date_number(event.date), self.set_id(account)
        match event.action:
            case "cure":
                payer = world.accounts[event.by or self._failing(account)]
                return world.escrow.send(payer, "cureSet", set_id, day)
            case "default":
                if event.party not in account.parties:
                    raise Reverted("NotAParty", {"caller": event.party})
                (other,) = {*account.parties} - {event.party}
                return world.escrow.send(world.accounts[other], "declareSetDefault", trade_id, day)
        trades = self.trades(account)
        return world.escrow.send(world.administrator, "closeOutSet", set_id, trades, day)

    def _failing(self, account: AgreementSpec) -> str:
        """Who did not meet the last call."""
        found = self._world.escrow.call("nettingSet", self.set_id(account))
        by_first: bool = found["deficit"]["byLender"]
        return account.parties[0 if by_first == self.is_first(account) else 1]

    def _add_claim(self, entry: Entry, account: AgreementSpec, args: dict[str, Any]) -> None:
        """What was set against each other."""
        held = Fraction(args["heldForFirstE18"] - args["heldForSecondE18"], 10**18)
        entry.values["claim"] = self._seen(account, Fraction(args["claimE18"], 10**18))
        entry.values["collateral_value"] = self._seen(account, held)
        if args["residual"]:
            symbol = self._world.symbol(args["token"])
            residual = args["residual"] if self.is_first(account) else -args["residual"]
            entry.cash["residual"] = (symbol, residual)
        if args["paid"]:
            entry.cash["paid"] = (symbol, args["paid"])


def _named(events: Sequence[Event], name: str) -> list[Event]:
    return [event for event in events if event.name == name]
