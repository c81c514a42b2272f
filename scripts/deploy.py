# SPDX-License-Identifier: MIT
"""Deploys the platform: `ape run deploy --network ethereum:local:foundry`, or a node's address.

Writes the manifest that `tanpo run --manifest` and the feeders read.
"""

from __future__ import annotations

from pathlib import Path

import click
from ape import accounts, networks
from ape.cli import ConnectedProviderCommand, network_option
from eth_account import Account

from oracles.settings import environment_key
from tanpo.chain.web3 import Web3Chain
from tanpo.deployer import Platform


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
def cli(
    manifest: Path | None,
    key: str | None,
    token_administrator: str | None,
    enforcer: str | None,
    feeder: tuple[str, ...],
) -> None:
    """Deploy the roles, the fixings and the escrow."""
    administrator = Account.from_key(key or accounts.test_accounts[0].private_key)
    chain = Web3Chain(networks.provider.web3, funder=administrator)
    platform = Platform.deploy(
        chain,
        administrator,
        token_administrator=token_administrator,
        feeders=feeder,
        enforcer=enforcer,
    )
    path = manifest or Path("deployments") / f"{chain.chain_id}.json"
    platform.manifest().write(path)
    for name, address in vars(platform.manifest()).items():
        click.echo(f"{name:10} {address}")
    click.echo(f"manifest   {path}")
