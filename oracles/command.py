# SPDX-License-Identifier: MIT
"""The command `tanpo feed`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import structlog
from eth_account import Account
from eth_account.signers.local import LocalAccount

from oracles import log as logging
from oracles.config import ConfigError
from oracles.desks import make_desk
from oracles.feed import DateInFutureError, Feed, Result, Status
from oracles.lock import LockError, one_run
from oracles.onchain import OnChain
from oracles.options import (
    FILE,
    account,
    account_options,
    deployment_options,
    patiently,
    reach,
    waiting_options,
)
from oracles.reading import Desk
from oracles.settings import Settings
from oracles.sources import SourceError
from tanpo.chain.abi import Reverted
from tanpo.chain.artifacts import ArtifactError
from tanpo.chain.web3 import (
    ChainUnreachableError,
    TransactionLostError,
    UnfundedError,
    Web3Chain,
)
from tanpo.deployer import Manifest, ManifestError, Platform
from tanpo.errors import InputError

log = structlog.get_logger()


@click.command()
@click.option(
    "--date",
    "moment",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Business date.  [default: today by the chain's clock, UTC]",
)
@click.option(
    "--config",
    type=FILE,
    default=lambda: Settings.from_environment().feed,
    help="The feeder's file (or TANPO_FEED). Without one a dry run of --source.",
)
@click.option("--source", metavar="NAME", help="Only keys of this source.")
@deployment_options
@account_options
@waiting_options(poll_seconds=2)
@click.option(
    "--accept",
    multiple=True,
    metavar="KEY",
    help="Report a value of KEY on --date that looks like a slip of units or of the pair's order.",
)
@click.option(
    "--correct",
    multiple=True,
    metavar="KEY",
    help="Have a published value of KEY on --date replaced by the source's.",
)
@click.option("--dry-run", is_flag=True, help="Sign nothing; print what would be signed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a value.")
def feed(**options: Any) -> None:
    """Read a business date from the sources, check it, sign what agrees and have it published.

    Dates that were missed come first. It can be run again at any time: what is there is left. The
    exit status is 0 when all that is due is published, 1 when something is missing, refused or
    still waits for other feeders (named on standard error), 2 for a call or configuration that
    cannot be used.
    """
    run_feed(**options)


def run_feed(
    moment: datetime | None,
    config: Path | None,
    source: str | None,
    rpc: str | None,
    manifest: Path | None,
    keystore: Path | None,
    password_file: Path | None,
    key: str | None,
    wait: float,
    poll: float,
    accept: tuple[str, ...],
    correct: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
    chain: Web3Chain | None = None,
) -> None:
    """Do what `feed` says, on `chain` where it is given; ends the process unless all is done."""
    logging.configure(as_json=as_json)
    day = moment.date() if moment else None
    if (accept or correct) and day is None:
        raise InputError(f"--{'correct' if correct else 'accept'} needs --date")
    feeder = None if dry_run else account(keystore, password_file, key)
    try:
        desk = make_desk(config, source, day, frozenset(accept))
        _require_known(desk, {*accept, *correct}, day)
        # Without a file nobody has said which token a stock's price is of.
        signer = None if config is None else feeder
        job = Job(desk, rpc, manifest, signer, wait, poll, frozenset(correct), chain)
        if not job.run(day, as_json):
            sys.exit(1)
    except (
        ConfigError,
        ManifestError,
        ArtifactError,
        UnfundedError,
        DateInFutureError,
    ) as error:
        raise InputError(str(error)) from None
    except (SourceError, LockError, ChainUnreachableError, TransactionLostError) as error:
        log.error("not complete, run again", reason=str(error))
        sys.exit(1)
    except Reverted as error:
        log.error("the contracts refused", reason=str(error))
        sys.exit(1)


@dataclass
class Job:
    """A run with what it was called with; another caller may bring its own chain."""

    desk: Desk
    rpc: str | None
    manifest: Path | None
    feeder: LocalAccount | None
    wait: float = 0
    poll: float = 10
    corrected: frozenset[str] = frozenset()
    chain: Web3Chain | None = None

    def run(self, day: date | None, as_json: bool) -> bool:
        """Print all values; whether all that is due is published. Raises what `feed` tells of."""
        results = patiently(self.wait, self.poll, lambda: self._results(day))
        return all([self._show(each, as_json) for each in results])  # noqa: C419, it prints all

    def _results(self, day: date | None) -> list[Result]:
        chain = self._chain()
        if self.feeder is not None and chain is None:
            raise InputError("to publish, give --rpc and --manifest; else --dry-run")
        if self.feeder is not None and chain and not chain.is_feeder(self.feeder.address):
            raise InputError(f"{self.feeder.address} is no feeder of this deployment")
        run = Feed(self.desk, chain, self.feeder, self.wait, self.poll)
        name = f"feed-{self.feeder.address}" if self.feeder else ""
        held = one_run(Settings.from_environment().state, name) if name else nullcontext()
        with held:
            days = run.dates(day)
            if day is not None and day not in days:
                log.info("no market is open: nothing to publish", date=day)
            for each in days:
                for later, moment in run.waiting(each).items():
                    log.info("not due yet", key=later.name, date=each, due=moment)
            return run.run(days, {day: self.corrected} if day else {})

    def _chain(self) -> OnChain | None:
        if self.manifest is None:
            return None
        manifest = Manifest.read(self.manifest)
        if self.chain is not None:
            chain = self.chain
        elif self.rpc is not None:
            chain = reach(self.rpc, self.feeder)
        else:
            raise InputError("--manifest needs --rpc")
        # Of the platform only what it reads is used.
        return OnChain(chain, Platform.at(chain, self.feeder or Account.create(), manifest))

    @staticmethod
    def _show(result: Result, as_json: bool) -> bool:
        """Print it; whether it is done."""
        reading, observation = result.reading, result.reading.observation
        is_done = result.status in (Status.READ, Status.PUBLISHED)
        if not is_done:
            event = {Status.SIGNED: "waits for other feeders"}.get(
                result.status, str(result.status)
            )
            log.error(event, key=reading.key.name, date=reading.day, reason=result.reason)
        if observation is None or result.status is Status.REFUSED:
            return is_done
        line: dict[str, Any] = {
            "key": reading.key.name,
            "date": str(reading.day),
            "observed": str(observation.observed),
            "value": format(observation.value, "f"),
            "source": observation.source,
            "checks": reading.checks,
        }
        if result.status is not Status.READ:
            line["status"] = str(result.status)
        click.echo(json.dumps(line) if as_json else _plain(line))
        return is_done


def _plain(line: Mapping[str, Any]) -> str:
    checks = ", ".join(line["checks"])
    words = [line["date"], f"{line['key']:12}", f"{line['value']:>14}", line["source"]]
    if line["observed"] != line["date"]:
        words.append(f"observed {line['observed']}")
    return "  ".join([*words, *filter(None, (line.get("status"), checks))])


def _require_known(desk: Desk, names: set[str], day: date | None) -> None:
    unknown = names - {key.name for key in desk.keys}
    if unknown:
        raise InputError(f"no key {', '.join(sorted(unknown))}")
    try:
        if day is not None:
            desk.is_business_date(day)
    except ValueError as error:
        raise InputError(str(error)) from None
