# SPDX-License-Identifier: MIT
"""revm in this process behind the names of ape's fixtures, as far as the unit tests use them.

The tests are written for ape's contracts and accounts. Here the same words reach revm at once:
nothing is signed, mined or looked up, which takes a tenth of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from ape.utils.testing import generate_dev_accounts

from chains.contract import Container, Contract, Sent, failing
from chains.values import encodable
from tanpo.chain.base import Contract as LibraryContract
from tanpo.chain.base import Receipt
from tanpo.chain.revm import RevmChain

RICH = 10**24
"""Wei of each account."""

BLOCK_GAS = 30_000_000
"""What a transaction may use unless a test gives it less, as on ape's chain."""


class Engine:
    """The EVM of a chain, with what each of its calls brings."""

    def __init__(self, evm: Any) -> None:
        self._evm = evm
        self.brought = {"value": 0, "gas": BLOCK_GAS}

    def message_call(self, *call: Any) -> Any:
        return self._evm.message_call(*call, **self.brought)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._evm, name)


class Chain(RevmChain):
    """revm whose clock goes on by a second with each transaction, as from block to block."""

    def __init__(self) -> None:
        super().__init__()
        self.evm: Any = Engine(self.evm)

    @property
    def pending_timestamp(self) -> int:
        return self.now()

    @pending_timestamp.setter
    def pending_timestamp(self, timestamp: int) -> None:
        assert timestamp >= self.now(), "a block comes after the one before"
        self.advance_to(timestamp)

    def send(
        self, sender: Any, to: str | None, data: bytes, value: int = 0, gas_limit: int = BLOCK_GAS
    ) -> Receipt:
        usual = self.evm.brought
        self.evm.brought = {"value": value, "gas": gas_limit}
        try:
            receipt = super().send(sender, to, data)
        finally:
            self.evm.brought = usual
        self.advance_to(self.now() + 1)
        return receipt


@dataclass(frozen=True)
class Account:
    """Who sends; nobody asks for a signature."""

    chain: Chain = field(repr=False)
    address: str
    private_key: str = field(repr=False)

    def deploy(self, container: Container, *args: Any) -> Contract:
        sender: Any = self
        with failing(container.name):
            made = LibraryContract.deploy(self.chain, sender, container.name, *encodable(args))
        return container.at(made.address)

    def transfer(self, to: Contract, value: int = 0, data: bytes | str = b"") -> Sent:
        raw = bytes.fromhex(data.removeprefix("0x")) if isinstance(data, str) else data
        with failing(to.kind):
            return Sent.of(self.chain.send(self, to.address, raw, value=value))


class Accounts(list[Account]):
    """By number or address."""

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return next(account for account in self if account.address == key)
        return super().__getitem__(key)


@dataclass(frozen=True)
class Project:
    """The compiled contracts; what is not called comes from ape's."""

    chain: Chain
    compiled: Any

    def __getattr__(self, name: str) -> Container:
        return Container(self.chain, name, getattr(self.compiled, name).contract_type)


@pytest.fixture(scope="session")
def chain() -> Chain:
    return Chain()


@pytest.fixture(scope="session")
def accounts(chain: Chain) -> Accounts:
    made = [Account(chain, each.address, each.private_key) for each in generate_dev_accounts()]
    for account in made:
        chain.evm.set_balance(account.address, RICH)
    return Accounts(made)


@pytest.fixture(scope="session")
def project(chain: Chain, project: Any) -> Project:
    return Project(chain, project)


@pytest.fixture(scope="session")
def library_chain(chain: Chain) -> Callable[[], Chain]:
    """The chain as the library has it."""
    return lambda: chain


@pytest.fixture(autouse=True)
def _function_isolation(chain: Chain) -> Iterator[None]:
    """What a test does is undone after it. By its name ape puts it before a test's own."""
    before = chain.snapshot()
    yield
    chain.restore(before)
