# SPDX-License-Identifier: MIT
"""`tanpo study --prices`: files such as users have, the odd ones too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from integration.studies import (
    HEADER,
    NAMES,
    PEERS,
    Study,
    columns_of,
    studies,
    walks,
    weekdays,
    write,
)

pytestmark = pytest.mark.slow

SIX = NAMES[:6]


@pytest.fixture(scope="module")
def repeated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Study]:
    """22 dates of six securities: the least there may be."""
    folder = tmp_path_factory.mktemp("repeated")
    prices = write(folder / "prices.csv", weekdays(22), columns_of(walks(22, 6), SIX))
    runs = {"first": [3, 1], "again": [3, 2], "other": [4, 1]}
    return studies(
        folder,
        {
            name: ["--prices", prices, "--seed", seed, "--processes", processes]
            for name, (seed, processes) in runs.items()
        },
    )


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """300 dates of eight: C has a gap, D a split, G no prices for three months, H is in EUR."""
    folder = tmp_path_factory.mktemp("long")
    dates, values = weekdays(300), walks(300, 8)
    values[100:103, 2] = np.nan
    values[120, 3] = values[119, 3] = 104.0
    values[:120, 3] *= 4
    values[150:213, 6] = np.nan
    columns = columns_of(values)
    columns["H:EUR"] = columns.pop("H")
    prices = write(folder / "prices.csv", dates, columns)
    return studies(folder, {"out": ["--prices", prices]})["out"]


def finite(study: Study) -> bool:
    return bool(np.isfinite(study.published[["index", "low", "high"]]).all(axis=None))


def proved(study: Study) -> bool:
    proofs = study.config["proofs"]
    peers = tuple(proof["peer"] for proof in proofs)
    return peers == PEERS and not any(proof["differences"] for proof in proofs)


# ---------------------------------------------------------------------- the same seed


def test_seed__the_same_with_other_processes__same_bytes(repeated: dict[str, Study]) -> None:
    first, again = repeated["first"].files(), repeated["again"].files()
    assert len(first) > 50
    assert [name for name in first if first[name] != again.get(name)] == []
    assert first.keys() == again.keys()


def test_seed__another__other_indexes_of_the_same_windows(repeated: dict[str, Study]) -> None:
    first, other = repeated["first"], repeated["other"]
    varied = first.published.query("metric != 'calls' and (collaterals, threshold) != (1, 0)")
    varied = varied[varied["index"] != 1]
    assert (varied["index"] != other.published.loc[varied.index, "index"]).all()
    assert first.config["windows"] == other.config["windows"]


def test_own__least_of_dates_and_securities__whole_study(repeated: dict[str, Study]) -> None:
    study = repeated["first"]
    assert finite(study)
    assert proved(study)
    assert len(study.published) == 80
    config = study.config
    assert config["market"]["dates"] == 22
    assert {window["regime"] for window in config["windows"]} == {
        "normal",
        "sharp_fall",
        "sharp_rise",
        "high_volatility",
    }
    # No bonds, no question of what is lent.
    assert not (study.folder / "tables" / "causes_trades.csv").exists()
    assert "lent stocks against bonds" not in study.result.stdout


# ---------------------------------------------------------------------- gaps, splits, currencies


def test_own__gap_split_hole__noted_in_both(long: Study) -> None:
    days = weekdays(300)
    notes = [
        f"D: 416 on {days[119]} and 104 on {days[120]} are taken as a split:"
        " all earlier prices are multiplied by 1/4.",
        f"C: 3 dates from {days[100]} to {days[102]} filled with the last price,"
        " at most 7 days old.",
        # The last price is a Friday's: it stands on the Monday to the Friday after it.
        f"G: 5 dates from {days[150]} to {days[154]} filled with the last price,"
        " at most 7 days old.",
        f"G: 58 dates from {days[155]} to {days[212]} without a price at most 7 days old.",
    ]
    assert long.config["market"]["notes"] == notes
    lines = long.result.stdout.splitlines()
    assert [line for line in lines if line in notes] == notes


def test_own__foreign_security__is_lent_across_currencies(long: Study) -> None:
    securities = long.config["market"]["securities"]
    assert securities["H"] == {"currency": "EUR", "collateral": True, "lent": True}
    assert list(securities) == list(NAMES)
    assert long.config["call"]["prices"].endswith("prices.csv")
    assert finite(long)
    assert proved(long)
    table = pd.read_csv(long.folder / "tables" / "trade_types.csv")
    assert "ST of another currency" in set(table.series)


def test_own__hole__no_basket_needs_it_and_the_whole_history_is_there(long: Study) -> None:
    table = pd.read_csv(long.folder / "tables" / "securities.csv")
    assert table.collaterals.max() == 5
    months = pd.read_csv(long.folder / "tables" / "over_time.csv").month
    assert (months.min(), months.max()) == ("2022-01-01", "2023-02-01")


# ---------------------------------------------------------------------- odd prices


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Study]:
    folder = tmp_path_factory.mktemp("odd")
    flat = write(folder / "flat.csv", weekdays(22), columns_of(np.full((22, 6), 100.0), SIX))
    # At these rates a loan of each currency is a whole number of units.
    rates = {"EURUSD": np.full(22, 1.25), "USDJPY": np.full(22, 150.0)}
    fx = write(folder / "fx.csv", weekdays(22), rates)
    values = walks(60, 7)
    values[:, 0] *= 5_000_000 / values[0, 0]
    values[:, 1] *= 0.0001 / values[0, 1]
    extreme = write(folder / "extreme.csv", weekdays(60), columns_of(values), ".10f")
    alike = np.tile(walks(30, 1, start=2_500.0), (1, 6))
    yen = write(
        folder / "yen.csv", weekdays(30, date(2025, 12, 15)), columns_of(alike, SIX, ":JPY")
    )
    return studies(
        folder,
        {
            "flat": ["--prices", flat, "--fx", fx],
            "extreme": ["--prices", extreme],
            "yen": ["--prices", yen],
        },
    )


def test_own__nothing_moves__no_index_and_no_verdict(odd: dict[str, Study]) -> None:
    study = odd["flat"]
    lines = (study.folder / "published.csv").read_text("utf-8").splitlines()
    assert lines[0] == HEADER
    assert all(",,,," in line for line in lines[1:])
    comparison = pd.read_parquet(study.folder / "tables" / "comparison.parquet")
    assert set(comparison.ours) == {"–"}
    assert set(comparison.verdict) == {"none"}
    assert set(comparison.cause) == {""}
    assert "\n0 of 24 published figures agree" in study.result.stdout
    assert not [line for line in study.result.stdout.splitlines() if "nan" in line]
    assert "NaN" not in (study.folder / "config.json").read_text("utf-8")
    assert proved(study)


def test_own__dear_and_cheap_units__whole_study(odd: dict[str, Study]) -> None:
    study = odd["extreme"]
    assert finite(study)
    assert proved(study)
    # A basket's part of a loan is less than a unit of the dear one.
    assert study.index("normal", 5, 0, "net_credit") > 1


def test_own__one_price_for_all_in_yen__five_are_as_one(odd: dict[str, Study]) -> None:
    study = odd["yen"]
    assert study.config["valuation_currency"] == "JPY"
    assert study.config["market"]["pairs"] == ["USDJPY"]
    assert study.config["market"]["notes"] == ["EURUSD is not used: it is not a pair of JPY."]
    assert study.config["market"]["last_date"] == "2026-01-23"
    assert proved(study)
    for regime in ("normal", "turmoil"):
        assert study.index(regime, 5, 0, "net_credit") == pytest.approx(1, abs=0.02)
    said = [line for line in study.result.stdout.splitlines() if "mean correlation" in line]
    assert all("the mean correlation in our baskets is 1.00" in line for line in said)


def test_own__prices_kept__a_split_is_a_fall(tmp_path: Path) -> None:
    values = walks(22, 6)
    values[:10, 0] *= 4
    values[9:11, 0] = 400, 100
    prices = write(tmp_path / "prices.csv", weekdays(22), columns_of(values, SIX))
    study = studies(tmp_path, {"out": ["--prices", prices, "--keep-splits"]})["out"]
    assert study.config["call"]["keep-splits"] is True
    assert study.config["market"]["notes"] == []
    falls = [w["market_return"] for w in study.config["windows"] if w["regime"] == "sharp_fall"]
    assert min(falls) < -0.1
