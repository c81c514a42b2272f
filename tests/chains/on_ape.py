# SPDX-License-Identifier: MIT
"""ape's own chain (py-evm), and what the library needs to send to it too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ape.api.transactions import ReceiptAPI

from tanpo.chain.base import Chain
from tanpo.chain.web3 import Web3Chain


@pytest.fixture(scope="session")
def quick_receipts() -> Iterator[None]:
    """ape carries out every transaction again in search of console.log, an eighth of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReceiptAPI, "show_debug_logs", lambda receipt: None)
        yield


@pytest.fixture(scope="session")
def library_chain(quick_receipts: None, networks: Any) -> Callable[[], Chain]:
    """The chain as the library has it; each counts nonces afresh, for ape takes some back."""
    return lambda: Web3Chain(networks.provider.web3)
