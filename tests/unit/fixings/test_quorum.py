# SPDX-License-Identifier: MIT
"""`publish` with a quorum: who has signed a report, and when that is enough."""

import pytest
from eth_account import Account

from support import MARKED, SETTLED, at, events, pair, reverts, signatures
from tanpo.deployer import FEEDER, Consensus
from tanpo.report import Observation, Report


def names(receipt):
    return [name for name, _ in events(receipt, "Fixings")]


def value(council, key, date=MARKED):
    return council.fixings.fixing(key, date).valueE8


def test_publish__two_of_three_at_once__is_published(known, bund):
    receipt = known.publish(MARKED, (bund, 101, MARKED))
    assert names(receipt) == ["Published"]
    assert value(known, bund) == 101
    assert known.signers(MARKED, (bund, 101, MARKED)) == []


def test_publish__first_of_two__waits(known, bund):
    report = (MARKED, [(bund, 101, MARKED)])
    receipt = known.publish(MARKED, (bund, 101, MARKED), by=(1,))
    digest = known.fixings.digestOf(report)
    assert events(receipt, "Fixings") == [
        ("Signed", {"digest": digest, "feeder": known.feeders[1].address}),
        (
            "Proposed",
            {
                "digest": digest,
                "date": MARKED,
                "observations": [{"key": bund, "valueE8": 101, "observedOn": MARKED}],
            },
        ),
    ]
    assert value(known, bund) == 0
    assert known.fixings.latest() == SETTLED
    assert known.signers(MARKED, (bund, 101, MARKED)) == [known.feeders[1].address]


def test_publish__second_signature_later__is_published(known, bund):
    known.publish(MARKED, (bund, 101, MARKED), by=(1,))
    assert names(known.publish(MARKED, (bund, 101, MARKED), by=(0,))) == ["Published"]
    assert value(known, bund) == 101
    assert known.fixings.latest() == MARKED
    assert known.signers(MARKED, (bund, 101, MARKED)) == []


@pytest.mark.parametrize("again", [(1,), (1, 1), ()])
def test_publish__same_feeder_again__still_waits(known, bund, again):
    known.publish(MARKED, (bund, 101, MARKED), by=(1,))
    assert names(known.publish(MARKED, (bund, 101, MARKED), by=again)) == []
    assert value(known, bund) == 0


def test_publish__without_a_signature__keeps_nothing(known, bund):
    assert names(known.publish(MARKED, (bund, 101, MARKED), by=())) == []
    assert known.signers(MARKED, (bund, 101, MARKED)) == []


def test_publish__two_of_three_disagree__waits_for_the_third(known, bund):
    known.publish(MARKED, (bund, 101, MARKED), by=(0,))
    known.publish(MARKED, (bund, 102, MARKED), by=(1,))
    assert value(known, bund) == 0
    known.publish(MARKED, (bund, 102, MARKED), by=(2,))
    assert value(known, bund) == 102


def test_publish__late_disagreement__is_refused(known, bund):
    known.publish(MARKED, (bund, 101, MARKED))
    with reverts(known.fixings.AlreadyPublished, key=bund, date=MARKED, found=101, offered=102):
        known.publish(MARKED, (bund, 102, MARKED), by=(1, 2))


def test_publish__replayed__changes_nothing(known, bund):
    known.publish(MARKED, (bund, 101, MARKED), by=(0,))
    known.publish(MARKED, (bund, 101, MARKED), by=(1,))
    before = known.fixings.fixing(bund, MARKED)
    for by in ((0,), (1,), (0, 1), (2,)):
        assert names(known.publish(MARKED, (bund, 101, MARKED), by=by)) == []
    assert known.fixings.fixing(bund, MARKED) == before
    assert known.signers(MARKED, (bund, 101, MARKED)) == []


def test_publish__part_published_by_another_report__publishes_the_rest(known, bund):
    one, other = (bund, 101, MARKED), (pair("EURUSD"), 109_253_000, MARKED)
    known.publish(MARKED, one)
    receipt = known.publish(MARKED, one, other, by=(0, 1, 2))
    assert [args["key"] for _, args in events(receipt, "Fixings")] == [pair("EURUSD")]


