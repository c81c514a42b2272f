# SPDX-License-Identifier: MIT
"""Feeders' files: what they come to, and the line and words of every mistake."""

from pathlib import Path

import pytest

from oracles.config import OUTLIER_BPS, ConfigError, Key, parse_config, read_config
from oracles.observation import KeyKind
from tanpo.scenario.errors import FileError

AAPL = "0x52908400098527886E0F7030069857D2E4169EE7"
BUND = "0x8617E340B3D01FA5F11F306F4090FD50E238070D"

# Line numbers in the tests count from `sources`, line 1.
RIGHT = f"""\
sources:
  closes: {{kind: folder, path: closes, cache: /var/cache}}
  ecb: {{kind: ecb}}
  desk:
    kind: http
    headers: {{path: letmein}}
keys:
  EURUSD: {{source: ecb, market: TARGET}}
  AAPL: {{token: "{AAPL.lower()}", kind: equity, market: US, source: desk, as: AAPL.OQ}}
  BUND:
    kind: bond
    token: {BUND}
    market: DE
    source: closes
    tolerance_bps: 2
    outlier_bps: 300
  ESTR: {{kind: rate, market: TARGET, source: closes}}
  USDJPY: {{kind: pair, source: desk, market: FX, outlier_bps: 0}}
"""


def refusal(old: str, new: str) -> str:
    """The error of the file in which one part is replaced."""
    assert RIGHT.count(old) == 1
    with pytest.raises(ConfigError) as error:
        parse_config(RIGHT.replace(old, new), "feed.yaml")
    assert isinstance(error.value, FileError)
    return str(error.value)


def test_parse_config__right_file__has_all_keys_in_order() -> None:
    config = parse_config(RIGHT, "feed.yaml")
    assert list(config.keys.values()) == [
        Key("EURUSD", KeyKind.PAIR, "TARGET", "ecb", "EURUSD", None, 0, 500),
        Key("AAPL", KeyKind.EQUITY, "US", "desk", "AAPL.OQ", AAPL, 0, 2000),
        Key("BUND", KeyKind.BOND, "DE", "closes", "BUND", BUND, 2, 300),
        Key("ESTR", KeyKind.RATE, "TARGET", "closes", "ESTR", None, 0, 50),
        Key("USDJPY", KeyKind.PAIR, "FX", "desk", "USDJPY", None, 0, 0),
    ]
    assert [key.name for key in config.keys.values()] == list(config.keys)
    assert set(OUTLIER_BPS) == set(KeyKind)


def test_parse_config__sources__keep_their_options_with_paths_from_the_file() -> None:
    config = parse_config(RIGHT, "/etc/tanpo/feed.yaml")
    assert config.sources == {
        "closes": {"kind": "folder", "path": "/etc/tanpo/closes", "cache": "/var/cache"},
        "ecb": {"kind": "ecb"},
        "desk": {"kind": "http", "headers": {"path": "letmein"}},
    }


def test_config__shown__has_no_options() -> None:
    config = parse_config(RIGHT)
    assert "letmein" not in f"{config!r} {config}"


def test_source_error__wrong_options__names_the_line() -> None:
    error = parse_config(RIGHT, "feed.yaml").source_error("desk", "no url")
    assert isinstance(error, ConfigError)
    assert str(error) == "feed.yaml:4: source desk: no url"


def test_read_config__file__is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "feed.yaml").write_text(RIGHT)
    monkeypatch.chdir(tmp_path)
    config = read_config("feed.yaml")
    assert config.path == "feed.yaml"
    assert config.sources["closes"]["path"] == str(tmp_path / "closes")


