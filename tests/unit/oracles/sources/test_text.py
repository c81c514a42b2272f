# SPDX-License-Identifier: MIT
"""`oracles.sources.text`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from oracles.sources import text


@pytest.mark.parametrize(
    "written",
    [
        "0",
        "1.0933",
        "215.70",
        "-0.533",
        "+3",
        "007",
        ".5",
        "5.",
        "1E+5",
        "1e-7",
        "5e-324",
        "1." + "3" * 98,
    ],
)
def test_number__as_vendors_write_it__is_exact(written):
    read = text.number(written)
    assert (read, str(read)) == (Decimal(written), str(Decimal(written)))


@pytest.mark.parametrize(
    "written",
    [
        "",
        " 1",
        "1 ",
        "1\n",
        "1,5",
        "1_000",
        "1'000",
        "N/A",
        "nan",
        "NaN",
        "sNaN1",
        "inf",
        "-Infinity",
        "0x10",
        "1e",
        "e5",
        ".",
        "1e1000",
        "1e-1000",
        "--1",
        "1.2.3",
        "１",
        "٣",
        "½",
        "1." + "3" * 99,
        "True",
        "1\x00",
    ],
)
def test_number__that_is_none__is_refused(written):
    with pytest.raises(ValueError, match=r"^is no number$"):
        text.number(written)


def test_day__iso__is_read():
    assert text.day("2023-04-19") == date(2023, 4, 19)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "20230419",
        "2023-W16-3",
        "2023-4-19",
        "19.04.2023",
        "2023-02-29",
        "2023-13-01",
        "2023-04-19T00:00:00",
        " 2023-04-19",
        "2023-04-19\n",
        "٢٠٢٣-04-19",
        "0000-01-01",
    ],
)
def test_day__another_form_or_none__is_refused(written):
    with pytest.raises(ValueError, match=r"^is no date such as 2023-04-19$"):
        text.day(written)