@pytest.mark.parametrize("role", ["stranger", "lender", "token_administrator"])
def test_publish__signed_by_no_feeder__reverts(request, role, known, bund):
    caller = request.getfixturevalue(role)
    with reverts(known.fixings.NotAFeeder, found=caller.address):
        known.bring((MARKED, [(bund, 101, MARKED)]), known.feeders[0], caller)
    assert value(known, bund) == 0


def _wrong(kind, council, report):
    """A signature in the name of feeder 0 that is none of this report."""
    feeder, other = council.feeders[0], council.feeders[1]
    local = Account.from_key(feeder.private_key)
    message = Report(report[0], tuple(Observation(*each) for each in report[1]))
    if kind == "by another":
        ((_, signature),) = signatures(council.fixings.digestOf(report), other)
    elif kind == "of another report":
        changed = (report[0], [(key, value + 1, day) for key, value, day in report[1]])
        ((_, signature),) = signatures(council.fixings.digestOf(changed), feeder)
    elif kind == "of another chain":
        signature = message.sign(local, 5, council.fixings.address)
    elif kind == "of another contract":
        signature = message.sign(local, council.relayer.chain_id, "0x" + "11" * 20)
    else:
        signature = {"cut": b"\1" * 64, "empty": b"", "noise": b"\1" * 65}[kind]
    return (feeder.address, signature)


@pytest.mark.parametrize(
    "kind",
    ["by another", "of another report", "of another chain", "cut", "empty", "noise"],
)
def test_publish__wrong_signature__reverts_and_keeps_nothing(known, bund, kind):
    report = (MARKED, [(bund, 101, MARKED)])
    digest = known.fixings.digestOf(report)
    good = signatures(digest, known.feeders[1])
    with reverts(known.fixings.BadFeederSignature, digest=digest, feeder=known.feeders[0].address):
        known.fixings.publish(report, [*good, _wrong(kind, known, report)], sender=known.relayer)
    assert value(known, bund) == 0
    assert known.signers(*report[:1], *report[1]) == []


def test_publish__of_another_deployment__reverts(known, deployed, bund):
    twin = deployed(Consensus(quorum=2, outlier_quorum=3), *known.feeders)
    report = (MARKED, [(bund, 101, MARKED)])
    signed = signatures(twin.digestOf(report), *known.feeders[:2])
    digest = known.fixings.digestOf(report)
    with reverts(known.fixings.BadFeederSignature, digest=digest, feeder=known.feeders[0].address):
        known.fixings.publish(report, signed, sender=known.relayer)


def test_publish__feeder_revoked_in_between__no_longer_counts(
    known, bund, project, blockchain_administrator
):
    known.publish(MARKED, (bund, 101, MARKED), by=(0,))
    roles = project.Roles.at(known.fixings.authority())
    roles.revokeRole(FEEDER, known.feeders[0], sender=blockchain_administrator)
    known.publish(MARKED, (bund, 101, MARKED), by=(1,))
    assert value(known, bund) == 0
    known.publish(MARKED, (bund, 101, MARKED), by=(2,))
    assert value(known, bund) == 101


def test_publish__signed_by_a_contract__counts(
    known, bund, project, blockchain_administrator, lender
):
    """A feeder that is a wallet of several people (ERC-1271)."""
    wallet = lender.deploy(project.ContractWallet, lender)
    roles = project.Roles.at(known.fixings.authority())
    roles.grantRole(FEEDER, wallet, 0, sender=blockchain_administrator)
    report = (MARKED, [(bund, 101, MARKED)])
    digest = known.fixings.digestOf(report)
    ((_, signature),) = signatures(digest, lender)
    signed = [(wallet.address, signature), *signatures(digest, known.feeders[0])]
    known.fixings.publish(report, signed, sender=known.relayer)
    assert value(known, bund) == 101


@pytest.mark.parametrize(("quorum", "outlier"), [(0, 1), (0, 0), (3, 2)])
def test_set_quorum__of_nobody_or_fewer_for_outliers__reverts(
    fixings, blockchain_administrator, quorum, outlier
):
    with reverts(fixings.BadQuorum, quorum=quorum, outlierQuorum=outlier):
        fixings.setQuorum(quorum, outlier, sender=blockchain_administrator)
    assert (fixings.quorum(), fixings.outlierQuorum()) == (1, 1)


