# SPDX-License-Identifier: MIT
"""The report: one HTML file that needs nothing else, no network and no script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pandas as pd
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from tanpo.study.output import describing, figures, tables
from tanpo.study.output.figures import Picture
from tanpo.study.output.section import Chart, Section
from tanpo.study.output.views import dates, measures, points
from tanpo.study.output.views.view import View

COMPARED = {
    "regime": "Market",
    "case": "Case",
    "metric": "Measure",
    "ours": "This study",
    "published": "Published",
    "verdict": "Verdict",
    "cause": "Cause",
}
"""Columns of a comparison, with their heads."""
_VIEWS: dict[Chart, Callable[[Section], View]] = {
    Chart.LINES: measures.indexes,
    Chart.BARS: measures.indexes,
    Chart.PUBLISHED: measures.published,
    Chart.FRONTIER: points.frontier,
    Chart.TIME: dates.over_time,
    Chart.SCATTER: points.scatter,
    Chart.WINDOWS: dates.windows,
    Chart.INTERVALS: measures.intervals,
}
_LARGEST_SVG = 250_000
"""Bytes. A larger figure is shown as PNG, so that a report stays below 6 MB."""


@dataclass(frozen=True, eq=False)
class Report:
    """All that a report says, as plain text.

    Raises ValueError where two sections share a name, or a column of `COMPARED` is missing.
    """

    title: str
    summary: tuple[str, ...]
    """Sentences."""
    settings: Mapping[str, str]
    """What it takes to run the study again: seed, versions, data, command."""
    comparison: pd.DataFrame
    """Figure by figure, what was published and what this study finds: columns `COMPARED`, texts."""
    sections: list[Section]
    checks: tuple[str, ...]
    """What was checked, in sentences."""
    rules: tuple[str, ...]
    """How windows are chosen, gaps handled and so on, in sentences."""

    def __post_init__(self) -> None:
        names = [section.name for section in self.sections]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two sections are named {', '.join(sorted(twice))}")
        if missing := [name for name in COMPARED if name not in self.comparison.columns]:
            raise ValueError(f"the comparison lacks {', '.join(missing)}")


@dataclass(frozen=True)
class _Shown:
    """A section as the template takes it."""

    section: Section
    source: str
    alternative: str
    reading: str
    view: View


def render(report: Report, pictures: Mapping[str, Picture]) -> str:
    """The report as HTML. `pictures` has that of every section, by name.

    Figures are images in data URIs: each is a document of its own, so no two share an identifier.
    """
    shown = [
        _Shown(
            section,
            _source(pictures[section.name]),
            describing.alternative(section),
            figures.reading(section.chart),
            _VIEWS[section.chart](section),
        )
        for section in report.sections
    ]
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_resource("report.html"))
    rows = (
        report.comparison[list(COMPARED)].fillna("").astype(str).itertuples(index=False, name=None)
    )
    return template.render(
        report=report,
        compared=COMPARED,
        comparison=list(rows),
        shown=shown,
        style=Markup(_resource("report.css")),
    )


def write(report: Report, pictures: Mapping[str, Picture], folder: Path) -> Path:
    """Write `figures/`, `tables/` and `report.html` into `folder`; returns the report's path."""
    for section in report.sections:
        figures.save(pictures[section.name], folder / "figures", section.name)
        tables.save(section, folder / "tables")
    tables.save_table(report.comparison, folder / "tables", "comparison")
    path = folder / "report.html"
    path.write_text(render(report, pictures), encoding="utf-8", newline="\n")
    return path


def _source(picture: Picture) -> str:
    is_small = len(picture.svg) <= _LARGEST_SVG
    kind, data = ("svg+xml", picture.svg) if is_small else ("png", picture.png)
    return f"data:image/{kind};base64,{b64encode(data).decode()}"


def _resource(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
