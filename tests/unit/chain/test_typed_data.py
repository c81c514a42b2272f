# SPDX-License-Identifier: MIT
"""`tanpo.terms`: what wallets get to sign. The digests: test_trade_id_of.py and
test_change_digest.py.
"""

import json
from dataclasses import replace

import pytest
from eth_abi import encode
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from tanpo.terms import NEVER, NOBODY, Agreement, Change, Collateral, Custody, Order, Terms, Verb

LENDER, BORROWER, CASH, SHARE, ESCROW = ("0x" + f"{n:02x}" * 20 for n in range(1, 6))

AGREEMENT_TYPE = (
    "Agreement(bytes3 valuationCurrency,uint16 thresholdBps,uint64 mtaE6,uint8 order,uint8 custody,"
    "bool netting,uint16 lenderMay,uint16 borrowerMay,uint8 noticeDays,uint8 cureDays,"
    "uint32 penaltyRateE9,bytes32 name)"
)
COLLATERAL_TYPE = "Collateral(address token,uint96 quantity,uint16 haircutBps)"
TERMS_TYPE = (
    "Terms(address lender,address borrower,address loanToken,uint96 loanQuantity,"
    "Collateral[] collateral,uint16 ratioBps,uint16 callBelowBps,uint16 returnAboveBps,"
    "int40 rateE9,uint16 dayCountBasis,address rateToken,uint40 start,uint40 end,uint40 expiry,"
    "Agreement agreement,bytes32 uti)"
)


@pytest.fixture
def agreement():
    return Agreement(
        "USD",
        threshold_bps=200,
        mta_e6=5_000_000,
        order=Order.AS_LISTED,
        custody=Custody.TITLE_TRANSFER,
        netting=True,
        lender_may=1 << Verb.RECALL,
        borrower_may=1 << Verb.TERMINATE,
        notice_days=3,
        cure_days=2,
        penalty_rate_e9=30_000_000,
        name=b"GMRA".ljust(32, b"\0"),
    )


@pytest.fixture
def terms(agreement):
    return Terms(LENDER, BORROWER, CASH, 1_000, (Collateral(SHARE, 7, 500),), agreement)


@pytest.fixture
def change():
    return Change(b"\7" * 32, 1, Verb.NOVATE, from_=LENDER, to=SHARE)


def _hash(kind, *values):
    """EIP-712's `hashStruct` of values that have one word each."""
    types = ["bytes32", *(name for name, _ in values)]
    return keccak(encode(types, [keccak(text=kind), *(value for _, value in values)]))


def test_terms__defaults__are_an_open_trade_at_100_percent():
    terms = Terms(LENDER, BORROWER, CASH, 1_000, (Collateral(SHARE, 7),), Agreement("USD"))
    assert terms.as_tuple() == (
        LENDER,
        BORROWER,
        CASH,
        1_000,
        ((SHARE, 7, 0),),
        10_000,
        0,
        0,
        0,
        0,
        NOBODY,
        0,
        0,
        NEVER,
        Agreement("USD").struct_hash(),
        bytes(32),
    )


def test_agreement__defaults__give_no_rights():
    assert Agreement("USD").as_tuple() == (b"USD", 0, 0, 0, 0, False, 0, 0, 0, 0, 0, bytes(32))


def test_change__defaults__use_nothing():
    change = Change(b"\7" * 32, 1, Verb.CORRECT)
    assert change.as_tuple() == (b"\7" * 32, 1, 9, 0, 0, 0, (), (), NOBODY, NOBODY, NEVER)


def test_struct_hash__agreement__is_the_hash_of_its_words(agreement):
    assert agreement.struct_hash() == _hash(
        AGREEMENT_TYPE,
        ("bytes3", b"USD"),
        ("uint16", 200),
        ("uint64", 5_000_000),
        ("uint8", 1),
        ("uint8", 1),
        ("bool", True),
        ("uint16", 0b10),
        ("uint16", 0b100),
        ("uint8", 3),
        ("uint8", 2),
        ("uint32", 30_000_000),
        ("bytes32", b"GMRA".ljust(32, b"\0")),
    )


