# SPDX-License-Identifier: MIT
"""`questions.custody`: who bears what, by hand."""

from __future__ import annotations

import math

import pytest

from tanpo.study.output.words import case
from tanpo.study.questions import custody
from tanpo.study.questions.published import DESIGN

from .laboratories import everywhere, made

FIGURES = everywhere(
    net_credit=[60, 90, 30, 45],
    lender_credit=[30, 45, 15, 24],
    call_amount=[100, 50, 80, 40],
    delivered=[40, 0, 32, 16],
)


def by_case(table, metric, custody_of, regime="normal"):
    wanted = (table.regime == regime) & (table.metric == metric) & (table.x == custody_of)
    rows = table[wanted].set_index("series")
    return [rows.loc[case(s.collaterals, s.threshold_bps / 10_000), "index"] for s in DESIGN]


def test_ask__made_figures__title_transfer_of_the_base_is_one():
    section = custody.ask(made(DESIGN, FIGURES))
    table = section.table
    assert set(table.metric) == {"net_credit", "call_amount"}
    for regime in ("normal", "turmoil"):
        assert by_case(table, "net_credit", "title transfer", regime) == [1, 1.5, 0.5, 0.75]
        assert by_case(table, "net_credit", "segregated", regime) == [0.5, 0.75, 0.25, 0.4]
        assert by_case(table, "call_amount", "title transfer", regime) == [1, 0.5, 0.8, 0.4]
        assert by_case(table, "call_amount", "segregated", regime) == pytest.approx(
            [0.4, 0, 0.32, 0.16], rel=1e-12
        )
    # One window and one draw: there is nothing to draw again.
    assert table.low.equals(table["index"])
    assert table.high.equals(table["index"])
    assert section.findings == tuple(
        f"{regime}, one security without a threshold: segregation leaves 0.50 of the credit and"
        " 0.40 of what parties must have at hand."
        for regime in ("Normal", "Turmoil")
    )


def test_ask__nothing_moves__no_index():
    section = custody.ask(made(DESIGN, everywhere()))
    assert section.table[["index", "low", "high"]].isna().all(axis=None)
    assert section.findings[0].endswith(
        "segregation leaves – of the credit and – of what parties must have at hand."
    )


def test_ask__only_the_borrower_owes__segregated_is_all_of_it():
    figures = everywhere(
        net_credit=[60] * 4, lender_credit=[60] * 4, call_amount=[10] * 4, delivered=[10] * 4
    )
    table = custody.ask(made(DESIGN, figures)).table
    assert by_case(table, "net_credit", "segregated") == [1, 1, 1, 1]
    assert not any(map(math.isnan, table.value))
