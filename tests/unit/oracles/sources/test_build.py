# SPDX-License-Identifier: MIT
"""`oracles.sources.build`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from oracles.sources import SourceError, ecb
from oracles.sources.build import build
from oracles.sources.chainlink import ChainlinkSource
from oracles.sources.download import Limits
from oracles.sources.ecb import EcbSource
from oracles.sources.folder import FolderSource
from oracles.sources.http import HttpSource
from oracles.sources.us_stocks import UsStocksSource

from .conftest import answer

FEED = "0x" + "00" * 19 + "99"


@pytest.mark.parametrize(
    ("options", "source"),
    [
        ({"kind": "folder", "path": "/drop"}, FolderSource("x", Path("/drop"))),
        ({"kind": "us_stocks"}, UsStocksSource("x")),
        ({"kind": "ecb"}, EcbSource("x", None, ecb.URL, Limits())),
        (
            {"kind": "ecb", "cache": "h.zip", "url": "http://a", "limits": {"retries": 0}},
            EcbSource("x", Path("h.zip"), "http://a", Limits(retries=0)),
        ),
        (
            {"kind": "http", "url": "https://a/{key}", "value": "v"},
            HttpSource("x", "https://a/{key}", "v"),
        ),
        (
            {
                "kind": "http",
                "url": "https://a",
                "value": "v",
                "observed": "o",
                "headers": {"X-Key": "hunter2"},
                "limits": {"max_bytes": 9},
            },
            HttpSource("x", "https://a", "v", "o", {"X-Key": "hunter2"}, Limits(max_bytes=9)),
        ),
    ],
)
def test_build__options__make_the_source(options, source):
    assert build("x", options) == source


def test_build__chainlink__reads_the_chain_of_the_node(vendor):
    def node(handler):
        asked = json.loads(handler.rfile.read(int(handler.headers["content-length"])))
        block = {"number": "0x1", "baseFeePerGas": "0x1"}
        results = {"eth_chainId": "0x7", "eth_getBlockByNumber": block, "eth_call": "0x"}
        found = {"jsonrpc": "2.0", "id": asked["id"], "result": results[asked["method"]]}
        answer(json.dumps(found), content_type="application/json")(handler)

    vendor.answers = [node]
    options = {"kind": "chainlink", "node": vendor.url, "feeds": {"EURUSD": FEED}, "most_rounds": 9}
    source = build("x", options)
    assert isinstance(source, ChainlinkSource)
    assert (source.name, source.feeds, source.most_rounds) == ("x", {"EURUSD": FEED}, 9)
    assert source.chain.chain_id == 7
    with pytest.raises(SourceError, match=f"^x: EURUSD at {FEED}: no contract answers there$"):
        source.read(["EURUSD"], date(2023, 4, 19))


def test_build__node_away__says_so_without_its_address():
    node = "http://127.0.0.1:1/v3/hunter2"
    with pytest.raises(SourceError) as info:
        build("x", {"kind": "chainlink", "node": node, "feeds": {}})
    assert str(info.value) == "x: the node does not answer (ConnectionError)"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "Unable to extract tag using discriminator 'kind'"),
        ({"kind": "reuters"}, "Input tag 'reuters' found using 'kind' does not match any"),
        ({"kind": "folder"}, "folder.path\n  Field required"),
        ({"kind": "folder", "path": "/a", "Path": 1}, "folder.Path\n  Extra inputs"),
        ({"kind": "us_stocks", "path": "/a"}, "us_stocks.path\n  Extra inputs"),
        ({"kind": "ecb", "limits": {"retries": -1}}, "ecb.limits.retries\n  Input should be"),
        ({"kind": "ecb", "limits": {"tries": 1}}, "ecb.limits.tries\n  Extra inputs"),
        ({"kind": "http", "url": "https://a"}, "http.value\n  Field required"),
        ({"kind": "http", "url": "a", "value": "v"}, "x: the url is none of http or https"),
        ({"kind": "chainlink", "feeds": {}}, "chainlink.node\n  Field required"),
    ],
)
def test_build__options_that_are_none__are_refused(options, reason):
    with pytest.raises(ValueError, match=r"\S") as info:
        build("x", options)
    assert reason in str(info.value)


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "http", "url": "https://a", "value": "v", "headers": {"X-Key": ["hunter2"]}},
        {"kind": "http", "url": "https://a", "value": "v", "headers": "hunter2"},
        {"kind": "http", "url": "https://a", "value": "v", "header": {"X-Key": "hunter2"}},
        {"kind": "chainlink", "node": ["https://a/hunter2"], "feeds": {}},
    ],
)
def test_build__malformed_secret__is_not_shown(options):
    with pytest.raises(ValueError, match=r"kind|http|chainlink") as info:
        build("x", options)
    assert "hunter2" not in str(info.value)
