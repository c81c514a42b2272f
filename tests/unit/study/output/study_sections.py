# SPDX-License-Identifier: MIT
"""A small section of each kind of chart, with figures such as a study has."""

from datetime import date, timedelta
from itertools import product
from math import exp, sin, sqrt

import pandas as pd

from tanpo.study.output.section import Chart, Section
from tanpo.study.output.words import REGIMES

NAN = float("nan")
UNITS = {
    "net_credit": "bp of the loan",
    "calls": "per 21 business dates",
    "call_amount": "% of the loan per 21 business dates",
    "tokens_moved": "% of the loan per 21 business dates",
    "uncovered": "bp of the loan",
    "worst": "bp of the loan",
    "largest_call": "bp of the loan",
}
_LEVELS = {
    "normal": 1.0,
    "sharp_fall": 1.9,
    "sharp_rise": 1.6,
    "high_volatility": 2.3,
    "turmoil": 1.9,
}
_BASES = dict(zip(UNITS, (97.4, 19.3, 18.8, 18.9, 41.0, 312.0, 305.5), strict=True))


def thresholds(metrics: tuple[str, ...] = ("net_credit", "calls")) -> Section:
    rows = [
        _measured(metric, regime, f"{number} {'security' if number == 1 else 'securities'}", x,
                  _index(metric, number, x))
        for metric, regime, number, x in product(
            metrics, REGIMES, (1, 5), (0.0, 0.5, 1.0, 2.0, 3.0, 5.0)
        )
    ]  # fmt: skip
    return Section(
        "thresholds",
        "What does the threshold do?",
        (
            "A threshold of 2 % takes away three of four margin calls.",
            "It adds half as much again to the net credit amount.",
        ),
        pd.DataFrame(rows),
        Chart.LINES,
        "threshold (% of the required value)",
        ("Each point is a mean over 400 windows of 21 business dates.",),
    )


def markets(metrics: tuple[str, ...] = ("net_credit", "calls")) -> Section:
    names = ("US stock", "Japanese stock against Bunds in another currency", "Bunds")
    rows = [
        _measured(
            metric, regime, f"{number} securities", x, _index(metric, number, 0) * (1 + at / 5)
        )
        for metric, regime, number, (at, x) in product(metrics, REGIMES, (2, 5), enumerate(names))
    ]
    return Section(
        "markets",
        "Is it so in other markets?",
        ("It is.",),
        pd.DataFrame(rows),
        Chart.BARS,
        "market",
    )


def published() -> Section:
    rows = []
    for metric, regime, number, threshold in product(
        ("net_credit", "calls", "call_amount", "tokens_moved"), REGIMES, (1, 5), (0.0, 0.02)
    ):
        base = number == 1 and threshold == 0
        index = 1.0 if base else _index(metric, number, 100 * threshold) * _LEVELS[regime] ** 0.1
        theirs = 1.0 if base else round(index * 1.04, 2)
        rows.append(
            {
                "regime": regime,
                "collaterals": number,
                "threshold": threshold,
                "metric": metric,
                "index": index,
                "low": 1.0 if base else index * 0.95,
                "high": 1.0 if base else index * 1.05,
                "published_low": theirs - (0.04 if regime == "turmoil" and not base else 0),
                "published_high": theirs + (0.05 if regime == "turmoil" and not base else 0),
            }
        )
    return Section(
        "published",
        "Are the published figures found again?",
        ("Nine of twelve are.",),
        pd.DataFrame(rows),
        Chart.PUBLISHED,
        "",
    )


def frontier() -> Section:
    rows = []
    for regime, number, threshold in product(
        REGIMES, (1, 2, 5, 10), (0.0, 0.005, 0.01, 0.02, 0.03, 0.05)
    ):
        level = _LEVELS[regime] * sqrt(0.4 + 0.6 / number)
        rows.append(
            {
                "regime": regime,
                "collaterals": number,
                "threshold": threshold,
                "liquidity": 1880 * level * exp(-threshold * 60),
                "net_credit": 97 * level * (1 + threshold * 45),
                "efficient": number == 10,
            }
        )
    return Section(
        "frontier",
        "Which pairs are worth having?",
        ("More securities are better in both.",),
        pd.DataFrame(rows),
        Chart.FRONTIER,
        "amount of margin calls in 21 business dates (bp of the loan)",
    )


