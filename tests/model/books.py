# SPDX-License-Identifier: MIT
"""A ledger with one open loan of dollars against stock, for tests of the model alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tanpo.instrument import Instrument, Kind
from tanpo.model import UNLIMITED, Event, Fixing, Ledger, Refused
from tanpo.model.fixings import key_order
from tanpo.terms import Agreement, Change, Collateral, Terms, Verb

DAY = 86_400
DATE = 19_466
NEXT = DATE + 1
AGREEMENT = Agreement("USD")
TERMS = Terms(
    lender="lender",
    borrower="borrower",
    loan_token="USD",
    loan_quantity=1_000_000,
    collateral=(Collateral("STOCK", 10_000),),
    agreement=AGREEMENT,
    rate_e9=36_000_000,
    day_count_basis=360,
    rate_token="USD",
    start=DATE * DAY,
    end=(DATE + 30) * DAY,
)
"""A share is worth 100 dollars; a day's interest is 100 dollars."""


def opened(terms: Terms = TERMS) -> Ledger:
    """The loan a day after its opening, nothing marked; both parties have plenty."""
    ledger = Ledger("escrow", max_age_days=7, now=DATE * DAY)
    ledger.list_token("USD", Instrument("USD", Kind.CASH, "USD", 0, 1))
    ledger.list_token("STOCK", Instrument("STOCK", Kind.EQUITY, "USD", 0, 10))
    ledger.list_token("BOND", Instrument("BOND", Kind.BOND, "USD", 0, 1))
    for token in ledger.tokens.values():
        for party in ("lender", "borrower", "third"):
            token.allowances[party] = UNLIMITED
            token.balances[party] = 10**9
    publish(ledger, DATE, STOCK=100, BOND=100)
    ledger.enter(terms.agreement)
    ledger.relay(terms, "lender", "borrower")
    ledger.settle([terms], DATE)
    ledger.now = NEXT * DAY
    publish(ledger, NEXT, STOCK=100, BOND=100)
    return ledger


def publish(ledger: Ledger, date: int, **dollars: int) -> None:
    """Prices of a date."""
    fixings = {key: Fixing(price * 10**8, date) for key, price in dollars.items()}
    ordered = dict(sorted(fixings.items(), key=lambda item: key_order(item[0])))
    ledger.fixings.publish(date, ordered, ledger.now)


def change(terms: Terms, verb: Verb, **fields: Any) -> Change:
    """The first change of a trade, which the model identifies by its terms."""
    return Change(terms, 1, verb, **fields)  # type: ignore[arg-type]


def made(ledger: Ledger, terms: Terms, verb: Verb, **fields: Any) -> list[tuple[str, Any]]:
    """Both parties agree, and it is made: its events after `Changed`, without trade and date."""
    agreed = change(terms, verb, **fields)
    ledger.agree("lender", agreed)
    first, *rest = ledger.make("borrower", agreed, NEXT)
    assert first == Event("Changed", {"id": terms, "verb": verb, "date": NEXT, "change": agreed})
    return brief(rest)


def brief(events: list[Event]) -> list[tuple[str, Any]]:
    """Name and arguments of events, without trade and date."""
    return [
        (event.name, {k: v for k, v in event.args.items() if k not in ("id", "date")})
        for event in events
    ]


def refusal(action: Callable[[], object]) -> Refused:
    """What an action was refused with."""
    with pytest.raises(Refused) as caught:
        action()
    return caught.value


def under(**standing: Any) -> Terms:
    """The terms under another agreement."""
    return replace(TERMS, agreement=replace(AGREEMENT, **standing))
