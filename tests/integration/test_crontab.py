# SPDX-License-Identifier: MIT
"""The crontabs of docs/schedule run a week of real prices and rates without a hand on it.

Three feeders' machines and two keepers' start what their crontabs say, at those times of a devnet's
clock. What the trades' margin calls were is then held to `tanpo run` over the same week.
"""

from __future__ import annotations

import configparser
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import yaml
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from integration.crontabs import Crontab, Run
from integration.devnet import anvil
from integration.feeders import FRIDAY, KEYS, LAST, START, STOCKS, WEEK, Devnet, e8, real
from integration.nights import ROOT
from integration.replays import fresh_lines
from tanpo.terms import Agreement, Collateral, Terms
from tanpo.units import date_number

SCHEDULE = ROOT / "docs" / "schedule"

DAYS = [FRIDAY, *WEEK]

LIGHT = {"kdf": "scrypt", "iterations": 2}
"""Of keystores: what makes guessing slow would make the test slow too."""

TRADES: dict[str, dict[str, Any]] = {
    "GC": {"loan": {"EUR": 1_000_000}, "collateral": {"AAPL": 4_000, "NVDA": 1_700}},
    "SC": {"loan": {"NVDA": 10_000}, "collateral": {"AAPL": 16_200}},
    "SHORT": {"loan": {"USD": 500_000}, "collateral": {"AAPL": 3_100}, "end": "2023-04-19"},
}
"""Opened on Friday by the first night; two margin until the Friday after."""


def keystore(folder: Path, name: str, account: LocalAccount) -> Path:
    """An encrypted key that only its owner can read."""
    file = folder / f"{name}.json"
    file.write_text(json.dumps(Account.encrypt(account.key, "open sesame", **LIGHT)))
    file.chmod(0o600)
    return file


class Site:
    """The devnet with its trades, and machines with crontabs."""

    def __init__(self, url: str, folder: Path) -> None:
        self.devnet = Devnet(url, folder)
        self.folder = folder
        self.password = folder / "password"
        self.password.write_text("open sesame\n")
        self.password.chmod(0o600)
        self.parties = {name: Account.from_key(keccak(text=name)) for name in "AB"}
        self._book()
        self.feeds = [self._feeder(number) for number in range(3)]
        self.nights = [self._keeper(name) for name in ("east", "west")]
        self.machines = [*self.feeds, *self.nights]

    def run(self, first: datetime, last: datetime) -> Iterator[Run]:
        """Start everything at its time, what has the same time at once; wait for it to end."""
        due = [
            (moment, number, command)
            for number, crontab in enumerate(self.machines)
            for moment, command in crontab.firings(first, last)
        ]
        for moment, group in groupby(sorted(due), key=lambda each: each[0]):
            self.devnet.chain.advance_to(int(moment.timestamp()))
            started = [
                (command, self.machines[number].start(command)) for _, number, command in group
            ]
            for command, process in started:
                output, _ = process.communicate(timeout=300)
                yield Run(moment, command, process.returncode, output)

    def told(self, night: int) -> list[dict[str, Any]]:
        """The lines of a keeper's nights."""
        log = Path(self.nights[night].environment["LOGS"]) / "night.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()]

    def _machine(self, name: str) -> Path:
        folder = self.folder / f"machine-{name}"
        (folder / "log").mkdir(parents=True)
        return folder

    def _common(self, folder: Path, account: LocalAccount) -> dict[str, object]:
        self.devnet.chain.fund(account)
        return {
            "TANPO_RPC": self.devnet.url,
            "TANPO_MANIFEST": self.devnet.manifest,
            "TANPO_KEYSTORE": keystore(folder, "key", account),
            "TANPO_PASSWORD_FILE": self.password,
            "LOGS": folder / "log",
        }

    def _feeder(self, number: int) -> Crontab:
        """With the packaged histories as sources."""
        feeder, folder = self.devnet.feeders[number], self._machine(str(number))
        content = self.devnet.configuration()
        content["sources"] = {"ecb": {"kind": "ecb"}, "us_stocks": {"kind": "us_stocks"}}
        for name, key in content["keys"].items():
            key["source"] = "ecb" if name == "EURUSD" else "us_stocks"
        (folder / "feed.yaml").write_text(yaml.safe_dump(content))
        changes = {"TANPO_FEED": folder / "feed.yaml", "TANPO_STATE": folder}
        return Crontab(SCHEDULE / "feeder.crontab", changes | self._common(folder, feeder.account))

    def _keeper(self, name: str) -> Crontab:
        folder = self._machine(name)
        account = Account.from_key(keccak(text=f"keeper {name}"))
        return Crontab(SCHEDULE / "keeper.crontab", self._common(folder, account))

    def _book(self) -> None:
        devnet, administrator = self.devnet, self.devnet.platform.administrator
        devnet.at(FRIDAY, 9)
        escrow = devnet.platform.escrow
        for party in self.parties.values():
            devnet.chain.fund(party)
            for token in devnet.tokens.values():
                token.send(administrator, "issue", party.address, 10**12)
                token.send(party, "approve", escrow.address, 2**256 - 1)
        agreement = Agreement("USD")
        escrow.send(administrator, "enter", agreement.as_tuple())
        for name, trade in TRADES.items():
            ((loan, quantity),) = trade["loan"].items()
            end = datetime.fromisoformat(trade["end"] if "end" in trade else LAST.isoformat())
            terms = Terms(
                lender=self.parties["A"].address,
                borrower=self.parties["B"].address,
                loan_token=devnet.tokens[loan].address,
                loan_quantity=quantity * (1 if loan in STOCKS else 100),
                collateral=tuple(
                    Collateral(devnet.tokens[symbol].address, units)
                    for symbol, units in trade["collateral"].items()
                ),
                agreement=agreement,
                start=date_number(FRIDAY) * 86_400,
                end=int(end.replace(tzinfo=UTC).timestamp()),
                expiry=2**40 - 1,
                uti=name.encode().ljust(32, b"\0"),
            )
            escrow.send(self.parties["A"], "register", terms.as_tuple())
            identity = escrow.call("tradeIdOf", terms.as_tuple())
            escrow.send(self.parties["B"], "approve", identity)
            self.trades = getattr(self, "trades", {}) | {f"0x{identity.hex()}": name}