def over_time() -> Section:
    months = pd.date_range("2003-01-01", "2023-12-01", freq="MS")
    rows = [
        {"month": month, "series": name, "value": level * (1.2 + sin(at / 9) / 2), "unit": unit}
        for name, level, unit in (
            ("1 security", 97.0, "net credit, bp of the loan"),
            ("5 securities", 63.0, "net credit, bp of the loan"),
            ("5 securities", 19.0, "calls per 21 business dates"),
        )
        for at, month in enumerate(months)
    ]  # fmt: skip
    return Section(
        "months",
        "When does it matter?",
        ("In every crisis.",),
        pd.DataFrame(rows),
        Chart.TIME,
        "",
    )


def correlations() -> Section:
    rows = [
        {
            "regime": regime,
            "x": at / 30 + (0.1 if regime == "turmoil" else 0),
            "y": sqrt(0.2 + 0.8 * at / 30) + sin(at * 7) / 25 + (series == "US stock") / 30,
            "series": series,
        }
        for regime, series, at in product(REGIMES, ("US stock", "Japanese stock"), range(25))
    ]
    table = pd.DataFrame(rows)
    xs = [at / 20 for at in range(21)]
    table.attrs["curve"] = ("equal volatilities", xs, [sqrt(0.2 + 0.8 * x) for x in xs])
    table.attrs["levels"] = [("published, 5 securities", 0.66), ("1 security", 1.0)]
    table.attrs["y_label"] = "net credit, index (1 security = 1.00)"
    return Section(
        "correlations",
        "Why does diversification help?",
        ("Because not all fall at once.",),
        table,
        Chart.SCATTER,
        "mean correlation of daily returns",
    )


def windows() -> Section:
    first = date(2003, 1, 1)
    days = [first + timedelta(days=7 * at) for at in range(1000)]
    table = pd.DataFrame(
        {
            "date": pd.to_datetime(days),
            "level": [
                100 * exp(at / 700 + sin(at / 60) / 4 + sin(at * at) / 60) for at in range(1000)
            ],
        }
    )
    table.attrs["spans"] = [
        (regime, days[start], days[start + length])
        for regime, start, length in (
            ("normal", 20, 60),
            ("normal", 430, 70),
            ("sharp_fall", 262, 14),
            ("sharp_fall", 640, 8),
            ("sharp_rise", 330, 12),
            ("sharp_rise", 700, 10),
            ("high_volatility", 270, 30),
            ("high_volatility", 890, 5),
        )
    ]
    return Section(
        "windows",
        "Which dates are turmoil?",
        ("Those after 2008 and 2020.",),
        table,
        Chart.WINDOWS,
        "",
    )


def tails() -> Section:
    rows = [
        {
            "regime": regime,
            "series": series,
            "metric": metric,
            "value": value * _LEVELS[regime],
            "low": value * _LEVELS[regime] * 0.9,
            "high": value * _LEVELS[regime] * (1.25 if regime == "turmoil" else 1.1),
            "unit": "bp of the loan",
        }
        for regime, (metric, size), (series, share) in product(
            REGIMES,
            (("worst", 312), ("largest_call", 290), ("net_credit", 97)),
            (("1 security", 1.0), ("5 securities", 0.7), ("5 securities, 2 % threshold", 0.9)),
        )
        for value in (size * share,)
    ]
    return Section(
        "tails",
        "How bad can it get?",
        ("Three times the mean.",),
        pd.DataFrame(rows),
        Chart.INTERVALS,
        "",
    )


def every() -> list[Section]:
    """One of each kind."""
    return [
        thresholds(), markets(), published(), frontier(),
        over_time(), correlations(), windows(), tails(),
    ]  # fmt: skip


def _index(metric: str, number: int, threshold: float) -> float:
    """Less with more securities; with a threshold more credit and less of the rest."""
    diversified = sqrt(0.4 + 0.6 / number)
    if metric in ("calls", "call_amount", "tokens_moved"):
        return (1 if metric == "calls" else diversified) * exp(-threshold / 1.6)
    return diversified * (1 + threshold * 0.42)


def _measured(
    metric: str, regime: str, series: str, x: float | str, index: float
) -> dict[str, object]:
    return {
        "regime": regime,
        "series": series,
        "x": x,
        "metric": metric,
        "value": index * _BASES[metric] * _LEVELS[regime],
        "unit": UNITS[metric],
        "index": index * _LEVELS[regime] ** 0.3 / _LEVELS["normal"],
        "low": index * _LEVELS[regime] ** 0.3 * 0.94,
        "high": index * _LEVELS[regime] ** 0.3 * 1.06,
    }
