# SPDX-License-Identifier: MIT
"""Reports that are brought past the feeders' job, forged or once more: they move no trade."""

from __future__ import annotations

from typing import Any

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from integration.feeders import FRIDAY, MONDAY, TUESDAY, Devnet, e8
from integration.lending import Lending, real_marks, real_values
from integration.nights import KEEPER, OTHER_KEEPER
from tanpo.chain.abi import Reverted
from tanpo.chain.base import CallFailed
from tanpo.deployer import FEEDER
from tanpo.report import Correction, Report
from tanpo.units import date_number

pytestmark = pytest.mark.anvil

STRANGER: LocalAccount = Account.from_key(OTHER_KEEPER)
"""Anvil's third account, with money and no role."""


@pytest.fixture
def wrong(lent: Lending) -> Report:
    """Monday's values, but for a price of AAPL that nobody has."""
    return lent.report(MONDAY, AAPL=150_00000000)


def bring(devnet: Devnet, report: Report | Correction, *signatures: tuple[str, bytes]) -> None:
    """Have a stranger bring a report with these signatures. Raises Reverted."""
    function = "publish" if isinstance(report, Report) else "correct"
    devnet.platform.fixings.send(STRANGER, function, report.as_tuple(), list(signatures))


def signed(
    devnet: Devnet, report: Report | Correction, number: int, **place: Any
) -> tuple[str, bytes]:
    """A feeder's own signature, by default for this chain and this contract."""
    account = devnet.feeders[number].account
    chain_id = place.get("chain_id", devnet.chain.chain_id)
    contract = place.get("contract", devnet.platform.fixings.address)
    return account.address, report.sign(account, chain_id, contract)


def digest(devnet: Devnet, report: Report) -> bytes:
    found: bytes = devnet.platform.fixings.call("digestOf", report.as_tuple())
    return found


def assert_marked_right_later(lent: Lending) -> None:
    """Nothing has come of it: the trade waits, and is marked once feeders have been there."""
    assert lent.devnet.published(MONDAY) == {}
    assert lent.night().exit_code == 1
    assert lent.marks() == []
    assert lent.feed(0, 1) == [1, 0]
    assert lent.devnet.published(MONDAY) == real_values(MONDAY)
    assert lent.night().exit_code == 0
    assert lent.marks() == real_marks(MONDAY)


# ---------------------------------------------------------------------- forged


def test_publish__signature_of_another_feeder__is_refused_and_trade_waits(
    devnet: Devnet, lent: Lending, wrong: Report
) -> None:
    one, two = signed(devnet, wrong, 0), signed(devnet, wrong, 1)
    with pytest.raises(Reverted) as raised:
        bring(devnet, wrong, one, (two[0], one[1]))
    assert raised.value.name == "BadFeederSignature"
    assert raised.value.arguments == {"digest": digest(devnet, wrong), "feeder": two[0]}
    assert_marked_right_later(lent)


def test_publish__signature_of_other_values__is_refused_and_trade_waits(
    devnet: Devnet, lent: Lending, wrong: Report
) -> None:
    right = lent.report(MONDAY)
    one, two = signed(devnet, right, 0), signed(devnet, right, 1)
    with pytest.raises(Reverted) as raised:
        bring(devnet, wrong, one, two)
    assert raised.value.name == "BadFeederSignature"
    assert raised.value.arguments == {"digest": digest(devnet, wrong), "feeder": one[0]}
    assert_marked_right_later(lent)


def test_publish__signature_of_another_date__is_refused_and_trade_waits(
    devnet: Devnet, lent: Lending
) -> None:
    right = lent.report(MONDAY)
    moved = Report(date_number(FRIDAY), right.observations)
    with pytest.raises(Reverted) as raised:
        bring(devnet, moved, signed(devnet, right, 0), signed(devnet, right, 1))
    assert raised.value.name == "BadFeederSignature"
    assert devnet.published(FRIDAY) == real_values(FRIDAY)
    assert_marked_right_later(lent)


def test_publish__torn_signature__is_refused_and_trade_waits(
    devnet: Devnet, lent: Lending, wrong: Report
) -> None:
    address, signature = signed(devnet, wrong, 0)
    for torn in (b"", signature[:64], signature[:-1] + b"\x00", bytes(65)):
        with pytest.raises(Reverted) as raised:
            bring(devnet, wrong, (address, torn))
        assert raised.value.name == "BadFeederSignature"
        assert raised.value.arguments == {"digest": digest(devnet, wrong), "feeder": address}
    assert_marked_right_later(lent)


