# SPDX-License-Identifier: MIT
"""`tanpo.chain.web3` on a node that is made up: what it refuses, loses and limits."""

from types import SimpleNamespace

import pytest
from eth_account import Account
from hexbytes import HexBytes
from requests.exceptions import ConnectionError as AwayError
from web3.exceptions import ContractLogicError, TimeExhausted, Web3RPCError

from tanpo.chain.abi import Log
from tanpo.chain.base import CallFailed, Receipt
from tanpo.chain.web3 import ChainUnreachableError, NodeFailed, TransactionLostError, Web3Chain

SENDER = Account.from_key("0x" + "77" * 32)
CONTRACT = "0x" + "00" * 18 + "0001"
TOPIC = b"\1" * 32
SENT = HexBytes(b"\2" * 32)
RECEIPT = {"status": 1, "gasUsed": 21_000, "logs": [], "contractAddress": None}


class Node:
    """Blocks of a second each from 1,000 on; a log in every one."""

    chain_id = 1
    block_number = 9

    def __init__(self):
        self.most = 10**6
        self.asked = []
        self.troubles = []
        self.nonces = []
        self.base_fee = 7

    def get_block(self, number):
        if number == "pending":
            return {"number": self.block_number + 1, "timestamp": 1_060}
        number = self.block_number if number == "latest" else number
        return {"number": number, "timestamp": 1_000 + number, "baseFeePerGas": self.base_fee}

    def get_transaction_count(self, _, __):
        return self.nonces.pop(0)

    def send_raw_transaction(self, raw):
        if self.troubles:
            raise self.troubles.pop(0)
        return SENT

    def wait_for_transaction_receipt(self, sent, timeout, poll_latency):
        assert (sent, timeout) == (SENT, 5)
        return RECEIPT

    def call(self, transaction, block):
        self.asked.append(block)
        if self.troubles:
            raise self.troubles.pop(0)
        return b"\5"

    def get_logs(self, question):
        first, last = question["fromBlock"], question["toBlock"]
        self.asked.append((first, last))
        if self.troubles:
            raise self.troubles.pop(0)
        if last - first + 1 > self.most:
            raise Web3RPCError("too many blocks")
        assert question["topics"] == [["0x" + TOPIC.hex()]]
        return [
            {"address": CONTRACT, "topics": [HexBytes(TOPIC)], "data": HexBytes(bytes([number]))}
            for number in range(first, last + 1)
        ]


@pytest.fixture
def node():
    return Node()


@pytest.fixture
def on_node(node):
    return Web3Chain(SimpleNamespace(eth=node), receipt_seconds=5)


# ---------------------------------------------------------------------- logs


@pytest.mark.parametrize(
    ("most", "asked"),
    [
        (10, [(0, 9)]),
        (4, [(0, 9), (0, 4), (0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]),
        (1, [(0, 9), (0, 4), (0, 1), *((number, number) for number in range(10))]),
    ],
)
def test_logs__node_allows_few_blocks__asks_for_fewer_and_misses_none(on_node, node, most, asked):
    node.most = most
    found = list(on_node.logs([CONTRACT], [TOPIC], 0, 9))
    assert found == [Log(CONTRACT, (TOPIC,), bytes([number])) for number in range(10)]
    assert node.asked == asked


def test_logs__many_blocks__asks_for_ten_thousand_at_once(on_node, node):
    node.get_logs = lambda question: (
        node.asked.append((question["fromBlock"], question["toBlock"])) or []
    )
    assert list(on_node.logs([CONTRACT], [TOPIC], 5, 25_000)) == []
    assert node.asked == [(5, 10_004), (10_005, 20_004), (20_005, 25_000)]


def test_logs__node_gives_none__raises(on_node, node):
    node.most = 0
    with pytest.raises(ChainUnreachableError, match="the node refuses to answer: too many blocks"):
        list(on_node.logs([CONTRACT], [TOPIC], 0, 9))


def test_logs__node_away__raises(on_node, node):
    node.troubles = [AwayError("https://user:secret@node")]
    with pytest.raises(ChainUnreachableError) as info:
        list(on_node.logs([CONTRACT], [TOPIC], 0, 9))
    assert str(info.value) == "the node does not answer: ConnectionError"


@pytest.mark.parametrize(
    ("timestamp", "block"), [(0, 0), (1_000, 0), (1_001, 1), (1_009, 9), (1_010, 10)]
)
def test_first_block_from__a_time__is_the_first_then_or_later(on_node, timestamp, block):
    assert on_node.first_block_from(timestamp) == block


# ---------------------------------------------------------------------- calls

PRUNED = "historical state is not available"


def test_call__node_fails_once__asks_again(on_node, node):
    node.troubles = [Web3RPCError(PRUNED)]
    assert on_node.call(CONTRACT, b"") == b"\5"
    assert node.asked == [None, None]


def test_call__of_a_block_that_is_pruned__fails_at_once(on_node, node):
    node.troubles = [Web3RPCError(PRUNED)] * 9
    with pytest.raises(NodeFailed):
        on_node.call(CONTRACT, b"", block=3)
    assert node.asked == [3]


def test_call__contract_says_no__is_not_asked_again(on_node, node):
    node.troubles = [ContractLogicError("execution reverted", data="0x12345678")]
    with pytest.raises(CallFailed) as info:
        on_node.call(CONTRACT, b"")
    assert (info.value.data, node.asked) == (bytes.fromhex("12345678"), [None])


def test_clock__block_that_is_being_made__counts(on_node, node):
    assert on_node.clock() == 1_060


# ---------------------------------------------------------------------- transactions


def refused(message):
    return Web3RPCError(message, rpc_response={"error": {"code": -32003, "message": message}})


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (refused("nonce too low"), "the node did not take the transaction: nonce too low"),
        (Web3RPCError("already known"), "the node did not take the transaction: already known"),
        (TimeExhausted("of 0x12"), "the transaction was not mined in time"),
        (AwayError("https://user:secret@node"), "the node went away: ConnectionError"),
    ],
)
def test_send__lost__raises_and_asks_for_nonce_and_price_anew(on_node, node, trouble, said):
    node.nonces = [3, 8]
    on_node.send(SENDER, CONTRACT, b"")
    node.troubles = [trouble]
    with pytest.raises(TransactionLostError) as info:
        on_node.send(SENDER, CONTRACT, b"")
    assert str(info.value) == said
    assert node.nonces == [8]
    node.base_fee = 50
    assert on_node.send(SENDER, CONTRACT, b"") == Receipt(21_000, (), None)
    assert node.nonces == []
    assert on_node._gas_price == 100


def test_now_and_block__node_away__raise(on_node, node):
    assert (on_node.now(), on_node.block()) == (1_009, (9, 1_009))

    def away(_):
        raise AwayError

    node.get_block = away
    for ask in (on_node.now, on_node.block):
        with pytest.raises(
            ChainUnreachableError, match="the node does not answer: ConnectionError"
        ):
            ask()


def test_now__node_refuses__raises_what_it_says(on_node, node):
    def limited(_):
        raise refused("too many requests")

    node.get_block = limited
    with pytest.raises(ChainUnreachableError, match="the node refuses to answer: too many reque"):
        on_node.now()
