# SPDX-License-Identifier: MIT
"""Reads scenario files. The first problem of a file, by line, ends the reading."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from os import PathLike, fspath

from pydantic import ValidationError

from tanpo.scenario import messages, tokens
from tanpo.scenario.actions import check_actions, check_redeemed
from tanpo.scenario.agreements import check_agreements, check_residuals, under_agreements
from tanpo.scenario.build import Builder
from tanpo.scenario.checks import check_fixings, check_instruments, check_parties
from tanpo.scenario.coverage import check_coverage
from tanpo.scenario.errors import Problem, ScenarioError
from tanpo.scenario.events import check_events
from tanpo.scenario.files import read_text, refuse
from tanpo.scenario.model import Scenario
from tanpo.scenario.schema import ScenarioEntry
from tanpo.scenario.source import Document, SourceError
from tanpo.scenario.spelling import spell_out
from tanpo.scenario.terms import check_trades


def read_scenario(path: str | PathLike[str]) -> Scenario:
    """Read a scenario file in UTF-8. Raises ScenarioError for every way that it can be wrong."""
    name = fspath(path)
    return parse_scenario(read_text(name, ScenarioError), name)


def parse_scenario(text: str, path: str = "<text>") -> Scenario:
    """Read a scenario from text; `path` names it in errors. Raises ScenarioError.

    Later steps are taken only without problems in earlier ones, so an error is never the
    consequence of another.
    """
    try:
        document = Document(text)
        spell_out(document)
    except SourceError as error:
        raise ScenarioError(path, error.line, error.reason) from None
    file = _entry(document, path)
    _refuse(document, path, check_instruments(file))
    instruments = tokens.listed(file.instruments)
    _refuse(
        document,
        path,
        chain(
            check_parties(file, instruments),
            check_fixings(file, instruments),
            check_agreements(file),
            check_trades(under_agreements(file), instruments),
            check_actions(file, instruments),
        ),
    )
    file = under_agreements(file)
    _refuse(document, path, chain(check_events(file, instruments), check_redeemed(file)))
    scenario = Builder(document, instruments).scenario(file)
    _refuse(document, path, chain(check_residuals(scenario), check_coverage(scenario)))
    return scenario


def _entry(document: Document, path: str) -> ScenarioEntry:
    try:
        return ScenarioEntry.model_validate(document.tree)
    except ValidationError as error:
        _refuse(document, path, messages.problems(error))
        raise


def _refuse(document: Document, path: str, problems: Iterable[Problem]) -> None:
    refuse(document, path, problems, ScenarioError)