def test_publish__stranger_signs__is_refused_and_trade_waits(
    devnet: Devnet, lent: Lending, wrong: Report
) -> None:
    place = (devnet.chain.chain_id, devnet.platform.fixings.address)
    stranger = (STRANGER.address, wrong.sign(STRANGER, *place))
    with pytest.raises(Reverted) as raised:
        bring(devnet, wrong, signed(devnet, wrong, 0), stranger)
    assert (raised.value.name, raised.value.arguments) == (
        "NotAFeeder",
        {"found": STRANGER.address},
    )
    assert_marked_right_later(lent)


def test_publish__one_feeder_twice__counts_once_and_trade_waits(
    devnet: Devnet, lent: Lending, wrong: Report
) -> None:
    one = signed(devnet, wrong, 0)
    bring(devnet, wrong, one, one)
    bring(devnet, wrong, one)
    signers = devnet.platform.fixings.call("signersOf", digest(devnet, wrong))
    assert list(signers) == [one[0]]
    assert devnet.published(MONDAY) == {}
    # The job's own report of that feeder stands beside the one that it has not made.
    assert_marked_right_later(lent)


def test_publish__feeder_lost_its_role__counts_no_longer_and_trade_waits(
    devnet: Devnet, lent: Lending, wrong: Report
) -> None:
    one = signed(devnet, wrong, 2)
    bring(devnet, wrong, one)
    roles, administrator = devnet.platform.roles, devnet.platform.administrator
    roles.send(administrator, "revokeRole", FEEDER, one[0])
    bring(devnet, wrong, signed(devnet, wrong, 1))
    assert devnet.published(MONDAY) == {}
    result = devnet.feed(2)
    assert result.exit_code == 2
    assert result.stderr == f"Error: {one[0]} is no feeder of this deployment\n"
    assert_marked_right_later(lent)


@pytest.mark.parametrize("chain_id", [1, 31_338])
def test_publish__signed_for_another_chain__is_refused_and_trade_waits(
    devnet: Devnet, lent: Lending, chain_id: int
) -> None:
    right = lent.report(MONDAY)
    one, two = (signed(devnet, right, number, chain_id=chain_id) for number in (0, 1))
    with pytest.raises(Reverted) as raised:
        bring(devnet, right, one, two)
    assert raised.value.name == "BadFeederSignature"
    assert raised.value.arguments == {"digest": digest(devnet, right), "feeder": one[0]}
    assert_marked_right_later(lent)


def test_publish__signed_for_another_deployment__is_refused_and_trade_waits(
    devnet: Devnet, lent: Lending, tmp_path: Any
) -> None:
    # The same feeders serve both, which is what makes it tempting.
    other = Devnet(devnet.url, tmp_path)
    devnet.chain._nonces.clear()
    assert [feeder.key for feeder in other.feeders] == [feeder.key for feeder in devnet.feeders]
    right = lent.report(MONDAY)
    place = {"contract": other.platform.fixings.address}
    one, two = (signed(devnet, right, number, **place) for number in (0, 1))
    with pytest.raises(Reverted) as raised:
        bring(devnet, right, one, two)
    assert raised.value.name == "BadFeederSignature"
    assert raised.value.arguments == {"digest": digest(devnet, right), "feeder": one[0]}
    bring(other, right, one, two)
    signers = other.platform.fixings.call("signersOf", digest(other, right))
    assert list(signers) == [one[0], two[0]]
    assert_marked_right_later(lent)


def test_publish__signed_for_this_place_and_brought_by_a_stranger__trade_is_marked_right(
    devnet: Devnet, lent: Lending
) -> None:
    """What the others are measured by: only who signs counts."""
    right = lent.report(MONDAY)
    bring(devnet, right, signed(devnet, right, 0), signed(devnet, right, 1))
    assert devnet.published(MONDAY) == real_values(MONDAY)
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


# ---------------------------------------------------------------------- once more


def reports_of_monday(devnet: Devnet, lent: Lending) -> list[bytes]:
    """Have Monday published; what the two feeders sent."""
    since = devnet.chain.block()[0]
    assert lent.feed(0, 1) == [1, 0]
    return [
        data
        for number in (0, 1)
        for data in lent.sent_data(devnet.feeders[number].account.address, since)
    ]


def again(devnet: Devnet, data: bytes, sender: LocalAccount = STRANGER) -> int:
    """Send the same bytes once more; how many events come of it."""
    return len(devnet.chain.send(sender, devnet.platform.fixings.address, data).logs)


def test_publish__first_report_replayed__stays_one_signature_and_trade_waits(
    devnet: Devnet, lent: Lending
) -> None:
    since = devnet.chain.block()[0]
    assert devnet.feed(0).exit_code == 1
    address = devnet.feeders[0].account.address
    (data,) = lent.sent_data(address, since)
    books = lent.books()
    for sender in (STRANGER, Account.from_key(KEEPER), devnet.feeders[0].account):
        assert again(devnet, data, sender) == 0
    signers = devnet.platform.fixings.call("signersOf", digest(devnet, lent.report(MONDAY)))
    assert (list(signers), lent.books()) == ([address], books)
    assert devnet.feed(1).exit_code == 0
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


