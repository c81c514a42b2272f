# SPDX-License-Identifier: MIT
"""`agree_for`: a party agrees by a signature that anybody brings."""

from dataclasses import replace

import pytest
from eth_account import Account

from support import SETTLED, at, events, reverts
from tanpo.terms import Verb


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_agree_for__by_a_stranger__is_the_party_s(
    request, role, market, trade, change, desk, escrow, stranger, shown
):
    party = request.getfixturevalue(role)
    signature = market.sign(change, party)

    receipt = escrow.agreeFor(change.as_tuple(), party, signature, sender=stranger)

    assert events(receipt) == [
        (
            "Agreed",
            {
                "id": trade,
                "party": party.address,
                "digest": desk.digest(change),
                "change": shown(change),
            },
        )
    ]


def test_agree_for__who_is_to_come_in__counts(
    market, trade, desk, escrow, newcomer, lender, stranger
):
    change = desk.draft(trade, Verb.NOVATE, from_=lender.address, to=newcomer.address)
    signature = market.sign(change, newcomer)
    ((_, args),) = events(escrow.agreeFor(change.as_tuple(), newcomer, signature, sender=stranger))
    assert args["party"] == newcomer.address


def _wrong_signatures(market, change):
    right = market.sign(change, market.lender)
    account = Account.from_key(market.lender.private_key)
    return {
        "of a stranger": market.sign(change, market.keeper),
        "of the borrower": market.sign(change, market.borrower),
        "over another change": market.sign(replace(change, end=change.end + 1), market.lender),
        "on another chain": change.sign(account, market.chain.chain_id + 1, market.escrow.address),
        "for another escrow": change.sign(account, market.chain.chain_id, market.fixings.address),
        "missing": b"",
        "too long": right + b"\0",
    }


@pytest.mark.parametrize(
    "kind",
    [
        "of a stranger",
        "of the borrower",
        "over another change",
        "on another chain",
        "for another escrow",
        "missing",
        "too long",
    ],
)
def test_agree_for__signature_is_wrong__reverts(
    kind, market, change, desk, escrow, lender, stranger
):
    wrong = _wrong_signatures(market, change)[kind]
    with reverts(escrow.BadSignature, digest=desk.digest(change), party=lender.address):
        escrow.agreeFor(change.as_tuple(), lender, wrong, sender=stranger)


def test_agree_for__signer_is_no_party__reverts(market, trade, change, escrow, stranger, keeper):
    signature = market.sign(change, stranger)
    with reverts(escrow.NotAParty, id=trade, caller=stranger.address):
        escrow.agreeFor(change.as_tuple(), stranger, signature, sender=keeper)


def test_agree_for__again__reverts(market, trade, change, desk, escrow, lender, stranger):
    signature = market.sign(change, lender)
    escrow.agreeFor(change.as_tuple(), lender, signature, sender=stranger)
    with reverts(escrow.AlreadyAgreed, id=trade, party=lender.address, digest=desk.digest(change)):
        escrow.agreeFor(change.as_tuple(), lender, signature, sender=stranger)


def test_agree_for__retracted_before_it_came__reverts(
    market, trade, change, desk, escrow, lender, stranger
):
    signature = market.sign(change, lender)
    escrow.retract(change.as_tuple(), sender=lender)
    with reverts(
        escrow.AgreementRetracted, id=trade, party=lender.address, digest=desk.digest(change)
    ):
        escrow.agreeFor(change.as_tuple(), lender, signature, sender=stranger)


def test_agree_for__after_expiry__reverts(market, change, escrow, lender, stranger):
    change = replace(change, expiry=at(SETTLED, 16))
    signature = market.sign(change, lender)
    market.chain.pending_timestamp = at(SETTLED, 16) + 1
    with reverts(escrow.Expired, expiry=at(SETTLED, 16), now_=at(SETTLED, 16) + 1):
        escrow.agreeFor(change.as_tuple(), lender, signature, sender=stranger)


def test_agree_for__change_made_before__reverts(market, trade, change, desk, escrow, stranger):
    desk.agree(change)
    desk.make(change, SETTLED)
    signature = market.sign(change, market.lender)
    with reverts(escrow.WrongNumber, id=trade, found=1, needed=2):
        escrow.agreeFor(change.as_tuple(), market.lender, signature, sender=stranger)


def test_agree_for__contract_wallet__counts_its_owner(
    market, trade, desk, escrow, project, lender, keeper, stranger
):
    wallet = keeper.deploy(project.ContractWallet, stranger)
    change = desk.draft(trade, Verb.NOVATE, from_=lender.address, to=wallet.address)
    with reverts(escrow.BadSignature, digest=desk.digest(change), party=wallet.address):
        escrow.agreeFor(change.as_tuple(), wallet, market.sign(change, lender), sender=keeper)
    ((name, args),) = events(
        escrow.agreeFor(change.as_tuple(), wallet, market.sign(change, stranger), sender=keeper)
    )
    assert (name, args["party"]) == ("Agreed", wallet.address)
