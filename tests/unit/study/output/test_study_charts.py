# SPDX-License-Identifier: MIT
"""What each kind of chart draws."""

import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import study_sections as sections
from matplotlib.figure import Figure

from tanpo.study.output import figures
from tanpo.study.output.section import Chart, Section

NAN = float("nan")


def legend(figure: Figure) -> set[str]:
    return {text.get_text() for each in figure.legends for text in each.get_texts()}


def titles(figure: Figure) -> list[str]:
    return [axes.get_title(loc="left") for axes in figure.axes]


def below(figure: Figure) -> list[str]:
    """The smaller lines below each title."""
    return [axes.texts[0].get_text() for axes in figure.axes]


def ticks(figure: Figure, axis: str) -> list[str]:
    return [text.get_text() for text in getattr(figure.axes[0], f"get_{axis}ticklabels")()]


def only(section: Section, **values: object) -> Section:
    """The rows that have these values."""
    table = section.table
    for name, value in values.items():
        table = table[table[name] == value]
    return replace(section, table=table)


def test_lines__metrics__a_panel_each_with_its_base() -> None:
    figure = figures.draw(sections.thresholds(("net_credit", "calls", "call_amount")))
    assert figure.get_figwidth() == 7
    assert titles(figure) == ["Net credit amount", "Margin calls", "Amount of margin calls"]
    assert below(figure)[:2] == [
        "1.00 = 97.4, in turmoil 153\nbp of the loan",
        "1.00 = 19.3, in turmoil 30.2\nper 21 business dates",
    ]
    assert figure.get_supxlabel() == "threshold (% of the required value)"
    assert figure.get_supylabel() == "index (base = 1.00)"
    assert legend(figure) == {"1 security", "5 securities", "Normal times", "Turmoil"}


def test_lines__values__of_the_two_regimes_in_order_of_x() -> None:
    section = sections.thresholds(("calls",))
    shuffled = replace(section, table=section.table.sample(frac=1, random_state=1))
    axes = figures.draw(shuffled).axes[0]
    drawn = [line for line in axes.lines if len(line.get_xdata()) == 6]
    assert len(drawn) == 4
    rows = only(section, series="1 security", regime="normal").table
    solid = {
        tuple(line.get_ydata()): tuple(line.get_xdata())
        for line in drawn
        if line.get_linestyle() == "-"
    }
    assert solid[tuple(rows["index"])] == (0, 0.5, 1, 2, 3, 5)
    assert len({line.get_color() for line in drawn}) == 2
    assert len({line.get_marker() for line in drawn}) == 2


@pytest.mark.parametrize("make", [sections.thresholds, sections.markets])
def test_measured__no_index__values_in_their_unit(make: Callable[[], Section]) -> None:
    section = make()
    table = section.table.copy()
    table.loc[table["metric"] == "calls", "index"] = NAN
    figure = figures.draw(replace(section, table=table))
    is_lines = section.chart is Chart.LINES
    labels = [axes.get_ylabel() if is_lines else axes.get_xlabel() for axes in figure.axes]
    assert labels == ["index (base = 1.00)", "per 21 business dates"]
    assert below(figure)[1] == ""


@pytest.mark.parametrize("make", [sections.thresholds, sections.markets, sections.tails])
def test_measured__no_intervals__drawn_without(make: Callable[[], Section]) -> None:
    section = make()
    table = section.table.assign(low=NAN, high=NAN)
    figure = figures.draw(replace(section, table=table))
    assert figures.picture(figure).png
    assert len(titles(figure)) == section.table["metric"].nunique()


@pytest.mark.parametrize(
    ("make", "series"),
    [
        (sections.thresholds, "5 securities"),
        (sections.markets, "5 securities"),
        (sections.correlations, "US stock"),
        (sections.tails, "5 securities"),
        (sections.over_time, "1 security"),
    ],
)
def test_any__one_series__drawn(make: Callable[[], Section], series: str) -> None:
    figure = figures.draw(only(make(), series=series))
    assert legend(figure) <= {series, "Normal times", "Turmoil", "equal volatilities"}


@pytest.mark.parametrize(
    "make",
    [
        sections.thresholds,
        sections.markets,
        sections.published,
        sections.frontier,
        sections.correlations,
        sections.tails,
    ],
)
@pytest.mark.parametrize(("regime", "other"), [("normal", "Turmoil"), ("turmoil", "Normal times")])
def test_any__one_regime__the_other_not_named(
    make: Callable[[], Section], regime: str, other: str
) -> None:
    figure = figures.draw(only(make(), regime=regime))
    assert other not in legend(figure) | set(titles(figure))


def test_any__nothing_that_is_drawn__refused() -> None:
    with pytest.raises(ValueError, match="no row is of normal or turmoil"):
        figures.draw(only(sections.thresholds(), regime="sharp_fall"))


