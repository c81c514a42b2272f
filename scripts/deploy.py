# SPDX-License-Identifier: MIT
"""Deploys the platform: `ape run deploy --network ethereum:local:foundry`, or a node's address.

Writes the manifest that `tanpo run --manifest` and the feeders read.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
from ape import accounts, networks
from ape.cli import ConnectedProviderCommand, network_option
from eth_account import Account

from oracles.settings import environment_key
from tanpo.chain.web3 import Web3Chain
from tanpo.deployer import Consensus, Platform


@click.command(cls=ConnectedProviderCommand)
@network_option()
@click.option(
    "--manifest",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the manifest.  [default: deployments/CHAIN_ID.json]",
)
@click.option(
    "--key",
    default=environment_key,
    metavar="HEX",
    help="Private key of the blockchain administrator.  [default: ape's first test account]",
)
@click.option("--token-administrator", metavar="ADDRESS", help="[default: the administrator]")
@click.option("--enforcer", metavar="ADDRESS", help="[default: the administrator]")
@click.option("--feeder", multiple=True, metavar="ADDRESS", help="[default: the administrator]")
@click.option(
    "--quorum",
    type=click.IntRange(1, 255),
    help="Feeders who must sign a value.  [default: more than half of them]",
)
@click.option(
    "--outlier-quorum",
    type=click.IntRange(1, 255),
    help="Feeders who must sign an outlier, and the first value of a key.  [default: all]",
)
def cli(
    manifest: Path | None,
    key: str | None,
    token_administrator: str | None,
    enforcer: str | None,
    feeder: tuple[str, ...],
    quorum: int | None,
    outlier_quorum: int | None,
) -> None:
    """Deploy the roles, the fixings and the escrow."""
    administrator = Account.from_key(key or accounts.test_accounts[0].private_key)
    chain = Web3Chain(networks.provider.web3, funder=administrator)
    feeders = max(len(feeder), 1)
    needed = quorum or feeders // 2 + 1
    consensus = Consensus(quorum=needed, outlier_quorum=outlier_quorum or max(needed, feeders))
    block, _ = chain.block()
    platform = Platform.deploy(
        chain,
        administrator,
        token_administrator=token_administrator,
        feeders=feeder,
        enforcer=enforcer,
        consensus=consensus,
    )
    written = replace(platform.manifest(), block=block)
    path = manifest or Path("deployments") / f"{chain.chain_id}.json"
    written.write(path)
    for name, address in vars(written).items():
        click.echo(f"{name:10} {address}")
    click.echo(f"manifest   {path}")
