# SPDX-License-Identifier: MIT
"""`trade_id_of`: the digest that wallets compute (EIP-712) is the trade's identity."""

from dataclasses import fields, replace

import pytest

from support import SETTLED, at
from tanpo.terms import Custody, Terms


@pytest.fixture
def full(market, sample):
    """Terms in which nothing is zero."""
    tokens = market.tokens
    return replace(
        sample,
        collateral=((tokens["STOCK"].address, 7), (tokens["JPY"].address, 8)),
        ratio_bps=10_200,
        threshold_bps=200,
        mta_e6=5_000_000,
        custody=Custody.TITLE_TRANSFER,
        rate_e9=-25_000_000,
        day_count_basis=360,
        rate_token=tokens["EUR"].address,
        end=at(SETTLED + 30),
        uti=b"TANPO".ljust(32, b"\0"),
    )


@pytest.mark.parametrize("size", [0, 1, 2, 8, 9])
def test_trade_id_of__basket_of_any_size__is_the_digest(size, market, full, escrow, accounts):
    basket = tuple((account.address, 2**96 - 1 - n) for n, account in enumerate(accounts[:size]))
    terms = replace(full, collateral=basket)
    expected = terms.trade_id(market.chain.chain_id, escrow.address)
    assert escrow.tradeIdOf(terms.as_tuple()) == expected


@pytest.mark.parametrize("rate_e9", [-(2**39), -1, 0, 1, 2**39 - 1])
def test_trade_id_of__rate_of_any_sign__is_the_digest(rate_e9, market, full, escrow):
    terms = replace(full, rate_e9=rate_e9)
    assert escrow.tradeIdOf(terms.as_tuple()) == market.trade_id(terms)


OTHER = {
    "lender": "0x" + "11" * 20,
    "borrower": "0x" + "12" * 20,
    "loan_token": "0x" + "13" * 20,
    "loan_quantity": 1,
    "collateral": (("0x" + "14" * 20, 1),),
    "valuation_currency": "EUR",
    "ratio_bps": 1,
    "threshold_bps": 1,
    "mta_e6": 1,
    "custody": Custody.SEGREGATED,
    "rate_e9": 1,
    "day_count_basis": 1,
    "rate_token": "0x" + "15" * 20,
    "start": 1,
    "end": 1,
    "expiry": 1,
    "uti": b"\1" * 32,
}


@pytest.mark.parametrize("name", [field.name for field in fields(Terms)])
def test_trade_id_of__one_field_changed__is_another(name, market, full, escrow):
    changed = replace(full, **{name: OTHER[name]})
    found = escrow.tradeIdOf(changed.as_tuple())
    assert found == market.trade_id(changed)
    assert found != market.trade_id(full)


def test_trade_id_of__same_tokens_in_another_order__is_another(market, full, escrow):
    turned = replace(full, collateral=full.collateral[::-1])
    assert escrow.tradeIdOf(turned.as_tuple()) != market.trade_id(full)
