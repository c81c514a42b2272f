# SPDX-License-Identifier: MIT
"""The same paths by a plain loop over the reference model, one mark of one trade after another."""

from __future__ import annotations

from collections.abc import Iterator
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
from tanpo.terms import Agreement, Collateral, Terms

FIRST_DATE = 19_800
"""2024-03-18. A step of a path is a date of the ledger, for a trade is marked once on each."""
DAY = 86_400
WEALTH = 10**24
"""More than any trade moves: nobody is short of tokens."""


def terms_of(tokens: Tokens, trades: Trades, number: int, **agreed: object) -> Terms:
    """What the parties of a path sign; `agreed` replaces fields of its agreement."""
    basket = trades.opening_round_up(tokens, 0)[:, number].astype(int).tolist()
    haircut_bps = int(trades.haircut_bps[number])
    agreement = Agreement(
        tokens.currency,
        threshold_bps=int(trades.threshold_bps[number]),
        mta_e6=int(trades.mta_e6[number]),
        **agreed,  # type: ignore[arg-type]
    )
    return Terms(
        lender="lender",
        borrower="borrower",
        loan_token=name_of(tokens, trades.loan[number]),
        loan_quantity=int(trades.loan_quantity[number]),
        collateral=tuple(
            Collateral(name_of(tokens, token), quantity, haircut_bps)
            for token, quantity in zip(trades.collateral[:, number], basket, strict=True)
        ),
        agreement=agreement,
        uti=number.to_bytes(32, "big"),
    )


def name_of(tokens: Tokens, index: np.intp) -> str:
    """The ledger's name of a token."""
    return f"{int(index)} {tokens.instruments[index].symbol}"


def ledger_of(tokens: Tokens, parties: tuple[str, str] = ("lender", "borrower")) -> Ledger:
    """A ledger with the tokens and two parties that have plenty of each."""
    ledger = Ledger("escrow", max_age_days=7)
    for index, instrument in enumerate(tokens.instruments):
        name = name_of(tokens, np.intp(index))
        ledger.list_token(name, instrument)
        for party in parties:
            ledger.tokens[name].balances[party] = WEALTH
            ledger.tokens[name].allowances[party] = UNLIMITED
    return ledger


def publish(ledger: Ledger, tokens: Tokens, step: int) -> int:
    """Enter the values of a step; returns its date."""
    date = FIRST_DATE + step
    ledger.now = date * DAY
    values = dict(_values(tokens, step))
    ordered = {key: Fixing(values[key], date) for key in sorted(values, key=key_order)}
    ledger.fixings.publish(date, ordered, ledger.now)
    return date


def _values(tokens: Tokens, step: int) -> Iterator[tuple[str, int]]:
    for index, instrument in enumerate(tokens.instruments):
        if instrument.kind is not Kind.CASH:
            yield name_of(tokens, np.intp(index)), int(tokens.prices_e8[step, index])
    for pair, rate in zip(tokens.pairs, tokens.rates_e8[step], strict=True):
        yield pair, int(rate)


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
    all_terms = [terms_of(tokens, trades, number) for number in range(trades.count)]
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