def test_struct_hash__terms__has_the_agreement_s_hash_as_a_word(terms):
    collateral = _hash(COLLATERAL_TYPE, ("address", SHARE), ("uint96", 7), ("uint16", 500))
    assert terms.struct_hash() == _hash(
        TERMS_TYPE + AGREEMENT_TYPE + COLLATERAL_TYPE,
        ("address", LENDER),
        ("address", BORROWER),
        ("address", CASH),
        ("uint96", 1_000),
        ("bytes32", keccak(collateral)),
        ("uint16", 10_000),
        ("uint16", 0),
        ("uint16", 0),
        ("int40", 0),
        ("uint16", 0),
        ("address", NOBODY),
        ("uint40", 0),
        ("uint40", 0),
        ("uint40", NEVER),
        ("bytes32", terms.agreement.struct_hash()),
        ("bytes32", bytes(32)),
    )


def test_typed_data__terms__show_the_agreement_in_full(terms):
    shown = terms.typed_data(1337, ESCROW)
    assert shown["primaryType"] == "Terms"
    assert shown["message"]["agreement"] == {
        "valuationCurrency": "0x" + b"USD".hex(),
        "thresholdBps": 200,
        "mtaE6": 5_000_000,
        "order": 1,
        "custody": 1,
        "netting": True,
        "lenderMay": 2,
        "borrowerMay": 4,
        "noticeDays": 3,
        "cureDays": 2,
        "penaltyRateE9": 30_000_000,
        "name": "0x" + b"GMRA".ljust(32, b"\0").hex(),
    }
    assert {"name": "agreement", "type": "Agreement"} in shown["types"]["Terms"]
    assert [field["name"] for field in shown["types"]["Agreement"]] == list(
        shown["message"]["agreement"]
    )
    assert shown["message"]["collateral"] == [{"token": SHARE, "quantity": 7, "haircutBps": 500}]


def test_as_tuple__terms__have_the_agreement_s_hash_in_its_place(terms):
    assert terms.as_tuple()[-2] == terms.agreement.struct_hash()


def test_typed_data__change__shows_every_field(change):
    shown = change.typed_data(1337, ESCROW)
    assert shown["primaryType"] == "Change"
    assert shown["message"] == {
        "trade": "0x" + "07" * 32,
        "number": 1,
        "verb": 8,
        "quantity": 0,
        "rateE9": 0,
        "end": 0,
        "outgoing": [],
        "incoming": [],
        "from": LENDER,
        "to": SHARE,
        "expiry": NEVER,
    }


@pytest.mark.parametrize("kind", ["terms", "change"])
def test_typed_data__through_json__has_the_same_digest(request, kind):
    message = request.getfixturevalue(kind)
    shown = json.loads(json.dumps(message.typed_data(1337, ESCROW)))
    assert encode_typed_data(full_message=shown) == encode_typed_data(
        full_message=message.typed_data(1337, ESCROW)
    )


def test_trade_id__chain_or_escrow_changed__is_another(terms):
    digests = {terms.trade_id(chain, escrow) for chain in (1, 2) for escrow in (ESCROW, CASH)}
    assert len(digests) == 4


def test_trade_id__agreement_changed__is_another(terms, agreement):
    other = replace(terms, agreement=replace(agreement, name=bytes(32)))
    assert other.trade_id(1337, ESCROW) != terms.trade_id(1337, ESCROW)


@pytest.mark.parametrize("kind", ["terms", "change"])
def test_sign__account__recovers_to_it(request, kind):
    message = request.getfixturevalue(kind)
    account = Account.from_key("0x" + "77" * 32)
    signature = message.sign(account, 1337, ESCROW)
    signable = encode_typed_data(full_message=message.typed_data(1337, ESCROW))
    assert len(signature) == 65
    assert Account.recover_message(signable, signature=signature) == account.address


def test_trade_id_of__sample__is_what_the_wallet_signs(market, sample, escrow):
    assert escrow.tradeIdOf(sample.as_tuple()) == sample.trade_id(
        market.chain.chain_id, escrow.address
    )
