# SPDX-License-Identifier: MIT
"""How terms become a trade: what `IConsent` says."""

from __future__ import annotations

from tanpo.model.book import Book, require_party
from tanpo.model.soundness import require_sound, require_sound_agreement
from tanpo.model.trade import Event, Refused, Status, Trade, TradeId
from tanpo.terms import Agreement, Terms


class Consent(Book):
    """What both parties must do before a trade exists. See `Ledger`."""

    def enter(self, agreement: Agreement) -> list[Event]:
        """Let trades refer to the agreement; again is no change.

        Refused: NotACurrency, ThresholdTooHigh.
        """
        require_sound_agreement(agreement)
        if agreement in self.agreements:
            return []
        self.agreements.add(agreement)
        return [Event("Entered", {"hash": agreement.struct_hash(), "agreement": agreement})]

    def register(self, caller: str, terms: Terms) -> list[Event]:
        """Propose. Refused: NotAParty, AlreadyBooked, Expired, or what is wrong with the terms."""
        id_ = self.identify(terms)
        by_lender = require_party(id_, terms, caller)
        status = Status.PROPOSED_BY_LENDER if by_lender else Status.PROPOSED_BY_BORROWER
        return [self._book(id_, terms, status), _approved(id_, caller)]

    def approve(self, caller: str, id_: TradeId) -> list[Event]:
        """Approve the other party's proposal.

        Refused: WrongStatus, NotAParty, AlreadyApprovedBy, Expired.
        """
        trade = self.trades.get(id_)
        proposed = (Status.PROPOSED_BY_LENDER, Status.PROPOSED_BY_BORROWER)
        if trade is None or trade.status not in proposed:
            found = trade.status if trade else Status.NONE
            raise Refused("WrongStatus", id=id_, found=found, needed=Status.PROPOSED_BY_LENDER)
        by_lender = require_party(id_, trade.terms, caller)
        if by_lender == (trade.status is Status.PROPOSED_BY_LENDER):
            raise Refused("AlreadyApprovedBy", id=id_, caller=caller)
        self._require_unexpired(trade.terms.expiry)
        trade.status = Status.APPROVED
        return [_approved(id_, caller)]

    def withdraw(self, caller: str, terms: Terms) -> list[Event]:
        """Make terms unbookable for good. Refused: NotAParty, AlreadyBooked."""
        id_ = self.identify(terms)
        require_party(id_, terms, caller)
        trade = self.trades.setdefault(id_, Trade(id_, terms, Status.NONE))
        if trade.status >= Status.APPROVED:
            raise Refused("AlreadyBooked", id=id_, found=trade.status)
        trade.status = Status.WITHDRAWN
        return [Event("Withdrawn", {"id": id_, "party": caller})]

    def relay(
        self, terms: Terms, lender_signer: str | None, borrower_signer: str | None
    ) -> list[Event]:
        """Book with signatures; the signers are whose keys made them (None: nobody's).

        Refused: BadSignature, AlreadyBooked, Expired, or what is wrong with the terms.
        """
        id_ = self.identify(terms)
        for party, signer in ((terms.lender, lender_signer), (terms.borrower, borrower_signer)):
            if party != signer:
                raise Refused("BadSignature", digest=id_, party=party)
        booked = self._book(id_, terms, Status.APPROVED)
        return [booked, _approved(id_, terms.lender), _approved(id_, terms.borrower)]

    def _book(self, id_: TradeId, terms: Terms, status: Status) -> Event:
        if id_ in self.trades:
            raise Refused("AlreadyBooked", id=id_, found=self.trades[id_].status)
        self._require_unexpired(terms.expiry)
        require_sound(terms, self.instruments, self.agreements)
        basket = [leg.quantity for leg in terms.collateral]
        self.trades[id_] = Trade(id_, terms, status, basket)
        args = {"id": id_, "lender": terms.lender, "borrower": terms.borrower, "terms": terms}
        return Event("Registered", args)


def _approved(id_: TradeId, party: str) -> Event:
    return Event("Approved", {"id": id_, "party": party})
