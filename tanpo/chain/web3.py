# SPDX-License-Identifier: MIT
"""A chain behind web3: the embedded one, a devnet's node, or ape's provider."""

from __future__ import annotations

import ast
import re
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from eth_account.signers.local import LocalAccount
from hexbytes import HexBytes
from requests.exceptions import RequestException
from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)
from web3 import EthereumTesterProvider, HTTPProvider, Web3
from web3.exceptions import (
    BadResponseFormat,
    BlockNotFound,
    ContractLogicError,
    TimeExhausted,
    Web3RPCError,
)
from web3.types import RPCEndpoint, TxReceipt

from tanpo.chain.abi import Log
from tanpo.chain.base import CallFailed, Receipt

GAS_LIMIT = 16_000_000
"""Gas that a transaction may use: enough for a batch, and within a devnet's block."""

FUNDS = 10**18
"""Wei that an account gets when it has too little left for one transaction."""


RECEIPT_SECONDS = 120.0
"""How long a transaction may take until it is in a block: ten of Ethereum's."""

MOST_BLOCKS = 10_000
"""Blocks of one question for logs: what public nodes allow."""


class ChainUnreachableError(RuntimeError):
    """Nothing answers at the address of the node, or nobody there can pay."""


class UnfundedError(ChainUnreachableError):
    """Nobody there can pay."""


class NodeFailed(CallFailed):
    """A call that the node itself could not carry out: a state that it has just pruned, too many
    questions at once.
    """


class TransactionLostError(RuntimeError):
    """The node did not take a transaction, or nobody knows whether it will ever be carried out:
    another used its nonce first, the node went away, it was not mined in time. The chain's state
    tells what happened.
    """


