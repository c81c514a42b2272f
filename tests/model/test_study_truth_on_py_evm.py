# SPDX-License-Identifier: MIT
"""Single trades through the contracts on the EVM that every installation has."""

from __future__ import annotations

import pytest

from model.setexamples import priced, share
from model.tradeexamples import trades
from tanpo.chain.web3 import Web3Chain
from tanpo.study.proof import contracts as truth
from tanpo.study.proof.contracts import differences, embedded_chain, through_contracts


def test_through_contracts__on_py_evm__is_what_the_engine_says() -> None:
    """Of 1,000 and 500 at USD 10, the second has a threshold that only step 3 exceeds."""
    tokens = priced(
        [share("A"), share("B", lot=10), share("C", "JPY")],
        [[10, 10, 1_000], [10.1, 10, 1_000], [10.1, 10, 1_010], [9, 10, 1_010]],
    )
    paths = trades([1_000, 500], collateral=(1, 2), threshold_bps=[0, 200])

    found = through_contracts(tokens, paths, Web3Chain.embedded())

    assert differences(tokens, paths, found) == []
    assert found.moved.tolist() == [[False] * 2, [True, False], [True, False], [True] * 2]


def test_embedded_chain__without_revm__is_py_evm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(truth, "find_spec", lambda name: None)

    assert isinstance(embedded_chain(), Web3Chain)
