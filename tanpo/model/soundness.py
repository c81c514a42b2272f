# SPDX-License-Identifier: MIT
"""Which agreements can be entered, and which terms can become a trade."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tanpo.instrument import Instrument, Kind
from tanpo.model.trade import Refused
from tanpo.model.values import ONE_BPS
from tanpo.terms import MAX_BASKET, NOBODY, Agreement, Collateral, Terms


def require_sound_agreement(agreement: Agreement) -> None:
    """Raise Refused for the first thing that is wrong with the agreement."""
    currency = agreement.valuation_currency
    if not (len(currency) == 3 and all("A" <= letter <= "Z" for letter in currency)):
        raise Refused("NotACurrency", found=currency)
    if agreement.threshold_bps > ONE_BPS:
        raise Refused("ThresholdTooHigh", found=agreement.threshold_bps, most=ONE_BPS)


def require_sound(
    terms: Terms, instruments: Mapping[str, Instrument], agreements: Collection[Agreement]
) -> None:
    """Raise Refused for the first thing that is wrong with the terms."""
    if terms.lender == terms.borrower:
        raise Refused("BadParties", lender=terms.lender, borrower=terms.borrower)
    if terms.loan_quantity == 0:
        raise Refused("ZeroQuantity", token=terms.loan_token)
    _require_basket(terms)
    _require_levels(terms)
    if terms.end != 0 and terms.end < terms.start:
        raise Refused("EndsBeforeStart", start=terms.start, end=terms.end)
    if terms.agreement not in agreements:
        raise Refused("UnknownAgreement", hash=terms.agreement.struct_hash())
    _require_rate(terms, instruments)
    for token in (terms.loan_token, *(leg.token for leg in terms.collateral)):
        require_listed(token, instruments)


def require_basket_size(size: int) -> None:
    """Raise Refused unless the basket has 1 to `MAX_BASKET` tokens."""
    if not 1 <= size <= MAX_BASKET:
        raise Refused("BadBasketSize", found=size, most=MAX_BASKET)


def require_haircut(leg: Collateral) -> None:
    """Raise Refused unless the haircut leaves something of the value."""
    if leg.haircut_bps >= ONE_BPS:
        raise Refused("HaircutTooHigh", token=leg.token, found=leg.haircut_bps)


def require_listed(token: str, instruments: Mapping[str, Instrument]) -> None:
    """Raise Refused unless the token may be named in trades."""
    if token not in instruments:
        raise Refused("NotListed", token=token)


def _require_basket(terms: Terms) -> None:
    require_basket_size(len(terms.collateral))
    named = {terms.loan_token}
    for leg in terms.collateral:
        if leg.quantity == 0:
            raise Refused("ZeroQuantity", token=leg.token)
        require_haircut(leg)
        if leg.token in named:
            raise Refused("DuplicateToken", token=leg.token)
        named.add(leg.token)


def _require_levels(terms: Terms) -> None:
    if terms.ratio_bps == 0:
        raise Refused("ZeroRatio")
    if terms.call_below_bps > terms.ratio_bps or 0 < terms.return_above_bps < terms.ratio_bps:
        raise Refused(
            "BadLevels",
            callBelowBps=terms.call_below_bps,
            ratioBps=terms.ratio_bps,
            returnAboveBps=terms.return_above_bps,
        )


def _require_rate(terms: Terms, instruments: Mapping[str, Instrument]) -> None:
    if terms.rate_token == NOBODY:
        needs = terms.rate_e9 or terms.agreement.penalty_rate_e9 or terms.day_count_basis
        sound = not needs
    elif terms.day_count_basis not in (360, 365):
        sound = False
    else:
        require_listed(terms.rate_token, instruments)
        sound = instruments[terms.rate_token].kind is Kind.CASH
    if not sound:
        raise Refused(
            "BadRate",
            rateE9=terms.rate_e9,
            rateToken=terms.rate_token,
            dayCountBasis=terms.day_count_basis,
        )
