# SPDX-License-Identifier: MIT
"""What the jobs are told: node and deployment, whose account they use, how long they wait."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from eth_account import Account
from eth_account.signers.local import LocalAccount
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed

from oracles.keys import KeystoreError, load
from oracles.passwords import password_for
from oracles.settings import Settings, environment_key
from tanpo.chain.web3 import ChainUnreachableError, UnfundedError, Web3Chain
from tanpo.errors import InputError

Result = TypeVar("Result")
Command = Callable[..., Any]

FILE = click.Path(dir_okay=False, path_type=Path)


def deployment_options(command: Command) -> Command:
    """Add --rpc and --manifest, whose defaults the environment gives."""
    return _added(
        command,
        click.option(
            "--rpc",
            metavar="URL",
            default=lambda: Settings.from_environment().rpc,
            help="The node (or TANPO_RPC).",
        ),
        click.option(
            "--manifest",
            type=FILE,
            default=lambda: Settings.from_environment().manifest,
            help="The file that describes the deployment (or TANPO_MANIFEST).",
        ),
    )


def account_options(command: Command) -> Command:
    """Add --keystore, --password-file and --key, whose defaults the environment gives."""
    return _added(
        command,
        click.option(
            "--keystore",
            type=FILE,
            default=lambda: Settings.from_environment().keystore,
            help="Encrypted key of the account that sends and pays (or TANPO_KEYSTORE). Without "
            "any key it is a dry run.",
        ),
        click.option(
            "--password-file",
            type=FILE,
            default=lambda: Settings.from_environment().password_file,
            help="File whose first line opens the keystore (or TANPO_PASSWORD_FILE).",
        ),
        click.option(
            "--key",
            default=environment_key,
            metavar="HEX",
            help="Private key, for devnets (or TANPO_KEY).",
        ),
    )


def waiting_options(poll_seconds: float) -> Callable[[Command], Command]:
    """Add --wait, by default 0, and --poll."""

    def add(command: Command) -> Command:
        return _added(
            command,
            click.option(
                "--wait",
                type=click.FloatRange(0),
                default=0,
                metavar="SECONDS",
                help="How long to wait for what is not there yet, and for the node.  [default: 0]",
            ),
            click.option(
                "--poll",
                type=click.FloatRange(0, min_open=True),
                default=poll_seconds,
                metavar="SECONDS",
                help=f"How often to look for it.  [default: {poll_seconds:g}]",
            ),
        )

    return add


def account(
    keystore: Path | None, password_file: Path | None, key: str | None
) -> LocalAccount | None:
    """Return the account, of the keystore if there is one; None without any.

    Raises InputError where it cannot be had.
    """
    try:
        if keystore is not None:
            given = Settings.from_environment().password
            return load(keystore, password_for(password_file, given))
        if key is None:
            return None
        made: LocalAccount = Account.from_key(key)
        return made
    except KeystoreError as error:
        raise InputError(str(error)) from None
    except ValueError:
        raise InputError("--key is not a private key") from None


def reach(rpc: str, payer: LocalAccount | None) -> Web3Chain:
    """Return the node's chain; without a payer only to read.

    Raises ChainUnreachableError, and UnfundedError where the payer has nothing.
    """
    return Web3Chain.to_read(rpc) if payer is None else Web3Chain.at(rpc, payer)


def patiently(seconds: float, poll_seconds: float, step: Callable[[], Result]) -> Result:
    """Return what `step` does, again for `seconds` while no node answers."""
    retrying = Retrying(
        retry=retry_if_exception(_is_away),
        stop=stop_after_delay(seconds),
        wait=wait_fixed(min(poll_seconds, seconds)),
        reraise=True,
    )
    return retrying(step)


def _is_away(error: BaseException) -> bool:
    return isinstance(error, ChainUnreachableError) and not isinstance(error, UnfundedError)


def _added(command: Command, *options: Callable[[Command], Command]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command
