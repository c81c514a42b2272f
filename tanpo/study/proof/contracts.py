# SPDX-License-Identifier: MIT
"""A sample of paths through the contracts, which must give the engine's integers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from tanpo.chain.base import Chain
from tanpo.chain.web3 import Web3Chain
from tanpo.study.engine.margining import Result, Schedule, margin
from tanpo.study.engine.tokens import Integers, Tokens
from tanpo.study.engine.trades import Trades
from tanpo.study.proof.deployment import Deployment
from tanpo.study.proof.replay import terms_of
from tanpo.terms import Custody

BATCH = 8
"""Trades that one transaction marks, far below a block's gas."""


@dataclass(frozen=True)
class Truth:
    """What the contracts made of P paths over T steps, in smallest units."""

    quantities: Integers
    """(T, K, P): what the escrow's books say the baskets hold after each step."""
    moved: NDArray[np.bool_]
    """(T, P): whether tokens moved."""
    balances: Integers
    """(tokens, 3) at the end: what the lender and the borrower have gained (negative: given), and
    what the escrow holds.
    """
    transactions: int


def embedded_chain() -> Chain:
    """The fastest EVM here: revm, where it is installed, or py-evm."""
    if find_spec("pyrevm") is None:
        return Web3Chain.embedded()
    from tanpo.chain.revm import RevmChain

    return RevmChain()


def through_contracts(
    tokens: Tokens, trades: Trades, chain: Chain, custody: Custody = Custody.SEGREGATED
) -> Truth:
    """Open the trades on a new deployment and mark each on every date, to the last."""
    deployment = Deployment(tokens, chain)
    quantities = np.zeros((tokens.steps, *trades.collateral.shape), dtype=np.int64)
    moved = np.zeros((tokens.steps, trades.count), dtype=bool)
    deployment.publish(0)
    all_terms = terms_of(tokens, trades, deployment.names, custody=custody)
    ids = [deployment.approve(terms) for terms in all_terms]
    deployment.act("settle", ids, 0, BATCH)
    quantities[0] = _baskets(deployment, ids)
    for step in range(1, tokens.steps):
        deployment.publish(step)
        events = deployment.act("mark", ids, step, BATCH)
        moving = {each.args["id"] for each in events if each.name in ("Returned", "Delivered")}
        moved[step] = [id_ in moving for id_ in ids]
        quantities[step] = _baskets(deployment, ids)
    return Truth(quantities, moved, np.array(deployment.gains()), deployment.transactions)


def differences(
    tokens: Tokens, trades: Trades, truth: Truth, custody: Custody = Custody.SEGREGATED
) -> list[str]:
    """Where the engine's integers are others than the contracts'; one sentence each."""
    result = margin(tokens, trades, Schedule.every(tokens.steps), history=True)
    assert result.history is not None
    quantities = result.history.quantities.astype(np.int64)
    moved = (np.diff(quantities, axis=0) != 0).any(axis=1)
    return sentences(
        {
            "quantities": (quantities, truth.quantities),
            "calls that moved tokens": (moved, truth.moved[1:]),
            "balances": (expected_balances(tokens, trades, result, custody), truth.balances),
        }
    )


def sentences(checks: Mapping[str, tuple[NDArray[np.generic], NDArray[np.generic]]]) -> list[str]:
    """Of each pair (the engine's, the contracts') of which something differs."""
    return [
        f"{name}: {int((ours != theirs).sum())} of {ours.size} differ"
        for name, (ours, theirs) in checks.items()
        if (ours != theirs).any()
    ]


def expected_balances(
    tokens: Tokens, trades: Trades, result: Result, custody: Custody = Custody.SEGREGATED
) -> Integers:
    """(tokens, 3), as `Truth.balances`: the loans out, the baskets with who has custody."""
    balances = np.zeros((len(tokens.instruments), 3), dtype=np.int64)
    np.add.at(balances[:, 0], trades.loan, -trades.loan_quantity)
    np.add.at(balances[:, 1], trades.loan, trades.loan_quantity)
    baskets = result.baskets.astype(np.int64)
    holder = 0 if custody is Custody.TITLE_TRANSFER else 2
    np.add.at(balances[:, 1], trades.collateral, -baskets)
    np.add.at(balances[:, holder], trades.collateral, baskets)
    return balances


def _baskets(deployment: Deployment, ids: list[bytes]) -> Integers:
    """(K, P)."""
    baskets = [deployment.escrow.call("basket", id_) for id_ in ids]
    return np.array([[leg["quantity"] for leg in basket] for basket in baskets]).T
