# SPDX-License-Identifier: MIT
"""How a trade of the file comes to be on the chain: its agreement, its terms, the two consents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from eth_utils.crypto import keccak

from tanpo.replay.auto import collateral_quantities
from tanpo.replay.world import World
from tanpo.scenario import CollateralLeg, LoanLeg, TradeSpec
from tanpo.terms import NOBODY, NONE, Agreement, Collateral, Custody, Terms, Verb

MOST_NOTICE_DAYS = 255
"""What an agreement can hold; a longer notice is kept as far as that goes."""

CONSENT_SECONDS = 86_400
"""How long the parties' proposals stand."""


class Booking:
    """Books trades of a world; enters each agreement once."""

    def __init__(self, world: World) -> None:
        """Start without agreements."""
        self._world = world
        self._entered: set[Agreement] = set()

    def book(self, spec: TradeSpec, day: date) -> bytes:
        """The lender registers, the borrower approves. Returns the trade's identity; raises
        Reverted.
        """
        world = self._world
        quantities = collateral_quantities(world.scenario, spec, world.scenario.fixings[day])
        terms = self._terms(spec, quantities)
        self._enter(terms.agreement)
        trade_id: bytes = world.escrow.call("tradeIdOf", terms.as_tuple())
        world.escrow.send(world.accounts[spec.lender], "register", terms.as_tuple())
        world.escrow.send(world.accounts[spec.borrower], "approve", trade_id)
        world.progress(2)
        return trade_id

    def _enter(self, agreement: Agreement) -> None:
        if agreement not in self._entered:
            self._world.escrow.send(self._world.administrator, "enter", agreement.as_tuple())
            self._entered.add(agreement)

    def _terms(self, spec: TradeSpec, quantities: Sequence[int]) -> Terms:
        world = self._world
        return Terms(
            lender=world.accounts[spec.lender].address,
            borrower=world.accounts[spec.borrower].address,
            loan_token=world.tokens[spec.loan.symbol].address,
            loan_quantity=spec.loan.quantity,
            collateral=tuple(
                Collateral(
                    world.tokens[leg.symbol].address,
                    quantity,
                    spec.haircuts_bps.get(leg.symbol, 0),
                )
                for leg, quantity in zip(spec.collateral, quantities, strict=True)
            ),
            agreement=_agreement(spec),
            ratio_bps=spec.ratio_bps,
            call_below_bps=spec.call_below_bps,
            return_above_bps=spec.return_above_bps,
            rate_e9=spec.rate_e9,
            day_count_basis=spec.day_count_basis if spec.rate_token else 0,
            rate_token=world.tokens[spec.rate_token].address if spec.rate_token else NOBODY,
            start=int(spec.start.timestamp()),
            end=int(spec.end.timestamp()) if spec.end else 0,
            expiry=world.chain.now() + CONSENT_SECONDS,
            uti=keccak(text=spec.id),
        )


def as_it_stands(world: World, trade_id: bytes, spec: TradeSpec) -> TradeSpec:
    """The trade with the loan and the basket that the contracts keep of it."""
    trade, basket = (world.escrow.call(name, trade_id) for name in ("trade", "basket"))
    held = {world.symbol(leg["token"]): leg for leg in basket}
    haircuts = {symbol: leg["haircutBps"] for symbol, leg in held.items()}
    return replace(
        spec,
        loan=LoanLeg(world.symbol(trade["loanToken"]), trade["loanQuantity"]),
        collateral=tuple(
            CollateralLeg(symbol, leg["quantity"], None) for symbol, leg in held.items()
        ),
        haircuts_bps={**spec.haircuts_bps, **haircuts},
    )


def _agreement(spec: TradeSpec) -> Agreement:
    shared = spec.agreement
    return Agreement(
        valuation_currency=spec.valuation_currency,
        threshold_bps=spec.threshold_bps,
        mta_e6=spec.mta_e6,
        order=spec.order,
        custody=Custody.TITLE_TRANSFER if spec.custody == "title" else Custody.SEGREGATED,
        lender_may=_mask(spec.lender_may),
        borrower_may=_mask(spec.borrower_may),
        # A business day is a calendar day at the least.
        notice_days=min(shared.notice_days if shared else spec.notice_days, MOST_NOTICE_DAYS),
        cure_days=spec.cure_days,
        penalty_rate_e9=spec.penalty_rate_e9,
        netting=spec.account is not None,
        name=keccak(text="\n".join(shared.parties)) if shared else NONE,
    )


def _mask(rights: Iterable[Verb]) -> int:
    return sum(1 << right for right in rights)
