# SPDX-License-Identifier: MIT
"""`oracles.sources.folder` on Parquet files."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow.parquet import write_table

from oracles.observation import Observation
from oracles.sources import SourceError
from oracles.sources.folder import FolderSource

DAY = date(2023, 4, 19)
NAME = "closes-2023-04-19.parquet"


@pytest.fixture
def source(tmp_path):
    return FolderSource("desk", tmp_path)


@pytest.fixture
def drop(tmp_path):
    def write(**columns: object) -> None:
        write_table(pa.table(columns), tmp_path / NAME)

    return write


def refusal(source):
    with pytest.raises(SourceError) as info:
        source.read([], DAY)
    return str(info.value)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([Decimal("1.0933")], pa.decimal128(12, 4)), "1.0933"),
        (pa.array([Decimal("-0.5330")], pa.decimal128(38, 4)), "-0.5330"),
        (
            pa.array([Decimal("7" * 38 + "." + "3" * 38)], pa.decimal256(76, 38)),
            "7" * 38 + "." + "3" * 38,
        ),
        (pa.array([" 215.70 "]), "215.70"),
        (pa.array(["215.70"], pa.large_string()), "215.70"),
        (pa.array(["215.70"]).dictionary_encode(), "215.70"),
        (pa.array([2**60]), "1152921504606846976"),
        (pa.array([0.1 + 0.2]), "0.30000000000000004"),
        (pa.array([167.63]), "167.63"),
        (pa.array([167.63], pa.float32()), "167.63"),
        (pa.array([0.0]), "0"),
    ],
    ids=str,
)
def test_read__types__are_exact(source, drop, values, expected):
    drop(key=["X"], value=values)
    assert str(source.read(["X"], DAY)["X"].value) == expected


@pytest.mark.parametrize(
    "observed",
    [
        pa.array([date(2023, 4, 18), None]),
        pa.array([date(2023, 4, 18), None], pa.date64()),
        pa.array(["2023-04-18", ""]),
    ],
    ids=str,
)
def test_read__vendor_says_the_day__keeps_it(source, drop, observed):
    drop(other=[1, 2], observed=observed, value=["1", "2"], key=["A", "B"])
    assert source.read(["A", "B"], DAY) == {
        "A": Observation("A", date(2023, 4, 18), Decimal(1), "desk"),
        "B": Observation("B", DAY, Decimal(2), "desk"),
    }


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"key": ["A"]}, ":1: lacks the column value"),
        ({"key": pa.array([], pa.string()), "value": pa.array([], pa.int64())}, ": is empty"),
        ({"key": ["A", None], "value": [1, 2]}, ':2: "" is no key'),
        ({"key": ["A", "B"], "value": [1, None]}, ':2: value "" of B is no number'),
        ({"key": ["A"], "value": [float("nan")]}, ':1: value "nan" of A is no number'),
        ({"key": ["A"], "value": [float("-inf")]}, ':1: value "-inf" of A is no number'),
        ({"key": ["A"], "value": [True]}, ':1: value "true" of A is no number'),
        (
            {"key": ["A"], "value": [[1]]},
            ":1: is no Parquet: Unsupported cast from list<element: int64> to utf8 using function"
            " cast_string",
        ),
        (
            {"key": ["A"], "value": [1], "observed": [datetime(2023, 4, 19)]},
            ':1: observed "2023-04-19 00:00:00.000000" of A is no date such as 2023-04-19',
        ),
    ],
)
def test_read__malformed__says_where_and_what(source, drop, columns, reason):
    drop(**columns)
    assert refusal(source) == f"desk: {NAME}{reason}"


@pytest.mark.parametrize("content", [b"key,value\nAAPL,167.63\n", b"PAR1", b"PAR1" + b"\0" * 99])
def test_read__no_parquet__says_so(source, tmp_path, content):
    (tmp_path / NAME).write_bytes(content)
    assert refusal(source).startswith(f"desk: {NAME}:1: is no Parquet: ")


def test_read__cut_short__says_so(source, drop, tmp_path):
    drop(key=["A"] * 100, value=["1"] * 100)
    whole = (tmp_path / NAME).read_bytes()
    for size in range(1, len(whole), 97):
        (tmp_path / NAME).write_bytes(whole[:size])
        assert refusal(source).startswith(f"desk: {NAME}:1: is no Parquet: ")


def test_read__contradicts_a_csv__names_both(source, drop, tmp_path):
    drop(key=["A", "B"], value=["1.0", "2"])
    (tmp_path / "2023-04-19.csv").write_text("key,value\nA,1\nB,3\n")
    assert refusal(source) == (
        f"desk: B is 3 of 2023-04-19 at 2023-04-19.csv:3 and 2 of 2023-04-19 at {NAME}:2"
    )


HEALTH = [HealthCheck.function_scoped_fixture]


@given(values=st.lists(st.decimals(-(10**20), 10**20, places=12), min_size=1, max_size=8))
@settings(max_examples=40, suppress_health_check=HEALTH)
def test_read__any_decimals__come_back(source, drop, values):
    keys = [f"K{number}" for number in range(len(values))]
    drop(key=keys, value=pa.array(values, pa.decimal128(38, 12)))
    assert [seen.value for seen in source.read(keys, DAY).values()] == values


@given(
    values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8),
    single=st.booleans(),
)
@settings(max_examples=60, suppress_health_check=HEALTH)
def test_read__any_floats__are_the_shortest_that_stand_for_them(source, drop, values, single):
    with np.errstate(over="ignore"):
        kept = np.array(values, np.float32 if single else np.float64)
    kept = kept[np.isfinite(kept)]
    keys = [f"K{number}" for number in range(len(kept))] or ["K"]
    drop(key=keys, value=kept if len(kept) else [0.0])
    found = [seen.value for seen in source.read(keys, DAY).values()]
    assert found == [Decimal(str(value)) for value in (kept if len(kept) else [0.0])]
