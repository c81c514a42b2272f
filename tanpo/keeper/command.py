# SPDX-License-Identifier: MIT
"""The command `tanpo night`."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
from eth_account import Account as Key
from eth_account.signers.local import LocalAccount
from rich.console import Console

from oracles.options import (
    account,
    account_options,
    deployment_options,
    patiently,
    reach,
    waiting_options,
)
from tanpo.chain.artifacts import ArtifactError
from tanpo.chain.base import CallFailed
from tanpo.chain.web3 import ChainUnreachableError, TransactionLostError, UnfundedError
from tanpo.deployer import Manifest, ManifestError, Platform
from tanpo.errors import InputError
from tanpo.keeper.line import Line, Report
from tanpo.keeper.night import DateInFutureError, Night, Options
from tanpo.keeper.tables import print_report
from tanpo.keeper.telling import Telling
from tanpo.units import date_number


@click.command()
@deployment_options
@click.option(
    "--date",
    "moment",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The business date up to which all is done.  [default: today by the chain's clock, UTC]",
)
@account_options
@waiting_options(poll_seconds=30)
@click.option(
    "--skip-missing",
    is_flag=True,
    help="Give up the marks that are refused on a date, and go on with later dates.",
)
@click.option("--dry-run", is_flag=True, help="Send nothing, and say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def night(
    rpc: str | None,
    manifest: Path | None,
    moment: datetime | None,
    keystore: Path | None,
    password_file: Path | None,
    key: str | None,
    wait: float,
    poll: float,
    skip_missing: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Close, mark and open what is due on a deployment: a keeper's job once the fixings are out.

    It can be run again at any time: what is done is found done. The exit status is 0 when nothing
    is left, 1 when something is missing or has failed, 2 for a call that cannot be used.
    """
    if rpc is None or manifest is None:
        raise InputError("give --rpc and --manifest, or TANPO_RPC and TANPO_MANIFEST")
    keeper = None if dry_run else account(keystore, password_file, key)
    options = Options(wait, poll, skip_missing)
    try:
        day = date_number(moment.date()) if moment else None
    except ValueError as error:
        raise InputError(f"--date {error}") from None
    try:
        report = _run(rpc, Manifest.read(manifest), keeper, options, day)
    except (ManifestError, ArtifactError, UnfundedError) as error:
        raise InputError(str(error)) from None
    except DateInFutureError:
        raise InputError("--date has not begun by the chain's clock") from None
    except (ChainUnreachableError, TransactionLostError) as error:
        raise click.ClickException(f"not complete, run again: {error}") from None
    except CallFailed as error:
        raise click.ClickException(f"the deployment cannot be read: {error}") from None
    if as_json:
        for line in report.lines:
            click.echo(line.as_json())
        click.echo(report.summary())
    else:
        print_report(Console(markup=False, emoji=False, highlight=False), report)
    for line in report.left:
        click.echo(_named(line), err=True)
    sys.exit(1 if report.left else 0)


def _run(
    rpc: str, manifest: Manifest, keeper: LocalAccount | None, options: Options, day: int | None
) -> Report:
    began = time.monotonic()
    chain = patiently(options.wait_seconds, options.poll_seconds, lambda: reach(rpc, keeper))
    left = max(0.0, options.wait_seconds - (time.monotonic() - began))
    options = replace(options, wait_seconds=left)
    # Of the platform only what it reads is used; the keeper holds no role.
    platform = Platform.at(chain, keeper or Key.create(), manifest)
    job = Night(platform, chain, keeper, options, first_block=manifest.block)
    outcome = job.run(day)
    telling = Telling(chain, platform, job.reader)
    lines = job.retried(lambda: telling.lines(outcome))
    return Report(outcome.day, lines, is_dry=keeper is None)


def _named(line: Line) -> str:
    """What is left, for the log of a cron job."""
    subject = f" 0x{line.subject.hex()}" if line.subject else ""
    action = line.details.get("action", "")
    reason = line.details["reason"]
    return " ".join(f"{line.day}{subject} {action} {line.event}: {reason}".split())
