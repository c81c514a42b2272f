# SPDX-License-Identifier: MIT
"""The examples of docs/feeding.md are what the code takes."""

from pathlib import Path

from oracles.config import parse_config
from oracles.markets import MARKETS
from oracles.sources.build import build

MANUAL = (Path(__file__).parents[3] / "docs" / "feeding.md").read_text()


def test_manual__example_of_a_file__is_read() -> None:
    config = parse_config(MANUAL.split("```yaml\n")[1].split("```")[0])
    assert list(config.keys) == ["BUND", "AAPL", "EURUSD", "ESTR"]
    made = {name: build(name, config.sources[name]).name for name in ("closes", "ecb", "desk")}
    assert made == {"closes": "closes", "ecb": "ecb", "desk": "desk"}
    assert set(config.sources) == {"closes", "ecb", "desk", "chain"}


def test_manual__table_of_markets__has_all() -> None:
    rows = [line.split("|")[1].strip() for line in MANUAL.splitlines() if line.startswith("| `")]
    assert {row.strip("`") for row in rows} == set(MARKETS)
