# SPDX-License-Identifier: MIT
"""A chain behind web3: the embedded one, a devnet's node, or ape's provider."""

from __future__ import annotations

import ast
import re
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_tester import EthereumTester, PyEVMBackend
from eth_tester.exceptions import TransactionFailed
from hexbytes import HexBytes
from web3 import EthereumTesterProvider, HTTPProvider, Web3
from web3.exceptions import ContractLogicError, Web3RPCError
from web3.types import TxReceipt

from tanpo.chain.abi import Log
from tanpo.chain.base import CallFailed, Receipt

GAS_LIMIT = 16_000_000
"""Gas that a transaction may use: enough for a batch, and within a devnet's block."""

FUNDS = 10**18
"""Wei that an account gets when it has too little left for one transaction."""


class ChainUnreachableError(RuntimeError):
    """Nothing answers at the address of the node, or nobody there can pay."""


class Web3Chain:
    """A chain that `w3` reaches; `funder` pays, by default the node's own first account."""

    def __init__(
        self, w3: Web3, funder: LocalAccount | None = None, gas_limit: int = GAS_LIMIT
    ) -> None:
        self._w3 = w3
        self._funder = funder
        self._gas_limit = gas_limit
        self.chain_id = w3.eth.chain_id
        # Twice today's base fee, which rises by an eighth for each full block. A node's own advice
        # follows what was paid lately: taking twice that would double it with every run.
        base_fee = w3.eth.get_block("latest").get("baseFeePerGas")
        self._gas_price = w3.eth.gas_price if base_fee is None else max(2 * base_fee, 1)
        self._nonces: dict[str, int] = {}

    @classmethod
    def embedded(cls, gas_limit: int = GAS_LIMIT) -> Web3Chain:
        """A new chain in this process (py-evm); it ends with it."""
        genesis = PyEVMBackend.generate_genesis_params(overrides={"gas_limit": 2 * gas_limit})
        tester = EthereumTester(PyEVMBackend(genesis_parameters=genesis))
        return cls(Web3(EthereumTesterProvider(tester)), gas_limit=gas_limit)

    @classmethod
    def at(cls, url: str, funder: LocalAccount | None = None) -> Web3Chain:
        """The chain of the node at `url`; raises ChainUnreachableError."""
        w3 = Web3(HTTPProvider(url))
        if not w3.is_connected():
            raise ChainUnreachableError(f"no node answers at {url}")
        if funder is None and not w3.eth.accounts:
            raise ChainUnreachableError(f"the node at {url} has no account of its own that pays")
        if funder is not None and not w3.eth.get_balance(funder.address):
            raise ChainUnreachableError(f"{funder.address} has nothing to pay with at {url}")
        return cls(w3, funder)

    def now(self) -> int:
        """Unix seconds of the latest block."""
        return self._w3.eth.get_block("latest")["timestamp"]

    def advance_to(self, timestamp: int) -> None:
        """See Chain: by the node's development methods; a time in the past leaves the clock."""
        if timestamp <= self.now():
            return
        provider: Any = self._w3.provider
        if hasattr(provider, "ethereum_tester"):
            provider.ethereum_tester.time_travel(timestamp)
        else:
            provider.make_request("evm_setNextBlockTimestamp", [timestamp])
            provider.make_request("evm_mine", [])

    def fund(self, account: LocalAccount) -> None:
        """See Chain."""
        needed = self._gas_limit * self._gas_price
        if self._w3.eth.get_balance(account.address) < needed:
            transaction: dict[str, Any] = {"to": account.address, "value": max(FUNDS, 2 * needed)}
            if self._funder is None:
                transaction["from"] = self._w3.eth.accounts[0]
                self._receipt(self._w3.eth.send_transaction(transaction))  # type: ignore[arg-type]
            else:
                self._receipt(self._send_signed(self._funder, transaction, 21_000))

    def send(self, sender: LocalAccount, to: str | None, data: bytes) -> Receipt:
        """See Chain."""
        transaction: dict[str, Any] = {"data": data, "value": 0}
        if to is not None:
            transaction["to"] = to
        receipt = self._receipt(self._send_signed(sender, transaction, self._gas_limit))
        if receipt["status"] == 0:
            # A node says why only to a call; the failed transaction changed nothing.
            self._call({**transaction, "from": sender.address, "gas": self._gas_limit})
            raise CallFailed(b"")
        return Receipt(
            receipt["gasUsed"],
            tuple(
                Log(log["address"], tuple(map(bytes, log["topics"])), bytes(log["data"]))
                for log in receipt["logs"]
            ),
            receipt["contractAddress"],
        )

    def call(self, to: str, data: bytes, sender: str | None = None) -> bytes:
        """See Chain."""
        transaction: dict[str, Any] = {"to": to, "data": data, "gas": self._gas_limit}
        if sender is not None:
            transaction["from"] = sender
        return self._call(transaction)

    def _call(self, transaction: Any) -> bytes:
        try:
            return bytes(self._w3.eth.call(transaction))
        except (ContractLogicError, TransactionFailed, Web3RPCError) as error:
            raise CallFailed(_revert_data(error)) from None

    def _send_signed(self, sender: LocalAccount, transaction: dict[str, Any], gas: int) -> HexBytes:
        nonce = self._nonces.get(sender.address)
        if nonce is None:
            nonce = self._w3.eth.get_transaction_count(sender.address, "pending")
        signed = sender.sign_transaction(
            {
                **transaction,
                "gas": gas,
                "gasPrice": self._gas_price,
                "nonce": nonce,
                "chainId": self.chain_id,
            }
        )
        sent = self._w3.eth.send_raw_transaction(signed.raw_transaction)
        self._nonces[sender.address] = nonce + 1
        return sent

    def _receipt(self, sent: HexBytes) -> TxReceipt:
        return self._w3.eth.wait_for_transaction_receipt(sent, poll_latency=0.01)


def _revert_data(error: Exception) -> bytes:
    """What a contract said, wherever the provider put it."""
    for found in (getattr(error, "data", None), *error.args):
        if isinstance(found, dict):
            found = found.get("data")
        if isinstance(found, str):
            if re.fullmatch("0x([0-9a-fA-F]{2})*", found):
                return bytes.fromhex(found[2:])
            # eth-tester: the bytes as Python would write them
            if literal := re.fullmatch("execution reverted: (b['\"].*)", found, re.DOTALL):
                return bytes(ast.literal_eval(literal[1]))
    return b""
