# SPDX-License-Identifier: MIT
"""`tanpo.chain.abi`: calls, errors and events as Python values."""

import eth_abi
import pytest
from eth_utils.crypto import keccak

from tanpo.chain.abi import Event, Interface, Log, Reverted

ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
PARTY = [{"name": "who", "type": "address"}, {"name": "share", "type": "uint96"}]
ENTRIES = [
    {
        "type": "function",
        "name": "split",
        "inputs": [
            {"name": "parties", "type": "tuple[]", "components": PARTY},
            {"name": "code", "type": "bytes3"},
        ],
        "outputs": [
            {"name": "first", "type": "tuple", "components": PARTY},
            {"name": "rest", "type": "uint96[]"},
        ],
    },
    {
        "type": "function",
        "name": "count",
        "inputs": [],
        "outputs": [{"name": "", "type": "uint32"}],
    },
    {"type": "error", "name": "NotAParty", "inputs": [{"name": "caller", "type": "address"}]},
    {
        "type": "event",
        "name": "Split",
        "inputs": [
            {"name": "code", "type": "bytes3", "indexed": False},
            {"name": "who", "type": "address", "indexed": True},
            {"name": "parties", "type": "tuple[]", "components": PARTY, "indexed": False},
        ],
    },
]
INTERFACE = Interface(ENTRIES)
SPLIT = keccak(text="Split(bytes3,address,(address,uint96)[])")


def _error(signature, types=(), values=()):
    return keccak(text=signature)[:4] + eth_abi.encode(types, values)


def test_selector_of__function_with_structs__is_of_its_signature():
    assert INTERFACE.selector_of("split") == keccak(text="split((address,uint96)[],bytes3)")[:4]


def test_encode_call__struct_as_tuple__is_the_selector_and_the_arguments():
    data = INTERFACE.encode_call("split", [[(ADDRESS, 7)], b"USD"])
    assert data[:4] == INTERFACE.selector_of("split")
    assert eth_abi.decode(["(address,uint96)[]", "bytes3"], data[4:]) == (
        ((ADDRESS.lower(), 7),),
        b"USD",
    )


def test_decode_result__several__are_a_dict_with_checksummed_addresses():
    data = eth_abi.encode(["(address,uint96)", "uint96[]"], [(ADDRESS, 7), [8, 9]])
    assert INTERFACE.decode_result("split", data) == {
        "first": {"who": ADDRESS, "share": 7},
        "rest": [8, 9],
    }


def test_decode_result__one__is_the_value():
    assert INTERFACE.decode_result("count", eth_abi.encode(["uint32"], [5])) == 5


def test_decode_error__known__has_name_arguments_and_data():
    data = _error("NotAParty(address)", ["address"], [ADDRESS])
    error = INTERFACE.decode_error(data)
    assert (error.name, error.arguments, error.data) == ("NotAParty", {"caller": ADDRESS}, data)
    assert str(error) == f"NotAParty(caller={ADDRESS})"


@pytest.mark.parametrize(
    ("data", "name", "arguments"),
    [
        (_error("Error(string)", ["string"], ["no"]), "Error", {"message": "no"}),
        (_error("Panic(uint256)", ["uint256"], [0x11]), "Panic", {"code": 0x11}),
        (_error("Other()"), "Unknown", {"data": _error("Other()")}),
        (b"", "Unknown", {"data": b""}),
        (b"\1\2", "Unknown", {"data": b"\1\2"}),
    ],
)
def test_decode_error__not_of_the_contract__is_built_in_or_unknown(data, name, arguments):
    error = INTERFACE.decode_error(data)
    assert (error.name, error.arguments) == (name, arguments)


def test_decode_error__another_contract_s_that_is_passed_on__is_known():
    passed_on = {
        "type": "error",
        "name": "Broke",
        "inputs": [{"name": "owed", "type": "bytes4"}],
    }
    error = Interface(ENTRIES, [passed_on]).decode_error(
        _error("Broke(bytes4)", ["bytes4"], [b"\xde\xad\xbe\xef"])
    )
    assert (error.name, error.arguments) == ("Broke", {"owed": b"\xde\xad\xbe\xef"})
    assert str(error) == "Broke(owed=0xdeadbeef)"


def test_decode_events__among_others__are_its_own_in_order():
    data = eth_abi.encode(["bytes3", "(address,uint96)[]"], [b"USD", [(ADDRESS, 7)]])
    topic = eth_abi.encode(["address"], [ADDRESS])
    logs = [
        Log(ADDRESS, (), b""),
        Log(ADDRESS, (keccak(text="Other()"),), b""),
        Log(ADDRESS, (SPLIT, topic), data),
    ]
    args = {"code": b"USD", "who": ADDRESS, "parties": [{"who": ADDRESS, "share": 7}]}
    assert INTERFACE.decode_events(logs) == [Event("Split", args, ADDRESS)]


def test_encode_constructor__without_one__is_nothing():
    assert INTERFACE.encode_constructor([]) == b""


def test_reverted__is_an_exception_with_its_arguments():
    with pytest.raises(Reverted, match=r"^WrongStatus\(id=0x0102, found=3\)$"):
        raise Reverted("WrongStatus", {"id": b"\1\2", "found": 3})


@pytest.mark.parametrize(
    "data",
    [
        _error("NotAParty(address)"),
        _error("Error(string)", ["string"], ["x" * 400])[:288],
    ],
    ids=["without arguments", "cut off by the escrow"],
)
def test_decode_error__data_not_what_the_selector_says__is_unknown(data):
    error = INTERFACE.decode_error(data)
    assert (error.name, error.arguments) == ("Unknown", {"data": data})


def test_topic_of__event__is_the_hash_of_its_signature():
    assert INTERFACE.topic_of("Split") == SPLIT
