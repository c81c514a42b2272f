# SPDX-License-Identifier: MIT
"""`tanpo.study.spread` and `.laboratory`: the same figures wherever they are computed."""

from __future__ import annotations

import math
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tanpo.errors import InputError
from tanpo.study import cluster
from tanpo.study.laboratory import Effort, Laboratory
from tanpo.study.setting import Setting, TradeType
from tanpo.study.spread import Spread, executor
from tanpo.study.stress import scaled
from tanpo.study.windows import windows_of

from .made import universe, walks


def laboratory(workers, steps=60, per_date=1):
    found = universe(walks(1, steps * per_date, 8), per_date=per_date)
    return Laboratory(found, tuple(windows_of(found)), Effort(4, 3, 2), 5, Spread(workers))


@pytest.fixture
def here():
    with ThreadPoolExecutor(2) as pool:
        yield pool


def test_map__pieces_that_end_in_another_order__are_in_order(here):
    second_done = threading.Event()

    def work(item):
        if item == 1:
            assert second_done.wait(10)
        if item == 2:
            second_done.set()
        return item * 10

    assert Spread(here).map(work, [1, 2, 3]) == [10, 20, 30]
    assert Spread(here).map(work, []) == []


def test_map__progress__hears_of_each_piece():
    heard = []
    with ThreadPoolExecutor(2) as pool:
        Spread(pool, lambda: heard.append(None)).map(abs, range(7))
    assert len(heard) == 7


def test_map__exception__is_raised(here):
    with pytest.raises(ValueError, match="math domain error"):
        Spread(here).map(math.sqrt, [1, -1, 4])


def test_executor__exception__drops_what_has_not_begun():
    begun = time.monotonic()
    with pytest.raises(ValueError, match="negative"), executor(1) as workers:
        Spread(workers).map(time.sleep, [-1, *[1] * 30])
    assert time.monotonic() - begun < 15


def test_measure__two_processes__is_bit_identical(here):
    settings = (Setting(), Setting(5, 200))
    expected = laboratory(here).measure(settings)
    with executor(2) as workers:
        found = laboratory(workers).measure(settings)
    assert found.settings == settings
    assert found.windows == expected.windows
    assert [part.tobytes() for part in found.found] == [part.tobytes() for part in expected.found]
    assert {part.shape for part in found.found} == {(10, 2, 4, 3)}


@pytest.mark.parametrize("per_date", [1, 2])
def test_measure__units__count_whole_dates(here, per_date):
    made = laboratory(here, per_date=per_date)
    measured = made.measure((Setting(),))
    for window, found in zip(made.windows, measured.found, strict=True):
        dates = (window.last - window.first) // per_date
        # Without a threshold every mark calls: 21 times a month, at two moments 42 times.
        assert (window.last - window.first) % per_date == 0
        assert dates in (12, 13, 14, 15)
        assert found[1].max() == pytest.approx(21 * per_date)


def test_draws__whoever_asks__are_the_same(here):
    made = laboratory(here)
    assert made.draws(2, 2).order.tolist() == made.draws(2, 4).order[:, :2].tolist()
    assert made.draws(2, 4).order.tolist() == laboratory(here).draws(2, 4).order.tolist()
    assert made.draws(1, 4).order.tolist() != made.draws(2, 4).order.tolist()
    assert made.largest_basket == 7


def test_cell__of_a_window__has_its_tokens_changed(here):
    made = laboratory(here)
    window = made.windows[3]
    cell = made.cell(3, [Setting(2)], draws=1, change=lambda tokens: scaled(tokens, 2))
    expected = scaled(made.universe.tokens.between(window.first, window.last), 2)
    assert cell.tokens.prices_e8.tolist() == expected.prices_e8.tolist()
    assert (cell.types, cell.settings, cell.notional) == (
        tuple(TradeType),
        (Setting(2),),
        10_000_000,
    )
    assert (len(cell.draws.lent), len(made.cell(3, [Setting()]).draws.lent)) == (1, 3)
    assert (cell.cash, cell.per_date) == (0, 1)
    assert made.draws(3, 1).order.tolist() == cell.draws.order.tolist()


def test_largest_basket__window_with_fewer_securities__is_its_own(here):
    prices = walks(1, 60, 8)
    found = universe(prices)
    windows = tuple(windows_of(found))
    prices[windows[0].first, :2] = 0
    lacking = universe(prices)
    made = Laboratory(lacking, windows, Effort(4, 3, 2), 5, Spread(here))
    assert len(made.draws(0, 1).order) == made.largest_basket == 5


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("nonsense", "missing port number in address 'nonsense'"),
        ("tcp://127.0.0.1", "missing port number in address '127.0.0.1'"),
        ("", "missing port number in address ''"),
    ],
)
def test_executor__no_address__is_refused_at_once(address, reason):
    with pytest.raises(InputError) as info, executor(1, address):
        pytest.fail("there is none")
    assert info.value.message == f"no Dask scheduler at {address}: {reason}"
    assert info.value.exit_code == 2


@pytest.mark.parametrize("listening", [False, True])
def test_executor__nobody_answers__is_refused_soon(monkeypatch, listening):
    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if listening:
            silent.listen()
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        begun = time.monotonic()
        with pytest.raises(InputError) as info, executor(1, address):
            pytest.fail("there is none")
    assert time.monotonic() - begun < 5
    assert info.value.message == f"no Dask scheduler at {address}: no answer within 0.3 seconds"


@pytest.mark.parametrize(
    ("identity", "message"),
    [
        ({"type": "Scheduler", "workers": {}}, "the Dask scheduler at x:1 has no workers"),
        ({"type": "Worker", "workers": {}}, "no Dask scheduler at x:1: it is a Worker"),
    ],
)
def test_executor__something_else_answers__is_refused(monkeypatch, identity, message):
    async def answer(address):
        return identity

    monkeypatch.setattr(cluster, "_identity", answer)
    with pytest.raises(InputError) as info, executor(1, "x:1"):
        pytest.fail("there is none")
    assert info.value.message == message
