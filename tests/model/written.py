# SPDX-License-Identifier: MIT
"""What the contracts keep and tell, as the model writes it, and the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanpo.chain import abi
from tanpo.model import Failure, Trade
from tanpo.model.fixings import is_pair, is_rate
from tanpo.terms import Agreement, Change, Collateral, Custody, Order, Terms, Verb

LAST_MOMENT = 2**32 - 1
"""The latest that the contracts keep."""


def view(trade: Trade) -> dict[str, Any]:
    """A booked trade of the model as `TradeView`."""
    terms = trade.terms
    return {
        "status": trade.status,
        "lender": terms.lender,
        "borrower": terms.borrower,
        "loanToken": terms.loan_token,
        "loanQuantity": terms.loan_quantity,
        "ratioBps": terms.ratio_bps,
        "callBelowBps": terms.call_below_bps or terms.ratio_bps,
        "returnAboveBps": terms.return_above_bps or terms.ratio_bps,
        "rateE9": terms.rate_e9,
        "dayCountBasis": terms.day_count_basis,
        "rateToken": terms.rate_token,
        "start": min(terms.start, LAST_MOMENT),
        "end": min(terms.end, LAST_MOMENT),
        "valuedOn": trade.valued_on,
        "accruesFrom": trade.accrues_from,
        "lastMarked": trade.last_marked,
        "inDeficit": trade.in_deficit,
        "agreement": terms.agreement.struct_hash(),
        "life": {
            "changes": trade.changes,
            "due": trade.due,
            "caughtUpTo": trade.caught_up_to,
            "calledOn": trade.called_on,
            "defaultByLender": trade.default_by_lender,
            "deficit": failure_view(trade.deficit),
            "late": failure_view(trade.late),
        },
    }


def failure_view(failure: Failure | None) -> dict[str, Any]:
    """A deficit or lateness of the model as the contracts show it."""
    found = failure or Failure(since=0, charged_to=0, by_lender=False, missing_e6=0)
    return {
        "since": found.since,
        "chargedTo": found.charged_to,
        "byLender": found.by_lender,
        "missingE6": found.missing_e6,
    }


def decoded(struct: dict[str, Any], agreements: Mapping[bytes, Agreement]) -> Terms:
    """The terms of a struct that came out of an event."""
    values = list(struct.values())
    values[4] = tuple(Collateral(*leg.values()) for leg in values[4])
    agreement = agreements[values.pop(14)]
    return Terms(*values[:5], agreement, *values[5:])


def decoded_agreement(struct: dict[str, Any]) -> Agreement:
    """The agreement of a struct that came out of an event."""
    currency, threshold_bps, mta_e6, order, custody, *rest = struct.values()
    return Agreement(
        currency.decode(), threshold_bps, mta_e6, Order(order), Custody(custody), *rest
    )


def decoded_change(struct: dict[str, Any]) -> Change:
    """The change of a struct that came out of an event."""
    trade, number, verb, quantity, rate_e9, end, outgoing, incoming, *rest = struct.values()
    baskets = (
        tuple(Collateral(*leg.values()) for leg in basket) for basket in (outgoing, incoming)
    )
    return Change(trade, number, Verb(verb), quantity, rate_e9, end, *baskets, *rest)


def encoded_key(key: str) -> bytes:
    """The bytes32 of a fixing's key."""
    if is_pair(key) or is_rate(key):
        return key.encode().ljust(32, b"\0")
    return bytes.fromhex(key.removeprefix("0x")).rjust(32, b"\0")


def decoded_key(key: bytes) -> str:
    """The key of a bytes32."""
    if key[:12].strip(b"\0"):
        return key.rstrip(b"\0").decode()
    return abi.checksummed(f"0x{key[12:].hex()}")
