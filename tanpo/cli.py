# SPDX-License-Identifier: MIT
"""The `tanpo` command."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from itertools import groupby
from pathlib import Path

import click
from eth_account import Account as Key
from eth_account.signers.local import LocalAccount
from rich.console import Console
from rich.progress import Progress

from oracles.command import feed
from oracles.keys_command import key_group
from oracles.settings import environment_key
from tanpo import __version__
from tanpo.chain.abi import Reverted
from tanpo.chain.artifacts import ArtifactError
from tanpo.chain.web3 import ChainUnreachableError, Web3Chain
from tanpo.deployer import Manifest, ManifestError
from tanpo.errors import InputError
from tanpo.keeper.command import night
from tanpo.replay import Replay
from tanpo.replay.account import Account
from tanpo.replay.lines import balances_line, entry_line
from tanpo.replay.world import World, transactions
from tanpo.scenario import Scenario, ScenarioError, read_scenario
from tanpo.study.command import study

_SAMPLE = "samples/bund_us_stock.yaml"
_LONG = 500
"""Transactions from which on a run is worth a progress bar: a few seconds."""


@click.group()
@click.version_option(__version__)
def main() -> None:
    """Securities finance on an EVM chain."""


main.add_command(feed)
main.add_command(key_group)
main.add_command(night)
main.add_command(study)


def _replay_options(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line."),
        click.option("--exact", is_flag=True, help="Print values unrounded."),
        click.option(
            "--rpc", metavar="URL", help="Run on this node instead of the embedded chain."
        ),
        click.option(
            "--manifest",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Use the deployment that this file describes; needs --rpc and --key.",
        ),
        click.option(
            "--key",
            default=environment_key,
            metavar="HEX",
            help="Private key that pays and administers (default: the node's first account pays).",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@_replay_options
def run(
    file: Path, as_json: bool, exact: bool, rpc: str | None, manifest: Path | None, key: str | None
) -> None:
    """Run the trades of a scenario FILE through the contracts."""
    _run(file, as_json, exact, rpc, manifest, key)


@main.command()
@_replay_options
def demo(
    as_json: bool, exact: bool, rpc: str | None, manifest: Path | None, key: str | None
) -> None:
    """Run the sample trade of 19 April 2023."""
    with as_file(files("tanpo") / _SAMPLE) as file:
        _run(file, as_json, exact, rpc, manifest, key)


def _run(
    file: Path, as_json: bool, exact: bool, rpc: str | None, manifest: Path | None, key: str | None
) -> None:
    if manifest and not (rpc and key):
        raise InputError("--manifest needs --rpc and --key")
    try:
        scenario = read_scenario(file)
        administrator = _administrator(key)
        chain = Web3Chain.embedded() if rpc is None else Web3Chain.at(rpc, administrator)
        deployment = Manifest.read(manifest) if manifest else None
        with _progress(scenario, as_json) as (console, advance):
            world = World(scenario, chain, deployment, administrator, advance)
            if as_json:
                _print_lines(world, exact)
            else:
                _print_account(world, console, exact)
    except (ScenarioError, ManifestError, ChainUnreachableError, ArtifactError) as error:
        raise InputError(str(error)) from None
    except Reverted as error:
        raise click.ClickException(f"the contracts refused: {error}") from None


def _administrator(key: str | None) -> LocalAccount | None:
    if key is None:
        return None
    try:
        account: LocalAccount = Key.from_key(key)
    except ValueError:
        raise InputError("--key is not a private key") from None
    return account


@contextmanager
def _progress(scenario: Scenario, as_json: bool) -> Iterator[tuple[Console, Callable[[int], None]]]:
    """A bar, where the run is long and somebody watches; JSON lines on a terminal are watched
    themselves.
    """
    steps = transactions(scenario)
    console = Console(stderr=as_json, markup=False, emoji=False)
    shown = steps >= _LONG and console.is_terminal and not (as_json and sys.stdout.isatty())
    with Progress(console=console, transient=True, disable=not shown) as progress:
        task = progress.add_task("transactions", total=steps)
        yield console, lambda done: progress.advance(task, done)


def _print_lines(world: World, exact: bool) -> None:
    replay = Replay(world)
    for entry in replay.entries():
        click.echo(entry_line(entry, world.scenario.instruments, exact))
    click.echo(balances_line(replay.balances(), world.scenario.instruments))


def _print_account(world: World, console: Console, exact: bool) -> None:
    replay = Replay(world)
    account = Account(console, world.scenario, exact)
    account.heading()
    for _, entries in groupby(replay.entries(), key=lambda entry: entry.date):
        account.business_date(list(entries))
    account.balances(world.scenario.parties, replay.balances())
