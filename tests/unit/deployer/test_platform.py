# SPDX-License-Identifier: MIT
"""`Platform`: deploys, and finds again what a manifest names."""

import json
from dataclasses import asdict, replace
from datetime import date

import pytest

from tanpo.chain.abi import Reverted
from tanpo.deployer import (
    ENFORCER,
    FEEDER,
    MAX_AGE_DAYS,
    TOKEN_ADMINISTRATOR,
    Manifest,
    ManifestError,
    Platform,
)
from tanpo.instrument import Instrument, Kind
from tanpo.report import Correction, Observation, pair_key


def test_deploy__contracts__know_each_other(platform, escrow, fixings):
    assert escrow.FIXINGS() == platform.fixings.address
    assert escrow.authority() == fixings.authority() == platform.roles.address
    assert fixings.maxAgeDays() == MAX_AGE_DAYS == 7


def test_deploy__max_age__is_the_one_given(own_platform):
    other = Platform.deploy(own_platform.chain, own_platform.administrator, max_age_days=3)
    assert other.fixings.call("maxAgeDays") == 3
    assert other.escrow.address != own_platform.escrow.address


@pytest.mark.parametrize("named", [True, False], ids=["named", "default"])
def test_deploy__role_holders__are_those_named_or_the_administrator(own_platform, stranger, named):
    options = {
        "token_administrator": stranger.address,
        "enforcer": stranger.address,
        "feeders": [stranger.address],
    }
    other = Platform.deploy(
        own_platform.chain, own_platform.administrator, **(options if named else {})
    )
    administrator = own_platform.administrator.address
    for role in (TOKEN_ADMINISTRATOR, FEEDER, ENFORCER):
        held = [
            other.roles.call("hasRole", role, holder)["isMember"]
            for holder in (administrator, stranger.address)
        ]
        assert held == [not named, named]


def test_at__manifest_of_this_chain__is_the_same_platform(own_platform):
    found = Platform.at(own_platform.chain, own_platform.administrator, own_platform.manifest())
    assert found.manifest() == own_platform.manifest()
    assert found.escrow.call("instrumentCount") == own_platform.escrow.call("instrumentCount")


def test_at__manifest_of_another_chain__raises(own_platform):
    chain_id = own_platform.chain.chain_id
    other = replace(own_platform.manifest(), chain_id=chain_id + 1)
    with pytest.raises(ManifestError) as info:
        Platform.at(own_platform.chain, own_platform.administrator, other)
    assert str(info.value) == f"the manifest is of chain {chain_id + 1}, this is chain {chain_id}"


def test_manifest__written__reads_the_same(platform, tmp_path):
    path = tmp_path / "new" / "manifest.json"
    platform.manifest().write(path)
    assert Manifest.read(path) == platform.manifest()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"chain_id": 1}', '{"chain_id": 1, "other": 2}']
)
def test_manifest__not_one__raises(text, tmp_path):
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(ManifestError, match=f"^{path}: not a deployment manifest: "):
        Manifest.read(path)


@pytest.mark.parametrize("block", ["7", None, -1, 1.5])
def test_manifest__block_that_is_none__raises(platform, tmp_path, block):
    path = tmp_path / "manifest.json"
    replace(platform.manifest(), block=block).write(path)
    with pytest.raises(ManifestError) as info:
        Manifest.read(path)
    assert str(info.value) == f"{path}: block is not a number: {block}"


def test_manifest__of_before_blocks_stood_in_it__counts_from_the_first(platform, tmp_path):
    path = tmp_path / "manifest.json"
    manifest = asdict(platform.manifest())
    del manifest["block"]
    path.write_text(json.dumps(manifest))
    assert Manifest.read(path).block == 0


def test_publish__signed_by_nobody_named__is_signed_by_the_administrator(own_platform):
    other = Platform.deploy(own_platform.chain, own_platform.administrator)
    day = other.chain.now() // 86_400
    receipt = other.publish(day, [Observation(pair_key("EURUSD"), 109_253_000, day)])
    assert [event.name for event in other.fixings.events(receipt)] == ["Published"]
    correction = Correction(
        day,
        pair_key("EURUSD"),
        109_253_000,
        other.fixings.call("fixing", pair_key("EURUSD"), day)["publishedAt"],
        109_254_000,
        day,
    )
    receipt = other.correct(correction)
    assert [event.name for event in other.fixings.events(receipt)] == ["Corrected"]


