# SPDX-License-Identifier: MIT
"""Each scenario file prints the lines that were computed for it from the format's description."""

import json
from pathlib import Path

import pytest

from integration.replays import (
    SCENARIOS,
    expected_text,
    fresh_lines,
    scenario_file,
)


@pytest.mark.parametrize("name", SCENARIOS)
def test_run__scenario__prints_expected_lines(name: str) -> None:
    assert fresh_lines(scenario_file(name)) == expected_text(name)


@pytest.mark.parametrize(
    "name",
    ["st_st_other_currency", "chain_of_closings", "odd_names", "netting_default", "income_netted"],
)
def test_run__again_with_other_accounts__prints_the_same_lines(name: str) -> None:
    """Beside the run above: each invents its accounts, and nothing may follow their addresses."""
    assert fresh_lines(scenario_file(name)) == expected_text(name)


@pytest.mark.parametrize("name", ["rounding", "st_ct_same_currency", "ratios"])
def test_run__exact__prints_values_unrounded(name: str) -> None:
    assert fresh_lines(scenario_file(name), "--exact") == expected_text(f"exact/{name}")


def test_run__end_at_a_time_past__closes_as_in_the_future(tmp_path: Path) -> None:
    """The chain's clock stands at today: it is beyond each time of a date in the past."""
    file = tmp_path / "past.yaml"
    file.write_text(scenario_file("end_at_a_time").read_text().replace("2031", "2021"))
    assert fresh_lines(file) == expected_text("end_at_a_time").replace("2031", "2021")


@pytest.mark.slow
def test_run__large_baskets_and_one_failure__opens_the_others(tmp_path: Path) -> None:
    """25 baskets of twenty to lenders who hold none of them yet; the last lender is short."""
    symbols = [f"X{number}" for number in range(20)]
    prices = ", ".join(f"{symbol}: 100" for symbol in symbols)
    basket = ", ".join(f"{symbol}: 5%" for symbol in symbols)
    text = ["name: Large baskets", "instruments:"]
    text += [f"  {symbol}: {{kind: equity, currency: USD}}" for symbol in symbols]
    text += ["parties:", "  B: {" + ", ".join(f"{symbol}: 2500" for symbol in symbols) + "}"]
    text += [f"  L{number}: {{USD: {8000 - number // 24}}}" for number in range(25)]
    text += [f"fixings: {{2023-01-06: {{{prices}}}}}", "trades:"]
    text += [
        f"  - {{id: T{number}, lender: L{number}, borrower: B, custody: title,"
        f" loan: {{USD: 8000}}, collateral: {{{basket}}}, start: 2023-01-06}}"
        for number in range(25)
    ]
    file = tmp_path / "large.yaml"
    file.write_text("\n".join(text))
    *events, _ = map(json.loads, fresh_lines(file).splitlines())
    found = [(event["event"], event["trade"]) for event in events]
    assert found == [("opened", f"T{number}") for number in range(24)] + [("failed", "T24")]
