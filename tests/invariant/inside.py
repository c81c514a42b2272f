# SPDX-License-Identifier: MIT
"""What the escrow keeps to itself, or does not know at all."""

from __future__ import annotations

from typing import Any

import pytest
from eth_account.signers.local import LocalAccount

from tanpo.chain.abi import Reverted
from tanpo.chain.artifacts import artifact
from tanpo.chain.base import Contract
from tanpo.deployer import ESCROW_PARTS

_MANUAL = {entry.get("name") for entry in artifact("IEscrow").abi}
_LIBRARY = {"setAuthority", "multicall"}
"""What OpenZeppelin's contracts bring: for the AccessManager, and other calls in one."""
OF_ITSELF_ONLY = [
    (name, entry)
    for name in ("Escrow", *ESCROW_PARTS)
    for entry in artifact(name).abi
    if entry["type"] == "function"
    and entry["stateMutability"] == "nonpayable"
    and entry["name"] not in _MANUAL | _LIBRARY
]
"""By contract, everything that changes state and that the manual does not name."""


def reach(escrow: Contract, caller: LocalAccount, examples: dict[str, Any]) -> None:
    """Call each with an argument of each type from `examples`; none may succeed."""
    refused = rf"^(OnlySelf\(caller={caller.address}\)|UnknownFunction\(found=0x\w{{8}}\))$"
    for name, entry in OF_ITSELF_ONLY:
        contract = Contract(escrow.chain, name, escrow.address)
        args = [examples[item["type"]] for item in entry["inputs"]]
        with pytest.raises(Reverted, match=refused):
            contract.send(caller, entry["name"], *args)
