# SPDX-License-Identifier: MIT
"""Scenario files: instruments, parties, fixings and trades to run, written in YAML.

A file goes through these steps, one module each; each step sees only files that passed the last:

    source      YAML text → a tree of texts that knows each text's line
    spelling    events in one of their spellings
    schema      the file's keys; fields reads single texts, messages words what is wrong
    checks      what one key says about another: tokens, parties, terms, fixings
    agreements  what two parties have agreed on for all their trades
    actions     what issuers do to securities
    events      what an event says about its trade
    period      where a trade's dates and term fall on its calendar
    build       → model, in the units of the contracts
    coverage    whether each trade finds the fixings it needs
"""

from tanpo.scenario.errors import ScenarioError
from tanpo.scenario.model import (
    ActionSpec,
    AgreementSpec,
    CollateralLeg,
    EventSpec,
    LoanLeg,
    Scenario,
    TradeSpec,
)
from tanpo.scenario.reader import parse_scenario, read_scenario

__all__ = [
    "ActionSpec",
    "AgreementSpec",
    "CollateralLeg",
    "EventSpec",
    "LoanLeg",
    "Scenario",
    "ScenarioError",
    "TradeSpec",
    "parse_scenario",
    "read_scenario",
]