def test_deploy_feed__of_a_key__reads_its_fixings(own_platform):
    other = Platform.deploy(own_platform.chain, own_platform.administrator)
    day = other.chain.now() // 86_400
    other.publish(day, [Observation(pair_key("EURUSD"), 109_253_000, day)])
    feed = other.deploy_feed(pair_key("EURUSD"), "EUR / USD")
    assert feed.call("description") == "EUR / USD"
    assert feed.call("latestRoundData") == {
        "roundId": day,
        "answer": 109_253_000,
        "startedAt": day * 86_400,
        "updatedAt": other.fixings.call("fixing", pair_key("EURUSD"), day)["publishedAt"],
        "answeredInRound": day,
    }


def test_manifest__no_file__raises(tmp_path):
    with pytest.raises(ManifestError, match="not a deployment manifest"):
        Manifest.read(tmp_path / "missing.json")


@pytest.mark.parametrize(
    "instrument",
    [
        Instrument("CHF", Kind.CASH, "CHF", 2, 1),
        Instrument("SHARE", Kind.EQUITY, "CHF", 0, 100, isin="CH0012032048"),
        Instrument("BOND", Kind.BOND, "CHF", 0, 1_000, maturity=date(2032, 2, 15)),
    ],
    ids=lambda instrument: instrument.symbol,
)
def test_issue_instrument__of_a_kind__is_listed(own_platform, instrument):
    token = own_platform.issue_instrument(instrument)
    assert own_platform.escrow.call("instrumentOf", token.address) == {
        "token": token.address,
        "currency": b"CHF",
        "kind": instrument.kind,
        "decimals": instrument.decimals,
        "lastAction": 0,
        "lot": instrument.lot,
    }
    assert token.call("symbol") == instrument.symbol


def test_issue_instrument__issue_by_a_stranger__reverts(own_platform, stranger):
    token = own_platform.issue_instrument(Instrument("CHF", Kind.CASH, "CHF", 2, 1))
    with pytest.raises(Reverted) as info:
        token.call("issue", stranger.address, 1, sender=stranger.address)
    assert info.value.name == "AccessManagedUnauthorized"
    assert info.value.arguments == {"caller": stranger.address}


def test_issue_instrument__enforcement_by_a_stranger__reverts(own_platform, stranger):
    token = own_platform.issue_instrument(Instrument("CHF", Kind.CASH, "CHF", 2, 1))
    own, other = own_platform.administrator.address, stranger.address
    for function, arguments in {
        "forcedTransfer": (own, other, 1),
        "setFrozenTokens": (own, 1),
        "setEligibility": (own_platform.escrow.address,),
        "pause": (),
        "unpause": (),
        "recover": (own, other),
    }.items():
        with pytest.raises(Reverted) as info:
            token.call(function, *arguments, sender=other)
        assert info.value.name == "AccessManagedUnauthorized"
        assert info.value.arguments == {"caller": other}


def test_deploy_eligibility__register__is_kept_by_the_enforcer(own_platform, stranger, enforcer):
    register = own_platform.deploy_eligibility()
    with pytest.raises(Reverted) as info:
        register.call("admit", [stranger.address], sender=stranger.address)
    assert info.value.name == "AccessManagedUnauthorized"
    register.call("admit", [stranger.address], sender=enforcer.address)
    assert register.call("isEligible", stranger.address) is False


def test_list__twice__reverts(own_platform):
    instrument = Instrument("CHF", Kind.CASH, "CHF", 2, 1)
    token = own_platform.issue_instrument(instrument)
    index = own_platform.escrow.call("instrumentCount")
    with pytest.raises(Reverted) as info:
        own_platform.list(token.address, instrument)
    assert info.value.name == "AlreadyListed"
    assert info.value.arguments == {"token": token.address, "index": index}
