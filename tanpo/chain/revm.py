# SPDX-License-Identifier: MIT
"""revm in this process: for property tests and measurements; nothing is mined, nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eth_account.signers.local import LocalAccount
from pyrevm import EVM, BlockEnv, JournalCheckpoint

from tanpo.chain.abi import Log, checksummed
from tanpo.chain.base import CallFailed, Receipt

_GENESIS = 1_700_000_000
_BLOCK_GAS = 2**40
_NOBODY = "0x" + "00" * 19 + "01"


@dataclass(frozen=True)
class Snapshot:
    """A state to come back to, once."""

    checkpoint: JournalCheckpoint
    now: int


class RevmChain:
    """A chain whose every transaction is a call of the engine."""

    chain_id = 1

    def __init__(self) -> None:
        self.evm = EVM(spec_id="CANCUN", gas_limit=_BLOCK_GAS)
        self._now = _GENESIS
        self._set_clock()

    def now(self) -> int:
        """Unix seconds."""
        return self._now

    def advance_to(self, timestamp: int) -> None:
        """Move the clock forward; a time in the past leaves it."""
        self._now = max(self._now, timestamp)
        self._set_clock()

    def fund(self, account: LocalAccount) -> None:
        """Nothing costs anything here."""

    def send(self, sender: LocalAccount, to: str | None, data: bytes) -> Receipt:
        """See Chain."""
        self.evm.reset_transient_storage()
        if to is None:
            address = checksummed(self._run(self.evm.deploy, sender.address, data))
            return Receipt(self._result().gas_used, (), address)
        self._run(self.evm.message_call, sender.address, to, data)
        return Receipt(self._result().gas_used, tuple(map(_log, self._result().logs)))

    def call(self, to: str, data: bytes, sender: str | None = None) -> bytes:
        """See Chain."""
        before = self.evm.snapshot()
        self.evm.reset_transient_storage()
        try:
            return bytes(self._run(self.evm.message_call, sender or _NOBODY, to, data))
        finally:
            self.evm.revert(before)

    def snapshot(self) -> Snapshot:
        """Remember the state and the clock."""
        return Snapshot(self.evm.snapshot(), self._now)

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot, which is then used up, as are those taken after it."""
        self.evm.revert(snapshot.checkpoint)
        self._now = snapshot.now
        self._set_clock()

    def _set_clock(self) -> None:
        self.evm.set_block_env(BlockEnv(timestamp=self._now, gas_limit=_BLOCK_GAS))

    def _result(self) -> Any:
        return self.evm.result

    @staticmethod
    def _run(call: Callable[..., Any], *args: Any) -> Any:
        try:
            return call(*args)
        except RuntimeError as error:
            output = re.search(r"output: 0x([0-9a-f]*)", str(error))
            raise CallFailed(bytes.fromhex(output[1]) if output else b"") from None


def _log(log: Any) -> Log:
    topics, data = log.topics, log.data
    return Log(
        checksummed(log.address),
        tuple(bytes.fromhex(topic.removeprefix("0x")) for topic in topics),
        bytes(data[1]) if isinstance(data, tuple) else bytes(data),
    )
