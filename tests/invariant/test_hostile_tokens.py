# SPDX-License-Identifier: MIT
"""Tokens that break the rules, in a batch beside trades that have nothing to do with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invariant.journal import Journal, Move
from model import profiles
from model.strategies import observations
from model.twin import Twin
from model.world import DAY, FIRST_DATE, Listed, world
from tanpo.chain.abi import Event
from tanpo.chain.base import Contract
from tanpo.instrument import Instrument, Kind
from tanpo.model import UNLIMITED, Status
from tanpo.terms import Agreement, Collateral, Custody, Terms

HARMLESS = ("ReturnsNothingToken", "ReenteringToken")
"""They look ill, but keep to what the standard asks or are stopped; their trades go on."""

HOSTILE = (
    "BlindToken",
    "BurningToken",
    "FalseBalanceToken",
    "FeeToken",
    "LyingToken",
    "RefusingToken",
    "ReturnBombToken",
    "ReturnsFalseToken",
)

STAGES = ("settle", "mark", "close")
GOOD = ("USD", "STOCK_US")
PRICES = {"STOCK_US": 100_000_000}

Step = tuple[Event, list[Move]]


@dataclass
class Book:
    """Two sound trades, and one with the hostile token, all approved."""

    twin: Twin
    token: Contract
    sound: list[bytes]
    ill: bytes
    ids: list[bytes]
    """In the order of the batch."""

    def send(self, function: str, ids: list[bytes], date: int) -> list[Step]:
        """A batch, called by a party: what it did, trade by trade."""
        caller = self.twin.world.parties[0]
        receipt = self.twin.escrow.send(caller, function, ids, date)
        ours = {self.twin.world.tokens[symbol].address for symbol in GOOD}
        ours.add(self.twin.escrow.address)
        logs = [log for log in receipt.logs if log.address in ours]
        return Journal().read(self.twin.escrow, logs)

    def balances(self) -> dict[tuple[str, str], int]:
        """Who has what of the sound tokens."""
        holders = [self.twin.escrow.address, *(p.address for p in self.twin.world.parties)]
        return {
            (symbol, holder): self.twin.world.tokens[symbol].contract.call("balanceOf", holder)
            for symbol in GOOD
            for holder in holders
        }

    def states(self, ids: list[bytes]) -> list[Any]:
        """What the escrow keeps of the trades."""
        escrow = self.twin.escrow
        return [(self.twin.kept(id_), escrow.call("basket", id_)) for id_ in ids]

    def status(self, id_: bytes) -> Status:
        """Where a trade stands."""
        return Status(self.twin.kept(id_)["status"])

    def booked(self) -> int:
        """What the escrow's books say it holds of the sound collateral."""
        stock = self.twin.world.tokens["STOCK_US"].address
        total = 0
        for id_ in self.ids:
            found = self.twin.escrow.call("basket", id_)
            if self.status(id_) is Status.OPEN and (
                self.twin.ledger.trades[id_].terms.agreement.custody is Custody.SEGREGATED
            ):
                total += sum(leg["quantity"] for leg in found if leg["token"] == stock)
        return total


def build(name: str, as_loan: bool, custody: Custody, order: list[int]) -> Book:
    """Deploy and list the token, and book the trades; the token behaves until told otherwise."""
    twin = Twin(world())
    chain, administrator = twin.chain, twin.world.administrator
    token = Contract.deploy(chain, administrator, name)
    instrument = Instrument(name, Kind.CASH, "USD", 0, 1)
    twin.world.platform.list(token.address, instrument)
    twin.adopt(Listed(token, instrument))
    usd, stock = (twin.world.tokens[symbol].address for symbol in GOOD)
    for party in twin.world.parties:
        token.send(party, "approve", twin.escrow.address, UNLIMITED)
        token.send(administrator, "mint", party.address, 10_000)
        twin.issue(usd, party.address, 10**7)
        twin.issue(stock, party.address, 10_000)
    legs = [(usd, 100_000, stock, 1_000), (usd, 50_000, stock, 500)]
    legs.append((token.address, 700, stock, 700) if as_loan else (usd, 70_000, token.address, 700))
    ids = [_book(twin, leg, custody, uti) for uti, leg in enumerate(legs)]
    twin.publish(FIRST_DATE, observations(twin.world, PRICES, FIRST_DATE))
    return Book(twin, token, ids[:2], ids[2], [ids[index] for index in order])


