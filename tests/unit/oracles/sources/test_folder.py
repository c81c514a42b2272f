# SPDX-License-Identifier: MIT
"""`oracles.sources.folder` on CSV files; Parquet stands in `test_folder_parquet`."""

from __future__ import annotations

import csv
import io
import os
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracles.observation import Observation
from oracles.sources import SourceError
from oracles.sources.folder import FolderSource

DAY = date(2023, 4, 19)
BEFORE = date(2023, 4, 18)


@pytest.fixture
def source(tmp_path):
    return FolderSource("desk", tmp_path)


@pytest.fixture
def drop(tmp_path):
    def write(content: str | bytes, name: str = "2023-04-19.csv") -> None:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)

    return write


def refusal(source, *keys):
    with pytest.raises(SourceError) as info:
        source.read(keys, DAY)
    return str(info.value)


def test_read__file_of_the_day__gives_what_is_asked_for(source, drop):
    drop("key,value\nAAPL,167.63\nMETA,215.70\nNVDA,279.31\n")
    found = source.read(["META", "AAPL", "TSLA"], DAY)
    assert found == {
        "META": Observation("META", DAY, Decimal("215.70"), "desk"),
        "AAPL": Observation("AAPL", DAY, Decimal("167.63"), "desk"),
    }
    assert str(found["META"].value) == "215.70"
    assert source.keys(DAY) == ["AAPL", "META", "NVDA"]


def test_read__no_file_of_the_day__gives_nothing(source, drop):
    drop("key,value\nAAPL,166.47\n", "2023-04-18.csv")
    drop("key,value\nAAPL,166.65\n", "2023-04-20.csv")
    assert source.read(["AAPL"], DAY) == {}
    assert source.keys(DAY) == []


def test_read__vendor_says_the_day__keeps_it(source, drop):
    drop("observed,key,value\n2023-04-18,BUND,98.8110\n,AAPL,167.63\n")
    found = source.read(["BUND", "AAPL"], DAY)
    assert found["BUND"] == Observation("BUND", BEFORE, Decimal("98.8110"), "desk")
    assert found["AAPL"] == Observation("AAPL", DAY, Decimal("167.63"), "desk")


@pytest.mark.parametrize("value", ["0", "-1.5", "-0.533", "0.000", "-0", "1E+3"])
def test_read__zero_negative_or_exponent__gives_it_as_it_is(source, drop, value):
    drop(f"key,value\nESTR,{value}\n")
    assert str(source.read(["ESTR"], DAY)["ESTR"].value) == str(Decimal(value))


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfkey,value\r\nAAPL,167.63\r\n",
        b"key,value\rAAPL,167.63\r",
        b" key , value \n  AAPL , 167.63  \n",
        b'"key","value"\n"AAPL", "167.63"\n',
        b"key,value\n\n  \nAAPL,167.63",
        b'currency,value,name,key\nUSD,167.63,"Apple,\nInc.",AAPL\n',
        b"key,value\nAAPL,167.63\nAAPL,167.630\n",
    ],
    ids=["windows", "old_mac", "spaces", "quotes", "blank_lines", "other_columns", "twice_alike"],
)
def test_read__spelled_otherwise__is_the_same(source, drop, content):
    drop(content)
    assert source.read(["AAPL"], DAY) == {
        "AAPL": Observation("AAPL", DAY, Decimal("167.63"), "desk")
    }


@pytest.mark.parametrize(
    "name",
    [
        "closes-2023-04-19.csv",
        "a-b-2023-04-19.csv",
        "2023-04-18-2023-04-19.csv",
        "Kurse XETRA-2023-04-19.CSV",
    ],
)
def test_read__prefix__is_read(source, drop, name):
    drop("key,value\nAAPL,167.63\n", name)
    assert source.keys(DAY) == ["AAPL"]


@pytest.mark.parametrize(
    "name",
    [
        "2023-04-19.csv.part",
        "2023-04-19.csv.tmp",
        "2023-04-19.part",
        ".2023-04-19.csv",
        ".closes-2023-04-19.csv",
        "2023-04-19.txt",
        "closes2023-04-19.csv",
        "2023-04-19-closes.csv",
        "2023-04-19.csv~",
        "2023-04-19csv",
    ],
)
def test_read__name_of_no_complete_file__is_left_alone(source, drop, name):
    drop("this is no file of closes", name)
    assert source.keys(DAY) == []


def test_read__folder_of_such_a_name__is_left_alone(source, tmp_path):
    (tmp_path / "2023-04-19.csv").mkdir()
    assert source.keys(DAY) == []


def test_read__several_files__are_one(source, drop):
    drop("key,value\nAAPL,167.63\n", "us-2023-04-19.csv")
    drop("key,value\nSAP,119.5\nAAPL,167.630\n", "de-2023-04-19.csv")
    assert source.keys(DAY) == ["AAPL", "SAP"]


