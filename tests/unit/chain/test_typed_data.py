# SPDX-License-Identifier: MIT
"""`tanpo.terms`: what wallets get to sign. The digest: test_trade_id_of.py."""

import json

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from tanpo.terms import NEVER, NOBODY, Custody, Terms

LENDER, BORROWER, CASH, SHARE, ESCROW = ("0x" + f"{n:02x}" * 20 for n in range(1, 6))


@pytest.fixture
def terms():
    return Terms(LENDER, BORROWER, CASH, 1_000, ((SHARE, 7),), "USD")


def test_terms__defaults__are_an_open_trade_at_100_percent(terms):
    assert terms.as_tuple() == (
        LENDER,
        BORROWER,
        CASH,
        1_000,
        ((SHARE, 7),),
        b"USD",
        10_000,
        0,
        0,
        Custody.SEGREGATED,
        0,
        0,
        NOBODY,
        0,
        0,
        NEVER,
        bytes(32),
    )


def test_typed_data__through_json__has_the_same_digest(terms):
    message = json.loads(json.dumps(terms.typed_data(1337, ESCROW)))
    assert encode_typed_data(full_message=message) == encode_typed_data(
        full_message=terms.typed_data(1337, ESCROW)
    )


def test_trade_id__chain_or_escrow_changed__is_another(terms):
    digests = {terms.trade_id(chain, escrow) for chain in (1, 2) for escrow in (ESCROW, CASH)}
    assert len(digests) == 4


def test_sign__account__recovers_to_it(terms):
    account = Account.from_key("0x" + "77" * 32)
    signature = terms.sign(account, 1337, ESCROW)
    signable = encode_typed_data(full_message=terms.typed_data(1337, ESCROW))
    assert len(signature) == 65
    assert Account.recover_message(signable, signature=signature) == account.address
