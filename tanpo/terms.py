# SPDX-License-Identifier: MIT
"""The terms of a trade: what both parties sign, and what the trade's identity is the hash of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from eth_account.messages import SignableMessage, encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

NOBODY = "0x0000000000000000000000000000000000000000"
"""The zero address: the rate token where the rate is 0."""


class Custody(IntEnum):
    """Who holds the collateral while a trade is open, numbered as in the contracts."""

    SEGREGATED = 0
    """The escrow."""
    TITLE_TRANSFER = 1
    """The lender, who may reuse it; what goes back is pulled from the lender."""


@dataclass(frozen=True)
class Terms:
    """What lender and borrower agree on, in the order of `Terms.sol`.

    Quantities are smallest units, moments are Unix seconds.
    """

    lender: str
    borrower: str
    loan_token: str
    loan_quantity: int
    collateral: tuple[tuple[str, int], ...]
    """Token and quantity, 1 to 8 times."""
    valuation_currency: str
    """ISO 4217."""
    start: int
    end: int
    """0: open until a party closes."""
    expiry: int
    """No approval counts after this."""
    ratio_bps: int = 10_000
    threshold_bps: int = 0
    mta_e6: int = 0
    """In the valuation currency."""
    custody: Custody = Custody.SEGREGATED
    rate_e9: int = 0
    """Per year on the loan value at the start; negative: the lender pays."""
    day_count_basis: int = 0
    """360 or 365; 0 where the rate is 0."""
    rate_token: str = NOBODY
    uti: bytes = bytes(32)
    """The parties' unique transaction identifier."""

    def as_tuple(self) -> tuple[Any, ...]:
        """The Solidity struct."""
        return tuple(self._message().values())

    def trade_id(self, chain_id: int, escrow: str) -> bytes:
        """The trade's identity in that escrow: the EIP-712 digest of the terms."""
        message = self.signable(chain_id, escrow)
        return keccak(b"\x19" + message.version + message.header + message.body)

    def sign(self, account: LocalAccount, chain_id: int, escrow: str) -> bytes:
        """The signature of `account` that the escrow takes as its approval."""
        signed = account.sign_message(self.signable(chain_id, escrow))
        return bytes(signed.signature)

    def signable(self, chain_id: int, escrow: str) -> SignableMessage:
        """The EIP-712 message that a wallet shows and signs."""
        return encode_typed_data(full_message=self.typed_data(chain_id, escrow))

    def typed_data(self, chain_id: int, escrow: str) -> dict[str, Any]:
        """The full EIP-712 message (`eth_signTypedData_v4`)."""
        message = self._message()
        message["collateral"] = [
            {"token": token, "quantity": quantity} for token, quantity in self.collateral
        ]
        return {
            "types": _TYPES,
            "primaryType": "Terms",
            "domain": {
                "name": "Tanpo",
                "version": "1",
                "chainId": chain_id,
                "verifyingContract": escrow,
            },
            "message": message,
        }

    def _message(self) -> dict[str, Any]:
        return {
            "lender": self.lender,
            "borrower": self.borrower,
            "loanToken": self.loan_token,
            "loanQuantity": self.loan_quantity,
            "collateral": list(self.collateral),
            "valuationCurrency": self.valuation_currency.encode(),
            "ratioBps": self.ratio_bps,
            "thresholdBps": self.threshold_bps,
            "mtaE6": self.mta_e6,
            "custody": int(self.custody),
            "rateE9": self.rate_e9,
            "dayCountBasis": self.day_count_basis,
            "rateToken": self.rate_token,
            "start": self.start,
            "end": self.end,
            "expiry": self.expiry,
            "uti": self.uti,
        }


def _fields(declaration: str) -> list[dict[str, str]]:
    pairs = (field.split() for field in declaration.split(","))
    return [{"type": kind, "name": name} for kind, name in pairs]


_TYPES = {
    "EIP712Domain": _fields(
        "string name, string version, uint256 chainId, address verifyingContract"
    ),
    "Collateral": _fields("address token, uint96 quantity"),
    "Terms": _fields(
        "address lender, address borrower, address loanToken, uint96 loanQuantity,"
        "Collateral[] collateral, bytes3 valuationCurrency, uint16 ratioBps,"
        "uint16 thresholdBps, uint64 mtaE6, uint8 custody, int40 rateE9, uint16 dayCountBasis,"
        "address rateToken, uint40 start, uint40 end, uint40 expiry, bytes32 uti"
    ),
}
