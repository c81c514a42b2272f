// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Verbs} from "./Verbs.sol";
import {IChangeConsent} from "./interfaces/IChangeConsent.sol";
import {IChanges} from "./interfaces/IChanges.sol";
import {INettingParts} from "./interfaces/INettingSets.sol";
import {Agreement, AgreementLib} from "./types/Agreement.sol";
import {BusinessDate} from "./types/BusinessDate.sol";
import {Change} from "./types/Change.sol";
import {Trade} from "./types/Trade.sol";
import {TradeId} from "./types/TradeId.sol";
import {Verb} from "./types/Verb.sol";

/// @title Changes
/// @notice When a change of a live trade is made. See {IChanges}, which is the manual; what it does stands in {Verbs}.
abstract contract Changes is Verbs {
    using AgreementLib for Agreement;

    /// @notice See {IChanges}.
    function make(Change calldata change, BusinessDate date) external nonReentrant {
        TradeId id = change.trade;
        _requireCurrent(date);
        _requireLive(change);
        _requireNotBefore(id, _trades[id].account, date);
        bool isAlone = _requireConsents(change);
        ++_lives[id].changes;
        emit IChanges.Changed(id, change.verb, date, change);
        _catchUp(id, date);
        bool isNetted = _marginTerms(_trades[id]).isNetted();
        if (isNetted) INettingParts(address(this)).leave(id, date);
        _make(change, date, isAlone);
        if (isNetted) INettingParts(address(this)).join(id, date);
    }

    /// @dev Both parties have agreed, or one that may do this alone; for a novation the new one too.
    function _requireConsents(Change calldata change) private view returns (bool isAlone) {
        bytes32 digest = _changeDigest(change);
        Trade storage trade_ = _trades[change.trade];
        bool byLender = _hasAgreed(change, digest, trade_.lender);
        bool byBorrower = _hasAgreed(change, digest, trade_.borrower);
        isAlone = byLender != byBorrower;
        bool suffices = isAlone && _agreement(trade_).mayAlone(byLender, change.verb);
        if (!byLender && !suffices) revert IChanges.NotAgreed(change.trade, trade_.lender, digest);
        if (!byBorrower && !suffices) {
            revert IChanges.NotAgreed(change.trade, trade_.borrower, digest);
        }
        if (change.verb == Verb.Novate && !_hasAgreed(change, digest, change.to)) {
            revert IChanges.NotAgreed(change.trade, change.to, digest);
        }
    }

    function _hasAgreed(Change calldata change, bytes32 digest, address party)
        private
        view
        returns (bool)
    {
        uint8 consent = _consents[digest][party];
        if (consent == RETRACTED) {
            revert IChangeConsent.AgreementRetracted(change.trade, party, digest);
        }
        return consent == AGREED || party == msg.sender;
    }
}
