# SPDX-License-Identifier: MIT
"""`questions.comparison`: verdicts, and causes fitted on made figures."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from tanpo.study.output.words import case
from tanpo.study.questions import published
from tanpo.study.questions.causes import OTHER_TRADES
from tanpo.study.questions.comparison import NONE, compare
from tanpo.study.questions.published import BASE, DESIGN, METRICS

from .laboratories import everywhere, made

COLUMNS = ["regime", "case", "metric", "ours", "published", "verdict", "cause"]
OURS = {
    "net_credit": [100, 123, 70, 111],
    "calls": [20, 6, 20, 4],
    "call_amount": [100, 65, 96, 64],
    "tokens_moved": [100, 65, 95, 65],
}
OTHERS = {
    "net_credit": [200, 240, 198, 220],
    "calls": [20, 12, 20, 12],
    "call_amount": [200, 150, 190, 150],
    "tokens_moved": [200, 150, 190, 150],
}


def measured(**changed):
    return made(DESIGN, everywhere(**{**OURS, **changed}))


def variants():
    table = made(DESIGN, everywhere(**OTHERS)).table(
        BASE,
        METRICS,
        lambda setting: {"x": case(setting.collaterals, setting.threshold_bps / 10_000)},
    )
    others = table.assign(series=OTHER_TRADES)
    return SimpleNamespace(table=pd.concat([table.assign(value=1.0, series="bonds"), others]))


def scaling(calls=(0.11, 0.31)):
    """At half the moves and at all of them; every other index goes from 0.6 to 0.7."""
    rows = [
        {
            "regime": regime,
            "series": case(setting.collaterals, setting.threshold_bps / 10_000),
            "x": factor,
            "metric": metric,
            "index": calls[at] if (metric, setting) == ("calls", DESIGN[1]) else (0.6, 0.7)[at],
        }
        for regime in ("normal", "turmoil")
        for setting in DESIGN
        for metric in METRICS
        for at, factor in enumerate((0.5, 1.0))
    ]
    return SimpleNamespace(table=pd.DataFrame(rows))


def likeness(normal=0.3):
    return SimpleNamespace(
        table=pd.DataFrame({"regime": ["normal", "normal", "turmoil"], "x": [0, 2 * normal, 0.75]})
    )


def compared(found, *, with_variants=True, moved=None, alike=None):
    table = compare(
        published.table(found),
        found,
        variants() if with_variants else None,
        moved or scaling(),
        alike or likeness(),
    )
    assert list(table.columns) == COLUMNS
    return table


def row_of(table, regime, of, metric):
    rows = table[(table.regime == regime) & (table.case == of) & (table.metric == metric)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_compare__made_figures__all_but_the_base_of_two_regimes():
    table = compared(measured())
    assert len(table) == 2 * 3 * 4
    assert list(table.regime.unique()) == ["Normal times", "Turmoil"]
    assert list(table.case.unique()) == [case(1, 0.02), case(5, 0.0), case(5, 0.02)]
    assert (table.cause == "").eq(table.verdict == "agrees").all()


def test_compare__agrees__two_decimals_and_no_cause():
    row = row_of(compared(measured()), "Normal times", case(1, 0.02), "Net credit amount")
    assert row[["ours", "published", "verdict", "cause"]].tolist() == [
        "1.23 (1.23 to 1.23)",
        "1.23",
        "agrees",
        "",
    ]


def test_compare__five_securities__share_and_factor_by_hand():
    """(70 (1 - s) + 198 s) / (100 (1 - s) + 200 s) = 0.96 where s = 26 / 32; 0.21 calls lie in the
    middle between 0.11 at half the moves and 0.31 at all.
    """
    row = row_of(compared(measured()), "Normal times", case(5, 0.0), "Net credit amount")
    assert row[["ours", "published", "verdict"]].tolist() == [
        "0.70 (0.70 to 0.70)",
        "0.96",
        "lower",
    ]
    assert row.cause == (
        "0.96 if 81% of the trades lent stocks against bonds; 0.65 if prices moved 0.75 times;"
        " 0.70 to 0.70 in single windows;"
        " the mean correlation in our baskets is 0.30, and theirs would be 0.90"
    )


def test_compare__one_security__share_of_the_five_and_no_correlation():
    """With s = 26 / 32 of others: (6 x 6 + 26 x 12) / (32 x 20) calls; 0.30 x 0.21 / 0.31."""
    row = row_of(compared(measured()), "Normal times", case(1, 0.02), "Margin calls")
    assert (row.ours, row.verdict) == ("0.30 (0.30 to 0.30)", "higher")
    assert row.cause == (
        "0.54 if 81% of the trades lent stocks against bonds; 0.20 if prices moved 0.75 times;"
        " 0.30 to 0.30 in single windows"
    )


def test_compare__turmoil__fitted_to_its_own_figures():
    """The middle of 0.81 to 0.94: (70 + 128 s) / (100 + 100 s) = 0.875 where s = 17.5 / 40.5; calls
    of 0.46 are beyond those at all the moves, and nothing is said of what was not tried.
    """
    row = row_of(compared(measured()), "Turmoil", case(5, 0.0), "Net credit amount")
    assert (row.ours, row.published, row.verdict) == (
        "0.70 (0.70 to 0.70)",
        "0.81 to 0.94",
        "lower",
    )
    assert row.cause == (
        "0.88 if 43% of the trades lent stocks against bonds;"
        " 0.70 to 0.70 in single windows;"
        " the mean correlation in our baskets is 0.75, and theirs would be 0.71"
    )


def test_compare__share_beyond_all_trades__is_clipped():
    """Ours has the higher index already: no share of others brings it down to 0.96."""
    table = compared(measured(net_credit=[100, 123, 120, 111]))
    row = row_of(table, "Normal times", case(5, 0.0), "Net credit amount")
    assert row.verdict == "higher"
    assert "0.99 if 100% of the trades lent stocks against bonds" in row.cause


def test_compare__no_bonds__no_share():
    table = compared(measured(), with_variants=False)
    row = row_of(table, "Normal times", case(5, 0.0), "Net credit amount")
    assert row.cause == (
        "0.65 if prices moved 0.75 times; 0.70 to 0.70 in single windows;"
        " the mean correlation in our baskets is 0.30, and theirs would be 0.90"
    )


def test_compare__no_correlation_and_no_calls__are_left_out():
    nan = float("nan")
    moved, alike = scaling((nan, nan)), likeness()
    alike.table["x"] = nan
    table = compared(measured(), with_variants=False, moved=moved, alike=alike)
    row = row_of(table, "Normal times", case(5, 0.0), "Net credit amount")
    assert (row.verdict, row.cause) == ("lower", "0.70 to 0.70 in single windows")


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.90, 0.955 - 1e-9, "lower"),
        (0.90, 0.955 + 1e-9, "agrees"),
        (0.90, 1.00, "agrees"),
        (0.965 - 1e-9, 1.00, "agrees"),
        (0.965 + 1e-9, 1.00, "higher"),
        (float("nan"), float("nan"), NONE),
    ],
)
def test_compare__interval_beside_the_published_figure__half_a_hundredth_is_rounding(
    low, high, verdict
):
    found = measured()
    table = published.table(found)
    at = table.metric.eq("net_credit") & table.collaterals.eq(5) & table.threshold.eq(0)
    table.loc[at & table.regime.eq("normal"), ["low", "high"]] = low, high
    rows = compare(table, found, variants(), scaling(), likeness())
    assert row_of(rows, "Normal times", case(5, 0.0), "Net credit amount").verdict == verdict


def test_compare__base_without_tokens__has_no_verdict_and_no_cause():
    table = compared(measured(tokens_moved=[0, 0, 0, 0]))
    row = row_of(table, "Normal times", case(1, 0.02), "Tokens transferred")
    assert row[["ours", "published", "verdict", "cause"]].tolist() == ["–", "0.65", NONE, ""]