def test_set_quorum__lower__counts_for_what_waits(known, bund, blockchain_administrator):
    known.publish(MARKED, (bund, 101, MARKED), by=(0,))
    receipt = known.fixings.setQuorum(1, 2, sender=blockchain_administrator)
    assert events(receipt, "Fixings") == [("QuorumSet", {"quorum": 1, "outlierQuorum": 2})]
    known.publish(MARKED, (bund, 101, MARKED), by=())
    assert value(known, bund) == 101


@pytest.mark.parametrize("role", ["stranger", "feeder", "token_administrator"])
def test_set_quorum__by_another__reverts(request, role, fixings):
    caller = request.getfixturevalue(role)
    with reverts(fixings.AccessManagedUnauthorized, caller=caller.address):
        fixings.setQuorum(1, 2, sender=caller)


def test_publish__date_of_tomorrow__reverts_whoever_signed(known, bund, chain):
    chain.pending_timestamp = at(MARKED, 23)
    with reverts(known.fixings.DateInFuture, date=MARKED + 1, today=MARKED):
        known.publish(MARKED + 1, (bund, 101, MARKED), by=(0, 1, 2))


@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "not brought yet"])
def test_withdraw__before_there_are_enough__no_longer_counts(known, bund, is_kept):
    row = (bund, 101, MARKED)
    digest = known.fixings.digestOf((MARKED, [row]))
    if is_kept:
        known.publish(MARKED, row, by=(0,))
    receipt = known.fixings.withdraw(digest, sender=known.feeders[0])
    withdrawn = ("Withdrawn", {"digest": digest, "feeder": known.feeders[0].address})
    assert events(receipt, "Fixings") == [withdrawn]
    assert known.signers(MARKED, row) == []
    with reverts(known.fixings.SignatureWithdrawn, digest=digest, feeder=known.feeders[0].address):
        known.publish(MARKED, row, by=(0,))
    known.publish(MARKED, row, by=(1,))
    assert value(known, bund) == 0
    known.publish(MARKED, row, by=(2,))
    assert value(known, bund) == 101


def test_withdraw__brought_again_by_the_feeder__counts(known, bund):
    report = (MARKED, [(bund, 101, MARKED)])
    digest = known.fixings.digestOf(report)
    feeder = known.feeders[0]
    known.publish(*report[:1], *report[1], by=(0,))
    known.fixings.withdraw(digest, sender=feeder)
    known.fixings.publish(report, signatures(digest, feeder), sender=feeder)
    assert known.signers(*report[:1], *report[1]) == [feeder.address]
    known.publish(*report[:1], *report[1], by=(1,))
    assert value(known, bund) == 101


def test_withdraw__after_publication__changes_nothing(known, bund):
    known.publish(MARKED, (bund, 101, MARKED))
    digest = known.fixings.digestOf((MARKED, [(bund, 101, MARKED)]))
    known.fixings.withdraw(digest, sender=known.feeders[0])
    assert value(known, bund) == 101


def test_withdraw__by_a_stranger__means_nothing(known, bund, stranger):
    known.publish(MARKED, (bund, 101, MARKED), by=(0,))
    digest = known.fixings.digestOf((MARKED, [(bund, 101, MARKED)]))
    known.fixings.withdraw(digest, sender=stranger)
    assert known.signers(MARKED, (bund, 101, MARKED)) == [known.feeders[0].address]


def test_signers_of__feeder_revoked__are_those_who_count(
    known, bund, project, blockchain_administrator
):
    known.publish(MARKED, (bund, 101, MARKED), by=(0,))
    roles = project.Roles.at(known.fixings.authority())
    roles.revokeRole(FEEDER, known.feeders[0], sender=blockchain_administrator)
    assert known.signers(MARKED, (bund, 101, MARKED)) == []


@pytest.mark.parametrize("second", [101, 102], ids=["twice", "two values"])
def test_publish__key_twice__reverts(known, bund, second):
    rows = [(bund, 101, MARKED), (bund, second, MARKED)]
    with reverts(known.fixings.KeysNotAscending, key=bund):
        known.bring((MARKED, rows), *known.feeders)


def test_publish__keys_not_in_order__reverts(known, bund):
    rows = [(pair("EURUSD"), 109_253_000, MARKED), (bund, 101, MARKED)]
    with reverts(known.fixings.KeysNotAscending, key=bund):
        known.bring((MARKED, rows), *known.feeders)
