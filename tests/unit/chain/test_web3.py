# SPDX-License-Identifier: MIT
"""`tanpo.chain.web3` and `tanpo.chain.base` on ape's chain."""

import pytest
from eth_account import Account

from support import SETTLED, at
from tanpo.chain.abi import Reverted
from tanpo.chain.base import Contract
from tanpo.chain.web3 import Web3Chain


@pytest.fixture
def web3_chain(networks):
    return Web3Chain(networks.provider.web3)


@pytest.fixture
def newcomer(web3_chain):
    """An account with which nothing has been done, and with what its transactions cost."""
    account = Account.from_key("0x" + "77" * 32)
    web3_chain.fund(account)
    return account


@pytest.fixture
def token(web3_chain, newcomer):
    return Contract.deploy(web3_chain, newcomer, "MockToken", 6)


def test_send__transaction__changes_and_tells(token, newcomer):
    receipt = token.send(newcomer, "mint", newcomer.address, 5)
    assert token.call("balanceOf", newcomer.address) == 5
    (event,) = token.events(receipt)
    assert (event.name, event.address) == ("Transfer", token.address)
    assert event.args == {"from": "0x" + "00" * 20, "to": newcomer.address, "value": 5}
    assert receipt.gas_used > 21_000


def test_call__function_that_writes__changes_nothing(token, newcomer):
    token.send(newcomer, "mint", newcomer.address, 5)
    assert token.call("transfer", token.address, 5, sender=newcomer.address) is True
    assert token.call("balanceOf", newcomer.address) == 5


def test_call__no_contract_there__raises(web3_chain, newcomer):
    with pytest.raises(Reverted) as info:
        Contract(web3_chain, "MockToken", newcomer.address).call("decimals")
    assert info.value.name == "NoContract"
    assert info.value.arguments == {"address": newcomer.address}


def test_call__reverting__raises_the_error(token, newcomer):
    with pytest.raises(Reverted) as info:
        token.call("transfer", token.address, 1, sender=newcomer.address)
    assert info.value.name == "ERC20InsufficientBalance"
    assert info.value.arguments == {"sender": newcomer.address, "balance": 0, "needed": 1}


def test_send__reverting__raises_the_error(token, newcomer):
    with pytest.raises(Reverted) as info:
        token.send(newcomer, "transfer", token.address, 1)
    assert info.value.name == "ERC20InsufficientBalance"
    assert info.value.arguments == {"sender": newcomer.address, "balance": 0, "needed": 1}


def test_deploy__constructor_reverts__raises_the_error(web3_chain, newcomer):
    with pytest.raises(Reverted) as info:
        Contract.deploy(web3_chain, newcomer, "Roles", "0x" + "00" * 20)
    assert info.value.name == "AccessManagerInvalidInitialAdmin"
    assert info.value.arguments == {"initialAdmin": "0x" + "00" * 20}


def test_send__after_a_reverted_one__goes_on(token, newcomer):
    with pytest.raises(Reverted):
        token.send(newcomer, "transfer", token.address, 1)
    token.send(newcomer, "mint", newcomer.address, 5)
    assert token.call("balanceOf", newcomer.address) == 5


@pytest.mark.usefixtures("platform")
def test_advance_to__later__moves_the_clock(web3_chain):
    web3_chain.advance_to(at(SETTLED + 5))
    assert web3_chain.now() >= at(SETTLED + 5) - 1
    now = web3_chain.now()
    web3_chain.advance_to(at(SETTLED))
    assert web3_chain.now() == now


def test_fund__rich_already__sends_nothing(web3_chain, newcomer, networks):
    height = networks.provider.web3.eth.block_number
    web3_chain.fund(newcomer)
    assert networks.provider.web3.eth.block_number == height