def test_bars__cases__in_order_of_appearance() -> None:
    section = sections.markets()
    figure = figures.draw(section)
    assert [text.replace("\n", " ") for text in ticks(figure, "y")] == [
        "US stock",
        "Japanese stock against Bunds in another currency",
        "Bunds",
    ]
    assert figure.axes[0].yaxis_inverted()
    assert (figure.get_supxlabel(), figure.get_supylabel()) == ("index (base = 1.00)", "market")
    bars = figure.axes[0].patches
    rows = only(section, metric="net_credit", regime="normal", series="2 securities").table
    assert [bar.get_width() for bar in bars[:3]] == list(rows["index"])
    backwards = replace(section, table=section.table[::-1])
    assert ticks(figures.draw(backwards), "y")[0] == "Bunds"


def test_bars__a_case_that_a_series_lacks__a_gap() -> None:
    section = sections.markets(("calls",))
    lacks = (section.table["x"] == "Bunds") & (section.table["series"] == "5 securities")
    figure = figures.draw(replace(section, table=section.table[~lacks]))
    assert sum(np.isnan(bar.get_width()) for bar in figure.axes[0].patches) == 2


def test_published__cases_without_the_base() -> None:
    figure = figures.draw(sections.published())
    assert titles(figure) == [
        "Net credit amount",
        "Margin calls",
        "Amount of margin calls",
        "Tokens transferred",
    ]
    assert ticks(figure, "x") == [
        "1 security,\n2\u00a0% threshold",
        "5 securities,\nno threshold",
        "5 securities,\n2\u00a0% threshold",
    ]
    assert figure.get_supylabel() == "index (1 security, no threshold = 1.00)"
    assert {"Published value or range", "Sharp fall", "Sharp rise"} <= legend(figure)


def test_published__nothing_published__ours_alone() -> None:
    section = sections.published()
    table = section.table.assign(published_low=NAN, published_high=NAN)
    figure = figures.draw(replace(section, table=table))
    assert len(figure.axes[0].collections) == 6  # intervals


def test_frontier__efficient_points__joined_and_labelled() -> None:
    section = sections.frontier()
    figure = figures.draw(section)
    assert titles(figure) == ["Normal times", "Turmoil"]
    assert figure.get_supylabel() == "net credit amount (bp of the loan)"
    joined = figure.axes[0].lines[0]
    best = only(section, regime="normal", efficient=True).table.sort_values("liquidity")
    assert list(joined.get_xdata()) == list(best["liquidity"])
    texts = {text.get_text() for text in figure.axes[0].texts} - {""}
    assert texts == {f"{each}\u00a0%" for each in ("0", "0.5", "1", "2", "3", "5")}


def test_frontier__points_in_one_place__one_label() -> None:
    section = sections.frontier()
    crowded = section.table.assign(efficient=True, liquidity=1.0, net_credit=2.0)
    figure = figures.draw(replace(section, table=crowded))
    assert len([text for text in figure.axes[0].texts if text.get_text()]) <= 4


def test_time__units__a_panel_each_and_gaps() -> None:
    section = sections.over_time()
    table = section.table[section.table["month"] != pd.Timestamp("2010-05-01")]
    figure = figures.draw(replace(section, table=table))
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "net credit, bp of the loan",
        "calls per 21 business dates",
    ]
    assert figure.get_supxlabel() == "month"
    assert legend(figure) == {"1 security", "5 securities"}
    assert np.isnan(figure.axes[0].lines[0].get_ydata()).sum() == 1


def test_scatter__attributes__curve_and_levels() -> None:
    figure = figures.draw(sections.correlations())
    assert figure.get_supylabel() == "net credit, index (1 security = 1.00)"
    assert {text.get_text() for text in figure.axes[0].texts} == {
        "published, 5 securities",
        "1 security",
    }
    assert "equal volatilities" in legend(figure)


def test_scatter__no_attributes__points_alone() -> None:
    section = sections.correlations()
    table = section.table.copy()
    table.attrs = {}
    figure = figures.draw(replace(section, table=table))
    assert figure.get_supylabel() == ""
    assert len(figure.axes[0].lines) == 4


def test_windows__spans__a_lane_for_each_state() -> None:
    figure = figures.draw(sections.windows())
    level, lanes = figure.axes
    assert level.get_yscale() == "log"
    assert level.get_ylabel() == "level (first date = 100)"
    assert lanes.get_xlabel() == "date"
    names = [text.get_text() for text in lanes.get_yticklabels()]
    assert names == ["Normal times", "Sharp fall", "Sharp rise", "High volatility"]
    assert len(lanes.collections) == 8


def test_windows__no_spans__the_level_alone() -> None:
    section = sections.windows()
    table = section.table.copy()
    table.attrs = {}
    assert len(figures.draw(replace(section, table=table)).axes[0].lines) == 1


def test_intervals__metrics__units_below() -> None:
    section = sections.tails()
    figure = figures.draw(section)
    assert titles(figure) == ["Largest difference", "Largest margin call", "Net credit amount"]
    assert figure.get_supxlabel() == "bp of the loan"
    units = section.table["metric"].map(lambda name: "USD" if name == "worst" else "bp")
    other = figures.draw(replace(section, table=section.table.assign(unit=units)))
    assert [axes.get_xlabel() for axes in other.axes] == ["USD", "bp", "bp"]


def test_draw__any__without_global_state() -> None:
    figures.draw(sections.tails())
    pyplot = sys.modules.get("matplotlib.pyplot")  # another test may have imported it
    assert pyplot is None or not pyplot.get_fignums()
