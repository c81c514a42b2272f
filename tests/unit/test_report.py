# SPDX-License-Identifier: MIT
"""`tanpo.report`: keys, and what feeders sign, against EIP-712 by hand."""

from __future__ import annotations

import json

import pytest
from eth_abi.abi import encode
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from tanpo.report import Correction, Observation, Report, pair_key, price_key, rate_key

OBSERVATION_TYPE = "Observation(bytes32 key,int64 valueE8,uint24 observedOn)"
REPORT_TYPE = f"Report(uint24 date,Observation[] observations){OBSERVATION_TYPE}"
CORRECTION_TYPE = (
    "Correction(uint24 date,bytes32 key,int64 foundE8,uint40 foundAt,int64 valueE8,"
    "uint24 observedOn)"
)
DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"

CHAIN, FIXINGS = 31_337, "0x" + "fe" * 20
TOKEN = "0x52908400098527886E0F7030069857D2E4169EE7"
DAY = 19_466
"""2023-04-19."""

BUND = Observation(price_key(TOKEN), 9_881_100_000, DAY)
EURUSD = Observation(pair_key("EURUSD"), 109_330_000, DAY)
ESTR = Observation(rate_key("ESTR"), -556_000, DAY - 1)


def hash_of(kind: str, types: list[str], *values: object) -> bytes:
    """EIP-712 `hashStruct` of a struct of atomic values."""
    return keccak(keccak(text=kind) + encode(types, values))


def observation_hash(each: Observation) -> bytes:
    fields = (each.key, each.value_e8, each.observed_on)
    return hash_of(OBSERVATION_TYPE, ["bytes32", "int64", "uint24"], *fields)


def report_hash(report: Report) -> bytes:
    array = keccak(b"".join(map(observation_hash, report.observations)))
    return hash_of(REPORT_TYPE, ["uint24", "bytes32"], report.date, array)


def digest_of(struct: bytes, chain: int = CHAIN, contract: str = FIXINGS) -> bytes:
    types = ["bytes32", "bytes32", "uint256", "address"]
    domain = hash_of(DOMAIN_TYPE, types, keccak(text="Tanpo"), keccak(text="1"), chain, contract)
    return keccak(b"\x19\x01" + domain + struct)


# ---------------------------------------------------------------------- keys


@pytest.mark.parametrize("token", [TOKEN, TOKEN.lower(), TOKEN.removeprefix("0x")])
def test_price_key__address_in_any_case__right_aligned(token: str) -> None:
    expected = "00" * 12 + "52908400098527886e0f7030069857d2e4169ee7"
    assert price_key(token).hex() == expected


def test_pair_key__six_letters__left_aligned() -> None:
    assert pair_key("EURUSD").hex() == "455552555344" + "00" * 26


@pytest.mark.parametrize(
    ("name", "letters"), [("ESTR", "2545535452"), ("A" * 31, "25" + "41" * 31)]
)
def test_rate_key__name__behind_a_percent_sign(name: str, letters: str) -> None:
    assert rate_key(name).hex() == letters.ljust(64, "0")


# ---------------------------------------------------------------------- EIP-712


@pytest.mark.parametrize(
    "each", [BUND, EURUSD, ESTR, Observation(b"\xff" * 32, -(2**63), 2**24 - 1)]
)
def test_struct_hash__observation__as_eip_712_says(each: Observation) -> None:
    assert each.struct_hash() == observation_hash(each)


@pytest.mark.parametrize("observations", [(), (BUND,), (BUND, EURUSD, ESTR), (EURUSD, BUND)])
def test_digest__report__as_eip_712_says(observations: tuple[Observation, ...]) -> None:
    report = Report(DAY, observations)
    assert report.struct_hash() == report_hash(report)
    assert report.digest(CHAIN, FIXINGS) == digest_of(report_hash(report))


def test_digest__correction__as_eip_712_says() -> None:
    fields = (DAY, rate_key("ESTR"), -556_000, DAY * 86_400, 3_165_000, DAY - 1)
    correction = Correction(*fields)
    types = ["uint24", "bytes32", "int64", "uint40", "int64", "uint24"]
    struct = hash_of(CORRECTION_TYPE, types, *fields)
    assert correction.struct_hash() == struct
    assert correction.digest(CHAIN, FIXINGS) == digest_of(struct)


def test_digest__any_other_field_chain_or_contract__differs() -> None:
    report = Report(DAY, (BUND, EURUSD))
    others = [
        Report(DAY + 1, (BUND, EURUSD)),
        Report(DAY, (EURUSD, BUND)),
        Report(DAY, (BUND,)),
        Report(DAY, (BUND, EURUSD, EURUSD)),
        Report(DAY, (BUND, Observation(EURUSD.key, EURUSD.value_e8 + 1, DAY))),
        Report(DAY, (BUND, Observation(EURUSD.key, EURUSD.value_e8, DAY - 1))),
    ]
    digests = {each.digest(CHAIN, FIXINGS) for each in (report, *others)}
    digests |= {report.digest(CHAIN + 1, FIXINGS), report.digest(CHAIN, TOKEN)}
    assert len(digests) == len(others) + 3


def test_sign__report__wallet_recovers_the_feeder_from_what_json_carries() -> None:
    feeder = Account.from_key("0x" + "11" * 32)
    report = Report(DAY, (BUND, ESTR))
    signature = report.sign(feeder, CHAIN, FIXINGS)
    shown = json.loads(json.dumps(report.typed_data(CHAIN, FIXINGS)))
    assert len(signature) == 65
    assert Account.recover_message(encode_typed_data(full_message=shown), signature=signature) == (
        feeder.address
    )
    assert shown["message"]["observations"][1] == {
        "key": "0x" + "2545535452".ljust(64, "0"),
        "valueE8": -556_000,
        "observedOn": DAY - 1,
    }


def test_as_tuple__report_and_correction__as_a_call_takes_them() -> None:
    assert Report(DAY, (BUND, EURUSD)).as_tuple() == (
        DAY,
        ((BUND.key, 9_881_100_000, DAY), (EURUSD.key, 109_330_000, DAY)),
    )
    correction = Correction(DAY, EURUSD.key, 1, 3, 2, DAY - 1)
    assert correction.as_tuple() == (DAY, EURUSD.key, 1, 3, 2, DAY - 1)
