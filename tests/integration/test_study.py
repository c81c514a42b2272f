# SPDX-License-Identifier: MIT
"""`tanpo study` on the packaged data: one quick run, looked at from all sides."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pandas as pd
import pytest

from integration.studies import HEADER, METRICS, PEERS, Study, studies

pytestmark = pytest.mark.slow

REGIMES = ["normal", "sharp_fall", "sharp_rise", "high_volatility", "turmoil"]
KINDS = REGIMES[1:4]
SECTIONS = [
    "windows",
    "published",
    "causes_trades",
    "causes_correlation",
    "trade_types",
    "thresholds",
    "securities",
    "frontier",
    "minimum_transfers",
    "haircuts",
    "periods",
    "frequency",
    "netting",
    "custody",
    "tails",
    "over_time",
    "stress_scaling",
    "block_bootstrap",
]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("packaged")
    return studies(folder, {"out": ["--seed", 3]})["out"]


# ---------------------------------------------------------------------- the published table


def test_published__file__has_a_row_for_each_figure(study: Study) -> None:
    lines = (study.folder / "published.csv").read_text("utf-8").splitlines()
    assert lines[0] == HEADER
    assert len(lines) == 1 + 80
    table = study.published
    assert list(table.regime.unique()) == REGIMES
    assert list(table.metric.unique()) == list(METRICS)
    cases = table.groupby(["regime", "metric"], sort=False)[["collaterals", "threshold"]]
    for _, rows in cases:
        assert rows.to_numpy().tolist() == [[1, 0], [1, 0.02], [5, 0], [5, 0.02]]
    assert table.notna().all(axis=None)
    base = table[(table.collaterals == 1) & (table.threshold == 0)]
    assert (base[["index", "low", "high"]] == 1).all(axis=None)


def test_published__intervals__enclose_their_index(study: Study) -> None:
    table = study.published
    assert (table.low <= table["index"]).all()
    assert (table["index"] <= table.high).all()
    keys = ["collaterals", "threshold", "metric"]
    kinds = table[table.regime.isin(KINDS)].groupby(keys)["index"]
    whole = table[table.regime == "turmoil"].set_index(keys)
    assert whole.low.to_dict() == kinds.min().to_dict()
    assert whole.high.to_dict() == kinds.max().to_dict()


@pytest.mark.parametrize(
    ("regime", "metric", "low", "high"),
    [
        ("normal", "net_credit", 1.1, 1.4),
        ("normal", "calls", 0.15, 0.30),
        ("normal", "call_amount", 0.5, 0.75),
        ("turmoil", "net_credit", 0.97, 1.1),
        ("turmoil", "calls", 0.4, 0.65),
        ("turmoil", "call_amount", 0.8, 0.97),
    ],
)
def test_threshold__one_security__fewer_calls_for_more_credit(
    study: Study, regime: str, metric: str, low: float, high: float
) -> None:
    assert low <= study.index(regime, 1, 0.02, metric) <= high


@pytest.mark.parametrize("regime", ["normal", "turmoil"])
@pytest.mark.parametrize("metric", ["net_credit", "call_amount"])
@pytest.mark.parametrize("threshold", [0, 0.02])
def test_five_securities__either_threshold__less_of_both(
    study: Study, regime: str, metric: str, threshold: float
) -> None:
    indexes = [study.index(regime, count, threshold, metric) for count in (5, 1)]
    assert indexes[0] < indexes[1]


# ---------------------------------------------------------------------- files


def test_figures__all__png_and_svg(study: Study) -> None:
    figures = study.folder / "figures"
    assert sorted(path.name for path in figures.iterdir()) == sorted(
        f"{name}.{kind}" for name in SECTIONS for kind in ("png", "svg")
    )
    for name in SECTIONS:
        png = (figures / f"{name}.png").read_bytes()
        assert png.startswith(b"\x89PNG\r\n\x1a\n")
        assert len(png) > 5_000
        root = ElementTree.parse(figures / f"{name}.svg").getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"


def test_tables__all__csv_equals_parquet(study: Study) -> None:
    tables = study.folder / "tables"
    names = {path.stem for path in tables.iterdir()}
    assert names == {
        *SECTIONS,
        "comparison",
        "windows_spans",
        "causes_correlation_curve",
        "causes_correlation_levels",
    }
    for name in names:
        parquet = pd.read_parquet(tables / f"{name}.parquet")
        dated = [column for column in parquet if parquet[column].dtype.kind == "M"]
        csv = pd.read_csv(
            tables / f"{name}.csv", parse_dates=dated, float_precision="round_trip"
        ).fillna({"cause": ""})
        pd.testing.assert_frame_equal(csv, parquet, check_dtype=False, check_exact=True)
    assert len(list(tables.iterdir())) == 2 * len(names)
    pd.testing.assert_frame_equal(
        pd.read_csv(tables / "published.csv"), study.published, check_exact=True
    )


def test_paths__file__has_each_draw_of_the_design(study: Study) -> None:
    paths = pd.read_parquet(study.folder / "paths.parquet")
    windows = study.config["windows"]
    assert len(paths) == len(windows) * 4 * 4 * 60
    normal = paths[(paths.regime == "normal") & (paths.collaterals == 1)]
    means = normal.groupby(["window_start", "threshold"]).net_credit.mean()
    by_threshold = means.groupby("threshold").mean()
    ratio = by_threshold.loc[0.02] / by_threshold.loc[0]
    assert ratio == pytest.approx(study.index("normal", 1, 0.02, "net_credit"))


def test_config__run__all_that_it_takes_to_run_it_again(study: Study) -> None:
    config = study.config
    assert config["seed"] == 3
    assert config["call"] == {
        "out": str(study.folder),
        "quick": True,
        "seed": 3,
        "prices": None,
        "fx": None,
        "keep-splits": False,
    }
    assert config["draws"] == {"published": 60, "further": 8, "bootstrap": 12}
    assert (config["valuation_currency"], config["notional"]) == ("USD", 10_000_000)
    versions = ["python", "tanpo", "numpy", "pandas", "matplotlib"]
    versions += ["skfolio", "dailytreasuryrates", "pytimetk", "CurrencyConverter"]
    assert list(config["versions"]) == versions
    assert all(re.match(r"\d+\.\d+", each) for each in config["versions"].values())
    assert len(config["market"]["securities"]) == 26
    kinds = [window["regime"] for window in config["windows"]]
    assert list(dict.fromkeys(kinds)) == REGIMES[:4]
    assert [kinds.count(kind) for kind in KINDS] == [3, 3, 3]
    for before, after in pairwise(w for w in config["windows"] if w["regime"] == "normal"):
        assert before["last_date"] < after["first_date"]


def test_config__proofs__nothing_differs(study: Study) -> None:
    proofs = study.config["proofs"]
    assert tuple(proof["peer"] for proof in proofs) == PEERS
    for proof in proofs:
        assert proof["differences"] == []
        assert proof["scenario_days"] >= 10 * proof["paths"] > 0
    assert study.config["speed"]["ratio"] > 1


def test_report__file__needs_nothing_else(study: Study) -> None:
    text = (study.folder / "report.html").read_text("utf-8")
    sources = re.findall(r"""(?:src|href)\s*=\s*["']([^"']*)""", text)
    assert len(sources) >= len(SECTIONS)
    assert all(source.startswith(("#", "data:image/")) for source in sources)
    assert not re.search(r"<script|<link|@import|url\(|<iframe", text)
    assert "tanpo study --out" in text
    assert len(text) < 6_000_000


# ---------------------------------------------------------------------- what it says


def test_stdout__run__windows_verdicts_proofs_report(study: Study) -> None:
    lines = study.result.stdout.splitlines()
    spans = r"\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d(, )?"
    for line, label in zip(lines, ("Normal", "Sharp fall", "Sharp rise", "High volatility")):  # noqa: B905
        assert re.fullmatch(rf"{label}: ({spans})+", line)
    heads = [line for line in lines if line.endswith("published") and " ours " in line]
    assert len(heads) == 6
    figure = r" +\d\.\d\d \(\d\.\d\d to \d\.\d\d\)"
    verdicts = [line for line in lines if re.search(rf"{figure} .*(agrees|lower|higher)$", line)]
    assert len(verdicts) == 24
    agreeing = sum(line.endswith("agrees") for line in verdicts)
    assert any(
        line.startswith(f"{agreeing} of 24 published figures agree with ours.") for line in lines
    )
    for peer in PEERS:
        (proof,) = [line for line in lines if f" scenario-days, {peer}: " in line]
        assert proof.endswith("every call, quantity and balance is equal.")
    assert lines[-1] == f"Report: {study.folder / 'report.html'}"


def test_stdout__figures__are_those_of_the_files(study: Study) -> None:
    table = pd.read_parquet(study.folder / "tables" / "comparison.parquet")
    assert len(table) == 24
    for row in table.to_dict("records"):
        line = (
            rf"^  {row['metric']} +{re.escape(row['ours'])} +{row['published']} +{row['verdict']}$"
        )
        assert re.search(line, study.result.stdout, re.MULTILINE)
    index = study.index("normal", 1, 0.02, "calls")
    first = table.set_index("metric").ours["Margin calls"].iloc[0]
    assert first.startswith(f"{index:.2f} (")
