# SPDX-License-Identifier: MIT
"""The compiled contracts, as the set-up's `ape compile` left them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

MANIFEST = Path(__file__).resolve().parents[2] / ".build" / "__local__.json"


class ArtifactError(RuntimeError):
    """The contracts are not compiled, or hold no contract of that name."""


@dataclass(frozen=True)
class Artifact:
    """A contract's interface and creation code."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: bytes


@cache
def _contract_types() -> dict[str, Any]:
    try:
        manifest = json.loads(MANIFEST.read_text())
    except FileNotFoundError:
        raise ArtifactError("the contracts are not compiled: run `make setup`") from None
    types: dict[str, Any] = manifest["contractTypes"]
    return types


@cache
def artifact(name: str) -> Artifact:
    """The artifact of contract `name`."""
    try:
        found = _contract_types()[name]
    except KeyError:
        raise ArtifactError(f"no contract {name} among the compiled ones") from None
    code = found.get("deploymentBytecode", {}).get("bytecode", "0x")
    return Artifact(name, found["abi"], bytes.fromhex(code.removeprefix("0x")))


@cache
def error_entries() -> tuple[dict[str, Any], ...]:
    """Every error that any of the contracts declares."""
    return tuple(
        entry
        for found in _contract_types().values()
        for entry in found["abi"]
        if entry["type"] == "error"
    )
