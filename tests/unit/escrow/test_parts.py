# SPDX-License-Identifier: MIT
"""The contracts whose code the escrow runs: one layout, and nothing of their own."""

import json
import subprocess
from functools import cache
from pathlib import Path

import ape
import pytest
import solcx
from ape.exceptions import ContractLogicError

from support import NONE, SETTLED, reverts
from tanpo.compiler import VERSION
from tanpo.deployer import ESCROW_PARTS

ROOT = Path(__file__).resolve().parents[3]

PARTS = pytest.mark.parametrize("name", ESCROW_PARTS)


@cache
def _layouts():
    """Storage of the escrow and its parts: (label, slot, offset, type) of each variable.

    A struct's type has its number in this compilation, which is one: the same one, the same layout.
    """
    names = ("Escrow", *ESCROW_PARTS)
    files = {name: next((ROOT / "contracts").rglob(f"{name}.sol")) for name in names}
    paths = {name: file.relative_to(ROOT).as_posix() for name, file in files.items()}
    sources = {paths[name]: files[name] for name in names}
    settings = {
        "evmVersion": "cancun",
        "outputSelection": {path: {"*": ["storageLayout"]} for path in sources},
        "remappings": ["@openzeppelin/contracts=node_modules/@openzeppelin/contracts"],
    }
    given = {
        "language": "Solidity",
        "sources": {name: {"content": path.read_text()} for name, path in sources.items()},
        "settings": settings,
    }
    compiler = solcx.get_solcx_install_folder() / f"solc-v{VERSION}"
    done = subprocess.run(
        [compiler, "--standard-json"],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    contracts = json.loads(done.stdout)["contracts"]
    return {
        name: [
            (each["label"], each["slot"], each["offset"], each["type"])
            for each in contracts[paths[name]][name]["storageLayout"]["storage"]
        ]
        for name in names
    }


@pytest.fixture
def part(core, project):
    """One of the parts, at the address where it is deployed."""
    places = {
        "Registry": core.REGISTRY,
        "Lifecycle": core.LIFECYCLE,
        "Failures": core.FAILURES,
        "NettingSets": core.NETTING,
        "CorporateActions": core.ACTIONS,
    }
    assert set(places) == set(ESCROW_PARTS)

    def at(name):
        return getattr(project, name).at(places[name]())

    return at


@PARTS
def test_layout__of_a_part__is_the_escrow_s(name):
    expected = _layouts()["Escrow"]
    assert _layouts()[name] == expected
    assert "_trades" in [label for label, *_ in expected]


@PARTS
def test_part__its_own_storage__has_no_instruments(name, part, fixings):
    found = part(name)
    assert found.instrumentCount() == 0
    assert found.FIXINGS() == fixings.address


def test_registry__of_its_own__has_no_trades(market, sample, part):
    trade, registry = market.open(sample), part("Registry")
    found = registry.trade(trade)
    assert (found.status, found.loanQuantity, found.agreement) == (NONE, 0, bytes(32))
    assert list(registry.basket(trade)) == []
    assert registry.agreement(sample.agreement.struct_hash()).valuationCurrency == bytes(3)


def test_registry__called_directly__books_nothing(sample, part, lender):
    registry = part("Registry")
    with reverts(registry.UnknownAgreement, hash=sample.agreement.struct_hash()):
        registry.register(sample.as_tuple(), sender=lender)
    registry.enter(sample.agreement.as_tuple(), sender=lender)
    with reverts(registry.NotListed, token=sample.loan_token):
        registry.register(sample.as_tuple(), sender=lender)


OWN = [
    ("Failures", "closeOne"),
    ("Failures", "endNow"),
    ("NettingSets", "join"),
    ("NettingSets", "leave"),
    ("NettingSets", "markOne"),
    ("CorporateActions", "catchUpOne"),
]
"""What the escrow asks of a part for one trade or set."""


def _args(function, trade, caller):
    further = {"closeOne": (caller,), "endNow": (True,)}
    return (trade, SETTLED, *further.get(function, ()))


@pytest.mark.parametrize("role", ["lender", "blockchain_administrator"])
@pytest.mark.parametrize(("name", "function"), OWN)
def test_part__called_directly__is_the_escrow_s_only(
    request, name, function, role, market, sample, part
):
    trade, caller, found = market.open(sample), request.getfixturevalue(role), part(name)
    with market.untouched(trade), reverts(found.OnlySelf, caller=caller.address):
        getattr(found, function)(*_args(function, trade, caller), sender=caller)


@pytest.mark.parametrize(
    ("name", "function"), [each for each in OWN if each[1] not in ("closeOne", "markOne")]
)
def test_part__through_the_escrow__is_the_escrow_s_only(
    name, function, market, sample, part, escrow, lender, project
):
    trade = market.open(sample)
    own = getattr(project, name).at(escrow.address)
    with market.untouched(trade), reverts(own.OnlySelf, caller=lender.address):
        getattr(own, function)(*_args(function, trade, lender), sender=lender)


@pytest.mark.parametrize(
    ("name", "function"), [each for each in OWN if each[1] in ("closeOne", "markOne")]
)
def test_part__not_of_the_escrow_s_functions__is_refused(
    name, function, market, sample, part, escrow, lender
):
    trade = market.open(sample)
    data = getattr(part(name), function).encode_input(*_args(function, trade, lender))
    with market.untouched(trade), reverts(escrow.UnknownFunction, found=data[:4]):
        lender.transfer(escrow, data=data, value=0)


def test_escrow__unknown_function__is_refused(escrow, stranger):
    with reverts(escrow.UnknownFunction, found=bytes.fromhex("12345678")):
        stranger.transfer(escrow, data="0x12345678", value=0)


def test_escrow__ether__is_refused(escrow, stranger):
    with pytest.raises(ContractLogicError) as info:
        stranger.transfer(escrow, 1)
    assert str(info.value) in ("0x", "Transaction failed.")  # no data, on revm and on ape's chain


def test_escrow__domain_through_a_part__is_its_own(market, escrow):
    found = escrow.eip712Domain()
    assert (found.name, found.version) == ("Tanpo", "1")
    assert (found.chainId, found.verifyingContract) == (market.chain.chain_id, escrow.address)


def test_escrow__instruments_through_a_part__are_its_own(market, escrow):
    assert escrow.instrumentCount() == len(market.tokens)


@pytest.mark.parametrize("missing", range(len(ESCROW_PARTS)))
def test_escrow__deployed_with_a_part_without_code__reverts(
    missing, core, project, roles, fixings, blockchain_administrator, stranger
):
    parts = [core.REGISTRY(), core.LIFECYCLE(), core.FAILURES(), core.NETTING(), core.ACTIONS()]
    parts[missing] = stranger.address
    with ape.reverts(project.Escrow.NotAContract) as info:
        blockchain_administrator.deploy(project.Escrow, roles, fixings, *parts)
    assert type(info.value).__name__ == "NotAContract"
    assert info.value.inputs == {"found": stranger.address}
