# SPDX-License-Identifier: MIT
"""`oracles.sources.ecb`."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest

from oracles.observation import Observation
from oracles.sources import SourceError, ecb
from oracles.sources.download import Limits
from oracles.sources.ecb import EcbSource

from .conftest import answer

DAY = date(2023, 4, 19)
QUICK = Limits(total_seconds=2, read_seconds=0.2, retries=1, backoff_seconds=0.001)
NEW = ecb._embedded().last + timedelta(7)
"""A day later than all that the package has."""


def zipped(content: str | bytes, *names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names or ("eurofxref-hist.csv",):
            archive.writestr(zipfile.ZipInfo(name), content)  # of 1980, whenever it is made
    return packed.getvalue()


def history(day: date = NEW, usd: str = "1.1200") -> bytes:
    return zipped(f"Date,USD,JPY,BGN,\n{day},{usd},175.68,N/A,\n2023-04-19,1.0933,147.24,1.9558,\n")


@pytest.fixture
def source(vendor, tmp_path):
    return EcbSource(cache=tmp_path / "kept" / "hist.zip", url=f"{vendor.url}/h.zip", limits=QUICK)


def usd(source, day):
    return {key: str(seen.value) for key, seen in source.read(["EURUSD"], day).items()}


@pytest.mark.parametrize(
    ("day", "key", "rate"),
    [
        (DAY, "EURUSD", "1.0933"),
        (DAY, "EURJPY", "147.24"),
        (DAY, "EURISK", "149.5"),
        (DAY, "EURGBP", "0.88108"),
        (date(1999, 1, 4), "EURUSD", "1.1789"),
        (date(1999, 1, 4), "EURTRL", "372274"),
        (date(2000, 1, 3), "EURUSD", "1.009"),
    ],
)
def test_read__day_of_rates__is_as_published(day, key, rate):
    found = EcbSource().read([key], day)
    assert found == {key: Observation(key, day, Decimal(rate), "ecb")}
    assert str(found[key].value) == rate


@pytest.mark.parametrize(
    "key", ["EURTRL", "EURCYP", "EUREUR", "USDEUR", "USDJPY", "USD", "EUR", "EURDate", "eurusd"]
)
def test_read__pair_without_a_rate__is_left_out(key):
    assert EcbSource().read([key], DAY) == {}


@pytest.mark.parametrize(
    "day",
    [date(1998, 12, 31), date(1999, 1, 3), date(2023, 4, 22), date(2023, 4, 7), NEW],
    ids=["before", "first_sunday", "saturday", "good_friday", "after"],
)
def test_read__day_without_rates__gives_nothing(day):
    assert EcbSource().read(["EURUSD"], day) == {}
    assert EcbSource().keys(day) == []


def test_keys__day_of_rates__are_the_published_pairs():
    keys = EcbSource().keys(DAY)
    assert keys == sorted(keys)
    assert len(keys) == 30
    assert {"EURUSD", "EURJPY", "EURGBP", "EURCHF"} < set(keys)
    assert not {"EURRUB", "EURHRK", "EUR"} & set(keys)


def test_read__known_day__asks_nobody(source, vendor):
    assert usd(source, DAY) == {"EURUSD": "1.0933"}
    assert vendor.asked == []


def test_read__later_day__downloads_and_keeps(source, vendor):
    vendor.answers = [answer(history())]
    assert usd(source, NEW) == {"EURUSD": "1.1200"}
    assert source.keys(NEW) == ["EURJPY", "EURUSD"]
    assert vendor.asked == ["/h.zip"]
    assert source.cache.read_bytes() == history()
    assert [path.name for path in source.cache.parent.iterdir()] == ["hist.zip"]


def test_read__kept_before__asks_nobody(source, vendor):
    source.cache.parent.mkdir()
    source.cache.write_bytes(history())
    assert usd(source, NEW) == {"EURUSD": "1.1200"}
    assert vendor.asked == []


def test_read__kept_ends_earlier__is_not_used(source, vendor):
    source.cache.parent.mkdir()
    source.cache.write_bytes(history(date(2023, 4, 20), "9.9"))
    assert usd(source, date(2023, 4, 20)) == {"EURUSD": "1.0944"}


@pytest.mark.parametrize("kept", [b"", b"PK", history()[:-30]])
def test_read__kept_is_broken__is_as_without(source, vendor, kept):
    source.cache.parent.mkdir()
    source.cache.write_bytes(kept)
    assert usd(source, DAY) == {"EURUSD": "1.0933"}
    vendor.answers = [answer(history())]
    assert usd(source, NEW) == {"EURUSD": "1.1200"}
    assert source.cache.read_bytes() == history()


def test_read__day_not_published_yet__gives_nothing(source, vendor):
    vendor.answers = [answer(history())]
    assert usd(source, NEW + timedelta(1)) == {}
    assert usd(source, NEW) == {"EURUSD": "1.1200"}


def test_read__500_then_200__tries_again(source, vendor):
    vendor.answers = [answer(status=500), answer(history())]
    assert usd(source, NEW) == {"EURUSD": "1.1200"}
    assert len(vendor.asked) == 2


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (answer(status=500), "answered 500"),
        (answer(status=404), "answered 404"),
        (answer(status=301, location="/other"), "redirects (301), which is not allowed"),
        (answer(history()[:-30]), "is no zip: File is not a zip file"),
        (answer("<html>"), "is no zip: File is not a zip file"),
        (answer(zipped("")), "does not begin with the dates and currencies"),
        (
            answer(zipped("Date,JPY,\n2023-04-19,1,\n")),
            "does not begin with the dates and currencies",
        ),
        (
            answer(zipped("Date,USD\n2023-04-19,1\n")),
            "does not begin with the dates and currencies",
        ),
        (
            answer(zipped("Date,USD,USD,\n2023-04-19,1,2,\n")),
            "does not begin with the dates and currencies",
        ),
        (answer(zipped("Date,USD,\n")), "has no day"),
        (answer(zipped("Date,USD,\n19 April,1,\n")), "line 2 is not as the ECB writes it"),
        (answer(zipped("Date,USD,\n2023-04-19,1\n")), "line 2 is not as the ECB writes it"),
        (answer(zipped("Date,USD,\n2023-04-19,-1,\n")), "line 2 is not as the ECB writes it"),
        (answer(zipped("Date,USD,\n2023-04-19,1e5,\n")), "line 2 is not as the ECB writes it"),
        (answer(zipped("Date,USD,\n2023-04-19,,\n")), "line 2 is not as the ECB writes it"),
        (answer(zipped("Date,USD,\n\n")), "line 2 is not as the ECB writes it"),
        (
            answer(zipped("Date,USD,\n2023-04-19,1,\n2023-04-19,2,\n")),
            "line 3 is not as the ECB writes it",
        ),
        (answer(zipped("Date,USD,\n2023-04-19,1,\n", "a", "b")), "holds 2 files, not 1"),
        (answer(zipped(b"Date,USD,\n2023-04-19,\xff,\n")), "is no ASCII text"),
    ],
)
def test_read__later_day_cannot_be_downloaded__says_why_and_leaves_what_was(
    source, vendor, given, reason
):
    vendor.answers = [given]
    with pytest.raises(SourceError) as info:
        source.read(["EURUSD"], NEW)
    assert str(info.value) == f"ecb: the ECB's history: {reason}"
    assert not source.cache.parent.exists()
    assert usd(source, DAY) == {"EURUSD": "1.0933"}


def test_read__unpacks_to_too_much__says_so(source, vendor, monkeypatch):
    assert usd(source, DAY) == {"EURUSD": "1.0933"}
    monkeypatch.setattr(ecb, "_LARGEST", 100)
    vendor.answers = [answer(zipped("0" * 101))]
    with pytest.raises(SourceError) as info:
        source.read(["EURUSD"], NEW)
    assert str(info.value) == "ecb: the ECB's history: is larger than 100 bytes"


def test_read__nobody_answers__says_so_for_later_days_only(source, vendor):
    source.url = "http://127.0.0.1:1/h.zip"
    with pytest.raises(SourceError, match=r"^ecb: the ECB's history: no connection$"):
        source.read(["EURUSD"], NEW)
    assert usd(source, DAY) == {"EURUSD": "1.0933"}


def test_refresh__ends_no_later__keeps_what_was(source, vendor):
    vendor.answers = [answer(history(ecb._embedded().last, "9.9"))]
    source.refresh()
    assert not source.cache.exists()
    assert usd(source, ecb._embedded().last) != {"EURUSD": "9.9"}


def test_refresh__without_a_cache__asks_nobody(vendor):
    source = EcbSource(url=vendor.url, limits=QUICK)
    source.refresh()
    assert source.read(["EURUSD"], NEW) == {}
    assert vendor.asked == []


def test_refresh__cannot_be_kept__says_so(source, vendor):
    vendor.answers = [answer(history())]
    source.cache.mkdir(parents=True)
    with pytest.raises(SourceError) as info:
        source.refresh()
    assert str(info.value) == f"ecb: cannot keep {source.cache}: Is a directory"
    assert [path.name for path in source.cache.parent.iterdir()] == ["hist.zip"]
    assert usd(source, DAY) == {"EURUSD": "1.0933"}


def test_published__pair__is_all_its_dates_in_order():
    found = ecb.published("EURUSD")
    assert list(found) == sorted(found)
    assert next(iter(found.items())) == (date(1999, 1, 4), Decimal("1.1789"))
    assert str(found[DAY]) == "1.0933"
    assert date(2023, 4, 7) not in found  # Good Friday


def test_published__currency_of_some_dates__has_only_these():
    found = ecb.published("EURTRL")
    assert (min(found), max(found)) == (date(1999, 1, 4), date(2004, 12, 31))


@pytest.mark.parametrize("pair", ["USDJPY", "EUREUR", "EUR"])
def test_published__pair_without_rates__is_nothing(pair):
    assert ecb.published(pair) == {}
