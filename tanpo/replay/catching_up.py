# SPDX-License-Identifier: MIT
"""Trades and accounts catch up with what issuers have done to their securities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from tanpo.chain.abi import Event, Reverted
from tanpo.replay.accounts import Accounts
from tanpo.replay.entry import Amount, Entry, Moved
from tanpo.replay.issuer import PAST
from tanpo.replay.journal import acts
from tanpo.replay.world import World
from tanpo.scenario import AgreementSpec, TradeSpec
from tanpo.units import date_number


class CatchingUp:
    """Lets the contracts carry out what has been declared for a date, and tells what it did."""

    def __init__(self, world: World, accounts: Accounts) -> None:
        """Start with what the world has."""
        self._world = world
        self._accounts = accounts

    def trade(self, trade_id: bytes, spec: TradeSpec, day: date) -> Iterator[Entry]:
        """An open trade that margins by itself."""
        if not self._acted_on(spec.tokens, day):
            return
        try:
            receipt = self._world.escrow.send(
                self._world.administrator, "catchUp", trade_id, date_number(day)
            )
        except Reverted as reverted:
            yield self._failed(Entry(day, "failed", spec.id), reverted)
            return
        told = _Told(self._world, day)
        for event, moved in acts(self._world, receipt):
            is_loan = self._world.symbol(event.args["token"]) == spec.loan.symbol
            told.add(event, moved, "loan" if is_loan else "collateral", trade=spec.id)
        yield from told.entries

    def account(
        self, account: AgreementSpec, specs: Mapping[bytes, TradeSpec], day: date
    ) -> Iterator[Entry]:
        """An account with all its trades: first these, then what it holds."""
        trades, held = self._accounts.trades(account), self._accounts.holdings(account)
        if not self._acted_on(held, day):
            return
        try:
            receipt = self._world.escrow.send(
                self._world.administrator,
                "catchUpSet",
                self._accounts.set_id(account),
                trades,
                date_number(day),
            )
        except Reverted as reverted:
            yield self._failed(Entry(day, "failed", account=account.name), reverted)
            return
        first = account.parties[0 if self._accounts.is_first(account) else 1]
        (second,) = {*account.parties} - {first}
        givers = {
            symbol: [second] * bool(holding["heldForFirst"])
            + [first] * bool(holding["heldForSecond"])
            for symbol, holding in held.items()
        }
        told = _Told(self._world, day)
        for event, moved in acts(self._world, receipt):
            spec = specs.get(event.args["id"])
            if spec:
                told.add(event, moved, "loan", trade=spec.id, account=account.name)
                continue
            told.add(event, moved, "collateral", account=account.name)
            if event.name == "Exchanged":
                giver = givers[self._world.symbol(event.args["token"])].pop(0)
                told.entries[-1].details["party"] = giver
        # The contracts go by identities and addresses, which every run has others of.
        order = [spec.id for spec in self._world.scenario.trades]
        symbols = list(self._world.scenario.instruments)
        yield from sorted(
            told.entries,
            key=lambda entry: (
                order.index(entry.trade) if entry.trade else len(order),
                symbols.index(entry.token),
                entry.details.get("party", ""),
                entry.moved,
            ),
        )

    def _acted_on(self, symbols: Sequence[str] | Mapping[str, object], day: date) -> bool:
        return any(action.token in symbols for action in self._world.scenario.actions_on(day))

    def _failed(self, entry: Entry, reverted: Reverted) -> Entry:
        return replace(entry, action="catch_up", reason=self._world.reason(reverted))


class _Told:
    """Entries of what issuers' acts did, one after another."""

    def __init__(self, world: World, day: date) -> None:
        self._world = world
        self._day = day
        self.entries: list[Entry] = []

    def add(
        self,
        event: Event,
        moved: list[tuple[str, Moved]],
        leg: str,
        trade: str = "",
        account: str = "",
    ) -> None:
        """What was paid and what was missed of one income are one entry."""
        args = event.args
        token = self._world.symbol(args["token"])
        if event.name == "Exchanged":
            successor = self._world.symbol(args["successor"])
            kind = "split" if successor == token else "redemption"
            change: tuple[Amount, Amount] = ((token, args["before"]), (successor, args["quantity"]))
            self.entries.append(
                Entry(
                    self._day,
                    PAST[kind],
                    trade,
                    moved=moved,
                    account=account,
                    token=token,
                    exchanged={leg: change},
                )
            )
            return
        cash = self._world.symbol(args["cash"])
        payer, receiver = (self._world.name(args[key]) for key in ("payer", "receiver"))
        if event.name == "IncomePaid":
            paid = [(cash, Moved(payer, receiver, args["quantity"]))]
            self.entries.append(
                Entry(self._day, PAST["income"], trade, moved=paid, account=account, token=token)
            )
            return
        missed = {cash: args["missing"]}
        details = {"party": payer}
        if self.entries and self._is_rest(self.entries[-1], trade, token, payer, receiver):
            self.entries[-1] = replace(self.entries[-1], missing=missed, details=details)
            return
        self.entries.append(
            Entry(
                self._day,
                PAST["income"],
                trade,
                account=account,
                token=token,
                missing=missed,
                details=details,
            )
        )

    @staticmethod
    def _is_rest(paid: Entry, trade: str, token: str, payer: str, receiver: str) -> bool:
        """Whether what is missed is the rest of what the entry says was paid."""
        sides = [(moved.sender, moved.receiver) for _, moved in paid.moved]
        return (paid.trade, paid.token, sides) == (trade, token, [(payer, receiver)])