def test_read__files_contradict__names_both_and_the_key(source, drop):
    drop("key,value\nSAP,119.5\nAAPL,167.63\n", "a-2023-04-19.csv")
    drop("key,value\nAAPL,167.64\n", "b-2023-04-19.csv")
    assert refusal(source, "SAP") == (
        "desk: AAPL is 167.63 of 2023-04-19 at a-2023-04-19.csv:3"
        " and 167.64 of 2023-04-19 at b-2023-04-19.csv:2"
    )


def test_read__same_value_of_another_day__contradicts(source, drop):
    drop("key,value,observed\nAAPL,167.63,\nAAPL,167.63,2023-04-18\n")
    assert refusal(source) == (
        "desk: AAPL is 167.63 of 2023-04-19 at 2023-04-19.csv:2"
        " and 167.63 of 2023-04-18 at 2023-04-19.csv:3"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", ": is empty"),
        (b"\n\n", ": is empty"),
        (b"key,value\n", ": is empty"),
        (b"AAPL,167.63\n", ":1: lacks the column key"),
        (b"\nkey;value\nAAPL;167.63\n", ":2: lacks the column key"),
        (b"key,close\nAAPL,167.63\n", ":1: lacks the column value"),
        (b"Key,Value\nAAPL,167.63\n", ":1: lacks the column key"),
        (b"key,value,value\nAAPL,1,2\n", ":1: has the column value twice"),
        (b"key,value,observed,observed\n", ":1: has the column observed twice"),
        (b"key,value\nAAPL,1\nMETA\n", ":3: has 1 fields for 2 columns"),
        (b"key,value\nAAPL,167,63\n", ":2: has 3 fields for 2 columns"),
        (b"key,value\nAAPL,\n", ':2: value "" of AAPL is no number'),
        (b'key,value\nAAPL,"167,63"\n', ':2: value "167,63" of AAPL is no number'),
        (b"key,value\nAAPL,N/A\n", ':2: value "N/A" of AAPL is no number'),
        (b"key,value\nAAPL,NaN\n", ':2: value "NaN" of AAPL is no number'),
        (b"key,value\nAAPL,-inf\n", ':2: value "-inf" of AAPL is no number'),
        (b"key,value\nAAPL,1e9999\n", ':2: value "1e9999" of AAPL is no number'),
        (b"key,value\n\n,1\n", ':3: "" is no key'),
        (b"key,value\nA\x00B,1\n", ':2: "A\\x00B" is no key'),
        (
            b"key,value,observed\nAAPL,1,19.04.2023\n",
            ':2: observed "19.04.2023" of AAPL is no date such as 2023-04-19',
        ),
        (
            b"key,value,observed\nAAPL,1,2023-02-29\n",
            ':2: observed "2023-02-29" of AAPL is no date such as 2023-04-19',
        ),
        (b"key,value\nAAPL,1\n\xff\xfe,2\n", ":3: is no UTF-8 text"),
        ("key,value\nAAPL,1\n".encode("utf-16"), ":1: is no UTF-8 text"),
        (b'key,value\nAAPL,1\n"META,1\n', ":3: is no CSV: unexpected end of data"),
        (b'key,value\n"AA"PL,1\n', ":2: is no CSV: ',' expected after '\"'"),
        (b'key,value,x\nAAPL,1,"\n\n"\nMETA,x,\n', ':5: value "x" of META is no number'),
    ],
)
def test_read__malformed__says_where_and_what(source, drop, content, reason):
    drop(content)
    assert refusal(source, "SAP") == f"desk: 2023-04-19.csv{reason}"


def test_read__other_day_malformed__does_not_matter(source, drop):
    drop("nonsense", "2023-04-18.csv")
    drop("key,value\nAAPL,167.63\n")
    assert source.keys(DAY) == ["AAPL"]


def test_read__no_folder__says_so(tmp_path):
    source = FolderSource("desk", tmp_path / "none")
    assert refusal(source) == f"desk: cannot list {tmp_path / 'none'}: No such file or directory"


def test_read__file_cannot_be_read__says_so(source, drop, monkeypatch):
    drop("key,value\nAAPL,167.63\n")

    def fail(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", fail)
    assert refusal(source) == "desk: cannot read 2023-04-19.csv: Permission denied"


def test_read__parquet_where_pyarrow_does_not_load__says_so(source, drop, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    drop(b"PAR1", "2023-04-19.parquet")
    assert refusal(source) == (
        "desk: 2023-04-19.parquet: cannot be read without pyarrow:"
        " import of pyarrow halted; None in sys.modules"
    )


KEYS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
VALUES = st.decimals(allow_nan=False, allow_infinity=False, places=None).filter(
    lambda value: len(str(value)) <= 100 and abs(value.adjusted()) < 900
)


@given(rows=st.dictionaries(KEYS, VALUES, min_size=1, max_size=8))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_read__any_decimals__come_back_as_they_were_written(source, drop, rows):
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=os.linesep).writerows([("key", "value"), *rows.items()])
    drop(written.getvalue())
    found = source.read(list(rows), DAY)
    assert {key: str(seen.value) for key, seen in found.items()} == {
        key: str(value) for key, value in rows.items()
    }
