# SPDX-License-Identifier: MIT
"""How often should collateral be called?"""

from __future__ import annotations

from dataclasses import replace

from tanpo.study.laboratory import Laboratory
from tanpo.study.output.section import Chart, Section
from tanpo.study.output.words import securities
from tanpo.study.questions.published import BASE, METRICS
from tanpo.study.questions.sweeps import Sweep
from tanpo.study.setting import Setting


def ask(laboratory: Laboratory) -> Section:
    """Every week, every date, and, where the market has opens, twice a date.

    Whatever the calls' frequency, the net credit amount is measured at every step there is.
    """
    daily = laboratory.universe.per_date
    names = {5 * daily: "weekly", daily: "daily"} | ({1: "twice a day"} if daily > 1 else {})
    base = replace(BASE, marked_every=daily)
    sweep = Sweep(
        "frequency",
        "How often should collateral be called?",
        Chart.BARS,
        "calls",
        lambda setting: names[setting.marked_every],
        lambda setting: securities(setting.collaterals),
        tuple(Setting(count, marked_every=every) for count in (1, 5) for every in names),
        base,
        METRICS,
        (laboratory.universe.market.source, "No threshold; daily calls are 1.00."),
    )
    table = sweep.table(laboratory.measure(sweep.settings))
    return sweep.section(table)
