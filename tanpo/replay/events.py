# SPDX-License-Identifier: MIT
"""Carries out the events of a scenario, each in one transaction, and tells what they did.

Both parties sign a change and the administrator relays it; one that makes it by its right calls
itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from eth_account.signers.local import LocalAccount

from tanpo.chain.abi import Reverted
from tanpo.chain.base import Receipt
from tanpo.replay.accounts import ACTS, Accounts
from tanpo.replay.auto import substitute_quantity
from tanpo.replay.booking import CONSENT_SECONDS, as_it_stands
from tanpo.replay.entry import Entry
from tanpo.replay.journal import Doings, doings
from tanpo.replay.world import World
from tanpo.scenario import EventSpec, TradeSpec
from tanpo.terms import NOBODY, Change, Collateral, Verb
from tanpo.units import date_number, exact_decimal

PAST = {
    "partial_return": "partially_returned",
    "recall": "recalled",
    "terminate": "terminated",
    "extend": "extended",
    "rerate": "rerated",
    "reprice": "repriced",
    "substitute": "substituted",
    "increase": "increased",
    "novate": "novated",
    "correct": "corrected",
    "buy_in": "bought_in",
    **ACTS,
}
"""How reports call what has happened."""

ENDING = frozenset({"terminate", "correct", "default", "close_out"})
"""After these a trade is not open any more."""

_VALUES_AFTER = {
    "partial_return": ("loan_value", "collateral_value"),
    "increase": ("loan_value", "collateral_value"),
    "reprice": ("loan_value", "collateral_value"),
    "substitute": ("collateral_value",),
    "cure": ("collateral_value",),
}


class Events:
    """Carries out events of trades on a world's chain."""

    def __init__(self, world: World, accounts: Accounts) -> None:
        """Start with what the world has."""
        self._world = world
        self._accounts = accounts

    def carry_out(self, event: EventSpec, trade_id: bytes, spec: TradeSpec) -> list[Entry]:
        """Carry out the event of the trade as it stands; raises Reverted.

        With the last of its account's trades everything goes back that the account holds.
        """
        account = spec.account
        if account and event.action in ACTS:
            return [self._accounts.carry_out(event, trade_id, account)]
        receipt = self._send(event, trade_id, spec)
        self._world.progress(1)
        doing, *returned = doings(self._world, receipt)
        entry = Entry(
            event.date,
            PAST[event.action],
            spec.id,
            values=self._values_after(event, trade_id, spec) | _claim(doing),
            moved=doing.moved(spec),
            interest=doing.interest(spec),
            details=self._details(event, doing),
            cash=_cash(doing, spec),
            account=account.name if account else "",
        )
        if account is None:
            return [entry]
        gone = [each for other in returned for each in other.events]
        return [entry, *self._accounts.moves(account, gone, event.date)]

    def spec_after(self, event: EventSpec, trade_id: bytes, spec: TradeSpec) -> TradeSpec:
        """The trade's parties, end, rate and legs after the event."""
        match event.action:
            case "recall" | "extend":
                return replace(spec, end=event.end, end_is_date=event.end_is_date)
            case "rerate":
                return replace(spec, rate_e9=event.rate_e9)
            case "novate" if event.leaver == spec.lender:
                return replace(spec, lender=event.to)
            case "novate":
                return replace(spec, borrower=event.to)
            case "substitute":
                return as_it_stands(self._world, trade_id, spec)
        return spec

    # ------------------------------------------------------------------ who calls

    def _send(self, event: EventSpec, trade_id: bytes, spec: TradeSpec) -> Receipt:
        escrow, accounts = self._world.escrow, self._world.accounts
        day = date_number(event.date)
        match event.action:
            case "cure":
                payer = event.by or self._failing(trade_id, spec)
                return escrow.send(accounts[payer], "cure", trade_id, day)
            case "default":
                declarer = accounts[_other(event.party, spec)]
                return escrow.send(declarer, "declareDefault", trade_id, day)
            case "buy_in":
                token = self._world.tokens[event.symbol].address
                seller = accounts[event.seller]
                return escrow.send(seller, "buyIn", trade_id, token, event.quantity, day)
            case "close_out":
                return escrow.send(self._world.administrator, "closeOut", trade_id, day)
        change = self._change(event, trade_id, spec)
        caller = accounts[event.by] if event.by else self._world.administrator
        signers = [] if event.by else [spec.lender, spec.borrower]
        if event.action == "novate" and event.to not in signers:
            signers.append(event.to)
        return self._make(change, day, caller, [accounts[name] for name in signers])

    def _make(
        self, change: Change, day: int, caller: LocalAccount, signers: Sequence[LocalAccount]
    ) -> Receipt:
        """Have the change made; the signers' agreements come in the same transaction."""
        escrow, chain_id = self._world.escrow, self._world.chain.chain_id
        encode = escrow.interface.encode_call
        calls = []
        for signer in signers:
            signature = change.sign(signer, chain_id, escrow.address)
            calls.append(encode("agreeFor", (change.as_tuple(), signer.address, signature)))
        calls.append(encode("make", (change.as_tuple(), day)))
        return escrow.send(caller, "multicall", calls)

    def _failing(self, trade_id: bytes, spec: TradeSpec) -> str:
        """Who did not meet the last call."""
        deficit = self._world.escrow.call("trade", trade_id)["life"]["deficit"]
        return spec.lender if deficit["byLender"] else spec.borrower

    # ------------------------------------------------------------------ what is signed

    def _change(self, event: EventSpec, trade_id: bytes, spec: TradeSpec) -> Change:
        changes = self._world.escrow.call("trade", trade_id)["life"]["changes"]
        is_quantity = event.action in ("partial_return", "increase")
        fixings = self._world.scenario.fixings[event.date]
        incoming = tuple(
            (symbol, substitute_quantity(self._world.scenario, spec, event, symbol, fixings))
            if quantity is None
            else (symbol, quantity)
            for symbol, quantity in event.incoming
        )
        return Change(
            trade=trade_id,
            number=changes + 1,
            verb=Verb[event.action.upper()],
            quantity=event.quantity if is_quantity else 0,
            rate_e9=event.rate_e9,
            end=int(event.end.timestamp()) if event.end else 0,
            outgoing=self._legs(event.outgoing, spec),
            incoming=self._legs(incoming, spec),
            from_=self._address(event.leaver),
            to=self._address(event.to),
            expiry=self._world.chain.now() + CONSENT_SECONDS,
        )

    def _legs(
        self, quantities: Sequence[tuple[str, int]], spec: TradeSpec
    ) -> tuple[Collateral, ...]:
        return tuple(
            Collateral(
                self._world.tokens[symbol].address, quantity, spec.haircuts_bps.get(symbol, 0)
            )
            for symbol, quantity in quantities
        )

    def _address(self, party: str) -> str:
        return self._world.accounts[party].address if party else NOBODY

    # ------------------------------------------------------------------ what it did

    def _values_after(
        self, event: EventSpec, trade_id: bytes, spec: TradeSpec
    ) -> dict[str, Fraction]:
        """A trade of an account has no collateral of its own."""
        if event.action not in _VALUES_AFTER:
            return {}
        values = self._world.valuation(trade_id, event.date)
        shown = ("loan_value",) if spec.account else _VALUES_AFTER[event.action]
        return {key: values[key] for key in shown}

    def _details(self, event: EventSpec, doing: Doings) -> dict[str, str]:
        details: dict[str, str] = {}
        if event.end:
            details["end"] = moment_text(event.end, event.end_is_date)
        if event.action == "rerate":
            details["rate"] = f"{exact_decimal(Fraction(event.rate_e9, 10**7))}%"
        if event.action == "novate":
            details |= {"from": event.leaver, "to": event.to}
        for name in ("Defaulted", "BoughtIn"):
            if found := doing.first(name):
                details["party"] = self._world.name(found.args["party"])
        if event.seller:
            details["seller"] = event.seller
        if event.by:
            details["by"] = event.by
        return details