def test_read_config__no_file__is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        read_config(tmp_path / "none.yaml")
    assert str(error.value) == f"{tmp_path / 'none.yaml'}:1: no such file"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "1: the file is empty"),
        ("[]", "1: the file must be a mapping, found a list"),
        ("sources: {}", '1: missing key "keys"'),
        ("sources: {}\nkeys: x", '2: keys must be a mapping, found "x"'),
        ("sources: {}\nkeys: {}\nkey: {}", '3: unknown key "key"'),
        ("sources: {}\nkeys: *all", "2: aliases are not supported, found *all"),
    ],
)
def test_parse_config__no_feeders_file__is_refused(text: str, reason: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_config(text, "feed.yaml")
    assert str(error.value) == f"feed.yaml:{reason}"


NO_KIND = 'missing key "kind": only pairs such as EURUSD need none'
NO_ADDRESS = "be an address such as 0x and 40 hexadecimal digits"
MARKETS = "be JP or US or USGS or DE or TARGET or FX"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("{kind: ecb}", "ecb", '3: source ecb must be a mapping with a kind, found "ecb"'),
        ("{kind: ecb}", "{}", "3: source ecb must be a mapping with a kind, found a mapping"),
        ("{kind: ecb}", "{kind: [ecb]}",
         "3: source ecb must be a mapping with a kind, found a mapping"),
        ("source: ecb, market", "market", '8: missing key "source"'),
        ("source: ecb", "source: boe", '8: unknown source "boe"'),
        ("source: ecb, market: TARGET", "source: ecb", '8: missing key "market"'),
        ("source: ecb, market: TARGET", "source: ecb, market: LSE",
         f'8: market must {MARKETS}, found "LSE"'),
        ("source: ecb, ", "source: ecb, symbol: X, ", '8: unknown key "symbol"'),
        ("source: ecb, ", "source: ecb, kind: rate, ",
         "8: EURUSD is a pair by its name, found rate"),
        ("kind: rate", "kind: fx", '17: kind must be bond or equity or pair or rate, found "fx"'),
        ("ESTR: {kind: rate, ", "ESTR: {", f"17: {NO_KIND}"),
        ("  EURUSD: {", "  EURXXZ: {", f"8: {NO_KIND}"),
        ("kind: rate", "kind: pair", "17: ESTR is no pair of two currencies such as EURUSD"),
        ("  USDJPY: {", "  USDUSD: {", "18: USDUSD is no pair of two currencies such as EURUSD"),
        ("  ESTR: {", "  Estr: {",
         "17: Estr is no rate's name such as ESTR: up to 31 capitals and digits"),
        ("  ESTR: {", f"  {'A' * 32}: {{",
         f"17: {'A' * 32} is no rate's name such as ESTR: up to 31 capitals and digits"),
        ("  USDJPY: {", "  USDEUR: {",
         "18: USDEUR is EURUSD the other way round: a pair has one of the two"),
        ("  USDJPY: {", "  EURUSD: {", '18: duplicate key "EURUSD", first on line 8'),
        ("  USDJPY: {", "  ' USDJPY': {", '18: a key must be a name, found " USDJPY"'),
        (f"    token: {BUND}\n", "", '10: missing key "token": BUND has kind bond'),
        (BUND, AAPL, "12: token of BUND is that of AAPL already"),
        (BUND, BUND[2:], f'12: token must {NO_ADDRESS}, found "{BUND[2:]}"'),
        (BUND, BUND[:-1], f'12: token must {NO_ADDRESS}, found "{BUND[:40]}…"'),
        (BUND, BUND.replace("D", "d"),
         "12: token must be an address whose capitals are right, found "
         f'"{BUND.replace("D", "d")[:40]}…"'),
        (BUND, "0x" + "0" * 40,
         '12: token must be a token\'s address, found "0x00000000000000000000000000000000000000…"'),
        ("kind: rate", f"kind: rate, token: {BUND.lower()[:-1]}a",
         "17: only bonds and equities have a token"),
        ("tolerance_bps: 2", "tolerance_bps: 0.5",
         '15: tolerance_bps must be an integer from 0 to 100000, found "0.5"'),
        ("outlier_bps: 300", "outlier_bps: 100001",
         '16: outlier_bps must be an integer from 0 to 100000, found "100001"'),
        ("as: AAPL.OQ", "as: ''", "9: as must be a name, found nothing"),
        ("  ESTR: {", "  ESTR: [", "17: not YAML: expected ',' or ']', but got '}'"),
    ],
)  # fmt: skip
def test_parse_config__a_mistake__names_line_and_reason(old: str, new: str, reason: str) -> None:
    assert refusal(old, new) == f"feed.yaml:{reason}"


def test_parse_config__two_mistakes__what_is_malformed_comes_first() -> None:
    text = RIGHT.replace("source: ecb", "source: boe").replace("US,", "USA,")
    with pytest.raises(ConfigError, match=rf'^feed\.yaml:9: market must {MARKETS}, found "USA"$'):
        parse_config(text, "feed.yaml")


@pytest.mark.parametrize("name", ["SOFR30D", "A" * 31, "7"])
def test_parse_config__rate_of_a_name_that_the_contract_takes__is_one(name: str) -> None:
    assert parse_config(RIGHT.replace("ESTR", name)).keys[name].kind is KeyKind.RATE
