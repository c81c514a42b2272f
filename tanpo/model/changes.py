# SPDX-License-Identifier: MIT
"""Who must agree to a change of a live trade: what `IChanges` says."""

from __future__ import annotations

from tanpo.model.book import Digest, forbid_earlier_marks, require_forward
from tanpo.model.effects import Effects
from tanpo.model.trade import Event, Refused, Status, Trade
from tanpo.model.verbs import Verbs
from tanpo.terms import Change, Verb


class Changes(Verbs, Effects):
    """Agreements to changes, and making them. See `Ledger`."""

    def agree(self, caller: str, change: Change) -> list[Event]:
        """Agree to a change.

        Refused: WrongStatus, WrongNumber, Expired, NotAParty, AlreadyAgreed, AgreementRetracted.
        """
        digest = self.identify(change)
        self._require_live(change)
        self._require_signer(change, caller)
        consent = self.consents.get((digest, caller))
        if consent is not None:
            name = "AlreadyAgreed" if consent else "AgreementRetracted"
            raise Refused(name, id=change.trade, party=caller, digest=digest)
        self.consents[digest, caller] = True
        args = {"id": change.trade, "party": caller, "digest": digest, "change": change}
        return [Event("Agreed", args)]

    def agree_for(self, change: Change, party: str, signer: str | None) -> list[Event]:
        """Agree by signature; `signer` is whose key made it. Refused: BadSignature, as `agree`."""
        if signer != party:
            raise Refused("BadSignature", digest=self.identify(change), party=party)
        return self.agree(party, change)

    def agree_as_guardian(self, caller: str, change: Change, party: str) -> list[Event]:
        """Agree in the place of a party that another replaces. Refused: NotGuardian, as `agree`."""
        is_novation = change.verb is Verb.NOVATE and change.from_ == party
        if not is_novation or self.guardians.get(party) != caller:
            raise Refused("NotGuardian", party=party, caller=caller)
        return self.agree(party, change)

    def retract(self, caller: str, change: Change) -> list[Event]:
        """Make a change impossible for good. Refused: NotAParty, AgreementRetracted."""
        digest = self.identify(change)
        self._require_signer(change, caller)
        self._require_not_retracted(change, digest, caller)
        self.consents[digest, caller] = False
        return [Event("Retracted", {"id": change.trade, "party": caller, "digest": digest})]

    def name_guardian(self, caller: str, guardian: str) -> list[Event]:
        """Name who may agree to novations in the caller's place."""
        self.guardians[caller] = guardian
        return [Event("GuardianNamed", {"party": caller, "guardian": guardian})]

    def make(self, caller: str, change: Change, date: int) -> list[Event]:
        """Make a change that its parties have agreed to.

        Refused: DateInFuture, DatePassed, WrongStatus, WrongNumber, Expired, AlreadyMarked,
        AgreementRetracted, NotAgreed, or what the verb refuses.
        """
        return self._all_or_nothing([change.trade], lambda: self._make(caller, change, date))

    def _make(self, caller: str, change: Change, date: int) -> list[Event]:
        self._require_current(date)
        trade = self._require_live(change)
        require_forward(trade, date)
        alone = self._require_consents(caller, change, trade)
        trade.changes += 1
        args = {"id": trade.id, "verb": change.verb, "date": date, "change": change}
        events = [Event("Changed", args), *self._catch_up(trade, date)]
        forbid_earlier_marks(trade, date)
        events += self._leave(trade, date)
        events += self._carry_out(trade, change, date, alone)
        return events + self._join(trade, date)

    # ------------------------------------------------------------------ checks

    def _require_live(self, change: Change) -> Trade:
        """The change is the next of an open trade."""
        trade = self._require_status(change.trade, Status.OPEN)
        if change.number != trade.changes + 1:
            args = {"found": change.number, "needed": trade.changes + 1}
            raise Refused("WrongNumber", id=trade.id, **args)
        self._require_unexpired(change.expiry)
        return trade

    def _require_signer(self, change: Change, party: str) -> None:
        """One of the trade's parties, or who takes the place of one."""
        trade = self.trades.get(change.trade)
        signers = {trade.terms.lender, trade.terms.borrower} if trade and trade.basket else set()
        if change.verb is Verb.NOVATE:
            signers.add(change.to)
        if party not in signers:
            raise Refused("NotAParty", id=change.trade, caller=party)

    def _require_consents(self, caller: str, change: Change, trade: Trade) -> bool:
        """True where one party has agreed that may do this without the other."""
        digest, terms = self.identify(change), trade.terms

        def has_agreed(party: str) -> bool:
            return self.consents.get((digest, party), party == caller)

        by_lender, by_borrower = has_agreed(terms.lender), has_agreed(terms.borrower)
        rights = terms.agreement.lender_may if by_lender else terms.agreement.borrower_may
        alone = by_lender != by_borrower and bool(rights >> change.verb & 1)
        needed = [terms.lender, terms.borrower]
        if change.verb is Verb.NOVATE:
            needed.append(change.to)
            # Alone, a party can only leave.
            alone = alone and change.from_ == (terms.lender if by_lender else terms.borrower)
        for party in needed[2:] if alone else needed:
            self._require_not_retracted(change, digest, party)
            if not has_agreed(party):
                raise Refused("NotAgreed", id=trade.id, party=party, digest=digest)
        return alone

    def _require_not_retracted(self, change: Change, digest: Digest, party: str) -> None:
        if self.consents.get((digest, party)) is False:
            raise Refused("AgreementRetracted", id=change.trade, party=party, digest=digest)
