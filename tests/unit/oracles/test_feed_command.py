# SPDX-License-Identifier: MIT
"""`tanpo feed`: its lines and exit statuses, without a node, and on a deployment on revm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from eth_account import Account
from feeding import FRIDAY, MONDAY, TUESDAY, Deployment

from integration.replays import Result, tanpo
from oracles import log
from oracles.command import Job, run_feed
from oracles.reading import Desk
from tanpo.errors import InputError

SECRET = "0x" + "5e" * 32
PASSWORD = "korrekt horse"
NO_NODE = ("--rpc", "http://127.0.0.1:1")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    names = ("RPC", "MANIFEST", "FEED", "KEYSTORE", "PASSWORD_FILE", "PASSWORD", "KEY")
    for name in names:
        monkeypatch.delenv(f"TANPO_{name}", raising=False)
    monkeypatch.setenv("TANPO_STATE", str(tmp_path / "state"))
    yield
    structlog.reset_defaults()  # what a run has set up writes to its own standard error


def feed(*args: object, **env: str) -> Result:
    """Run the command; nothing that it shows has a secret in it."""
    result = tanpo("feed", *args, **env)
    shown = (result.stdout + result.stderr).lower()
    assert "5e5e" not in shown
    assert "horse" not in shown
    assert "hunter2" not in shown
    assert "traceback" not in shown
    return result


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def said(result: Result) -> list[dict[str, Any]]:
    """The log, without its times."""
    return [{k: v for k, v in line.items() if k != "timestamp"} for line in lines(result.stderr)]


def refusal(result: Result) -> str:
    """The one line of a call that cannot be used; nothing else was printed."""
    assert (result.exit_code, result.stdout) == (2, "")
    *usage, error = result.stderr.splitlines()
    assert all(line == "" or line.startswith(("Usage:", "Try")) for line in usage)
    return error


def configuration(folder: Path, text: str) -> Path:
    path = folder / "feed.yaml"
    path.write_text(text)
    return path


# ---------------------------------------------------------------------- without a file


def test_feed__ecb_of_a_day__prints_every_rate_as_published() -> None:
    result = feed("--source", "ecb", "--date", "2023-04-19", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    euro = (
        '{"key": "EURUSD", "date": "2023-04-19", "observed": "2023-04-19", "value": "1.0933",'
        ' "source": "ecb", "checks": []}'
    )
    assert result.stdout.splitlines().count(euro) == 1
    keys = [line["key"] for line in lines(result.stdout)]
    assert keys == sorted(keys)
    assert len(keys) == 30


def test_feed__ecb_as_text__one_line_a_value() -> None:
    result = feed("--source", "ecb", "--date", "2023-04-19")
    assert result.exit_code == 0
    assert "2023-04-19  EURUSD                1.0933  ecb" in result.stdout.splitlines()


def test_feed__us_stocks_of_a_day__prints_the_six_closes() -> None:
    result = feed("--source", "us_stocks", "--date", "2023-04-19", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert {line["key"]: line["value"] for line in lines(result.stdout)} == {
        "AAPL": "167.63",
        "AMZN": "104.3",
        "GOOG": "105.02",
        "META": "215.7",
        "NFLX": "323.12",
        "NVDA": "279.31",
    }
    assert {line["source"] for line in lines(result.stdout)} == {"us_stocks"}


@pytest.mark.parametrize("day", ["2023-04-16", "2023-04-07"])
@pytest.mark.parametrize("source", ["ecb", "us_stocks"])
def test_feed__weekend_or_holiday__nothing_to_publish(source: str, day: str) -> None:
    result = feed("--source", source, "--date", day, "--json")
    assert (result.exit_code, result.stdout) == (0, "")
    event = {"level": "info", "event": "no market is open: nothing to publish", "date": day}
    assert said(result) == [event]


@pytest.mark.parametrize("day", ["2024-04-10", "2012-12-31"])
def test_feed__day_that_the_history_does_not_have__exits_with_1_and_says_so(day: str) -> None:
    result = feed("--source", "us_stocks", "--date", day, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    (event,) = said(result)
    assert event["event"] == "not complete, run again"
    assert event["reason"] == f"us_stocks has no value of {day}"


def test_feed__file_with_a_holiday_in_one_market__value_of_the_session_before(
    tmp_path: Path,
) -> None:
    """On Good Friday Tokyo trades."""
    (tmp_path / "closes").mkdir()
    (tmp_path / "closes" / "2023-04-07.csv").write_text("key,value\nTOYOTA,1795.5\n")
    config = configuration(
        tmp_path,
        "sources: {ecb: {kind: ecb}, closes: {kind: folder, path: closes}}\n"
        "keys:\n"
        "  EURUSD: {source: ecb, market: TARGET}\n"
        f"  TOYOTA: {{kind: equity, token: '0x{'11' * 20}', market: JP, source: closes}}\n",
    )
    result = feed("--config", config, "--date", "2023-04-07", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    euro, stock = lines(result.stdout)
    assert (euro["observed"], euro["value"], euro["checks"]) == (
        "2023-04-06",
        "1.0915",
        ["holiday"],
    )
    assert (stock["observed"], stock["value"], stock["checks"]) == (
        "2023-04-07",
        "1795.5",
        ["first"],
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--date", "2023-04-19"], "without --config, give --source ecb or us_stocks"),
        (["--source", "x"], "without --config, give --source ecb or us_stocks"),
        (["--source", "ecb"], "without --config, give --date"),
        (["--source", "ecb", "--correct", "EURUSD"], "--correct needs --date"),
        (["--source", "ecb", "--date", "2023-04-19", "--accept", "EURXXX"], "no key EURXXX"),
        (
            ["--source", "ecb", "--date", "2023-04-19", "--correct", "B", "--accept", "A"],
            "no key A, B",
        ),
        (
            ["--source", "ecb", "--date", "1998-12-31"],
            "business days of TARGET are known from 1999 to 2100, not on 1998-12-31",
        ),
        (
            ["--source", "ecb", "--date", "2023-02-29"],
            "Invalid value for '--date': '2023-02-29' does not match the format '%Y-%m-%d'.",
        ),
        (
            ["--source", "ecb", "--date", "19.4.2023"],
            "Invalid value for '--date': '19.4.2023' does not match the format '%Y-%m-%d'.",
        ),
        (
            ["--source", "ecb", "--date", "2023-04-19", "--poll", "0"],
            "Invalid value for '--poll': 0.0 is not in the range x>0.",
        ),
    ],
)
def test_feed__call_that_cannot_be_used__one_line_and_2(arguments: list[str], error: str) -> None:
    assert refusal(feed(*arguments, "--json")) == f"Error: {error}"


@pytest.mark.parametrize("source", ["ecb", "us_stocks"])
def test_feed__date_in_the_future__refused(source: str) -> None:
    today = datetime.now(UTC).date()
    found = refusal(feed("--source", source, "--date", "2099-06-03"))
    assert found == f"Error: 2099-06-03 has not begun: today is {today} (UTC)"


def test_feed__date_in_the_future_with_a_file__refused(tmp_path: Path) -> None:
    config = configuration(tmp_path, ECB)
    today = datetime.now(UTC).date()
    found = refusal(feed("--config", config, "--date", "2099-06-03"))
    assert found == f"Error: 2099-06-03 has not begun: today is {today} (UTC)"


# ---------------------------------------------------------------------- files that are wrong

ECB = "sources: {ecb: {kind: ecb}}\nkeys: {EURUSD: {source: ecb, market: TARGET}}\n"


def test_feed__no_file__refused(tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    assert refusal(feed("--config", path)).startswith(f"Error: {path}")


def test_feed__source_that_no_key_has__refused(tmp_path: Path) -> None:
    config = configuration(tmp_path, ECB)
    found = refusal(feed("--config", config, "--source", "closes", "--date", "2023-04-19"))
    assert found == f"Error: {config}: no key has the source closes"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("{kind: ecb, cash: x}", "cash: Extra inputs are not permitted"),
        ("{kind: http, url: 'file:///hunter2', value: v}", "the url is none of http or https"),
        (
            "{kind: http, url: 'https://a/{key}', value: v, headers: {X-Key: hunter2é}}",
            "the header X-Key is not printable ASCII",
        ),
    ],
)
def test_feed__options_of_a_source_are_wrong__names_file_line_and_source(
    tmp_path: Path, options: str, reason: str
) -> None:
    config = configuration(tmp_path, ECB.replace("{kind: ecb}", options))
    found = refusal(feed("--config", config, "--date", "2023-04-19"))
    assert found == f"Error: {config}:1: source ecb: {reason}"


def test_feed__one_source_cannot_be_reached__the_others_values_all_the_same(tmp_path: Path) -> None:
    feeds = (
        f"{{kind: chainlink, node: 'http://127.0.0.1:1/hunter2', feeds: {{A: '0x{'11' * 20}'}}}}"
    )
    config = configuration(
        tmp_path,
        f"sources: {{ecb: {{kind: ecb}}, feeds: {feeds}}}\n"
        "keys:\n"
        "  EURUSD: {source: ecb, market: TARGET}\n"
        "  EURJPY: {source: feeds, market: FX, as: A}\n",
    )
    result = feed("--config", config, "--date", "2023-04-19", "--json")
    assert result.exit_code == 1
    assert [line["key"] for line in lines(result.stdout)] == ["EURUSD"]
    (event,) = said(result)
    assert (event["event"], event["key"]) == ("refused", "EURJPY")
    assert event["reason"] == "unreachable: feeds: the node does not answer (ConnectionError)"


def test_feed__no_manifest__refused(tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    found = refusal(feed("--config", configuration(tmp_path, ECB), "--manifest", path, *NO_NODE))
    reason = f"[Errno 2] No such file or directory: '{path}'"
    assert found == f"Error: {path}: not a deployment manifest: {reason}"


def test_feed__manifest_without_a_node__refused(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    address = "0x" + "11" * 20
    content = {"chain_id": 1, "roles": address, "fixings": address, "escrow": address}
    path.write_text(json.dumps(content))
    found = refusal(feed("--config", configuration(tmp_path, ECB), "--manifest", path))
    assert found == "Error: --manifest needs --rpc"


def test_feed__node_away__exits_with_1(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    address = "0x" + "11" * 20
    content = {"chain_id": 1, "roles": address, "fixings": address, "escrow": address}
    path.write_text(json.dumps(content))
    config = configuration(tmp_path, ECB)
    result = feed("--config", config, "--manifest", path, *NO_NODE, "--key", SECRET, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert [line["event"] for line in said(result)] == ["not complete, run again"]


# ---------------------------------------------------------------------- whose account


def test_feed__key_but_no_deployment__refused(tmp_path: Path) -> None:
    config = configuration(tmp_path, ECB)
    found = refusal(feed("--config", config, "--date", "2023-04-19", TANPO_KEY=SECRET))
    assert found == "Error: to publish, give --rpc and --manifest; else --dry-run"


def test_feed__key_but_a_dry_run__prints(tmp_path: Path) -> None:
    config = configuration(tmp_path, ECB)
    result = feed("--config", config, "--date", "2023-04-19", "--dry-run", TANPO_KEY=SECRET)
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)


def test_feed__key_but_no_file__dry_run() -> None:
    result = feed("--source", "us_stocks", "--date", "2023-04-19", TANPO_KEY=SECRET)
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 6)


@pytest.mark.parametrize("secret", ["5e5e", "x", "0x" + "00" * 32, "0x" + "ff" * 32])
def test_feed__malformed_key__refused_without_it(tmp_path: Path, secret: str) -> None:
    config = configuration(tmp_path, ECB)
    result = feed("--config", config, "--date", "2023-04-19", "--key", secret)
    assert refusal(result) == "Error: --key is not a private key"


@pytest.mark.parametrize("content", ["", "{}", '{"version": 3, "crypto": "5e5e"}', "5e" * 32])
def test_feed__malformed_keystore__refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keystore.json"
    path.write_text(content)
    path.chmod(0o600)
    found = feed(
        "--source", "ecb", "--date", "2023-04-19", "--keystore", path, TANPO_PASSWORD=PASSWORD
    )
    assert refusal(found) == f"Error: {path}: not a keystore"


def test_feed__keystore_and_wrong_password__refused(tmp_path: Path) -> None:
    path = tmp_path / "keystore.json"
    path.write_text(json.dumps(Account.encrypt(SECRET, "right", kdf="scrypt", iterations=2)))
    path.chmod(0o600)
    found = feed(
        "--source", "ecb", "--date", "2023-04-19", "--keystore", path, TANPO_PASSWORD=PASSWORD
    )
    assert refusal(found) == f"Error: {path}: the password is wrong"


# ---------------------------------------------------------------------- on a deployment


@pytest.fixture
def three(tmp_path: Path) -> Deployment:
    """EURUSD and USDJPY are published for the Friday; it is Monday's evening."""
    log.configure(as_json=True)  # not to standard output, where values go
    made = Deployment()
    made.begin(FRIDAY, EURUSD="1.07", USDJPY="153.2")
    made.at(MONDAY)
    made.platform.manifest().write(tmp_path / "manifest.json")
    return made


