# SPDX-License-Identifier: MIT
"""`trade_id_of`: the digest that wallets compute (EIP-712) is the trade's identity."""

from dataclasses import fields, replace

import pytest
from market import OTHER_STANDING, under

from tanpo.terms import Agreement, Collateral, Terms


@pytest.mark.parametrize("size", [0, 1, 2, 8, 9])
def test_trade_id_of__basket_of_any_size__is_the_digest(size, market, full, escrow, accounts):
    basket = tuple(
        Collateral(account.address, 2**96 - 1 - n, 9_999 - n)
        for n, account in enumerate(accounts[:size])
    )
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
    "collateral": (Collateral("0x" + "14" * 20, 1),),
    "agreement": Agreement("EUR"),
    "ratio_bps": 1,
    "call_below_bps": 1,
    "return_above_bps": 1,
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


@pytest.mark.parametrize("name", [field.name for field in fields(Agreement)])
def test_trade_id_of__one_field_of_the_agreement_changed__is_another(name, market, full, escrow):
    changed = under(full, **{name: OTHER_STANDING[name]})
    found = escrow.tradeIdOf(changed.as_tuple())
    assert found == market.trade_id(changed)
    assert found != market.trade_id(full)


@pytest.mark.parametrize("field", [field.name for field in fields(Collateral)])
def test_trade_id_of__one_field_of_a_further_token_changed__is_another(field, market, full, escrow):
    other = {"token": "0x" + "14" * 20, "quantity": 1, "haircut_bps": 1}
    first, second = full.collateral
    changed = replace(full, collateral=(first, replace(second, **{field: other[field]})))
    found = escrow.tradeIdOf(changed.as_tuple())
    assert found == market.trade_id(changed)
    assert found != market.trade_id(full)


def test_trade_id_of__same_tokens_in_another_order__is_another(market, full, escrow):
    turned = replace(full, collateral=full.collateral[::-1])
    assert escrow.tradeIdOf(turned.as_tuple()) != market.trade_id(full)
