# SPDX-License-Identifier: MIT
"""The same paths by a plain loop over the reference model, one mark of one trade after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanpo.instrument import Kind
from tanpo.model import UNLIMITED, Fixing, Ledger
from tanpo.model.fixings import key_order
from tanpo.model.values import call_moves
from tanpo.study.engine.margining import Schedule
from tanpo.study.engine.tokens import Integers, Tokens
from tanpo.study.engine.trades import Trades
from tanpo.terms import Agreement, Collateral, Custody, Terms

FIRST_DATE = 19_800
"""2024-03-18. A step of a path is a date of the ledger, for a trade is marked once on each."""
DAY = 86_400
WEALTH = 10**24
"""More than any trade moves: nobody is short of tokens."""


@dataclass(frozen=True)
class Names:
    """What parties and tokens are called: on a chain, by their addresses."""

    lender: str
    borrower: str
    tokens: tuple[str, ...]

    @classmethod
    def plain(cls, tokens: Tokens) -> Names:
        """Without a chain."""
        symbols = (instrument.symbol for instrument in tokens.instruments)
        numbered = (f"{index} {symbol}" for index, symbol in enumerate(symbols))
        return cls("lender", "borrower", tuple(numbered))


def terms_of(
    tokens: Tokens,
    trades: Trades,
    names: Names,
    netting: bool = False,
    custody: Custody = Custody.SEGREGATED,
) -> list[Terms]:
    """What the parties of each path sign."""
    baskets = trades.opening_round_up(tokens, 0).astype(int).T.tolist()
    return [
        Terms(
            lender=names.lender,
            borrower=names.borrower,
            loan_token=names.tokens[trades.loan[path]],
            loan_quantity=int(trades.loan_quantity[path]),
            collateral=tuple(
                Collateral(names.tokens[token], quantity, int(trades.haircut_bps[path]))
                for token, quantity in zip(trades.collateral[:, path], basket, strict=True)
            ),
            agreement=Agreement(
                tokens.currency,
                threshold_bps=int(trades.threshold_bps[path]),
                mta_e6=int(trades.mta_e6[path]),
                custody=custody,
                netting=netting,
            ),
            uti=path.to_bytes(32, "big"),
        )
        for path, basket in enumerate(baskets)
    ]


def ledger_of(tokens: Tokens, parties: tuple[str, str] = ("lender", "borrower")) -> Ledger:
    """A ledger with the tokens and two parties that have plenty of each."""
    ledger = Ledger("escrow", max_age_days=7)
    names = Names.plain(tokens)
    for name, instrument in zip(names.tokens, tokens.instruments, strict=True):
        ledger.list_token(name, instrument)
        for party in parties:
            ledger.tokens[name].balances[party] = WEALTH
            ledger.tokens[name].allowances[party] = UNLIMITED
    return ledger


def publish(ledger: Ledger, tokens: Tokens, step: int) -> int:
    """Enter the values of a step; returns its date."""
    date = FIRST_DATE + step
    ledger.now = date * DAY
    values = values_at(tokens, step, Names.plain(tokens))
    ordered = {key: Fixing(values[key], date) for key in sorted(values, key=key_order)}
    ledger.fixings.publish(date, ordered, ledger.now)
    return date


def values_at(tokens: Tokens, step: int, names: Names) -> dict[str, int]:
    """Prices by token and rates by pair, at E8."""
    priced = zip(names.tokens, tokens.instruments, tokens.prices_e8[step].tolist(), strict=True)
    rated = zip(tokens.pairs, tokens.rates_e8[step].tolist(), strict=True)
    prices = {name: price for name, instrument, price in priced if instrument.kind is not Kind.CASH}
    return {**prices, **dict(rated)}


class Replayed(NamedTuple):
    """What the reference model made of paths."""

    quantities: Integers
    """(T, K, P): what the baskets hold after each step, smallest units."""
    called: NDArray[np.bool_] | None
    """(T, P): whether a call moved."""


def replay(tokens: Tokens, trades: Trades, schedule: Schedule, decisions: bool = False) -> Replayed:
    """Open every trade and mark each at every step that is marked. Rolls are not followed.

    With `decisions` each trade is valued once more before its mark, for no event tells of a call
    that is less than a lot.
    """
    ledger = ledger_of(tokens)
    all_terms = terms_of(tokens, trades, Names.plain(tokens))
    date = publish(ledger, tokens, 0)
    for terms in all_terms:
        ledger.enter(terms.agreement)
        ledger.relay(terms, "lender", "borrower")
    ledger.settle(all_terms, date)
    quantities = np.zeros((tokens.steps, *trades.collateral.shape), dtype=np.int64)
    called = np.zeros((tokens.steps, trades.count), dtype=bool)
    for step in range(tokens.steps):
        if step and schedule.marked[step]:
            date = publish(ledger, tokens, step)
            if decisions:
                worths = [ledger.value(terms, date) for terms in all_terms]
                called[step] = [
                    call_moves(worth, terms) for worth, terms in zip(worths, all_terms, strict=True)
                ]
            ledger.mark(all_terms, date)
        quantities[step] = np.transpose([ledger.trades[terms].basket for terms in all_terms])
    return Replayed(quantities, called if decisions else None)
