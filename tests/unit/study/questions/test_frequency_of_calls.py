# SPDX-License-Identifier: MIT
"""`questions.frequency`: marks a week, a date and twice a date."""

from __future__ import annotations

import pytest

from tanpo.study.questions import frequency


def of_turmoil(section, metric, series="1 security"):
    table = section.table
    rows = table[(table.regime == "sharp_fall") & (table.metric == metric)]
    return rows[rows.series == series].set_index("x")


def test_ask__one_moment_a_date__weekly_and_daily(stocks):
    section = frequency.ask(stocks)
    assert list(section.table.x.unique()) == ["weekly", "daily"]
    assert list(section.table.series.unique()) == ["1 security", "5 securities"]
    calls = of_turmoil(section, "calls")
    # Windows of 20 dates: each is called on, or each fifth.
    assert calls.loc[["weekly", "daily"], "value"].tolist() == pytest.approx([4.2, 21])
    assert calls["index"].to_dict() == pytest.approx({"weekly": 0.2, "daily": 1})
    assert section.notes == ("Random walks.", "No threshold; daily calls are 1.00.")


def test_ask__two_moments_a_date__twice_a_day_too(moments):
    section = frequency.ask(moments)
    assert list(section.table.x.unique()) == ["weekly", "daily", "twice a day"]
    calls = of_turmoil(section, "calls", "5 securities")
    assert calls.value.to_dict() == pytest.approx({"weekly": 4.2, "daily": 21, "twice a day": 42})
    credit = of_turmoil(section, "net_credit").value
    assert credit["weekly"] > credit["daily"] > credit["twice a day"]
