# SPDX-License-Identifier: MIT
"""A small file that is right, and ways to spoil one part of it."""

from collections.abc import Callable

import pytest

from tanpo.scenario import Scenario, ScenarioError, parse_scenario

# Line numbers in the tests count from `name`, line 1.
RIGHT = """\
name: Two trades
valuation_currency: USD
instruments:
  BUND: {kind: bond, currency: EUR}
  STOCK:
    kind: equity
    currency: USD
    lot: 10
parties:
  A: {BUND: 50000000, EUR: 1000.25}
  B: {STOCK: 335240}
fixings:
  2023-04-19: {BUND: 98.8110, STOCK: 161.01, EURUSD: 1.09253}
  2023-04-20: {BUND: 98.7590, STOCK: 162.53, EURUSD: 1.09753}
  2023-04-24: {BUND: 98.7590, STOCK: 162.53, EURUSD: 1.09753}
trades:
  - id: T1
    lender: A
    borrower: B
    loan: {BUND: 50000000}
    collateral:
      STOCK: auto
    start: 2023-04-19
    end: 2023-04-21
    rate: 2.5%
  - id: T2
    lender: B
    borrower: A
    loan: {STOCK: 100}
    collateral: {BUND: 20000}
    start: 2023-04-20
"""


@pytest.fixture
def spoilt() -> Callable[[str, str], str]:
    """The file with one text, which stands there once, replaced by another."""

    def replace(old: str, new: str) -> str:
        assert RIGHT.count(old) == 1, f"{old!r} stands there {RIGHT.count(old)} times"
        return RIGHT.replace(old, new)

    return replace


@pytest.fixture
def scenario_with(spoilt: Callable[[str, str], str]) -> Callable[[str, str], Scenario]:
    """The scenario of the file with one text replaced."""
    return lambda old, new: parse_scenario(spoilt(old, new), "trades.yaml")


@pytest.fixture
def refusal() -> Callable[[str], str]:
    """The error of a file of this text, without its name: `LINE: reason`."""

    def read(text: str) -> str:
        with pytest.raises(ScenarioError) as error:
            parse_scenario(text, "trades.yaml")
        assert str(error.value) == f"trades.yaml:{error.value.line}: {error.value.reason}"
        return str(error.value).removeprefix("trades.yaml:")

    return read
