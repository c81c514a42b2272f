# SPDX-License-Identifier: MIT
"""What holds of every replay (design: invariants), read from its lines: `test_scenarios` says that
they are what is printed, and these that they are sound.
"""

from collections import defaultdict
from fractions import Fraction

import pytest

from integration.arithmetic import File, Trade
from integration.replays import SCENARIOS, Line, events_and_balances, scenario_file

Holdings = defaultdict[tuple[str, str], Fraction]
"""By holder and token."""

ISSUER = "issuer"

ENDS = frozenset({"closed", "terminated", "corrected", "closed_out"})
"""After one of these a trade holds nothing."""

every_scenario = pytest.mark.parametrize("name", SCENARIOS)


@every_scenario
def test_balances__whole_run__conserve_every_token(name: str) -> None:
    """But for what issuers pay and exchange."""
    events, balances = events_and_balances(name)
    held: Holdings = defaultdict(Fraction)
    for event in events:
        _move(held, event)
    issuer = {symbol: quantity for (holder, symbol), quantity in held.items() if holder == ISSUER}
    assert _totals({**balances, ISSUER: issuer}) == _totals(File(scenario_file(name)).parties)


@every_scenario
def test_balances__whole_run__are_opening_balances_and_moves(name: str) -> None:
    events, balances = events_and_balances(name)
    file = File(scenario_file(name))
    held: Holdings = defaultdict(Fraction)
    for party, tokens in file.parties.items():
        for symbol, quantity in tokens.items():
            held[party, symbol] += quantity
    lent: dict[str, list[str]] = {}
    for event in events:
        _move(held, event)
        if "loan" in event:
            lent[event["trade"]] = [*event["loan"]["after"]]
        if "interest" in event and [*event["interest"]] != lent.get(event["trade"]):
            _pay_unlisted_interest(held, event, file.trades[event["trade"]])
    assert {key: held for key, held in _nonzero(held).items() if key[0] != ISSUER} == {
        (holder, symbol): Fraction(quantity)
        for holder, tokens in balances.items()
        for symbol, quantity in tokens.items()
        if Fraction(quantity)
    }


@every_scenario
def test_escrow__whole_run__holds_the_open_trades_baskets(name: str) -> None:
    """Invariants 1 and 9."""
    events, balances = events_and_balances(name)
    by_trade: dict[str, Holdings] = defaultdict(lambda: defaultdict(Fraction))
    for event in events:
        key = event.get("account") or event.get("trade") or event["token"]
        _move(by_trade[key], event)
        if event["event"] in ENDS and ("account" not in event or "trade" not in event):
            assert not any(_in_escrow(by_trade[key]).values())
    total: defaultdict[str, Fraction] = defaultdict(Fraction)
    for holdings in by_trade.values():
        for symbol, quantity in _in_escrow(holdings).items():
            total[symbol] += quantity
    assert dict(total) == {symbol: Fraction(text) for symbol, text in balances["escrow"].items()}


@every_scenario
def test_marks__whole_run__go_forward_once_a_date(name: str) -> None:
    """Invariant 5."""
    events, _ = events_and_balances(name)
    dates = [event["date"] for event in events]
    marks = [
        (event.get("trade"), event.get("account"), event["date"])
        for event in events
        if event["event"] == "marked"
    ]
    assert dates == sorted(dates)
    assert len(marks) == len(set(marks))


@every_scenario
def test_events__each_trade__open_before_anything_and_end_once(name: str) -> None:
    events, _ = events_and_balances(name)
    by_trade: dict[str, list[str]] = defaultdict(list)
    for event in events:
        if "trade" in event:
            by_trade[event["trade"]].append(event["event"])
    assert set(by_trade) == set(File(scenario_file(name)).trades)
    for happened in by_trade.values():
        assert happened == ["failed"] or happened[0] == "opened"
        assert happened.count("opened") <= 1
        ends = [index for index, event in enumerate(happened) if event in ENDS]
        assert len(ends) <= 1
        assert not ends or set(happened[ends[0] + 1 :]) <= {"failed"}


@pytest.mark.parametrize("name", [name for name in SCENARIOS if File(scenario_file(name)).is_plain])
def test_calls__met__restore_required_value_to_within_a_lot(name: str) -> None:
    """Invariant 6, where a trade keeps its terms and margins by itself."""
    events, _ = events_and_balances(name)
    file = File(scenario_file(name))
    short = {(event["trade"], event["date"]) for event in events if event["event"] == "deficit"}
    opened: dict[str, str] = {}
    baskets: dict[str, dict[str, Fraction]] = {}
    for event in events:
        key, day = event["trade"], event["date"]
        trade = file.trades[key]
        if event["event"] == "opened":
            opened[key], baskets[key] = day, _basket(trade, event)
        if event["event"] not in ("delivered", "returned"):
            continue
        sign = 1 if event["event"] == "delivered" else -1
        for symbol, quantity in _basket(trade, event).items():
            baskets[key][symbol] += sign * quantity
        if (key, day) not in short:
            excess = trade.collateral_value(day, baskets[key]) - trade.required_value(
                day, opened[key]
            )
            assert 0 <= excess < trade.lots_value(day, trade.collateral)


def _totals(balances: dict[str, dict[str, object]]) -> dict[str, Fraction]:
    totals: defaultdict[str, Fraction] = defaultdict(Fraction)
    for tokens in balances.values():
        for symbol, quantity in tokens.items():
            totals[symbol] += Fraction(str(quantity))
    return {symbol: total for symbol, total in totals.items() if total}


def _move(held: Holdings, event: Line) -> None:
    for symbol, moves in event.get("moved", {}).items():
        for moved in moves if isinstance(moves, list) else [moves]:
            held[moved["from"], symbol] -= Fraction(moved["quantity"])
            held[moved["to"], symbol] += Fraction(moved["quantity"])


def _pay_unlisted_interest(held: Holdings, event: Line, trade: Trade) -> None:
    """Where interest is paid in a token of the basket, `moved` shows the basket's move only: but
    with the loan, where that has become the same token.
    """
    for symbol, text in event.get("interest", {}).items():
        if symbol in trade.collateral:
            held[trade.borrower, symbol] -= Fraction(text)
            held[trade.lender, symbol] += Fraction(text)


def _nonzero(held: Holdings) -> dict[tuple[str, str], Fraction]:
    return {key: quantity for key, quantity in held.items() if quantity}


def _in_escrow(held: Holdings) -> dict[str, Fraction]:
    return {symbol: quantity for (holder, symbol), quantity in held.items() if holder == "escrow"}


def _basket(trade: Trade, event: Line) -> dict[str, Fraction]:
    return {
        symbol: Fraction(moved["quantity"])
        for symbol, moved in event["moved"].items()
        if symbol != trade.loan_token
    }
