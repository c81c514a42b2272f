# SPDX-License-Identifier: MIT
"""The command `tanpo study`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tanpo.errors import InputError

QUESTIONS = 13
"""Of which the progress bar hears."""


@click.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the report, tables and figures; made if it is not there.",
)
@click.option("--quick", is_flag=True, help="Fewer random trades: wider intervals, less time.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option(
    "--prices",
    type=click.Path(path_type=Path),
    help="CSV of your own closes: `date`, and a column a security (NAME, or NAME:EUR).",
)
@click.option(
    "--fx",
    type=click.Path(path_type=Path),
    help="CSV of your own rates: `date`, and a column a pair.  [default: the ECB's]",
)
@click.option("--keep-splits", is_flag=True, help="Take your prices as they are.")
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    help="Processes on this machine.  [default: one a core]",
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="Run on the workers of this Dask scheduler instead."
)
def study(
    out: Path,
    quick: bool,
    seed: int,
    prices: Path | None,
    fx: Path | None,
    keep_splits: bool,
    processes: int | None,
    scheduler: str | None,
) -> None:
    """Measure how diversified collateral and call thresholds change credit risk and liquidity.

    The design of Japan Securities Finance and the University of Tokyo (2023) on real markets, and
    beyond. Writes OUT/report.html, published.csv, config.json, tables/ and figures/. The same seed
    gives the same figures, wherever they are computed. The exit status is 0, 1 when the engine
    differs from the reference model or the contracts or a process was ended, or 2 for data that
    cannot be used.
    """
    # Imported here: other commands should not wait for what draws and computes.
    from tanpo.study.folder import write
    from tanpo.study.laboratory import FULL, QUICK
    from tanpo.study.market.own import own_market
    from tanpo.study.market.packaged import packaged_market, packaged_moments
    from tanpo.study.printing import lines
    from tanpo.study.spread import Spread, executor
    from tanpo.study.study import laboratory_of
    from tanpo.study.study import study as run

    if prices is None and (fx or keep_splits):
        raise InputError("--fx and --keep-splits go with --prices")
    effort = QUICK if quick else FULL
    is_own = prices is not None
    market = own_market(prices, fx, keep_splits=keep_splits) if prices else packaged_market()
    _require_folder(out)
    with (
        _progress() as (telling, advance),
        executor(processes or os.cpu_count() or 1, scheduler) as workers,
    ):
        spread = Spread(workers, advance)
        try:
            laboratory = laboratory_of(market, effort, seed, spread)
        except InputError as error:
            raise InputError(f"{prices}:1: {error.message}" if is_own else error.message) from None
        moments = laboratory if is_own else laboratory_of(packaged_moments(), effort, seed, spread)
        try:
            findings = run(laboratory, moments, telling)
        except OverflowError as error:
            raise InputError(f"{prices}:1: some price becomes too small: {error}") from None
        except BrokenExecutor:
            raise click.ClickException(
                "a process of the study has been ended from outside; fewer of them (--processes)"
                " need less memory"
            ) from None
        telling("writing")
        call = {
            "out": str(out),
            "quick": quick,
            "seed": seed,
            "prices": None if prices is None else str(prices),
            "fx": None if fx is None else str(fx),
            "keep-splits": keep_splits,
        }
        try:
            write(findings, out, call)
        except OSError as error:
            raise InputError(f"--out {out}: {error.strerror}") from None
    for line in lines(findings, out):
        click.echo(line)
    if any(proof.differences for proof in findings.proofs):
        sys.exit(1)


def _require_folder(out: Path) -> None:
    """That can be written to: before the work is done, not after it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise InputError(f"--out {out}: {error.strerror}") from None


@contextmanager
def _progress() -> Iterator[tuple[Callable[[str], None], Callable[[], None]]]:
    """Questions one after another, with the pieces of work of each; only on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    progress = Progress(
        *columns,
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with progress:
        task = progress.add_task("", total=QUESTIONS)
        pieces = progress.add_task("  pieces of work", total=None)

        def telling(question: str) -> None:
            progress.update(task, description=question, advance=1)
            progress.reset(pieces, total=None)

        yield telling, lambda: progress.advance(pieces)
