# SPDX-License-Identifier: MIT
"""The terms of a trade as both parties sign them: contracts/types/Terms.sol in Python."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from tanpo.signing import Fields, Message

NOBODY = "0x" + "00" * 20
"""The zero address: the rate token where there is none."""
NEVER = 2**40 - 1
"""The latest moment that the contracts can name."""
NONE = bytes(32)
"""No agreement, no identifier."""
MAX_BASKET = 20
"""The most tokens in a basket."""


class Custody(IntEnum):
    """Who holds the collateral while a trade is open, numbered as in the contracts."""

    SEGREGATED = 0
    """The escrow."""
    TITLE_TRANSFER = 1
    """The lender, who may reuse it; what goes back is pulled from the lender."""


class Verb(IntEnum):
    """What can happen to a live trade by its parties' will, numbered as in the contracts."""

    PARTIAL_RETURN = 0
    RECALL = 1
    TERMINATE = 2
    EXTEND = 3
    RERATE = 4
    REPRICE = 5
    SUBSTITUTE = 6
    INCREASE = 7
    NOVATE = 8
    CORRECT = 9
    DEFAULT = 10
    """Only a right: to declare the other party in default."""


class Order(IntEnum):
    """How a margin call moves a basket, numbered as in the contracts."""

    PRO_RATA = 0
    """Every token by its share of the basket's value."""
    AS_LISTED = 1
    """One token after another."""


@dataclass(frozen=True, slots=True)
class Collateral(Message):
    """One token of a basket."""

    FIELDS: ClassVar[Fields] = (
        ("address", "token"),
        ("uint96", "quantity"),
        ("uint16", "haircutBps"),
    )

    token: str
    quantity: int
    """Smallest units."""
    haircut_bps: int = 0
    """What its market value is lowered by."""


@dataclass(frozen=True, slots=True)
class Agreement(Message):
    """The standing terms that trades refer to; whoever approves a trade approves its agreement.

    The defaults compare in the currency given, without threshold, and give no rights.
    """

    FIELDS: ClassVar[Fields] = (
        ("bytes3", "valuationCurrency"),
        ("uint16", "thresholdBps"),
        ("uint64", "mtaE6"),
        ("uint8", "order"),
        ("uint8", "custody"),
        ("bool", "netting"),
        ("uint16", "lenderMay"),
        ("uint16", "borrowerMay"),
        ("uint8", "noticeDays"),
        ("uint8", "cureDays"),
        ("uint32", "penaltyRateE9"),
        ("bytes32", "name"),
    )

    valuation_currency: str
    """ISO 4217 code in which the two legs are compared."""
    threshold_bps: int = 0
    """Of the required value: an exposure up to this moves nothing."""
    mta_e6: int = 0
    """Minimum transfer amount in the valuation currency."""
    order: Order = Order.PRO_RATA
    custody: Custody = Custody.SEGREGATED
    netting: bool = False
    """Whether all trades of two parties under it margin, and are closed out, as one."""
    lender_may: int = 0
    """What the lender may do alone: one bit for each `Verb`, from the lowest."""
    borrower_may: int = 0
    """What the borrower may."""
    notice_days: int = 0
    """Calendar days from a recall on one side's right to its end."""
    cure_days: int = 0
    """Calendar days from a failure to the right of buy-in and default."""
    penalty_rate_e9: int = 0
    """Per year on the value that was not delivered."""
    name: bytes = NONE
    """What tells it from others with the same terms, 32 bytes."""


@dataclass(frozen=True, slots=True)
class Terms(Message):
    """What the two parties of a trade agree on.

    Quantities are smallest units, times Unix seconds, addresses text. The defaults are an
    interest-free trade at 100 % that stays open until a party closes it.
    """

    FIELDS: ClassVar[Fields] = (
        ("address", "lender"),
        ("address", "borrower"),
        ("address", "loanToken"),
        ("uint96", "loanQuantity"),
        ("Collateral[]", "collateral"),
        ("uint16", "ratioBps"),
        ("uint16", "callBelowBps"),
        ("uint16", "returnAboveBps"),
        ("int40", "rateE9"),
        ("uint16", "dayCountBasis"),
        ("address", "rateToken"),
        ("uint40", "start"),
        ("uint40", "end"),
        ("uint40", "expiry"),
        ("Agreement", "agreement"),
        ("bytes32", "uti"),
    )
    PARTS: ClassVar[tuple[type[Message], ...]] = (Agreement, Collateral)
    BY_HASH: ClassVar[frozenset[str]] = frozenset({"agreement"})

    lender: str
    borrower: str
    loan_token: str
    loan_quantity: int
    collateral: tuple[Collateral, ...]
    """1 to `MAX_BASKET` of them."""
    agreement: Agreement
    """In a contract call its hash."""
    ratio_bps: int = 10_000
    call_below_bps: int = 0
    """Of the loan value: collateral below is called; 0: at the ratio."""
    return_above_bps: int = 0
    """Of the loan value: collateral above is returned; 0: at the ratio."""
    rate_e9: int = 0
    """Per year; negative: the lender pays."""
    day_count_basis: int = 0
    """360 or 365; 0 where there is no rate token."""
    rate_token: str = NOBODY
    """CT in which interest, penalties and a residual are paid."""
    start: int = 0
    end: int = 0
    """0: open until a party closes."""
    expiry: int = NEVER
    """No approval counts after this."""
    uti: bytes = NONE
    """Unique transaction identifier, 32 bytes."""

    def trade_id(self, chain_id: int, escrow: str) -> bytes:
        """Return the 32 bytes that both parties sign, the trade's identity: `tradeIdOf`."""
        return self.digest(chain_id, escrow)


@dataclass(frozen=True, slots=True)
class Change(Message):
    """A change of one trade's terms, as its parties sign it. What a verb does not use is zero."""

    FIELDS: ClassVar[Fields] = (
        ("bytes32", "trade"),
        ("uint32", "number"),
        ("uint8", "verb"),
        ("uint96", "quantity"),
        ("int40", "rateE9"),
        ("uint40", "end"),
        ("Collateral[]", "outgoing"),
        ("Collateral[]", "incoming"),
        ("address", "from"),
        ("address", "to"),
        ("uint40", "expiry"),
    )
    PARTS: ClassVar[tuple[type[Message], ...]] = (Collateral,)

    trade: bytes
    """The trade's identity."""
    number: int
    """Of the trade's changes, from 1: each is made once, in this order."""
    verb: Verb
    quantity: int = 0
    """Smallest units of the loan token."""
    rate_e9: int = 0
    """Per year."""
    end: int = 0
    """Unix seconds."""
    outgoing: tuple[Collateral, ...] = ()
    incoming: tuple[Collateral, ...] = ()
    from_: str = NOBODY
    to: str = NOBODY
    expiry: int = NEVER
    """No agreement and no change counts after this."""