def job(three: Deployment, folder: Path, number: int, **options: Any) -> Job:
    log.configure(as_json=True)
    desk = Desk(three.keys, {"desk": three.sources[number]})
    account = three.accounts[number]
    return Job(desk, None, folder / "manifest.json", account, chain=three.node, **options)


def test_job__correct__replaces_nothing_of_the_dates_before(
    three: Deployment, tmp_path: Path
) -> None:
    three.begin(MONDAY, EURUSD="1.06", USDJPY="154")
    three.begin(TUESDAY, EURUSD="1.065", USDJPY="155")
    for day in (MONDAY, TUESDAY):
        three.have(day, EURUSD="1.0601")
    corrected = frozenset({"EURUSD"})
    assert not job(three, tmp_path, 0, corrected=corrected).run(TUESDAY, True)
    assert job(three, tmp_path, 1, corrected=corrected).run(TUESDAY, True)
    assert three.published(MONDAY) == {"EURUSD": "1.06", "USDJPY": "154"}
    assert three.published(TUESDAY) == {"EURUSD": "1.0601", "USDJPY": "155"}


def test_job__all_published__true_and_a_line_each(
    three: Deployment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    three.have(MONDAY, EURUSD="1.06", USDJPY="154")
    assert not job(three, tmp_path, 0).run(MONDAY, True)
    assert job(three, tmp_path, 1).run(MONDAY, True)
    found = lines(capsys.readouterr().out)
    assert [(each["key"], each["date"], each["status"]) for each in found] == [
        ("EURUSD", "2024-04-15", "signed"),
        ("USDJPY", "2024-04-15", "signed"),
        ("EURUSD", "2024-04-15", "published"),
        ("USDJPY", "2024-04-15", "published"),
    ]


def test_job__not_a_feeder__refused(three: Deployment, tmp_path: Path) -> None:
    stranger = replace(job(three, tmp_path, 0), feeder=three.platform.administrator)
    address = three.platform.administrator.address
    with pytest.raises(InputError, match=f"^{address} is no feeder of this deployment$"):
        stranger.run(MONDAY, True)


def test_run_feed__manifest_names_no_contract_for_roles__exits_with_1(
    three: Deployment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = "0x" + "11" * 20
    replace(three.platform.manifest(), roles=nothing).write(tmp_path / "manifest.json")
    with pytest.raises(SystemExit) as end:
        run_feed(
            moment=None,
            config=configuration(tmp_path, ECB),
            source=None,
            rpc=None,
            manifest=tmp_path / "manifest.json",
            keystore=None,
            password_file=None,
            key="0x" + bytes(three.accounts[0].key).hex(),
            wait=0,
            poll=1,
            accept=(),
            correct=(),
            dry_run=False,
            as_json=True,
            chain=three.node,
        )
    assert end.value.code == 1
    event = lines(capsys.readouterr().err)[-1]
    assert event["event"] == "the contracts refused"
    assert event["reason"] == f"NoContract(address={nothing})"
