# SPDX-License-Identifier: MIT
"""`oracles.sources.http` and `oracles.sources.download`, against a server on this machine."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from datetime import date
from decimal import Decimal

import pytest

from oracles.observation import Observation
from oracles.sources import SourceError
from oracles.sources.download import Limits
from oracles.sources.http import HttpSource

from .conftest import answer

DAY = date(2023, 4, 19)
SECRET = "hunter2-and-more"
LIMITS = {"total_seconds": 5, "read_seconds": 0.3, "retries": 2, "backoff_seconds": 0.001}


@pytest.fixture
def source(vendor):
    """Reads `close` of a document of each key, unless a test says otherwise."""

    def make(path="/{key}", value="close", observed=None, headers=None, **limits):
        given = Limits(**(LIMITS | limits))
        return HttpSource("vendor", vendor.url + path, value, observed, headers or {}, given)

    return make


def refusal(source, key="AAPL"):
    with pytest.raises(SourceError) as info:
        source.read([key], DAY)
    return str(info.value)


WHERE = "vendor: 127.0.0.1 for AAPL on 2023-04-19: "


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("167.63", "167.63"),
        ("215.70", "215.70"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("-0.533", "-0.533"),
        ("0", "0"),
        ("1.5E-7", "1.5E-7"),
        ('"167.630"', "167.630"),
        ('" 167.63 "', "167.63"),
    ],
)
def test_read__number__is_exact(source, vendor, written, value):
    vendor.answers = [answer(f'{{"close": {written}}}')]
    found = source().read(["AAPL"], DAY)
    assert found == {"AAPL": Observation("AAPL", DAY, Decimal(value), "vendor")}
    assert str(found["AAPL"].value) == value


def test_read__document_of_each_key__fills_key_and_date_in(source, vendor):
    vendor.answers = [answer('{"2023-04-19": {"BRK.B": 1, "A/B C": 2}}')]
    found = source("/eod/{key}?on={date}&k={key}", '"{date}"."{key}"').read(["BRK.B", "A/B C"], DAY)
    assert [str(seen.value) for seen in found.values()] == ["1", "2"]
    assert vendor.asked == [
        "/eod/BRK.B?on=2023-04-19&k=BRK.B",
        "/eod/A%2FB%20C?on=2023-04-19&k=A%2FB%20C",
    ]


def test_read__one_document__is_fetched_once(source, vendor):
    rates = [{"pair": "EURUSD", "v": "1.0933"}, {"pair": "EURJPY", "v": 147.24}]
    vendor.answers = [answer(json.dumps({"rates": rates}))]
    fixed = source("/fix?d={date}", "rates[?pair=='{key}'] | [0].v")
    found = fixed.read(["EURUSD", "EURJPY", "EURGBP"], DAY)
    assert {key: str(seen.value) for key, seen in found.items()} == {
        "EURUSD": "1.0933",
        "EURJPY": "147.24",
    }
    assert vendor.asked == ["/fix?d=2023-04-19"]


def test_read__no_keys__asks_nobody(source, vendor):
    assert source().read([], DAY) == {}
    assert vendor.asked == []


def test_keys__any_day__cannot_be_listed(source):
    assert source().keys(DAY) == ()


@pytest.mark.parametrize(
    "body", ["{}", "[]", "null", "\ufeff{}", '{"close": null}', '{"Close": 1}', "7"]
)
def test_read__value_is_not_there__is_left_out(source, vendor, body):
    vendor.answers = [answer(body)]
    assert source().read(["AAPL"], DAY) == {}


def test_read__404_of_one_key__is_left_out(source, vendor):
    vendor.by_path = {"/AAPL": answer(status=404), "/META": answer('{"close": 215.70}')}
    assert list(source().read(["AAPL", "META"], DAY)) == ["META"]
    assert vendor.asked == ["/AAPL", "/META"]


def test_read__404_of_all_keys__is_refused(source, vendor):
    vendor.answers = [answer(status=404)]
    assert refusal(source("/all")) == "vendor: 127.0.0.1 for 2023-04-19: answered 404"


@pytest.mark.parametrize(
    ("stated", "observed"),
    [
        ("2023-04-19", DAY),
        ("2023-04-18", date(2023, 4, 18)),
        ("2023-04-18T23:59:00-04:00", date(2023, 4, 18)),
        ("2023-04-18 16:00", date(2023, 4, 18)),
    ],
)
def test_read__vendor_says_the_day__keeps_it(source, vendor, stated, observed):
    vendor.answers = [answer(json.dumps({"close": 1, "{date}": "no", "of": {"AAPL": stated}}))]
    found = source(observed="of.{key}").read(["AAPL"], DAY)
    assert found["AAPL"] == Observation("AAPL", observed, Decimal(1), "vendor")


@pytest.mark.parametrize("stated", ["19.04.2023", "", None, 1681862400, True, "2023-02-29"])
def test_read__day_that_is_none__is_refused(source, vendor, stated):
    vendor.answers = [answer(json.dumps({"close": 1, "on": stated}))]
    assert refusal(source(observed="on")) == (
        f'vendor: AAPL: observed "{stated}" is no date such as 2023-04-19'
    )


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ('"N/A"', '"N/A" is no number'),
        ('""', '"" is no number'),
        ('"167,63"', '"167,63" is no number'),
        ('"NaN"', '"NaN" is no number'),
        ("1e1000", '"1E+1000" is no number'),
        ("true", "found a bool for a number"),
        ("[167.63]", "found a list for a number"),
        ("{}", "found a dict for a number"),
    ],
)
def test_read__value_that_is_no_number__is_refused(source, vendor, written, reason):
    vendor.answers = [answer(f'{{"close": {written}}}')]
    assert refusal(source()) == f"vendor: AAPL: {reason}"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("to_number(text)", "found a float for a number"),
        ("length(text)", "found a int for a number"),
        ("`1.5`", "found a float for a number"),
        (
            "sum(list)",
            "In function sum(), invalid type for value: 1, expected one of: ['array-number'],"
            ' received: "Decimal"',
        ),
    ],
)
def test_read__value_that_is_computed__is_refused(source, vendor, value, reason):
    vendor.answers = [answer('{"text": "1.1", "list": [1, 2]}')]
    assert refusal(source(value=value)) == f"vendor: AAPL: {reason}"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        '{"close": 167.63',
        '{"close": NaN}',
        '{"close": -Infinity}',
        b'{"close": "\xff"}',
        '{"close": 1e99999999999999999999}',
        "[" * 100_000,
    ],
    ids=["empty", "html", "short", "nan", "infinity", "not_utf8", "exponent", "deep"],
)
def test_read__no_json__is_refused(source, vendor, body):
    vendor.answers = [answer(body)]
    assert refusal(source()) == WHERE + "is no JSON"
    assert len(vendor.asked) == 1


@pytest.mark.parametrize("key", ['A"B', "A'B", "A`B", "A\\B", "A\nB"])
def test_read__key_that_could_change_the_expression__is_refused(source, vendor, key):
    assert refusal(source(), key) == f"vendor: {key!r} cannot stand in an expression"
    assert vendor.asked == []


def test_read__key_that_is_no_expression__is_refused(source, vendor):
    vendor.answers = [answer("{}")]
    assert refusal(source(value="{key}"), "^GSPC") == (
        "vendor: ^GSPC: Bad jmespath expression: Unknown token ^"
    )


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_read__passing_trouble__tries_again(source, vendor, status):
    vendor.answers = [answer(status=status), answer(status=status), answer('{"close": 1}')]
    assert list(source().read(["AAPL"], DAY)) == ["AAPL"]
    assert len(vendor.asked) == 3


@pytest.mark.parametrize("status", [500, 429])
def test_read__trouble_that_stays__is_given_up(source, vendor, status):
    vendor.answers = [answer(status=status)]
    assert refusal(source()) == f"{WHERE}answered {status}"
    assert len(vendor.asked) == 3


@pytest.mark.parametrize("status", [201, 204, 304, 400, 401, 403, 410, 451])
def test_read__another_status__is_refused_at_once(source, vendor, status):
    vendor.answers = [answer(status=status)]
    assert refusal(source()) == f"{WHERE}answered {status}"
    assert len(vendor.asked) == 1


def test_read__nobody_answers__is_refused():
    limits = Limits(**LIMITS)
    source = HttpSource("vendor", "http://127.0.0.1:1/{key}", "close", limits=limits)
    assert refusal(source) == WHERE + "no connection"


def test_read__first_answer_too_slow__tries_again(source, vendor):
    vendor.answers = [vendor.hang, answer('{"close": 1}')]
    assert list(source(read_seconds=0.1).read(["AAPL"], DAY)) == ["AAPL"]


def test_read__every_answer_too_slow__is_refused(source, vendor):
    vendor.answers = [vendor.hang]
    assert refusal(source(read_seconds=0.05, retries=1)) == WHERE + "no answer in time"
    assert len(vendor.asked) == 2


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["headers", "body"])
def test_read__answer_that_trickles__ends_in_total(source, vendor, start):
    def trickle(handler):
        handler.wfile.write(start)
        while not vendor.closing.wait(0.02):
            handler.wfile.write(b"H" if start else b"HTTP/1.1 200 OK\r\nX-Long: "[:1])

    vendor.answers = [trickle]
    begun = time.monotonic()
    reason = refusal(source(total_seconds=0.3, retries=0))
    assert reason == WHERE + "no whole answer within 0.3 s"
    assert time.monotonic() - begun < 1


def test_read__wait_that_would_be_too_long__is_not_begun(source, vendor):
    vendor.answers = [answer(status=500)]
    begun = time.monotonic()
    assert refusal(source(backoff_seconds=10_000, total_seconds=1)) == WHERE + "answered 500"
    assert time.monotonic() - begun < 0.9


def test_read__body_cut_short__tries_again(source, vendor):
    short = answer('{"close": 1', content_length="12")
    vendor.answers = [short, answer('{"close": 1}')]
    assert list(source().read(["AAPL"], DAY)) == ["AAPL"]
    vendor.answers = [short]
    assert refusal(source(retries=0)) == WHERE + "the connection broke off"


def test_read__no_http__is_refused(source, vendor):
    vendor.answers = [lambda handler: handler.wfile.write(b"+OK ready\r\n")]
    assert refusal(source(retries=0)) == WHERE + "the connection broke off"


def test_read__exactly_the_limit__is_read(source, vendor):
    vendor.answers = [answer('{"close": 1}')]
    assert list(source(max_bytes=12).read(["AAPL"], DAY)) == ["AAPL"]
    assert refusal(source(max_bytes=11)) == WHERE + "is larger than 11 bytes"


def test_read__stream_without_end__stops_at_the_limit(source, vendor):
    sent = []

    def pour(handler):
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        while not vendor.closing.is_set():
            sent.append(handler.wfile.write(b" " * 10_000))

    vendor.answers = [pour]
    assert refusal(source(max_bytes=50_000)) == WHERE + "is larger than 50000 bytes"
    assert len(vendor.asked) == 1


def test_read__gzip__is_unpacked(source, vendor):
    vendor.answers = [answer(gzip.compress(b'{"close": 167.63}'), content_encoding="gzip")]
    assert str(source().read(["AAPL"], DAY)["AAPL"].value) == "167.63"
    assert vendor.headers[0]["accept-encoding"] == "gzip"


def test_read__gzip_bomb__is_not_unpacked(source, vendor):
    bomb = gzip.compress(b" " * 200_000_000, 1)
    vendor.answers = [answer(bomb, content_encoding="gzip")]
    tracemalloc.start()
    try:
        assert refusal(source(max_bytes=100_000)) == WHERE + "is larger than 100000 bytes"
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


WHOLE = gzip.compress(b'{"close": 1}', mtime=0)


@pytest.mark.parametrize(
    ("body", "encoding", "reason"),
    [
        (b'{"close": 1}', "gzip", "is no gzip"),
        (WHOLE[:-8] + b"\0" * 4 + WHOLE[-4:], "gzip", "is no gzip"),
        (WHOLE[:-4], "gzip", "the connection broke off"),
        (b"", "gzip", "the connection broke off"),
        (WHOLE + WHOLE, "gzip", "goes on after the end of its gzip"),
        (WHOLE, "br", "is packed in a way that was not asked for"),
        (WHOLE, "gzip, gzip", "is packed in a way that was not asked for"),
    ],
    ids=["plain", "changed", "short", "empty", "twice", "another", "nested"],
)
def test_read__packing_that_is_broken__is_refused(source, vendor, body, encoding, reason):
    vendor.answers = [answer(body, content_encoding=encoding)]
    assert refusal(source(retries=0)) == WHERE + reason


def test_read__redirect__is_refused_unless_allowed(source, vendor):
    vendor.by_path = {
        "/AAPL": answer(status=302, location="/moved"),
        "/moved": answer('{"close": 1}'),
    }
    assert refusal(source()) == WHERE + "redirects (302), which is not allowed"
    assert vendor.asked == ["/AAPL"]
    headers = {"X-Key": SECRET}
    assert list(source(redirects=True, headers=headers).read(["AAPL"], DAY)) == ["AAPL"]
    assert vendor.headers[-1]["x-key"] == SECRET


def test_read__redirect_to_another_server__does_not_get_the_headers(source, vendor, vendors):
    other = vendors()
    vendor.answers = [answer(status=307, location=f"{other.url}/x")]
    other.answers = [answer('{"close": 1}')]
    headers = {"X-Key": SECRET, "Authorization": f"Bearer {SECRET}"}
    assert list(source(redirects=True, headers=headers).read(["AAPL"], DAY)) == ["AAPL"]
    assert vendor.headers[0]["x-key"] == SECRET
    assert SECRET not in str(other.headers)


def test_read__redirects_in_a_circle__are_refused(source, vendor):
    vendor.answers = [answer(status=302, location="/AAPL")]
    assert refusal(source(redirects=True)) == WHERE + "cannot be asked (TooManyRedirects)"
    assert len(vendor.asked) == 6


def test_read__secrets__are_sent_and_shown_nowhere(source, vendor, caplog):
    caplog.set_level("DEBUG")
    vendor.answers = [answer(SECRET, status=401)]
    keyed = source("/{key}?apikey=in-the-url", headers={"X-Key": SECRET})
    with pytest.raises(SourceError) as info:
        keyed.read(["AAPL"], DAY)
    assert vendor.headers[0]["x-key"] == SECRET
    assert str(info.value) == WHERE + "answered 401"
    assert info.value.__suppress_context__
    assert "in-the-url" not in repr(keyed)
    assert "X-Key" not in repr(keyed)
    assert "401" in caplog.text  # httpx logs the address, and with it a secret that stands there
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("headers", "name"),
    [({"X-Key": "a\r\nb"}, "X-Key"), ({"X-Key": "é"}, "X-Key"), ({"é": "a"}, "é")],
)
def test_source__header_that_cannot_be_sent__is_refused(source, headers, name):
    with pytest.raises(ValueError, match=f"^vendor: the header {name} is not printable ASCII$"):
        source(headers=headers)


def test_read__header_that_is_none__is_refused_without_its_value(source, vendor):
    reason = refusal(source(headers={"X Key": SECRET}))
    assert reason == WHERE + "cannot be asked (LocalProtocolError)"


@pytest.mark.parametrize(
    "url", ["", "/eod/{key}", "ftp://a/{key}", "http://", "http://a:b/", "http:x"]
)
def test_source__url_of_another_kind__is_refused(url):
    with pytest.raises(ValueError, match=r"^vendor: the url is none of http or https$"):
        HttpSource("vendor", url, "close")


@pytest.mark.parametrize(
    ("value", "observed", "reason"),
    [
        ("", None, "Invalid JMESPath expression: cannot be empty."),
        ("a b", None, "Unexpected token: b: Parse error at column 2"),
        ("a", "#", "Bad jmespath expression: Unknown token #"),
        ("a", "", "Invalid JMESPath expression: cannot be empty."),
    ],
)
def test_source__expression_that_is_none__is_refused(source, value, observed, reason):
    with pytest.raises(ValueError, match=r"^vendor: ") as info:
        source(value=value, observed=observed)
    assert str(info.value).startswith(f"vendor: {reason}")


@pytest.mark.parametrize("limit", ["connect_seconds", "total_seconds", "max_bytes"])
def test_limits__none_at_all__are_refused(limit):
    with pytest.raises(ValueError, match="greater than 0"):
        Limits(**{limit: 0})
