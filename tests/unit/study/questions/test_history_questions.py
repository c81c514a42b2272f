# SPDX-License-Identifier: MIT
"""`questions.over_time`, `.tails`, `.stress` and `.market`, on made histories."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from tanpo.study.engine.outcome import History
from tanpo.study.questions import market, over_time, stress, tails
from tanpo.study.questions.published import DESIGN
from tanpo.study.setting import Setting

from .laboratories import FIRST, SMALL, answering, laboratory, market_of

NOTHING = np.zeros((1, 1, 1))


def history(difference, moves):
    return History(np.array(difference, float), np.array(moves, bool), NOTHING)


# ---------------------------------------------------------------------- over time


def test_called_of__made_histories__mean_over_trades_in_bp(stocks, monkeypatch):
    made = [
        history([[0, 0], [-3000, 1000], [500, 700]], [[0, 0], [1, 1], [0, 1]]),
        history([[0, 0], [0, 0], [10_000, 0]], [[0, 0], [0, 0], [1, 0]]),
    ]
    monkeypatch.setattr(over_time, "histories", lambda cell: iter(made))
    # Of loans of 10,000,000: 1,000 are a basis point.
    assert over_time.called_of(stocks.cell(0, DESIGN)).tolist() == [[0, 2, 0.35], [0, 0, 5]]


def test_over_time__made_calls__sums_by_month(stocks):
    dates = stocks.universe.market.dates
    answers = [np.array([[factor * day.day for day in dates]]) for factor in (1, 2, 3, 4)]
    section = over_time.ask(answering(stocks, answers))
    by_month = [31 * 32 // 2, 29 * 30 // 2, 31 * 32 // 2, 9 * 10 // 2]
    table = section.table
    assert list(table.columns) == ["month", "series", "value", "unit"]
    assert list(table.month.unique()) == list(pd.date_range("2024-01-01", periods=4, freq="MS"))
    for factor, (_, rows) in enumerate(table.groupby("series", sort=False), 1):
        assert rows.value.tolist() == [factor * each for each in by_month]
    assert section.findings[0].startswith(
        f"{table.series[0]}: 466 bp in the median month, 496 bp in the worst, January 2024"
    )


def test_over_time__prices_on_all_dates__every_month(stocks):
    table = over_time.ask(stocks).table
    assert len(table) == 4 * len(DESIGN)
    sums = table.groupby("series", sort=False).value.sum()
    assert (sums > 0).all()
    assert sums.iloc[0] > sums.iloc[1]


@pytest.mark.parametrize("question", [over_time.ask, stress.bootstrap])
def test_whole_history__a_gap_in_it__is_not_asked(broken, question):
    assert question(broken) is None


# ---------------------------------------------------------------------- tails


def test_tail_of__made_history__by_hand(stocks, monkeypatch):
    """200 differences of 1,000 to 200,000, in basis points 1 to 200; five trades, 40 dates."""
    sizes = np.arange(1, 201).reshape(40, 5) * 1000.0
    sizes[::2] *= -1
    moves = np.zeros((41, 5), bool)
    moves[10, :2] = True
    opening = np.full((1, 5), 1e9)
    monkeypatch.setattr(
        tails, "histories", lambda cell: iter([history(np.vstack([opening, sizes]), moves)])
    )
    assert tails.tail_of(stocks.cell(0, [Setting()])).tolist() == [
        [(196 + 197 + 198 + 199 + 200) / 5],
        [(199 + 200) / 2],
        [198],
        [(46 + 47) / 5],
    ]


def test_tails__made_windows__mean_and_range(stocks):
    answers = [
        np.full((len(tails.METRICS), len(DESIGN)), number) for number in range(len(stocks.windows))
    ]
    section = tails.ask(answering(stocks, answers))
    for regime in ("normal", "sharp_fall", "turmoil"):
        numbers = [
            number
            for number, window in enumerate(stocks.windows)
            if window.regime == regime or (regime == "turmoil" and window.regime != "normal")
        ]
        rows = section.table[section.table.regime == regime]
        assert len(rows) == len(tails.METRICS) * len(DESIGN)
        assert set(rows.value) == {np.mean(numbers)}
        assert set(rows.low) == {numbers[0]}
        assert set(rows.high) == {numbers[-1]}
    assert section.findings[0].startswith(
        "Normal: the expected shortfall (97.5 %) is, in bp of the loan, 0 with 1 security"
    )


def test_tails__baskets_of_twenty__are_asked_too():
    wide = laboratory(market_of(stocks=21))
    answers = [np.ones((len(tails.METRICS), 5))] * len(wide.windows)
    series = tails.ask(answering(wide, answers)).table.series.unique()
    assert len(series) == 5
    assert series[-1] == "20 securities, no threshold"


def test_tails__small_market__worse_days_are_worse(stocks):
    table = tails.ask(stocks).table
    of = table[table.regime == "turmoil"].pivot_table(
        index="series", columns="metric", values="value"
    )
    assert (of.expected_shortfall_99 >= of.expected_shortfall_97_5).all()
    assert (table.low <= table.value).all()
    assert (table.value <= table.high).all()


# ---------------------------------------------------------------------- larger moves


def test_scaling__factors__one_is_the_published_design(stocks):
    section = stress.scaling(stocks)
    table = section.table
    assert sorted(table.x.unique()) == [0.5, 0.75, 1.0, 1.5, 2.0, 3.0]
    credit = table[(table.metric == "net_credit") & (table.regime == "normal")]
    of_base = credit[credit.series == DESIGN[0].case].set_index("x")
    assert of_base["index"].tolist() == [1] * 6
    assert of_base.value.is_monotonic_increasing
    measured = stocks.measure(DESIGN).table(DESIGN[0], ["net_credit"], lambda setting: {})
    assert of_base.value[1.0] == measured.value[0]


def test_bootstrap__small_market__quantiles_of_the_windows(stocks):
    section = stress.bootstrap(stocks)
    table = section.table
    assert len(table) == 2 * 4 * 4
    assert ((table.low <= table.value) & (table.value <= table.high)).all()
    calls = table[(table.metric == "calls") & (table.series == DESIGN[0].case)]
    assert calls.value.tolist() == pytest.approx([21, 21])
    assert section.notes[0].startswith(f"{SMALL.bootstrap} windows of 63 business dates")


# ---------------------------------------------------------------------- the market


def test_market__small_market__level_spans_and_sentences(stocks):
    section = market.ask(stocks)
    prices = stocks.universe.market.prices_e8
    returns = (prices[1:] / prices[:-1] - 1).mean(axis=1)
    assert section.table.level.tolist() == pytest.approx([100, *100 * np.cumprod(1 + returns)])
    assert section.table.date.tolist() == [
        pd.Timestamp(FIRST + timedelta(number)) for number in range(100)
    ]
    spans, windows = section.table.attrs["spans"], stocks.windows
    assert [(regime, first.date(), last.date()) for regime, first, last in spans] == [
        (window.regime, window.start, window.end) for window in windows
    ]
    window = windows[0]
    change = np.prod(1 + returns[window.first : window.last]) - 1
    volatility = returns[window.first : window.last].std(ddof=1) * 252**0.5
    assert section.findings[0] == (
        f"Normal, {window.start} to {window.end}: the market went {change:+.1%}, its volatility was"
        f" {volatility:.1%} a year."
    )


def test_market__two_moments_a_date__closes_alone(moments):
    table = market.ask(moments).table
    assert len(table) == 100
    assert table.date.is_unique
    prices = moments.universe.market.prices_e8
    to_first_close = (prices[1] / prices[0]).mean()
    assert table.level[0] == pytest.approx(100 * to_first_close)
