# SPDX-License-Identifier: MIT
"""A live trade, and what its parties do to change it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from market import MARKED_PRICES, Desk, Market

from escrow.changes.verbs import ENDING
from support import APPROVED, CLOSED, MARKED, NONE, OPEN, SETTLED, at, events, reverts
from tanpo.terms import NOBODY, Change, Terms, Verb


@dataclass(frozen=True)
class ChangeDesk(Desk):
    """Drafts changes, has them agreed, and makes them on 20 April."""

    prices = MARKED_PRICES | {"STOCK": "100", "LOTS": "40", "EURUSD": "1.25"}
    """The basket of `lent` is worth its loan, and a euro cent is 1.25 of the dollar's."""
    accounts: Any

    def draft(self, trade: bytes, verb: Verb, **fields: Any) -> Change:
        """The trade's next change."""
        number = self.market.escrow.trade(trade).life.changes + 1
        return Change(trade, number, verb, **fields)

    def digest(self, change: Change) -> bytes:
        return change.digest(self.market.chain.chain_id, self.market.escrow.address)

    def agree(self, change: Change) -> None:
        """Everybody whom the change needs agrees by transaction."""
        found = self.market.escrow.trade(change.trade)
        for party in (found.lender, found.borrower, change.to):
            if party != NOBODY:
                self.market.escrow.agree(change.as_tuple(), sender=self.accounts[party])

    def make(self, change: Change, day: int = MARKED, sender: Any = None) -> Any:
        return self.market.escrow.make(change.as_tuple(), day, sender=sender or self.market.keeper)

    def made(self, trade: bytes, verb: Verb, day: int = MARKED, **fields: Any) -> Any:
        """Draft, agree and make; the receipt."""
        change = self.draft(trade, verb, **fields)
        self.agree(change)
        return self.make(change, day)


@pytest.fixture
def desk(market: Market, accounts: Any) -> ChangeDesk:
    return ChangeDesk(market, accounts)


@pytest.fixture
def lent(market: Market, cash_loan: Terms) -> Terms:
    """1,000,000.00 USD at 3.6 % for 30 days, paid in EUR: 100 USD a day.

    The basket is worth as much from 20 April on, half in shares and half in lots of 100.
    """
    return replace(
        cash_loan,
        collateral=market.basket(STOCK=5_000, LOTS=12_500),
        rate_e9=36_000_000,
        day_count_basis=360,
        rate_token=market.tokens["EUR"].address,
        end=at(SETTLED + 30),
    )


@pytest.fixture
def trade(market: Market, lent: Terms) -> Any:
    """`lent`, open: 500,000 of shares and 500,000 of lots against 1,000,000 and interest."""
    return market.open(lent)


@pytest.fixture
def change(trade: bytes, desk: ChangeDesk) -> Change:
    """The trade's first: a later end."""
    return desk.draft(trade, Verb.EXTEND, end=at(SETTLED + 60))


@pytest.fixture
def newcomer(helper: Any) -> Any:
    """Who may take a party's place: it has tokens, and lets the escrow move them."""
    return helper


@pytest.fixture
def substitution(market: Market, desk: ChangeDesk, trade: bytes) -> Callable[..., Change]:
    """A draft from quantities by symbol."""

    def draft(outgoing: Any = (), incoming: Any = ()) -> Change:
        return desk.draft(
            trade,
            Verb.SUBSTITUTE,
            outgoing=market.basket(**dict(outgoing)),
            incoming=market.basket(**dict(incoming)),
        )

    return draft


@pytest.fixture
def refused(market: Market, desk: ChangeDesk) -> Callable[..., None]:
    """A change to which everybody agreed fails with this error, and nothing happens."""

    def check(change: Change, error: Any, day: int = MARKED, **arguments: Any) -> None:
        desk.agree(change)
        others = [market.tokens[symbol] for symbol in ("USD", "EUR", "LOTS")]
        with (
            market.untouched(change.trade, tokens=others),
            reverts(error, **arguments),
        ):
            desk.make(change, day)

    return check


@pytest.fixture
def refused_short(market: Market, escrow: Any, refused: Callable[..., None]) -> Callable[..., None]:
    """A change fails if the escrow may take one less of a token than `party` must deliver."""

    def check(change: Change, symbol: str, party: Any, needed: int) -> None:
        token = market.tokens[symbol]
        token.approve(escrow, needed - 1, sender=party)
        refused(
            change,
            token.ERC20InsufficientAllowance,
            spender=escrow.address,
            allowance=needed - 1,
            needed=needed,
        )

    return check


@pytest.fixture
def not_agreed(
    market: Market, desk: ChangeDesk, escrow: Any
) -> Callable[..., AbstractContextManager[None]]:
    """A change fails for want of this party's agreement, and nothing happens."""

    @contextmanager
    def check(change: Change, party: Any) -> Iterator[None]:
        wanting = {"party": party.address, "digest": desk.digest(change)}
        with market.untouched(change.trade), reverts(escrow.NotAgreed, id=change.trade, **wanting):
            yield

    return check


@pytest.fixture(params=[NONE, APPROVED, CLOSED], ids=["never booked", "not settled", "closed"])
def not_open(request: Any, market: Market, lent: Terms) -> tuple[bytes, int]:
    """A trade that cannot change, and its status."""
    if request.param == NONE:
        return market.trade_id(lent), NONE
    if request.param == APPROVED:
        return market.book(lent), APPROVED
    trade = market.open(replace(lent, end=0))
    market.escrow.close([trade], SETTLED, sender=market.lender)
    return trade, CLOSED


@pytest.fixture
def shown() -> Callable[[Change], dict[str, Any]]:
    """A change as an event has it."""

    def show(change: Change) -> dict[str, Any]:
        values = dict(zip((name for _, name in change.FIELDS), change.as_tuple(), strict=True))
        for legs in ("outgoing", "incoming"):
            values[legs] = [
                {"token": leg.token, "quantity": leg.quantity, "haircutBps": leg.haircut_bps}
                for leg in getattr(change, legs)
            ]
        return values

    return show


@pytest.fixture
def draft(market: Market, desk: ChangeDesk, lender: Any, newcomer: Any) -> Callable[..., Change]:
    """A change of each verb that nothing stands against."""
    fields = {
        Verb.PARTIAL_RETURN: {"quantity": 25_000_000},
        Verb.RECALL: {"end": at(MARKED + 5)},
        Verb.EXTEND: {"end": at(SETTLED + 60)},
        Verb.RERATE: {"rate_e9": 72_000_000},
        Verb.SUBSTITUTE: {
            "outgoing": market.basket(STOCK=100),
            "incoming": market.basket(LOTS=300),
        },
        Verb.INCREASE: {"quantity": 50_000_000},
        Verb.NOVATE: {"from_": lender.address, "to": newcomer.address},
    }

    def make(trade: bytes, verb: Verb) -> Change:
        return desk.draft(trade, verb, **fields.get(verb, {}))

    return make


@pytest.fixture
def made(market: Market, escrow: Any, shown: Callable[[Change], Any]) -> Callable[..., None]:
    """The receipt is of this change, which is the trade's first."""

    def check(receipt: Any, change: Change, day: int = MARKED) -> None:
        (name, args), *_ = events(receipt)
        assert (name, args) == (
            "Changed",
            {"id": change.trade, "verb": change.verb, "date": day, "change": shown(change)},
        )
        assert escrow.trade(change.trade).life.changes == 1
        assert market.status(change.trade) == (CLOSED if change.verb in ENDING else OPEN)

    return check
