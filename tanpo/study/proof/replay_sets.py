# SPDX-License-Identifier: MIT
"""The same netting sets by a plain loop over the reference model, one mark of one after another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanpo.model import Event, Ledger
from tanpo.model.setcalls import set_call_moves
from tanpo.model.sets import NettingSet
from tanpo.study.engine.margining import Schedule
from tanpo.study.engine.sets import UNUSED, Sets
from tanpo.study.engine.tokens import Integers, Tokens
from tanpo.study.proof.replay import Names, ledger_of, publish, terms_of
from tanpo.terms import Terms

PARTIES = ("first", "second")
"""A set's first party is the one whose address comes first."""


class ReplayedSets(NamedTuple):
    """What the reference model made of sets; holdings in its order."""

    holdings: NDArray[np.intp]
    """(H, P): tokens by their index; UNUSED where a set has fewer than the widest."""
    held: Integers
    """(T, 2, H, P): what secures the first party (0), the second (1) after each step."""
    called: NDArray[np.bool_] | None
    """(T, P): whether a call moved."""


def replay_sets(
    tokens: Tokens, sets: Sets, schedule: Schedule, decisions: bool = False
) -> ReplayedSets:
    """Open all sets and mark each at every step that is marked. Rolls are not followed.

    With `decisions` each set is valued once more before its mark, for no event tells of a call
    that is less than a lot.
    """
    market = ledger_of(tokens, PARTIES)
    date = publish(market, tokens, 0)
    plain = replace(Names.plain(tokens), lender=PARTIES[0], borrower=PARTIES[1])
    ledgers = [_opened(market, signed, date) for signed in set_terms_of(tokens, sets, plain)]
    all_sets = [set_ for ledger in ledgers for set_ in ledger.sets.values()]
    names = {name: index for index, name in enumerate(plain.tokens)}
    order = [[names[each.token] for each in set_.holdings] for set_ in all_sets]
    holdings = _columns(order, UNUSED)

    held = np.zeros((tokens.steps, 2, *holdings.shape), dtype=np.int64)
    called = np.zeros((tokens.steps, sets.count), dtype=bool)
    for step in range(tokens.steps):
        if step and schedule.marked[step]:
            date = publish(market, tokens, step)
            for number, (ledger, set_) in enumerate(zip(ledgers, all_sets, strict=True)):
                ledger.now = market.now
                if decisions:
                    called[step, number] = set_call_moves(set_, ledger.set_worth(set_.id, date))
                _require_done(ledger.mark_sets([set_.id], date))
        held[step] = [_held(all_sets, is_first) for is_first in (True, False)]
    return ReplayedSets(holdings, held, called if decisions else None)


def set_terms_of(tokens: Tokens, sets: Sets, names: Names) -> list[tuple[Terms, ...]]:
    """What the parties of each path sign, trade by trade, under an agreement of the path's own.

    The first party is the lender of `names`.
    """
    signed = []
    for trade, first_lends in enumerate(sets.first_lends):
        of_paths = terms_of(tokens, sets.trade(trade), names, netting=True)
        uti = trade.to_bytes(32, "big")
        signed.append(
            [
                replace(
                    terms if lends else _exchanged(terms),
                    agreement=replace(terms.agreement, name=terms.uti),
                    uti=uti,
                )
                for terms, lends in zip(of_paths, first_lends, strict=True)
            ]
        )
    return list(zip(*signed, strict=True))


def _exchanged(terms: Terms) -> Terms:
    return replace(terms, lender=terms.borrower, borrower=terms.lender)


def _opened(market: Ledger, all_terms: Sequence[Terms], date: int) -> Ledger:
    """A ledger with the set of a path alone: each action of a ledger takes a copy of all sets."""
    ledger = Ledger(market.escrow, market.fixings.max_age_days, market.now)
    ledger.fixings, ledger.tokens = market.fixings, market.tokens
    ledger.instruments = market.instruments
    ledger.enter(all_terms[0].agreement)
    for terms in all_terms:
        ledger.relay(terms, terms.lender, terms.borrower)
    _require_done(ledger.settle(all_terms, date))
    return ledger


def _require_done(events: Iterable[Event]) -> None:
    for event in events:
        if event.name == "Failed":
            raise event.args["reason"]


def _held(all_sets: list[NettingSet], is_first: bool) -> NDArray[np.intp]:
    return _columns([[each.held[is_first] for each in set_.holdings] for set_ in all_sets], 0)


def _columns(lists: list[list[int]], rest: int) -> NDArray[np.intp]:
    """(longest, lists)."""
    columns = np.full((max(map(len, lists)), len(lists)), rest)
    for number, each in enumerate(lists):
        columns[: len(each), number] = each
    return columns
