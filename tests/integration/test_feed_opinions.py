# SPDX-License-Identifier: MIT
"""Feeders with odd values, and with different opinions and keys: what they agree on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from integration.feeders import MONDAY, TUESDAY, Devnet
from integration.lending import Lending, mark, real_values, reasons, until
from integration.nights import finished
from tanpo.units import date_number

pytestmark = pytest.mark.anvil


# ---------------------------------------------------------------------- odd values


def test_feed__move_that_looks_like_a_slip__is_published_once_accepted_by_all(
    devnet: Devnet, lent: Lending
) -> None:
    lent.receive(MONDAY, AAPL="16.70")
    for number in range(3):
        result = devnet.feed(number)
        assert result.exit_code == 1
        reason = "unit-slip: 16.7 is about 0.1 times 165.21 of 2023-04-14, within 15 %"
        assert reasons(result, "refused") == {"AAPL": reason}
    assert devnet.published(MONDAY) == real_values(MONDAY, ["NVDA", "EURUSD"])
    codes = [
        devnet.feed(number, "--date", MONDAY, "--accept", "AAPL").exit_code for number in range(3)
    ]
    assert codes == [1, 1, 0]
    assert devnet.published(MONDAY)["AAPL"] == 16_70000000
    lent.night()
    # 65,754 x 16.70 is 1,098,091.80: one share more is needed.
    assert lent.marks() == [mark(MONDAY, 6_700, 16_70000000, 1_09810000)]
    assert lent.marks()[0].moved == 65_755 - 6_700


def test_feed__declared_split__is_no_slip_and_the_trade_follows(lent: Lending) -> None:
    devnet, administrator = lent.devnet, lent.devnet.platform.administrator
    stock, escrow = devnet.tokens["AAPL"], devnet.platform.escrow
    zero = "0x" + "00" * 20
    escrow.send(administrator, "declare", stock.address, date_number(MONDAY), 1, zero, 10, 1)
    stock.send(administrator, "issue", administrator.address, 1_000_000)
    stock.send(administrator, "approve", escrow.address, 1_000_000)
    devnet.at(MONDAY)
    lent.receive(MONDAY, AAPL="16.523")
    # To the contract, which knows of no splits, it is an outlier: all three must say so.
    assert lent.feed(0, 1, 2) == [1, 1, 0]
    assert devnet.published(MONDAY)["AAPL"] == 16_52300000
    assert lent.night().exit_code == 0
    assert lent.marks() == [mark(MONDAY, 67_000, 16_52300000, 1_09810000)]
    # 66,459 x 16.523 is 1,098,102.06.
    assert escrow.call("basket", lent.trade)[0]["quantity"] == 66_459


# ---------------------------------------------------------------------- several opinions


def configure(devnet: Devnet, number: int, change: Callable[[dict[str, dict[str, object]]], None]):
    """Change the keys of a feeder's file."""
    config = devnet.configuration()
    change(config["keys"])
    devnet.feeders[number].config.write_text(yaml.safe_dump(config))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)], ids=["lowest first", "highest first"])
def test_feed__values_within_tolerance__converge_on_the_first(
    devnet: Devnet, lent: Lending, order: tuple[int, ...]
) -> None:
    values = ("165.23", "165.24", "165.25")
    for number, value in enumerate(values):
        devnet.feeders[number].receive(MONDAY, AAPL=value)
        # 3 bps of 165.23 are 0.0495.
        configure(devnet, number, lambda keys: keys["AAPL"].update(tolerance_bps=3))
    assert lent.feed(*order) == [1, 0, 0]
    first = int(values[order[0]].replace(".", "")) * 10**6
    assert devnet.published(MONDAY) == {**real_values(MONDAY), "AAPL": first}


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
def test_feed__different_keys__converge_after_one_more_run(
    devnet: Devnet, lent: Lending, order: tuple[int, ...]
) -> None:
    configure(devnet, 0, lambda keys: keys.pop("NVDA"))
    configure(devnet, 2, lambda keys: keys.pop("EURUSD"))
    lent.feed(*order)
    assert lent.feed(*order) == [0, 0, 0]
    assert devnet.published(MONDAY) == real_values(MONDAY)


def test_feed__disputed_key__holds_up_no_other(devnet: Devnet) -> None:
    for number, value in enumerate(("165.23", "165.33", "165.43")):
        devnet.feeders[number].receive(MONDAY, AAPL=value)
        result = devnet.feed(number)
    assert devnet.published(MONDAY) == real_values(MONDAY, ["NVDA", "EURUSD"])
    one, two, three = (feeder.account.address for feeder in devnet.feeders)
    assert reasons(result, "waits for other feeders") == {
        "AAPL": f"signed 165.23 by {one}; 165.33 by {two}; 165.43 by {three};"
        " needed 2 signatures, 3 of an outlier"
    }


def test_feed__disputed_date__holds_up_no_later_one(devnet: Devnet, lent: Lending) -> None:
    for number, value in enumerate(("165.23", "165.33", "165.43")):
        devnet.feeders[number].receive(MONDAY, AAPL=value)
        devnet.feed(number)
    devnet.at(TUESDAY)
    lent.receive(TUESDAY)
    before = devnet.sent(0)
    job = lent.start(0, "--wait", 60, "--poll", 0.1)
    until(lambda: devnet.sent(0) > before, 20)
    assert devnet.feed(1).exit_code == 1
    assert devnet.published(TUESDAY) == real_values(TUESDAY)
    # Monday's is what the job still waits for.
    devnet.feeders[1].receive(MONDAY)
    assert devnet.feed(1).exit_code == 0
    result = finished(job)
    assert result.exit_code == 0, result.stderr
    assert devnet.published(MONDAY) == real_values(MONDAY)
