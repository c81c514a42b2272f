# SPDX-License-Identifier: MIT
"""`tanpo.chain.artifacts`: the compiled contracts."""

import pytest

from tanpo.chain.artifacts import ArtifactError, artifact, error_entries


def test_artifact__of_a_contract__has_abi_and_code():
    found = artifact("Escrow")
    assert found.name == "Escrow"
    assert len(found.bytecode) > 10_000
    assert "settle" in [entry.get("name") for entry in found.abi]


def test_artifact__of_an_interface__has_no_code():
    assert artifact("IEscrow").bytecode == b""


def test_artifact__unknown__raises():
    with pytest.raises(ArtifactError, match=r"^no contract Nothing among the compiled ones$"):
        artifact("Nothing")


def test_error_entries__of_all_contracts__include_those_of_tokens():
    names = {entry["name"] for entry in error_entries()}
    assert {"NotAParty", "ERC20InsufficientAllowance", "MissingFixing"} <= names
