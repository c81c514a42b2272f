# SPDX-License-Identifier: MIT
"""`tanpo key`: makes and shows keystores. It prints addresses and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from oracles import keys
from oracles.keys import KeystoreError
from oracles.passwords import password_for
from oracles.settings import Settings
from tanpo.errors import InputError

_PATH = click.Path(dir_okay=False, path_type=Path)


def _options(command: Callable[..., None]) -> Callable[..., None]:
    option = click.option(
        "--password-file",
        type=_PATH,
        default=lambda: Settings.from_environment().password_file,
        help="File whose first line is the password (or TANPO_PASSWORD_FILE, else TANPO_PASSWORD, "
        "else it is asked for).",
    )
    return click.argument("path", type=_PATH)(option(command))


@click.group("key")
def key_group() -> None:
    """Encrypted private keys, of feeders and others."""


@key_group.command()
@_options
def new(path: Path, password_file: Path | None) -> None:
    """Make a key, write it encrypted to the new file PATH, and print its address."""
    with _refusing():
        given = Settings.from_environment().password
        click.echo(keys.create(path, password_for(password_file, given, is_new=True)))


@key_group.command()
@_options
def show(path: Path, password_file: Path | None) -> None:
    """Print the address of the keystore PATH, if the password opens it."""
    with _refusing():
        given = Settings.from_environment().password
        click.echo(keys.load(path, password_for(password_file, given)).address)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except KeystoreError as error:
        raise InputError(str(error)) from None
