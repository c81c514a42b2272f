# SPDX-License-Identifier: MIT
"""Tokens, prices and parties for trades on ape's chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, ClassVar

from eth_account import Account

from support import MARKED, SETTLED, at, failures, pair, price, publish
from tanpo.instrument import Instrument, Kind
from tanpo.signing import Message
from tanpo.terms import Agreement, Collateral, Custody, Order, Terms
from tanpo.units import to_e8

ENOUGH = 10**15
"""What each party has of each token."""

UNLIMITED = 2**256 - 1

INCOME, SPLIT, REDEMPTION = range(3)
"""What an issuer does, as numbered in contracts/types/CorporateAction.sol."""

INSTRUMENTS = (
    Instrument("BUND", Kind.BOND, "EUR", 0, 1),
    Instrument("STOCK", Kind.EQUITY, "USD", 0, 1),
    Instrument("LOTS", Kind.EQUITY, "USD", 0, 100),
    Instrument("JGB", Kind.BOND, "JPY", 0, 50_000),
    Instrument("USD", Kind.CASH, "USD", 2, 1),
    Instrument("EUR", Kind.CASH, "EUR", 2, 1),
    Instrument("JPY", Kind.CASH, "JPY", 0, 1),
)

SETTLED_PRICES = {
    "BUND": "98.8110",
    "STOCK": "161.01",
    "EURUSD": "1.09253",
    "LOTS": "40",
    "JGB": "100.50",
    "USDJPY": "134.50",
}
"""BUND, STOCK and EURUSD: JSF (2023), sample transaction, 19 April."""

MARKED_PRICES = SETTLED_PRICES | {"BUND": "98.7590", "STOCK": "162.53", "EURUSD": "1.09753"}
"""The same of 20 April."""


OTHER_STANDING = {
    "valuation_currency": "USD",
    "threshold_bps": 1,
    "mta_e6": 1,
    "order": Order.PRO_RATA,
    "custody": Custody.SEGREGATED,
    "netting": False,
    "lender_may": 1,
    "borrower_may": 1,
    "notice_days": 1,
    "cure_days": 1,
    "penalty_rate_e9": 1,
    "name": b"\1" * 32,
}
"""A value of each field of an agreement that no agreement of the tests has."""


def under(terms: Terms, **standing: Any) -> Terms:
    """`terms` with these fields of its agreement changed."""
    return replace(terms, agreement=replace(terms.agreement, **standing))


@dataclass(frozen=True)
class Market:
    """The escrow with the tokens it lists, and what the parties do with it."""

    chain: Any
    escrow: Any
    fixings: Any
    feeder: Any
    lender: Any
    borrower: Any
    keeper: Any
    tokens: dict[str, Any]

    def publish(self, day: int, prices: dict[Any, str], hour: int = 20) -> Any:
        """Publish decimals by symbol, pair or token in the evening of `day`."""
        if self.chain.pending_timestamp < at(day, hour):
            self.chain.pending_timestamp = at(day, hour)
        observations = [
            (self.key(name), to_e8(Decimal(value)), day) for name, value in prices.items()
        ]
        return publish(self.fixings, day, observations, self.feeder)

    def publish_marked(self, mock: Any = None, **changes: str) -> None:
        """Move to the evening of 20 April and publish that day's prices; a mock has STOCK's."""
        prices = MARKED_PRICES | changes
        self.publish(MARKED, prices if mock is None else prices | {mock: prices["STOCK"]})

    def addresses(self, *symbols: str) -> list[str]:
        """Of these tokens."""
        return [self.tokens[symbol].address for symbol in symbols]

    def basket(self, **quantities: int) -> tuple[Collateral, ...]:
        """Collateral by symbol, without haircuts."""
        return tuple(
            Collateral(self.tokens[symbol].address, quantity)
            for symbol, quantity in quantities.items()
        )

    def enter(self, agreement: Agreement) -> bytes:
        """The agreement's hash; enters it where it is unknown."""
        found = agreement.struct_hash()
        if self.escrow.agreement(found).valuationCurrency == bytes(3):
            self.escrow.enter(agreement.as_tuple(), sender=self.keeper)
        return found

    def book(self, terms: Terms) -> bytes:
        """Have both parties approve `terms`, whichever lends, the lender first."""
        self.enter(terms.agreement)
        trade: bytes = self.trade_id(terms)
        turned = terms.lender == self.borrower.address
        lender, borrower = (self.lender, self.borrower)[:: -1 if turned else 1]
        self.escrow.register(terms.as_tuple(), sender=lender)
        self.escrow.approve(trade, sender=borrower)
        return trade

    def open(self, *several: Terms, day: int = SETTLED) -> Any:
        """Book and settle; the trade's id, or a list of them where there are several."""
        trades = [self.book(terms) for terms in several]
        assert failures(self.escrow.settle(trades, day, sender=self.keeper)) == []
        return trades[0] if len(trades) == 1 else trades

    def mark(self, *trades: bytes, day: int = MARKED) -> Any:
        return self.escrow.mark(trades, day, sender=self.keeper)

    def trade_id(self, terms: Terms) -> bytes:
        return terms.trade_id(self.chain.chain_id, self.escrow.address)

    def sign(self, message: Message, signer: Any) -> bytes:
        local = Account.from_key(signer.private_key)
        return message.sign(local, self.chain.chain_id, self.escrow.address)

    def status(self, trade: bytes) -> int:
        return int(self.escrow.trade(trade).status)

    def held(self, trade: bytes) -> list[int]:
        """Quantities of the basket."""
        return [leg.quantity for leg in self.escrow.basket(trade)]

    def holding(self, trade: bytes) -> dict[str, int]:
        """The same by token, in the order of the basket."""
        return {leg.token: leg.quantity for leg in self.escrow.basket(trade)}

    def balances(self, token: Any) -> tuple[int, int, int]:
        """What lender, borrower and escrow have of `token`."""
        holders = (self.lender, self.borrower, self.escrow)
        return tuple(token.balanceOf(holder) for holder in holders)  # type: ignore[return-value]

    def supply(self, token: Any) -> None:
        """Mint a mock token to both parties, who allow the escrow to move it."""
        for party in (self.lender, self.borrower):
            token.mint(party, ENOUGH, sender=party)
            token.approve(self.escrow, UNLIMITED, sender=party)

    @contextmanager
    def untouched(self, *trades: bytes, tokens: Sequence[Any] = ()) -> Iterator[None]:
        """Neither trades, nor baskets, nor balances of BUND, STOCK and `tokens` change."""
        tokens = (self.tokens["BUND"], self.tokens["STOCK"], *tokens)
        before = self._state(trades, tokens)
        yield
        assert self._state(trades, tokens) == before

    def _state(self, trades: Sequence[bytes], tokens: Sequence[Any]) -> list[Any]:
        return [
            [(self.escrow.trade(trade), self.escrow.basket(trade)) for trade in trades],
            [self.balances(token) for token in tokens],
        ]

    def key(self, name: Any) -> bytes:
        """The fixing key of a token (or its symbol) or of a pair."""
        token = self.tokens.get(name) if isinstance(name, str) else name
        return price(token) if token is not None else pair(name)


@dataclass(frozen=True)
class Desk:
    """Publishes the prices of its folder's tests, and keeps parties from delivering."""

    market: Market
    prices: ClassVar[dict[str, str]]

    def publish(self, day: int = MARKED, **prices: str) -> None:
        """Move to the evening of `day` and publish its prices."""
        self.market.publish(day, self.prices | prices)

    def allow(self, symbol: str, party: Any, quantity: int = 0) -> None:
        """Let the escrow take no more than `quantity` of the token from `party`."""
        self.market.tokens[symbol].approve(self.market.escrow, quantity, sender=party)
