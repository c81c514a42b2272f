# SPDX-License-Identifier: MIT
"""`relay`: two signatures make a trade, whoever brings them."""

from dataclasses import replace

import pytest
from eth_account import Account

from support import APPROVED, NONE, OPEN, PROPOSED_BY_LENDER, events, reverts

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Of secp256k1: s and ORDER - s sign alike."""


@pytest.fixture
def signatures(market, sample, lender, borrower):
    return market.sign(sample, lender), market.sign(sample, borrower)


def test_relay__by_a_stranger__approves_for_both(market, sample, escrow, signatures, stranger):
    trade = market.trade_id(sample)
    assert escrow.relay.call(sample.as_tuple(), *signatures, sender=stranger) == trade

    receipt = escrow.relay(sample.as_tuple(), *signatures, sender=stranger)

    registered, *approvals = events(receipt)
    assert registered[0] == "Registered"
    assert registered[1]["id"] == trade
    assert approvals == [
        ("Approved", {"id": trade, "party": sample.lender}),
        ("Approved", {"id": trade, "party": sample.borrower}),
    ]
    assert market.status(trade) == APPROVED


def test_relay__again__reverts(market, sample, escrow, signatures, stranger):
    trade = market.trade_id(sample)
    escrow.relay(sample.as_tuple(), *signatures, sender=stranger)
    with market.untouched(trade), reverts(escrow.AlreadyBooked, id=trade, found=APPROVED):
        escrow.relay(sample.as_tuple(), *signatures, sender=stranger)


def test_relay__after_it_opened__reverts(market, sample, escrow, signatures, stranger):
    trade = market.open(sample)
    with market.untouched(trade), reverts(escrow.AlreadyBooked, id=trade, found=OPEN):
        escrow.relay(sample.as_tuple(), *signatures, sender=stranger)


def test_relay__proposed_already__reverts(market, sample, escrow, signatures, lender):
    trade = market.trade_id(sample)
    escrow.register(sample.as_tuple(), sender=lender)
    with market.untouched(trade), reverts(escrow.AlreadyBooked, id=trade, found=PROPOSED_BY_LENDER):
        escrow.relay(sample.as_tuple(), *signatures, sender=lender)


def test_relay__after_expiry__reverts(market, sample, escrow, signatures, chain, stranger):
    chain.pending_timestamp = sample.expiry + 1
    with reverts(escrow.Expired, expiry=sample.expiry, now_=sample.expiry + 1):
        escrow.relay(sample.as_tuple(), *signatures, sender=stranger)
    assert market.status(market.trade_id(sample)) == NONE


def test_relay__unsound_terms__reverts(market, sample, escrow, lender, borrower):
    terms = replace(sample, ratio_bps=0)
    with reverts(escrow.ZeroRatio):
        escrow.relay(
            terms.as_tuple(),
            market.sign(terms, lender),
            market.sign(terms, borrower),
            sender=lender,
        )


def _other_digest(sample, market, **changes):
    """A signature of the lender over a digest that is not the trade's."""
    known = {"chain_id": market.chain.chain_id, "escrow": market.escrow.address}
    return sample.sign(Account.from_key(market.lender.private_key), **(known | changes))


def _wrong_signatures(market, sample):
    right = market.sign(sample, market.lender)
    r, s, v = right[:32], int.from_bytes(right[32:64]), right[64]
    return {
        "of a stranger": market.sign(sample, market.keeper),
        "of the borrower": market.sign(sample, market.borrower),
        "over other terms": market.sign(replace(sample, ratio_bps=10_001), market.lender),
        "on another chain": _other_digest(sample, market, chain_id=market.chain.chain_id + 1),
        "for another escrow": _other_digest(sample, market, escrow=market.fixings.address),
        "with the other s": r + (ORDER - s).to_bytes(32) + bytes([55 - v]),
        "with the other v": right[:64] + bytes([55 - v]),
        "with v as 0 or 1": right[:64] + bytes([v - 27]),
        "compact": r + (s + ((v - 27) << 255)).to_bytes(32),
        "too short": right[:64],
        "too long": right + b"\0",
        "missing": b"",
        "all zero": bytes(65),
    }


@pytest.mark.parametrize(
    "kind",
    [
        "of a stranger",
        "of the borrower",
        "over other terms",
        "on another chain",
        "for another escrow",
        "with the other s",
        "with the other v",
        "with v as 0 or 1",
        "compact",
        "too short",
        "too long",
        "missing",
        "all zero",
    ],
)
def test_relay__lender_signature_is_wrong__reverts(
    kind, market, sample, escrow, signatures, stranger
):
    trade = market.trade_id(sample)
    wrong = _wrong_signatures(market, sample)[kind]
    with reverts(escrow.BadSignature, digest=trade, party=sample.lender):
        escrow.relay(sample.as_tuple(), wrong, signatures[1], sender=stranger)
    assert market.status(trade) == NONE


def test_relay__signatures_swapped__reverts(market, sample, escrow, signatures, stranger):
    with reverts(escrow.BadSignature, digest=market.trade_id(sample), party=sample.lender):
        escrow.relay(sample.as_tuple(), signatures[1], signatures[0], sender=stranger)


def test_relay__borrower_signature_missing__reverts(market, sample, escrow, signatures, lender):
    with reverts(escrow.BadSignature, digest=market.trade_id(sample), party=sample.borrower):
        escrow.relay(sample.as_tuple(), signatures[0], b"", sender=lender)


def test_relay__contract_wallet_as_lender__counts_its_owner(
    market, sample, escrow, project, lender, borrower, keeper, stranger
):
    wallet = keeper.deploy(project.ContractWallet, lender)
    terms = replace(sample, lender=wallet.address)
    trade = market.trade_id(terms)
    by_owner, by_borrower = market.sign(terms, lender), market.sign(terms, borrower)
    with reverts(escrow.BadSignature, digest=trade, party=wallet.address):
        escrow.relay(terms.as_tuple(), by_borrower, by_borrower, sender=stranger)

    escrow.relay(terms.as_tuple(), by_owner, by_borrower, sender=stranger)

    assert market.status(trade) == APPROVED


def test_relay__contract_without_erc1271__reverts(market, sample, escrow, lender, borrower, keeper):
    terms = replace(sample, lender=market.tokens["USD"].address)
    signatures = market.sign(terms, lender), market.sign(terms, borrower)
    with reverts(escrow.BadSignature, digest=market.trade_id(terms), party=terms.lender):
        escrow.relay(terms.as_tuple(), *signatures, sender=keeper)
