# SPDX-License-Identifier: MIT
"""The scripts that ape runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from eth_account import Account
from eth_utils.crypto import keccak

from integration.devnet import KEY, anvil
from integration.feeders import MONDAY, START, Devnet, lines
from integration.nights import ROOT
from integration.replays import Result
from tanpo.chain.web3 import Web3Chain
from tanpo.deployer import FEEDER, Manifest, Platform

pytestmark = pytest.mark.anvil


def ape(*arguments: object) -> Result:
    """`ape run` in a process of its own."""
    command = [Path(sys.prefix) / "bin" / "ape", "run", *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if "TANPO" not in name}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    return Result(done.returncode, done.stdout, done.stderr)


def test_deploy__three_feeders__two_must_sign_and_all_an_outlier(tmp_path: Path) -> None:
    feeders = [Account.from_key(keccak(text=name)).address for name in "abc"]
    named = [part for feeder in feeders for part in ("--feeder", feeder)]
    file = tmp_path / "manifest.json"
    with anvil() as url:
        chain = Web3Chain.at(url)
        chain.advance_to(chain.now() + 100)
        result = ape("deploy", "--network", url, "--key", KEY, "--manifest", file, *named)
        assert result.exit_code == 0, result.stderr
        platform = Platform.at(chain, Account.from_key(KEY), Manifest.read(file))
        assert json.loads(file.read_text())["block"] == 1
        needed = [platform.fixings.call(name) for name in ("quorum", "outlierQuorum")]
        assert needed == [2, 3]
        held = [platform.roles.call("hasRole", FEEDER, each)["isMember"] for each in feeders]
        assert held == [True, True, True]


def test_feed__on_apes_network__signs_as_the_command_does(tmp_path: Path) -> None:
    with anvil(*START) as url:
        devnet = Devnet(url, tmp_path)
        devnet.begin()
        devnet.at(MONDAY)
        for feeder in devnet.feeders:
            feeder.receive(MONDAY)
        options = ["--config", devnet.feeders[0].config, "--manifest", devnet.manifest, "--json"]
        result = ape("feed", "--network", url, "--key", devnet.feeders[0].key, *options)
        assert result.exit_code == 1, result.stderr
        assert [line["status"] for line in lines(result)] == ["signed"] * 3
        assert devnet.feed(1).exit_code == 0
        assert len(devnet.published(MONDAY)) == 3
