# SPDX-License-Identifier: MIT
"""The nightly job on a node: what it does, in which order, and what it says of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest
from eth_account import Account

from integration.devnet import anvil
from integration.nights import (
    FIFTH,
    FIRST,
    FOURTH,
    KEEPER,
    SATURDAY,
    SECOND,
    THIRD,
    Deployment,
    at,
    iso,
)
from integration.replays import tanpo
from tanpo.terms import Agreement

pytestmark = pytest.mark.anvil

INCOME = 0
"""What an issuer does, as numbered in contracts/types/CorporateAction.sol."""


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Deployment]:
    """A deployment on a node of its own, on the morning of the first date."""
    with anvil() as url:
        yield Deployment(url, tmp_path)


@pytest.fixture
def opened(made: Deployment) -> Deployment:
    """The same with all sorts of trades, which the job has opened on the first date."""
    made.book_all()
    made.publish(FIRST)
    result = made.night()
    assert (result.exit_code, result.stderr) == (0, "")
    return made


def names(lines, deployment):
    return [deployment.name_of(line) for line in lines]


# ---------------------------------------------------------------------- one date


def test_night__trades_that_start__opens_those_whose_time_has_come(made: Deployment) -> None:
    made.book_all()
    made.publish(FIRST)
    result = made.night()
    first = iso(FIRST)
    assert made.told(result.lines) == [
        (first, "opened", name) for name in made.trades if name != "starting"
    ]
    assert result.summary == {
        "event": "summary",
        "date": first,
        **dict.fromkeys(("marked", "returned", "delivered", "deficit", "closed"), 0),
        "opened": 9,
        "failed": 0,
        "missing": 0,
        "net_credit_amount": {},
        "complete": True,
    }
    assert (result.exit_code, result.stderr) == (0, "")


def test_night__a_date_later__marks_each_trade_and_set_and_moves_the_calls(
    opened: Deployment,
) -> None:
    opened.publish(SECOND, X=90)
    result = opened.night()
    second = iso(SECOND)
    called = ("segregated", "title", "basket", "basket", "ending", "short", "late")
    assert sorted(names(result.of("delivered"), opened)) == sorted(called)
    marked = {opened.name_of(line): line for line in result.of("marked", date=second)}
    # 10 USD of interest in a day at 3.6 %; 112 of X are the fewest that restore 100,010.
    exposures = {name: line["exposure"] for name, line in marked.items() if name != "set"}
    assert exposures == {
        "segregated": "10010",
        "title": "10000",
        "basket": "5000",
        "ending": "10010",
        "priceless": "0",
        "short": "10000",
        "late": "10000",
    }
    # 100,000 and back 40,000 against 90,000 and back 36,000, whoever is the first party.
    assert {
        line["exposure"].removeprefix("-") for line in result.of("marked") if "account" in line
    } == {"6000"}
    assert {line["quantity"] for line in result.of("delivered", symbol="X")} == {"112", "27"}
    assert [line["quantity"] for line in result.of("delivered", symbol="Y")] == ["60"]
    assert result.summary["marked"] == 8
    assert result.exit_code == 0


def test_night__a_party_that_is_short__is_in_the_report_and_no_failure(
    opened: Deployment,
) -> None:
    opened.empty("C", "X")
    opened.publish(SECOND, X=90)
    result = opened.night()
    (deficit, other) = result.of("deficit")
    assert {opened.name_of(deficit), opened.name_of(other)} == {"short", "late"}
    assert (deficit["missing"], deficit["party"]) == ("112", opened.parties["C"].address)
    assert result.summary["complete"] is True
    assert (result.exit_code, result.stderr) == (0, "")


def test_night__an_end_has_come__closes_with_interest_and_marks_no_more(
    opened: Deployment,
) -> None:
    opened.publish(SECOND)
    opened.night()
    opened.publish(THIRD)
    result = opened.night()
    closed = {opened.name_of(line): line.get("interest") for line in result.of("closed")}
    assert closed == {"ending": "20", "late": None}
    assert not {"ending", "late"} & set(names(result.of("marked"), opened))
    assert result.exit_code == 0


def test_night__a_close_that_fails__is_noted_and_tried_again(opened: Deployment) -> None:
    opened.empty("C", "USD")
    opened.publish(THIRD)
    result = opened.night()
    (failed,) = result.of("failed")
    assert (opened.name_of(failed), failed["action"]) == ("late", "close")
    assert failed["reason"].startswith("ERC20InsufficientAllowance(")
    assert names(result.of("late", missing_value="100000"), opened) == ["late"]
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    sent = opened.sent()
    again = opened.night()
    assert (again.stdout, again.exit_code, opened.sent()) == (result.stdout, 1, sent)
    opened.tokens["USD"].send(opened.parties["C"], "approve", opened.escrow.address, 10**9)
    assert names(opened.night().of("closed"), opened) == ["ending", "late"]


def test_night__an_approved_trade_that_expired__is_nobodys_failure(made: Deployment) -> None:
    made.book("lapsed", expiry=at(FIRST, 12))
    made.publish(FIRST)
    result = made.night()
    assert (result.exit_code, result.stderr, result.summary["opened"]) == (0, "", 0)


def test_night__an_opening_that_fails__is_reported(made: Deployment) -> None:
    made.book("unfunded")
    made.empty("B", "X")
    made.publish(FIRST)
    result = made.night()
    (failed,) = result.of("failed")
    assert (failed["action"], result.exit_code) == ("settle", 1)
    assert result.stderr.startswith(f"{iso(FIRST)} {failed['trade']} settle failed: ERC20Insuff")


def test_night__run_twice__sends_nothing_and_says_the_same(opened: Deployment) -> None:
    opened.publish(SECOND, X=90)
    first, sent, state = opened.night(), opened.sent(), opened.state()
    second = opened.night()
    assert (second.stdout, second.exit_code) == (first.stdout, 0)
    assert (opened.sent(), opened.state()) == (sent, state)


def test_night__issuers_have_acted__trades_and_sets_catch_up_first(opened: Deployment) -> None:
    administrator = opened.platform.administrator
    x, usd = opened.tokens["X"], opened.tokens["USD"]
    usd.send(administrator, "issue", administrator.address, 10**9)
    usd.send(administrator, "approve", opened.escrow.address, 10**9)
    opened.escrow.send(administrator, "declare", x.address, SECOND, INCOME, usd.address, 10**8, 0)
    opened.publish(SECOND)
    dry = opened.night("--dry-run")
    assert {line["action"] for line in dry.of("planned")} == {
        "catchUp",
        "catchUpSet",
        "mark",
        "markSets",
    }
    result = opened.night()
    # 1 USD on each of 1,000 X, and of the set on 1,000 that B gave and 400 that A gave.
    income = sorted((opened.name_of(line), line["quantity"]) for line in result.of("income"))
    assert income == [
        ("basket", "500"),
        ("ending", "1000"),
        ("late", "1000"),
        ("segregated", "1000"),
        ("set", "1000"),
        ("set", "400"),
        ("short", "1000"),
        ("title", "1000"),
    ]
    assert (result.exit_code, result.summary["marked"]) == (0, 8)


# ---------------------------------------------------------------------- days that were missed


def test_night__three_missed_days__marks_each_at_its_own_fixings(opened: Deployment) -> None:
    opened.publish(SECOND, X=90)
    opened.publish(THIRD, X=95)
    opened.publish(FOURTH, X=97)
    result = opened.night()
    mine = [
        (line["date"], line["required_value"], line["collateral_value"])
        for line in result.of("marked", trade=f"0x{opened.trades['segregated'].hex()}")
    ]
    # 1,112 X after the first call (112 x 90 = 10,080), 1,053 after the second (59 x 95 = 5,605).
    assert mine == [
        (iso(SECOND), "100010", "90000"),
        (iso(THIRD), "100020", str(1_112 * 95)),
        (iso(FOURTH), "100030", str(1_053 * 97)),
    ]
    assert result.exit_code == 0


def test_night__an_outage__ends_where_a_run_every_night_does(
    opened: Deployment, tmp_path: Path
) -> None:
    prices = {SECOND: 90, THIRD: 95, FOURTH: 97}
    with anvil() as url:
        (tmp_path / "other").mkdir()
        other = Deployment(url, tmp_path / "other")
        other.book_all()
        other.publish(FIRST)
        other.night()
        nightly = []
        for day, price in prices.items():
            other.publish(day, X=price)
            nightly += other.night().of("marked")
        expected = other.state()
    for day, price in prices.items():
        opened.publish(day, X=price)
    caught_up = opened.night().of("marked")
    assert caught_up == nightly
    found = opened.state()
    # What ended in the outage has closed a day later, with a day's interest.
    assert found["trades"].pop("ending") != expected["trades"].pop("ending")
    assert found["trades"].pop("late") != expected["trades"].pop("late")
    for party, more in (("A", 1_000), ("B", -1_000)):
        assert (
            found["balances"].pop((party, "USD")) - expected["balances"].pop((party, "USD")) == more
        )
    assert found == expected


def test_night__an_earlier_date__leaves_later_ones_and_what_needs_the_latest(
    opened: Deployment,
) -> None:
    opened.publish(SECOND, X=90)
    opened.publish(THIRD, X=95)
    result = opened.night("--date", iso(SECOND))
    assert {line["date"] for line in result.of("marked")} == {iso(SECOND)}
    assert (result.exit_code, result.summary["complete"]) == (0, True)
    opened.publish(FOURTH)
    result = opened.night("--date", iso(THIRD))
    assert {line["date"] for line in result.of("marked")} == {iso(THIRD)}
    assert [
        (opened.name_of(line), line["reason"]) for line in result.of("failed", action="close")
    ] == [
        (name, f"DatePassed(date={iso(THIRD)}, latest={iso(FOURTH)})")
        for name in ("ending", "late")
    ]
    assert result.exit_code == 1
    assert opened.night().exit_code == 0


# ---------------------------------------------------------------------- what is missing


def test_night__a_price_is_missing__that_trade_waits_and_is_marked_in_order_later(
    opened: Deployment,
) -> None:
    opened.publish(SECOND, X=90, without=["Z"])
    opened.publish(THIRD, Z=12)
    result = opened.night()
    (missing,) = result.of("missing")
    assert missing == {
        "date": iso(SECOND),
        "event": "missing",
        "trade": f"0x{opened.trades['priceless'].hex()}",
        "action": "mark",
        "missing": "Z",
        "reason": f"MissingFixing(key=Z, date={iso(SECOND)})",
    }
    assert "priceless" not in names(result.of("marked"), opened)
    assert (result.exit_code, result.summary["complete"]) == (1, False)
    opened.publish(SECOND, X=90, Z=9)
    result = opened.night()
    mine = result.of("marked", trade=missing["trade"])
    # 10,000 Z at 9, then 11,112 at 12.
    assert [(line["date"], line["collateral_value"]) for line in mine] == [
        (iso(SECOND), "90000"),
        (iso(THIRD), "133344"),
    ]
    assert result.exit_code == 0


def test_night__skip_missing__gives_the_mark_up_and_goes_on(opened: Deployment) -> None:
    opened.publish(SECOND, without=["Z"])
    opened.publish(THIRD, Z=12)
    result = opened.night("--skip-missing")
    (missing,) = result.of("missing")
    assert (missing["date"], missing["skipped"]) == (iso(SECOND), True)
    mine = result.of("marked", trade=missing["trade"])
    assert [line["date"] for line in mine] == [iso(THIRD)]
    assert (result.exit_code, result.stderr) == (0, "")
    assert opened.night().of("missing") == []


def test_night__set_that_waits__lets_no_trade_in(opened: Deployment) -> None:
    opened.publish(SECOND, without=["X"])
    opened.publish(THIRD)
    opened.book("joining", agreement=Agreement("USD", netting=True), start=at(SECOND))
    result = opened.night()
    assert result.of("opened") == []
    opened.publish(SECOND)
    result = opened.night()
    assert names(result.of("opened"), opened) == ["joining"]
    accounts = [line["date"] for line in result.of("marked") if "account" in line]
    assert accounts == [iso(SECOND), iso(THIRD)]


def test_night__fixings_come_while_it_waits__marks(opened: Deployment) -> None:
    opened.publish(SECOND, without=["Z"])
    late = Timer(2.5, lambda: opened.publish(SECOND))
    late.start()
    result = opened.night("--wait", 60, "--poll", 0.2)
    late.join()
    assert (result.exit_code, result.summary["marked"], result.of("missing")) == (0, 8, [])


def test_night__waits_in_vain__marks_the_others(opened: Deployment) -> None:
    opened.publish(SECOND, without=["Z"])
    result = opened.night("--wait", 1, "--poll", 0.2)
    assert (result.exit_code, result.summary["marked"], result.summary["missing"]) == (1, 7, 1)


def test_night__no_fixings_on_a_weekday__are_missing_unless_skipped(opened: Deployment) -> None:
    opened.chain.advance_to(at(SECOND, 18))
    result = opened.night()
    assert result.lines[:-1] == [
        {"date": iso(SECOND), "event": "missing", "reason": "no fixings are published"}
    ]
    assert (result.exit_code, result.stderr) == (
        1,
        f"{iso(SECOND)} missing: no fixings are published\n",
    )
    assert opened.night("--skip-missing").exit_code == 0


def test_night__a_weekend__has_nothing_to_do(opened: Deployment) -> None:
    for day in (SECOND, THIRD, FOURTH, FIFTH):
        opened.publish(day)
    opened.night()
    opened.chain.advance_to(at(SATURDAY, 18))
    sent, result = opened.sent(), opened.night()
    assert (result.exit_code, result.lines[:-1], opened.sent()) == (0, [], sent)


# ---------------------------------------------------------------------- dry runs and bad calls


@pytest.mark.parametrize("how", ["no key", "--dry-run"])
def test_night__dry__says_what_it_would_do(opened: Deployment, how: str) -> None:
    opened.publish(SECOND, X=90)
    opened.publish(THIRD, X=95)
    sent, state = opened.sent(), opened.state()
    result = opened.night(key=None) if how == "no key" else opened.night("--dry-run")
    planned = [
        (line["date"], line["action"], opened.name_of(line)) for line in result.of("planned")
    ]
    alone = ["segregated", "title", "basket", "priceless", "short"]
    assert sorted(planned) == sorted(
        [
            *((iso(SECOND), "mark", name) for name in (*alone, "ending", "late")),
            (iso(SECOND), "markSets", "set"),
            *((iso(THIRD), "close", name) for name in ("ending", "late")),
            *((iso(THIRD), "mark", name) for name in alone),
            (iso(THIRD), "markSets", "set"),
        ]
    )
    assert result.of("marked") == []
    assert (result.exit_code, result.summary["dry_run"], result.summary["complete"]) == (
        0,
        True,
        False,
    )
    assert (opened.sent(), opened.state()) == (sent, state)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--date", iso(SECOND)], "--date has not begun by the chain's clock"),
        (["--date", "tomorrow"], "does not match the format"),
        (["--date", "1969-12-31"], "--date 1969-12-31 is before 1970-01-01"),
        (["--key", "0x12"], "--key is not a private key"),
        (["--key", "0x" + "11" * 32], "has nothing to pay with"),
        (["--manifest", "nowhere.json"], "nowhere.json: not a deployment manifest"),
        (["--wait", "-1"], "is not in the range"),
    ],
)
def test_night__bad_call__is_refused(made: Deployment, options: list[str], said: str) -> None:
    result = made.night(*options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_night__for_a_person__prints_tables(opened: Deployment) -> None:
    opened.publish(SECOND, X=90)
    arguments = opened.arguments([], KEEPER)
    arguments.remove("--json")
    shown = tanpo(*arguments, COLUMNS="120")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "Tuesday, 20 April 2100" in shown.stdout
    assert "collateral is 10,010 USD short of the required value" in shown.stdout
    assert "112 X" in shown.stdout
    assert shown.stdout.rstrip().endswith("complete")


def test_night__a_key_without_any_role__is_enough(opened: Deployment) -> None:
    stranger = Account.from_key("0x" + "77" * 32)
    opened.chain.fund(stranger)
    opened.publish(SECOND)
    assert opened.night(key=stranger.key.hex()).summary["marked"] == 8