def scenario(folder: Path) -> Path:
    """The same week for `tanpo run`."""
    content = {
        "name": "A week",
        "instruments": {symbol: {"kind": "equity", "currency": "USD"} for symbol in STOCKS},
        "parties": {
            name: {"EUR": 10**9, "USD": 10**9, "AAPL": 10**9, "NVDA": 10**9} for name in "AB"
        },
        "valuation_currency": "USD",
        "fixings": {str(day): {key: str(real(key, day)) for key in KEYS} for day in DAYS},
        "trades": [
            {"id": name, "lender": "A", "borrower": "B", "start": str(FRIDAY), "end": str(LAST)}
            | trade
            for name, trade in TRADES.items()
        ],
    }
    file = folder / "week.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False).replace("'", ""))
    return file


def calls(lines: list[dict[str, Any]], names: dict[str, str]) -> list[tuple[Any, ...]]:
    """Each trade's openings, marks with their values, moves and closes, by date."""
    found = []
    for line in lines:
        name = names.get(line.get("trade", ""), line.get("trade"))
        if line["event"] == "marked":
            values = [line[value] for value in ("loan_value", "required_value", "exposure")]
            found.append((line["date"], name, "marked", *values))
        elif line["event"] in ("returned", "delivered"):
            moved = line.get("moved")
            quantities = (
                {symbol: int(move["quantity"]) for symbol, move in moved.items()}
                if moved
                else {names[line["token"]]: int(line["quantity"])}
            )
            found += [
                (line["date"], name, line["event"], symbol, quantity)
                for symbol, quantity in quantities.items()
            ]
        elif line["event"] in ("opened", "closed"):
            found.append((line["date"], name, line["event"]))
    return sorted(found, key=str)


@pytest.mark.anvil
@pytest.mark.slow
def test_crontabs__a_week_of_real_prices__margins_every_trade_as_a_run_of_it(
    tmp_path: Path,
) -> None:
    with anvil(*START) as url:
        site = Site(url, tmp_path)
        first = datetime(2023, 4, 14, 12, tzinfo=UTC)
        runs = list(site.run(first, first + timedelta(days=7, hours=12)))
        assert [run for run in runs if run.exit_code or run.output] == []
        assert len(runs) == 3 * (3 + 5 * 4) + 2 * 6

        for day in DAYS:
            assert site.devnet.published(day) == {key: e8(key, day) for key in KEYS}
        symbols = {token.address: symbol for symbol, token in site.devnet.tokens.items()}
        found = calls(site.told(0), site.trades | symbols)
        assert found == calls(site.told(1), site.trades | symbols)
        expected = fresh_lines(scenario(tmp_path), "--exact")
        assert found == calls([json.loads(line) for line in expected.splitlines()], {})
        summary = site.told(0)[-1]
        assert (summary["date"], summary["complete"]) == (str(LAST), True)


@pytest.mark.parametrize("job", ["feed", "night"])
def test_timers__of_a_job__start_when_its_crontab_does(job: str) -> None:
    """systemd writes `Mon..Fri 07,17:05 UTC` for cron's `5 7,17 * * 1-5`."""
    timer = (SCHEDULE / f"tanpo-{job}.timer").read_text()
    starts = [line.split("=")[1] for line in timer.splitlines() if line.startswith("OnCalendar")]
    file = {"feed": "feeder", "night": "keeper"}[job]
    schedules = [
        schedule.split() for schedule, _ in Crontab(SCHEDULE / f"{file}.crontab", {}).entries
    ]
    assert starts == [
        f"Mon..Fri {','.join(hour.zfill(2) for hour in hours.split(','))}:{minute.zfill(2)} UTC"
        for minute, hours, *_ in schedules
    ]
    assert all(schedule[2:] == ["*", "*", "1-5"] for schedule in schedules)


@pytest.mark.parametrize("job", ["feed", "night"])
def test_services__of_a_job__run_the_crontabs_command(job: str) -> None:
    service = configparser.RawConfigParser(strict=False)
    service.read(SCHEDULE / f"tanpo-{job}.service")
    command = service["Service"]["ExecStart"].removeprefix("/opt/tanpo/.venv/bin/")
    file = {"feed": "feeder", "night": "keeper"}[job]
    entries = Crontab(SCHEDULE / f"{file}.crontab", {}).entries
    assert {entry.split(" >>")[0] for _, entry in entries} == {command}
