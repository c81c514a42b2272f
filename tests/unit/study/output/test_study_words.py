# SPDX-License-Identifier: MIT
"""Names and numbers for a reader."""

import pytest

from tanpo.study.output import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"),
        (97.43, "97.4"),
        (999.6, "1,000"),
        (1234.5, "1,234"),
        (-0.01234, "−0.0123"),
        (1e-9, "0.000000"),
        (float("nan"), "–"),
    ],
)
def test_number__significant_digits(value: float, text: str) -> None:
    assert words.number(value) == text


def test_index__two_decimals() -> None:
    assert [words.index(value) for value in (1, 0.126, -0.5, float("nan"))] == [
        "1.00",
        "0.13",
        "−0.50",
        "–",
    ]


def test_case__both_things_that_vary() -> None:
    assert words.case(1, 0.0) == "1 security, no threshold"
    assert words.case(5, 0.025) == "5 securities, 2.5\u00a0% threshold"


def test_metric_and_regime__unknown__plain_words() -> None:
    assert words.metric("net_credit") == "Net credit amount"
    assert words.metric("days_late") == "Days late"
    assert words.regime("sharp_fall") == "Sharp fall"
    assert words.regime("calm_sea") == "Calm sea"


def test_in_order__first_appearance() -> None:
    assert words.in_order(["b", "a", "b"]) == ["b", "a"]
