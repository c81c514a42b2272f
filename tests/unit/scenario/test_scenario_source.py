# SPDX-License-Identifier: MIT
"""Texts and files that are no YAML document, or not of the plain kind."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpo.scenario import ScenarioError, parse_scenario, read_scenario
from tanpo.scenario.source import Document

Refusal = Callable[[str], str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1: the file is empty"),
        ("# only a comment\n\n", "1: the file is empty"),
        ("name: x\nname: y\n", '2: duplicate key "name", first on line 1'),
        ("parties:\n  A: {}\n  B: {}\n  A: {}\n", '4: duplicate key "A", first on line 2'),
        ("fixings:\n  2023-04-19: {X: 1,\n    X: 1}\n", '3: duplicate key "X", first on line 2'),
        ("a: &x {}\nb: *x\n", "2: aliases are not supported, found *x"),
        ("a: {}\n*x : 1\n", "2: aliases are not supported, found *x"),
        ("a: 1\nb: !!float 1\n", "2: tags are not supported, found tag:yaml.org,2002:float"),
        ("a: !x {}\n", "1: tags are not supported, found !x"),
        ("a: 1\n? [b]\n: 1\n", "2: a key must be a single value"),
        ("a: 1\n---\nb: 1\n", "2: a file holds one document, found a second"),
        ("a:\n" + "[" * 50, "2: nested too deeply"),
        ("a: 1\nb: c: d\n", "2: not YAML: mapping values are not allowed here"),
        ("a: 1\n\tb: 1\n", "2: not YAML: found character '\\t' that cannot start any token"),
        ("a: 1\nb 2\nc: 3\n", "2: not YAML: could not find expected ':'"),
        ('a: 1\nb: "2\nc: 3\n', "2: not YAML: found unexpected end of stream"),
        ("a: 1\nb: {c: 2\n\n", "2: not YAML: expected ',' or '}', but got '<stream end>'"),
        ("a: 1\n}\n", "2: not YAML: expected <block end>, but found '}'"),
        ('a: 1\nb: "\\q"\n', "2: not YAML: found unknown escape character 'q'"),
        ("a: 1\nb: \x01\n", "2: not YAML: special characters are not allowed"),
    ],
)  # fmt: skip
def test_parse__not_plain_yaml__refused(refusal: Refusal, text: str, expected: str) -> None:
    assert refusal(text) == expected


def test_document__scalars__stay_the_texts_written() -> None:
    text = "a: NO\nb: 010\nc: 1e3\nd: 2023-04-19\ne: '98.8110'\nf: [~, null, 1_0]\ng:\nh: 0.10\n"
    assert Document(text).tree == {
        "a": "NO",
        "b": "010",
        "c": "1e3",
        "d": "2023-04-19",
        "e": "98.8110",
        "f": ["~", "null", "1_0"],
        "g": "",
        "h": "0.10",
    }


def test_document__lines__of_keys_and_of_values() -> None:
    document = Document("a: 1\nb:\n  c:\n    2\n\n  d:\n\nlist:\n  - x\n  - {y: 1,\n     z: 2}\n")
    assert document.line(("a",)) == 1
    assert document.line(("b",)) == 2  # a mapping's line is its key's
    assert document.line(("b", "c")) == 4
    assert document.line(("b", "c"), on_key=True) == 3
    assert document.line(("b", "d")) == 6  # left out
    assert document.line(("list", 0)) == 9
    assert document.line(("list", 1)) == 10
    assert document.line(("list", 1, "z")) == 11
    assert document.line(("list", 1, "not there", "either")) == 10
    assert document.line(()) == 1


def test_read_scenario__not_a_readable_file__refused(tmp_path: Path) -> None:
    def refused(path: Path) -> str:
        with pytest.raises(ScenarioError) as error:
            read_scenario(path)
        return str(error.value)

    missing = tmp_path / "missing.yaml"
    assert refused(missing) == f"{missing}:1: no such file"
    assert refused(tmp_path) == f"{tmp_path}:1: is a directory, not a file"
    beneath_file = tmp_path / "latin1.yaml" / "x.yaml"
    latin1 = tmp_path / "latin1.yaml"
    latin1.write_bytes(b"name: x\nparties:\n  M\xfcller: {}\n")
    assert refused(latin1) == f"{latin1}:3: not UTF-8"
    assert refused(beneath_file) == f"{beneath_file}:1: cannot be read: Not a directory"


def test_read_scenario__byte_order_mark_and_windows_lines__read(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(
        b"\xef\xbb\xbfname: Caf\xc3\xa9\r\nparties: {}\r\nfixings: {2023-04-19: {}}\r\n"
    )
    assert read_scenario(str(path)).name == "Café"


@given(st.text(alphabet=st.sampled_from("ab01%:-,[]{}&*!?|>'\"# \n\t\\\x85\u2028é")))
def test_parse__any_text__a_scenario_or_its_own_error(text: str) -> None:
    try:
        parse_scenario(text)
    except ScenarioError as error:
        line = error.line
    else:
        line = 1
    assert 1 <= line <= len(text.splitlines()) + 1