def _book(twin: Twin, leg: tuple[str, int, str, int], custody: Custody, uti: int) -> bytes:
    loan_token, loan_quantity, collateral_token, quantity = leg
    lender, borrower, _ = twin.world.parties
    terms = Terms(
        lender=lender.address,
        borrower=borrower.address,
        loan_token=loan_token,
        loan_quantity=loan_quantity,
        collateral=(Collateral(collateral_token, quantity),),
        agreement=Agreement("USD", custody=custody),
        start=FIRST_DATE * DAY,
        uti=uti.to_bytes(32, "big"),
    )
    twin.enter(lender, terms.agreement)
    twin.register(lender, terms)
    id_ = twin.identify(terms)
    twin.approve(borrower, id_)
    return id_


def prepare(book: Book, stage: str, move_bps: int, attack: str) -> int:
    """Bring the trades to where `stage` is next, and let the token go bad; returns the date.

    Where it re-enters, it calls `attack` for a sound trade.
    """
    twin = book.twin
    date = FIRST_DATE
    if stage != "settle":
        book.send("settle", book.ids, FIRST_DATE)
        assert {book.status(id_) for id_ in book.ids} == {Status.OPEN}
        date += 1
        twin.advance_to(date * DAY)
        price_e8 = PRICES["STOCK_US"] * move_bps // 10_000
        twin.publish(date, observations(twin.world, {"STOCK_US": price_e8}, date))
    administrator = twin.world.administrator
    if book.token.name == "ReenteringToken":
        data = twin.escrow.interface.encode_call(attack, [book.sound[:1], date])
        book.token.send(administrator, "setCall", twin.escrow.address, data)
    book.token.send(administrator, "setHostile", True)
    return date


@pytest.mark.parametrize("name", [*HOSTILE, *HARMLESS])
@settings(max_examples=profiles.examples(1 / 40))
@given(
    stage=st.sampled_from(STAGES),
    as_loan=st.booleans(),
    custody=st.sampled_from(Custody),
    order=st.permutations((0, 1, 2)),
    attack=st.sampled_from(STAGES),
    move_bps=st.sampled_from((9_000, 11_000)),
)
def test_batch__hostile_token_in_one_trade__leaves_the_others_alone(
    name: str,
    stage: str,
    as_loan: bool,
    custody: Custody,
    order: list[int],
    attack: str,
    move_bps: int,
) -> None:
    """8. One trade's failure never stops, delays or changes another's result."""
    book = build(name, as_loan, custody, order)
    date = prepare(book, stage, move_bps, attack)
    sound = [id_ for id_ in book.ids if id_ != book.ill]
    chain = book.twin.chain

    before = chain.snapshot()
    expected_steps = book.send(stage, sound, date)
    expected_states, without = book.states(sound), book.balances()
    chain.restore(before)
    untouched = book.states([book.ill])
    steps = book.send(stage, book.ids, date)

    assert [step for step in steps if step[0].args["id"] != book.ill] == expected_steps
    assert book.states(sound) == expected_states
    # 1. Per token, the escrow's balance ≥ all that its books say it holds.
    assert book.balances()["STOCK_US", book.twin.escrow.address] == book.booked()
    # 2. Both legs move in one transaction or neither does.
    ill = [step for step in steps if step[0].args["id"] == book.ill]
    if ill[0][0].name == "Failed":
        assert book.states([book.ill]) == untouched
        assert book.balances() == without
        assert [moves for _, moves in ill] == [[]]
    elif stage != "mark":
        assert name in HARMLESS


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("as_loan", [False, True])
@pytest.mark.parametrize("name", HARMLESS)
def test_trade__odd_but_harmless_token__goes_on(name: str, as_loan: bool, stage: str) -> None:
    book = build(name, as_loan, Custody.SEGREGATED, [0, 1, 2])
    date = prepare(book, stage, 9_000, stage)

    events = [event for event, _ in book.send(stage, [book.ill], date)]

    assert events[0].name == {"settle": "Opened", "mark": "Marked", "close": "Closed"}[stage]
    assert "Deficit" not in [event.name for event in events]
