# SPDX-License-Identifier: MIT
"""A node gives the same lines as the embedded chain, byte for byte."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_account import Account

from integration.devnet import KEY, anvil
from integration.replays import expected_text, fresh_lines, scenario_file, tanpo
from tanpo.chain.web3 import Web3Chain
from tanpo.deployer import Consensus, Platform

pytestmark = pytest.mark.anvil

SMALL = "lender_short"
"""A scenario to repeat."""


@pytest.fixture(scope="module")
def node() -> Iterator[str]:
    with anvil() as url:
        yield url


@pytest.fixture
def future_node() -> Iterator[str]:
    """A node of its own, whose clock nobody has moved."""
    with anvil() as url:
        yield url


@pytest.mark.parametrize(
    "name",
    [
        "st_st_other_currency",
        "borrower_short",
        "interest",
        "intraday",
        "chain_of_closings",
        "failures",
        "netting_default",
        "income_netted",
        "redemptions",
    ],
)
def test_run__on_a_node__prints_the_same_lines(node: str, name: str) -> None:
    assert fresh_lines(scenario_file(name), "--rpc", node) == expected_text(name)


def test_run__twice_on_a_node__prints_the_same_lines(node: str) -> None:
    for _ in range(2):
        assert fresh_lines(scenario_file(SMALL), "--rpc", node) == expected_text(SMALL)


def test_run__dates_in_the_future__work_before_and_after_the_clock_has_moved(
    future_node: str,
) -> None:
    future = scenario_file("in_the_future")
    for _ in range(2):
        assert fresh_lines(future, "--rpc", future_node) == expected_text("in_the_future")
    assert fresh_lines(scenario_file(SMALL), "--rpc", future_node) == expected_text(SMALL)


def test_run__with_a_key__pays_with_it(node: str) -> None:
    lines = fresh_lines(scenario_file(SMALL), "--rpc", node, "--key", KEY)
    assert lines == expected_text(SMALL)


def test_run__with_a_manifest__uses_that_deployment(node: str, tmp_path: Path) -> None:
    chain = Web3Chain.at(node, Account.from_key(KEY))
    platform = Platform.deploy(chain, Account.from_key(KEY))
    manifest = tmp_path / "manifest.json"
    platform.manifest().write(manifest)
    lines = fresh_lines(
        scenario_file(SMALL), "--rpc", node, "--key", KEY, "--manifest", str(manifest)
    )
    assert lines == expected_text(SMALL)
    assert platform.fixings.call("latest") > 0


def test_run__manifest_of_another_chain__is_refused(node: str, tmp_path: Path) -> None:
    zero = "0x" + "00" * 19 + "01"
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"chain_id": 5, "roles": zero, "fixings": zero, "escrow": zero}))
    result = tanpo(
        "run", scenario_file(SMALL), "--json", "--rpc", node, "--key", KEY, "--manifest", manifest
    )
    assert (result.exit_code, result.stdout) == (2, "")
    assert "chain 5" in result.stderr


@pytest.mark.parametrize(
    "trouble", ["addresses", "nothing there", "dates published", "several feeders", "unfunded"]
)
def test_run__unusable_deployment__is_refused(node: str, tmp_path: Path, trouble: str) -> None:
    """Exit status 2 and a reason, not a traceback."""
    manifest = tmp_path / "manifest.json"
    key, options = KEY, ["--manifest", manifest]
    address = "0x12" if trouble == "addresses" else "0x" + "00" * 19 + "01"
    content = {"chain_id": 31337, "roles": address, "fixings": address, "escrow": address}
    manifest.write_text(json.dumps(content))
    if trouble == "dates published":
        chain = Web3Chain.at(node, Account.from_key(KEY))
        Platform.deploy(chain, Account.from_key(KEY)).manifest().write(manifest)
        tanpo("run", scenario_file(SMALL), "--rpc", node, "--key", key, *options)
    if trouble == "several feeders":
        chain = Web3Chain.at(node, Account.from_key(KEY))
        consensus = Consensus(quorum=1, outlier_quorum=2)
        platform = Platform.deploy(chain, Account.from_key(KEY), consensus=consensus)
        platform.manifest().write(manifest)
    if trouble == "unfunded":
        key, options = "0x" + "11" * 32, []
    result = tanpo("run", scenario_file(SMALL), "--json", "--rpc", node, "--key", key, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1


def test_run__ids_that_differ_after_32_bytes__are_two_trades(node: str, tmp_path: Path) -> None:
    scenario = tmp_path / "ids.yaml"
    trade = (
        "  - {{id: the first of all trades of a long day number {}, lender: A, borrower: B,"
        " loan: {{USD: 100}}, collateral: {{X: auto}}, start: 2023-01-06}}\n"
    )
    scenario.write_text(
        "name: Long ids\ninstruments: {X: {kind: equity, currency: USD}}\n"
        "parties: {A: {USD: 200}, B: {X: 2}}\nfixings: {2023-01-06: {X: 100}}\n"
        f"trades:\n{trade.format(1)}{trade.format(2)}"
    )
    lines = fresh_lines(scenario, "--rpc", node)
    assert lines.count('"opened"') == 2
    assert lines == fresh_lines(scenario)


def test_run__manifest_in_lower_case__is_read(node: str, tmp_path: Path) -> None:
    chain = Web3Chain.at(node, Account.from_key(KEY))
    manifest = tmp_path / "manifest.json"
    Platform.deploy(chain, Account.from_key(KEY)).manifest().write(manifest)
    manifest.write_text(manifest.read_text().lower())
    options = ["--rpc", node, "--key", KEY, "--manifest", manifest]
    assert fresh_lines(scenario_file(SMALL), *options) == expected_text(SMALL)
