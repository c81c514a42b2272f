# SPDX-License-Identifier: MIT
"""A sample of netting sets through the contracts, which must give the engine's integers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain as chained

import numpy as np
from numpy.typing import NDArray

from tanpo.chain.base import Chain
from tanpo.study.engine.margining import Schedule
from tanpo.study.engine.netting import Result, margin_sets
from tanpo.study.engine.sets import Sets
from tanpo.study.engine.tokens import Integers, Tokens
from tanpo.study.proof.contracts import sentences
from tanpo.study.proof.deployment import Deployment
from tanpo.study.proof.replay_sets import set_terms_of

BATCH = 2
"""Sets that one transaction marks, and trades that one settles: up to 32 tokens each."""


@dataclass(frozen=True)
class SetTruth:
    """What the contracts made of P sets over T steps, in smallest units."""

    quantities: Integers
    """(T, 2, H, P): what secures the first party (0), the second (1) after each step."""
    moved: NDArray[np.bool_]
    """(T, P): whether tokens moved."""
    balances: Integers
    """(tokens, 3) at the end: what the first party and the second have gained (negative: given),
    and what the escrow holds.
    """


def sets_through_contracts(tokens: Tokens, sets: Sets, chain: Chain) -> SetTruth:
    """Open all sets on a new deployment and mark each on every date, to the last."""
    deployment = Deployment(tokens, chain)
    shape = (2, *sets.holdings.tokens.shape)
    quantities = np.zeros((tokens.steps, *shape), dtype=np.int64)
    moved = np.zeros((tokens.steps, sets.count), dtype=bool)
    deployment.publish(0)
    signed = set_terms_of(tokens, sets, deployment.names)
    trades = [[deployment.approve(terms) for terms in of_set] for of_set in signed]
    deployment.act("settle", list(chained.from_iterable(trades)), 0, BATCH)
    ids = [deployment.escrow.call("setOf", of_set[0]) for of_set in trades]
    quantities[0] = _held(deployment, ids, shape)
    for step in range(1, tokens.steps):
        deployment.publish(step)
        events = deployment.act("markSets", ids, step, BATCH)
        names = ("SetReturned", "SetDelivered")
        moving = {each.args["id"] for each in events if each.name in names}
        moved[step] = [id_ in moving for id_ in ids]
        quantities[step] = _held(deployment, ids, shape)
    return SetTruth(quantities, moved, np.array(deployment.gains()))


def set_differences(tokens: Tokens, sets: Sets, truth: SetTruth) -> list[str]:
    """Where the engine's integers are others than the contracts'; one sentence each."""
    result = margin_sets(tokens, sets, Schedule.every(tokens.steps), history=True)
    assert result.history is not None
    quantities = result.history.quantities.astype(np.int64)
    moved = (np.diff(quantities, axis=0) != 0).any(axis=(1, 2))
    return sentences(
        {
            "quantities": (quantities, truth.quantities),
            "calls that moved tokens": (moved, truth.moved[1:]),
            "balances": (_expected_balances(tokens, sets, result), truth.balances),
        }
    )


def _expected_balances(tokens: Tokens, sets: Sets, result: Result) -> Integers:
    """The loans out, what secures a party taken from the other, and all of it in the escrow."""
    for_first, for_second = result.held
    lent = sets.lent()
    columns = (-lent - for_second, lent - for_first, for_first + for_second)
    balances = np.zeros((len(tokens.instruments), 3), dtype=np.int64)
    for number, gained in enumerate(columns):
        # Of what is UNUSED, the last token by its index, there is nothing.
        np.add.at(balances[:, number], sets.holdings.tokens, gained.astype(np.int64))
    return balances


def _held(deployment: Deployment, ids: list[bytes], shape: tuple[int, ...]) -> Integers:
    """(2, H, P)."""
    held = np.zeros(shape, dtype=np.int64)
    for path, id_ in enumerate(ids):
        for holding, found in enumerate(deployment.escrow.call("nettingSet", id_)["holdings"]):
            held[:, holding, path] = found["heldForFirst"], found["heldForSecond"]
    return held