@pytest.mark.parametrize("is_marked", [False, True], ids=["before the mark", "after the mark"])
def test_publish__reports_replayed__change_nothing_and_trade_is_marked_once(
    devnet: Devnet, lent: Lending, is_marked: bool
) -> None:
    reports = reports_of_monday(devnet, lent)
    assert len(reports) == 2
    if is_marked:
        lent.night()
    books, marks = lent.books(), lent.marks()
    for data in [*reports, *reversed(reports)]:
        assert again(devnet, data) == 0
    assert (lent.books(), lent.marks()) == (books, marks)
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


def test_publish__yesterdays_report_replayed__leaves_today_alone_and_trade_is_marked_right(
    devnet: Devnet, lent: Lending
) -> None:
    reports = reports_of_monday(devnet, lent)
    lent.night()
    devnet.at(TUESDAY)
    lent.receive(TUESDAY)
    for data in reports:
        assert again(devnet, data) == 0
    assert devnet.published(TUESDAY) == {}
    assert lent.feed(0, 1) == [1, 0]
    lent.night()
    assert lent.marks() == real_marks(MONDAY, TUESDAY)


def corrected_monday(devnet: Devnet, lent: Lending) -> tuple[list[bytes], list[bytes]]:
    """Have a wrong price published and corrected; what was sent for both."""
    lent.receive(MONDAY, AAPL="166.23")
    wrong = reports_of_monday(devnet, lent)
    lent.receive(MONDAY)
    since = devnet.chain.block()[0]
    for number in (0, 1):
        devnet.feed(number, "--date", MONDAY, "--correct", "AAPL")
    assert devnet.published(MONDAY) == real_values(MONDAY)
    accounts = [feeder.account.address for feeder in devnet.feeders]
    return wrong, [data for account in accounts for data in lent.sent_data(account, since)]


def test_publish__report_replayed_after_its_correction__is_refused_and_trade_is_marked_right(
    devnet: Devnet, lent: Lending
) -> None:
    wrong, _ = corrected_monday(devnet, lent)
    fixings, books = devnet.platform.fixings, lent.books()
    report = lent.report(MONDAY, AAPL=166_23000000)
    for number, data in enumerate(wrong):
        signature = signed(devnet, report, number)
        assert data == fixings.interface.encode_call("publish", [report.as_tuple(), [signature]])
        with pytest.raises(Reverted) as raised:
            bring(devnet, report, signature)
        assert raised.value.name == "AlreadyPublished"
        assert raised.value.arguments == {
            "key": devnet.key("AAPL"),
            "date": date_number(MONDAY),
            "found": e8("AAPL", MONDAY),
            "offered": 166_23000000,
        }
    assert lent.books() == books
    lent.night()
    assert lent.marks() == real_marks(MONDAY)


def test_correct__correction_replayed__changes_nothing_and_trade_is_marked_right(
    devnet: Devnet, lent: Lending
) -> None:
    _, corrections = corrected_monday(devnet, lent)
    assert len(corrections) == 2
    books = lent.books()
    for data in corrections:
        assert again(devnet, data) == 0
    assert lent.books() == books
    lent.night()
    books = lent.books()
    for data in corrections:
        assert again(devnet, data) == 0
    assert lent.books() == books
    assert devnet.published(MONDAY) == real_values(MONDAY)
    assert lent.marks() == real_marks(MONDAY)


def test_correct__correction_replayed_after_it_was_taken_back__is_not_made_again(
    devnet: Devnet, lent: Lending
) -> None:
    """Otherwise anybody could go back and forth between two values that were once signed."""
    lent.receive(MONDAY, AAPL="165.23")
    reports_of_monday(devnet, lent)
    lent.receive(MONDAY, AAPL="166.23")
    since = devnet.chain.block()[0]
    options = ("--date", MONDAY, "--correct", "AAPL")
    assert [devnet.feed(number, *options).exit_code for number in (0, 1)] == [1, 0]
    mistaken = [
        data
        for number in (0, 1)
        for data in lent.sent_data(devnet.feeders[number].account.address, since)
    ]
    lent.receive(MONDAY)
    assert [devnet.feed(number, *options).exit_code for number in (0, 1)] == [1, 0]
    interface = devnet.platform.fixings.interface
    for data in [*mistaken, *mistaken]:
        with pytest.raises(CallFailed) as info:
            again(devnet, data)
        assert interface.decode_error(info.value.data).name == "FixingDiffers"
    assert devnet.published(MONDAY) == real_values(MONDAY)
    lent.night()
    assert lent.marks() == real_marks(MONDAY)
