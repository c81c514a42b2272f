# SPDX-License-Identifier: MIT
"""The nightly job killed, run on two machines, and with a node that goes away."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from integration.devnet import KEY, anvil
from integration.nights import (
    FIRST,
    FOURTH,
    KEEPER,
    OTHER_KEEPER,
    SECOND,
    THIRD,
    Deployment,
    Result,
    finished,
    iso,
)
from integration.proxy import Line, line_to
from tanpo.chain.web3 import TransactionLostError, Web3Chain
from tanpo.deployer import Platform
from tanpo.keeper.night import Night

pytestmark = pytest.mark.anvil

FURTHER = 40
"""With the others more than a transaction's worth of marks."""


def before_the_night(url: str, folder: Path) -> Deployment:
    """Two dates are missed, and one is not marked yet; a price of the last is missing."""
    folder.mkdir()
    made = Deployment(url, folder)
    made.book_all()
    made.book_many(FURTHER)
    made.publish(FIRST)
    assert made.night().exit_code == 0
    made.empty("C", "X", "USD")
    made.publish(SECOND, X=90)
    made.publish(THIRD, X=95)
    made.publish(FOURTH, X=97, without=["Z"])
    return made


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    with anvil() as url:
        yield before_the_night(url, tmp_path / "deployment")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Where a run that nothing interrupts ends, what it says, and how much it sends."""
    with anvil() as url:
        made = before_the_night(url, tmp_path_factory.mktemp("undisturbed") / "deployment")
        before = made.sent()
        result = made.night()
        assert result.exit_code == 1
        assert left(result) == ["failed", "missing"]
        return {"state": made.state(), "stdout": result.stdout, "sent": made.sent() - before}


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def assert_ended_alike(deployment: Deployment, undisturbed: dict[str, Any]) -> None:
    """One more run finds nothing to do, and the chain as if nothing had happened."""
    sent = deployment.sent()
    again = deployment.night()
    assert deployment.sent() == sent
    assert again.exit_code == 1
    assert deployment.state() == undisturbed["state"]
    assert of_the_last_date(again.stdout) == of_the_last_date(undisturbed["stdout"])


def of_the_last_date(stdout: str) -> list[str]:
    """What a report says of it, in any order: the same whoever has sent the transactions."""
    return sorted(line for line in stdout.splitlines() if f'"date": "{iso(FOURTH)}"' in line)


def left(result: Result) -> list[str]:
    """What is still to be done."""
    return [line["event"] for line in result.lines if line["event"] in ("failed", "missing")]


def test_night__more_than_a_transaction_takes__sends_batches(
    undisturbed: dict[str, Any],
) -> None:
    # Three dates of marks in two transactions each and one for the set, a close, that one is late,
    # an opening.
    assert undisturbed["sent"] == 3 * 3 + 3


@pytest.mark.parametrize("transactions", [1, 2, 4, 7, 10])
def test_night__killed__the_next_run_ends_where_one_run_does(
    deployment: Deployment, undisturbed: dict[str, Any], transactions: int
) -> None:
    before = deployment.sent()
    job = deployment.start()
    until(lambda: deployment.sent() - before >= transactions)
    job.send_signal(signal.SIGKILL)
    job.communicate()
    assert job.returncode == -signal.SIGKILL
    assert deployment.sent() - before < undisturbed["sent"], "it was killed too late"
    result = deployment.night()
    assert result.exit_code == 1
    assert_ended_alike(deployment, undisturbed)


@pytest.mark.parametrize("keys", [(KEEPER, KEEPER), (KEEPER, OTHER_KEEPER)], ids=["same", "two"])
@pytest.mark.parametrize("block_seconds", [0, 1], ids=["at once", "a block a second"])
def test_night__on_two_machines_at_once__both_end_where_one_does(
    deployment: Deployment,
    undisturbed: dict[str, Any],
    keys: tuple[str, str],
    block_seconds: int,
) -> None:
    if block_seconds:
        deployment.mine_every(block_seconds)
    jobs = [deployment.start(key=key) for key in keys]
    results = [finished(job) for job in jobs]
    # Only what fails and is missing anyway.
    assert [result.exit_code for result in results] == [1, 1]
    for result in results:
        assert left(result) == ["failed", "missing"]
    assert_ended_alike(deployment, undisturbed)


# ---------------------------------------------------------------------- the node


@pytest.fixture
def line(deployment: Deployment) -> Iterator[Line]:
    """The job's line to its node."""
    with line_to(deployment.url) as line:
        deployment.rpc = line.url
        yield line


def test_night__no_node_at_the_start__says_so(deployment: Deployment) -> None:
    deployment.rpc = "http://127.0.0.1:1"
    result = deployment.night()
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: not complete, run again: no node answers at http://127.0.0.1:1\n"
    )


def test_night__node_comes_while_it_waits__goes_on(
    deployment: Deployment, line: Line, undisturbed: dict[str, Any]
) -> None:
    line.is_cut = True
    job = deployment.start("--wait", 6, "--poll", 0.2)
    time.sleep(3)
    line.is_cut = False
    assert finished(job).exit_code == 1  # for what is missing
    assert_ended_alike(deployment, undisturbed)


@pytest.mark.parametrize("transactions", [1, 5])
def test_night__node_goes_away__says_so_and_the_next_run_goes_on(
    deployment: Deployment, line: Line, undisturbed: dict[str, Any], transactions: int
) -> None:
    line.cut_after = transactions
    result = deployment.night()
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: not complete, run again: the node does not answer")
    assert result.stderr.count("\n") == 1
    assert line.is_cut
    line.is_cut = False
    deployment.night()
    assert_ended_alike(deployment, undisturbed)


def test_night__node_comes_back__goes_on_by_itself(
    deployment: Deployment, line: Line, undisturbed: dict[str, Any]
) -> None:
    line.cut_after = 3
    job = deployment.start("--wait", 3, "--poll", 0.2)
    until(lambda: line.is_cut)
    time.sleep(3)
    line.is_cut = False
    assert finished(job).exit_code == 1  # for what is missing
    assert_ended_alike(deployment, undisturbed)


def test_night__node_loses_transactions__sends_them_again(
    deployment: Deployment, line: Line, undisturbed: dict[str, Any]
) -> None:
    line.lost = 2
    keeper = Account.from_key(KEEPER)
    chain = impatient(line, keeper)
    Night(on(chain, deployment), chain, keeper).run()
    assert line.lost == 0
    assert_ended_alike(deployment, undisturbed)


def test_night__node_loses_every_transaction__gives_up(deployment: Deployment, line: Line) -> None:
    line.lost = 1_000
    keeper = Account.from_key(KEEPER)
    state, chain = deployment.state(), impatient(line, keeper)
    with pytest.raises(TransactionLostError, match="not mined in time"):
        Night(on(chain, deployment), chain, keeper).run()
    assert line.lost == 1_000 - 5
    assert deployment.state() == state


def impatient(line: Line, keeper: Any) -> Web3Chain:
    """The chain of which nobody waits long for a receipt."""
    return Web3Chain(Web3Chain.at(line.url, keeper)._w3, keeper, receipt_seconds=0.3)


def on(chain: Web3Chain, deployment: Deployment) -> Platform:
    return Platform.at(chain, Account.from_key(KEY), deployment.platform.manifest())
