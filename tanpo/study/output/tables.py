# SPDX-License-Identifier: MIT
"""A section's table as files, whole: CSV to read anywhere, Parquet that keeps the types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from tanpo.study.output.section import Section


def save(section: Section, folder: Path) -> list[Path]:
    """Write `name.csv` and `name.parquet`; returns their paths.

    What a figure draws besides its table goes to files of its own: `name_spans`, `name_curve`,
    `name_levels`.
    """
    written = save_table(section.table, folder, section.name)
    for part, table in _attached(section.table):
        written += save_table(table, folder, f"{section.name}_{part}")
    return written


def save_table(table: pd.DataFrame, folder: Path, name: str) -> list[Path]:
    """Write one table, without its index.

    A float has as few digits as tell it from all others; what is missing is empty; lines end in
    a line feed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.csv", folder / f"{name}.parquet"]
    plain = table.copy()
    plain.attrs = {}  # Parquet would take them as JSON, which has no dates
    plain.to_csv(paths[0], index=False, lineterminator="\n", encoding="utf-8")
    plain.to_parquet(paths[1], index=False)
    return paths


def spans(table: pd.DataFrame) -> pd.DataFrame:
    """The spans of a WINDOWS table: `regime`, `first`, `last`."""
    rows = [
        (str(regime), pd.Timestamp(first), pd.Timestamp(last))
        for regime, first, last in table.attrs.get("spans", ())
    ]
    return pd.DataFrame(rows, columns=["regime", "first", "last"])


def _attached(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    if "spans" in table.attrs:
        yield "spans", spans(table)
    if "curve" in table.attrs:
        label, xs, ys = table.attrs["curve"]
        yield "curve", pd.DataFrame({"label": label, "x": list(xs), "y": list(ys)})
    if "levels" in table.attrs:
        yield "levels", pd.DataFrame(table.attrs["levels"], columns=["label", "y"])
