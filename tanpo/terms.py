# SPDX-License-Identifier: MIT
"""The terms of a trade as both parties sign them: contracts/types/Terms.sol in Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_account.messages import SignableMessage, encode_typed_data
from eth_account.signers.base import BaseAccount
from eth_utils.crypto import keccak

from tanpo.model.terms import Custody

__all__ = ["EIP712_TYPES", "NEVER", "NOBODY", "Custody", "Terms"]

NOBODY = "0x" + "00" * 20
"""The zero address: the rate token where the rate is 0."""
NEVER = 2**40 - 1
"""The latest moment that the contracts can name."""

EIP712_TYPES = {
    "EIP712Domain": [
        {"name": "name", "type": "string"},
        {"name": "version", "type": "string"},
        {"name": "chainId", "type": "uint256"},
        {"name": "verifyingContract", "type": "address"},
    ],
    "Terms": [
        {"name": "lender", "type": "address"},
        {"name": "borrower", "type": "address"},
        {"name": "loanToken", "type": "address"},
        {"name": "loanQuantity", "type": "uint96"},
        {"name": "collateral", "type": "Collateral[]"},
        {"name": "valuationCurrency", "type": "bytes3"},
        {"name": "ratioBps", "type": "uint16"},
        {"name": "thresholdBps", "type": "uint16"},
        {"name": "mtaE6", "type": "uint64"},
        {"name": "custody", "type": "uint8"},
        {"name": "rateE9", "type": "int40"},
        {"name": "dayCountBasis", "type": "uint16"},
        {"name": "rateToken", "type": "address"},
        {"name": "start", "type": "uint40"},
        {"name": "end", "type": "uint40"},
        {"name": "expiry", "type": "uint40"},
        {"name": "uti", "type": "bytes32"},
    ],
    "Collateral": [
        {"name": "token", "type": "address"},
        {"name": "quantity", "type": "uint96"},
    ],
}
"""The types of EIP-712 in the order of the Solidity structs."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the two parties of a trade agree on.

    Quantities are smallest units, times Unix seconds, addresses text. The defaults are an
    interest-free trade at 100 % without threshold that stays open until a party closes it.
    """

    lender: str
    borrower: str
    loan_token: str
    loan_quantity: int
    collateral: tuple[tuple[str, int], ...]
    """Token and quantity, 1 to 8 of them."""
    valuation_currency: str
    """ISO 4217 code."""
    ratio_bps: int = 10_000
    threshold_bps: int = 0
    mta_e6: int = 0
    custody: Custody = Custody.SEGREGATED
    rate_e9: int = 0
    """Per year; negative: the lender pays."""
    day_count_basis: int = 0
    """360 or 365; 0 where the rate is 0."""
    rate_token: str = NOBODY
    start: int = 0
    end: int = 0
    """0: open until a party closes."""
    expiry: int = NEVER
    """No approval counts after this."""
    uti: bytes = bytes(32)
    """Unique transaction identifier, 32 bytes."""

    def as_tuple(self) -> tuple[Any, ...]:
        """Return the fields in the order of the Solidity struct, as a contract call takes them."""
        return (
            self.lender,
            self.borrower,
            self.loan_token,
            self.loan_quantity,
            self.collateral,
            self.valuation_currency.encode(),
            self.ratio_bps,
            self.threshold_bps,
            self.mta_e6,
            int(self.custody),
            self.rate_e9,
            self.day_count_basis,
            self.rate_token,
            self.start,
            self.end,
            self.expiry,
            self.uti,
        )

    def typed_data(self, chain_id: int, escrow: str) -> dict[str, Any]:
        """Return the EIP-712 message that a wallet shows and signs; it survives JSON."""
        names = (field["name"] for field in EIP712_TYPES["Terms"])
        message = dict(zip(names, self.as_tuple(), strict=True))
        message["collateral"] = [
            {"token": token, "quantity": quantity} for token, quantity in self.collateral
        ]
        message["valuationCurrency"] = "0x" + self.valuation_currency.encode().hex()
        message["uti"] = "0x" + self.uti.hex()
        return {
            "types": EIP712_TYPES,
            "primaryType": "Terms",
            "domain": {
                "name": "Tanpo",
                "version": "1",
                "chainId": chain_id,
                "verifyingContract": escrow,
            },
            "message": message,
        }

    def trade_id(self, chain_id: int, escrow: str) -> bytes:
        """Return the 32 bytes that both parties sign, the trade's identity: `tradeIdOf`."""
        signable = self.signable(chain_id, escrow)
        return bytes(keccak(b"\x19" + signable.version + signable.header + signable.body))

    def sign(self, account: BaseAccount, chain_id: int, escrow: str) -> bytes:
        """Return the 65 bytes of `account`'s signature."""
        return bytes(account.sign_message(self.signable(chain_id, escrow)).signature)

    def signable(self, chain_id: int, escrow: str) -> SignableMessage:
        """Return the same message as eth_account takes it."""
        return encode_typed_data(full_message=self.typed_data(chain_id, escrow))
