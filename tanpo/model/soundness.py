# SPDX-License-Identifier: MIT
"""Which terms can become a trade."""

from __future__ import annotations

from collections.abc import Mapping

from tanpo.instrument import Instrument, Kind
from tanpo.model.terms import Refused, Terms

MAX_BASKET = 8
ZERO_ADDRESS = "0x" + "0" * 40


def require_sound(terms: Terms, instruments: Mapping[str, Instrument]) -> None:
    """Raise Refused for the first thing that is wrong with the terms."""
    if terms.lender == terms.borrower:
        raise Refused("BadParties", lender=terms.lender, borrower=terms.borrower)
    if terms.loan_quantity == 0:
        raise Refused("ZeroQuantity", token=terms.loan_token)
    _require_basket(terms)
    currency = terms.valuation_currency
    if not (len(currency) == 3 and all("A" <= letter <= "Z" for letter in currency)):
        raise Refused("NotACurrency", found=currency)
    if terms.ratio_bps == 0:
        raise Refused("ZeroRatio")
    if terms.threshold_bps > 10_000:
        raise Refused("ThresholdTooHigh", found=terms.threshold_bps, most=10_000)
    if terms.end != 0 and terms.end < terms.start:
        raise Refused("EndsBeforeStart", start=terms.start, end=terms.end)
    _require_rate(terms, instruments)
    for token in (terms.loan_token, *(leg.token for leg in terms.collateral)):
        _require_listed(token, instruments)


def _require_basket(terms: Terms) -> None:
    if not 1 <= len(terms.collateral) <= MAX_BASKET:
        raise Refused("BadBasketSize", found=len(terms.collateral), most=MAX_BASKET)
    named = {terms.loan_token}
    for token, quantity in terms.collateral:
        if quantity == 0:
            raise Refused("ZeroQuantity", token=token)
        if token in named:
            raise Refused("DuplicateToken", token=token)
        named.add(token)


def _require_rate(terms: Terms, instruments: Mapping[str, Instrument]) -> None:
    if terms.rate_e9 == 0:
        sound = terms.rate_token == ZERO_ADDRESS and terms.day_count_basis == 0
    elif terms.day_count_basis not in (360, 365):
        sound = False
    else:
        _require_listed(terms.rate_token, instruments)
        sound = instruments[terms.rate_token].kind is Kind.CASH
    if not sound:
        raise Refused(
            "BadRate",
            rateE9=terms.rate_e9,
            rateToken=terms.rate_token,
            dayCountBasis=terms.day_count_basis,
        )


def _require_listed(token: str, instruments: Mapping[str, Instrument]) -> None:
    if token not in instruments:
        raise Refused("NotListed", token=token)