class Web3Chain:
    """A chain that `w3` reaches; `funder` pays, by default the node's own first account.

    A transaction is given up after `receipt_seconds`; until then its receipt is asked for every
    `poll_seconds`.
    """

    def __init__(
        self,
        w3: Web3,
        funder: LocalAccount | None = None,
        gas_limit: int = GAS_LIMIT,
        receipt_seconds: float = RECEIPT_SECONDS,
        poll_seconds: float = 0.01,
    ) -> None:
        self._w3 = w3
        self._funder = funder
        self._gas_limit = gas_limit
        self._receipt_seconds = receipt_seconds
        self._poll_seconds = poll_seconds
        self.chain_id = w3.eth.chain_id
        self._gas_price = self._todays_gas_price()
        self._is_lost = False
        self._nonces: dict[str, int] = {}

    @classmethod
    def embedded(cls, gas_limit: int = GAS_LIMIT) -> Web3Chain:
        """A new chain in this process (py-evm); it ends with it."""
        # Imported here: it takes 0.3 s, which commands that use a node should not cost.
        from eth_tester import EthereumTester, PyEVMBackend

        genesis = PyEVMBackend.generate_genesis_params(overrides={"gas_limit": 2 * gas_limit})
        tester = EthereumTester(PyEVMBackend(genesis_parameters=genesis))
        return cls(Web3(EthereumTesterProvider(tester)), gas_limit=gas_limit)

    @classmethod
    def at(cls, url: str, funder: LocalAccount | None = None) -> Web3Chain:
        """The chain of the node at `url`; raises ChainUnreachableError."""
        w3 = _connected(url)
        with _answering():
            if funder is None and not w3.eth.accounts:
                raise UnfundedError(f"the node at {url} has no account of its own that pays")
            if funder is not None and not w3.eth.get_balance(funder.address):
                raise UnfundedError(f"{funder.address} has nothing to pay with at {url}")
            return cls(w3, funder)

    @classmethod
    def to_read(cls, url: str) -> Web3Chain:
        """The same for who sends nothing, where nobody has to pay."""
        with _answering():
            return cls(_connected(url))

    def now(self) -> int:
        """Unix seconds of the latest block."""
        with _answering():
            return self._w3.eth.get_block("latest")["timestamp"]

    def clock(self) -> int:
        """Unix seconds of the chain's clock now: of the block that is being made, where the node
        says so, for a devnet makes none while nobody sends anything.
        """
        with _answering():
            pending = self._w3.eth.get_block("pending")
        return max(self.now(), pending["timestamp"])

    def block(self) -> tuple[int, int]:
        """Number and Unix seconds of the latest block."""
        with _answering():
            found = self._w3.eth.get_block("latest")
        return found["number"], found["timestamp"]

    def first_block_from(self, timestamp: int) -> int:
        """Number of the first block at `timestamp` (Unix seconds) or later; of the next where none
        is. Raises ChainUnreachableError.
        """

        def seconds(number: int) -> int:
            return self._w3.eth.get_block(number)["timestamp"]

        with _answering():
            return bisect_left(range(self._w3.eth.block_number + 1), timestamp, key=seconds)

    def logs(
        self, addresses: Sequence[str], topics: Sequence[bytes], first: int, last: int
    ) -> Iterator[Log]:
        """The logs of these contracts in blocks `first` to `last`, in order.

        `topics` are the first topics that count, all where there are none. A node is asked for
        `MOST_BLOCKS` at once, and for fewer where that is too much for it. Raises
        ChainUnreachableError.
        """
        span = MOST_BLOCKS
        while first <= last:
            end = min(first + span - 1, last)
            question: Any = {"address": list(addresses), "fromBlock": first, "toBlock": end}
            if topics:
                question["topics"] = [["0x" + topic.hex() for topic in topics]]
            with _answering():
                try:
                    found = self._w3.eth.get_logs(question)
                except Web3RPCError:
                    if span == 1:
                        raise
                    span = max(1, min(span, last - first + 1) // 2)
                    continue
            for log in found:
                yield _log(log)
            first = end + 1

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
        """See Chain. Raises also TransactionLostError; nonce and gas price are then asked anew."""
        transaction: dict[str, Any] = {"data": data, "value": 0}
        if to is not None:
            transaction["to"] = to
        try:
            receipt = self._receipt(self._send_signed(sender, transaction, self._gas_limit))
        except (Web3RPCError, TimeExhausted, RequestException, BadResponseFormat) as error:
            self._nonces.pop(sender.address, None)
            self._is_lost = True
            raise TransactionLostError(_loss(error)) from None
        if receipt["status"] == 0:
            # A node says why only to a call; the failed transaction changed nothing.
            self._call({**transaction, "from": sender.address, "gas": self._gas_limit})
            raise CallFailed(b"")
        return Receipt(
            receipt["gasUsed"],
            tuple(map(_log, receipt["logs"])),
            receipt["contractAddress"],
        )

    def call(
        self, to: str, data: bytes, sender: str | None = None, block: int | None = None
    ) -> bytes:
        """See Chain; as of `block`, by default the latest. Raises also ChainUnreachableError."""
        transaction: dict[str, Any] = {"to": to, "data": data, "gas": self._gas_limit}
        if sender is not None:
            transaction["from"] = sender
        if block is not None:
            return self._call(transaction, block)
        # What is the latest block may be pruned in the next moment: ask again, for the next one.
        retrying = Retrying(
            retry=retry_if_exception_type(NodeFailed),
            stop=stop_after_attempt(5),
            wait=wait_random_exponential(multiplier=0.05, max=1),
            reraise=True,
        )
        return retrying(self._call, transaction)

    def _call(self, transaction: Any, block: int | None = None) -> bytes:
        undone: tuple[type[Exception], ...] = (ContractLogicError, *_tester_errors())
        with _answering():
            try:
                return bytes(self._w3.eth.call(transaction, block))
            except undone as error:
                raise CallFailed(_revert_data(error)) from None
            except Web3RPCError as error:
                data = _revert_data(error)
                raise (CallFailed(data) if data else NodeFailed(data)) from None

    def _send_signed(self, sender: LocalAccount, transaction: dict[str, Any], gas: int) -> HexBytes:
        if self._is_lost:
            self._gas_price, self._is_lost = self._todays_gas_price(), False
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

    def _todays_gas_price(self) -> int:
        """Twice today's base fee, which rises by an eighth for each full block.

        A node's own advice follows what was paid lately: taking twice that would double it with
        every run.
        """
        base_fee = self._w3.eth.get_block("latest").get("baseFeePerGas")
        return self._w3.eth.gas_price if base_fee is None else max(2 * base_fee, 1)

    def _receipt(self, sent: HexBytes) -> TxReceipt:
        return self._w3.eth.wait_for_transaction_receipt(
            sent, timeout=self._receipt_seconds, poll_latency=self._poll_seconds
        )


def _connected(url: str) -> Web3:
    # A chain does not change its number; without this half of all questions are for it.
    w3 = Web3(
        HTTPProvider(
            url, cache_allowed_requests=True, cacheable_requests={RPCEndpoint("eth_chainId")}
        )
    )
    if not w3.is_connected():
        raise ChainUnreachableError(f"no node answers at {url}")
    return w3


@contextmanager
def _answering() -> Iterator[None]:
    """A node that does not answer is an error of its own, without the address and its secrets."""
    try:
        yield
    except Web3RPCError as error:
        raise ChainUnreachableError(f"the node refuses to answer: {_said(error)}") from None
    except (RequestException, BadResponseFormat, BlockNotFound) as error:
        raise ChainUnreachableError(f"the node does not answer: {type(error).__name__}") from None


def _loss(error: Exception) -> str:
    """Why a transaction was lost, in a sentence."""
    if isinstance(error, Web3RPCError):
        return f"the node did not take the transaction: {_said(error)}"
    if isinstance(error, TimeExhausted):
        return "the transaction was not mined in time"
    return f"the node went away: {type(error).__name__}"


def _said(error: Web3RPCError) -> str:
    said: Any = (error.rpc_response or {}).get("error") or {}
    return str(said.get("message", error) if isinstance(said, dict) else said)


def _log(log: Any) -> Log:
    topics = tuple(map(bytes, log["topics"]))
    return Log(log["address"], topics, bytes(log["data"]))


def _tester_errors() -> tuple[type[Exception], ...]:
    """What an embedded chain raises for a call that is undone, where there is one."""
    module: Any = sys.modules.get("eth_tester.exceptions")
    return (module.TransactionFailed,) if module else ()


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