def moment_text(moment: datetime, is_date: bool) -> str:
    """A date, or a time to the second."""
    return f"{moment:%Y-%m-%d}" if is_date else f"{moment:%Y-%m-%dT%H:%M:%S}"


def _other(party: str, spec: TradeSpec) -> str:
    """The party on the other side; raises Reverted where `party` has left the trade."""
    if party not in (spec.lender, spec.borrower):
        raise Reverted("NotAParty", {"caller": party})
    return spec.borrower if party == spec.lender else spec.lender


def _claim(doing: Doings) -> dict[str, Fraction]:
    """What was set against each other in a close-out."""
    closed_out = doing.first("ClosedOut")
    if closed_out is None:
        return {}
    return {
        "claim": Fraction(closed_out.args["claimE18"], 10**18),
        "collateral_value": Fraction(closed_out.args["collateralE18"], 10**18),
    }


def _cash(doing: Doings, spec: TradeSpec) -> dict[str, tuple[str, int]]:
    """Amounts of the rate token that are not interest."""
    found = doing.first("ClosedOut") or doing.first("BoughtIn")
    if found is None or spec.rate_token is None:
        return {}
    return {
        key: (spec.rate_token, found.args[key])
        for key in ("residual", "paid", "cost")
        if found.args.get(key)
    }
