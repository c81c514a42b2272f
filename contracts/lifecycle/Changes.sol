// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IChangeConsent} from "../interfaces/IChangeConsent.sol";
import {IChanges} from "../interfaces/IChanges.sol";
import {INettingParts} from "../interfaces/INettingSets.sol";
import {Agreement, AgreementLib} from "../types/Agreement.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {Change} from "../types/Change.sol";
import {Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {Verb} from "../types/Verb.sol";
import {Verbs} from "./Verbs.sol";

/// @title Changes
/// @notice When a change of a live trade is made. See {IChanges}, which is the manual; what it does stands in {Verbs}.
abstract contract Changes is Verbs {
    using AgreementLib for Agreement;

    /// @notice See {IChanges}.
    function make(Change calldata change, BusinessDate date) external nonReentrant {
        TradeId id = change.trade;
        _requireCurrent(date);
        _requireLive(change);
        _requireForward(id, date);
        bool isAlone = _requireConsents(change);
        ++_lives[id].changes;
        emit IChanges.Changed(id, change.verb, date, change);
        _catchUp(id, date);
        _forbidEarlierMarks(_trades[id], date);
        bool isNetted = _marginTerms(_trades[id]).isNetted();
        if (isNetted) INettingParts(address(this)).leave(id, date);
        _make(change, date, isAlone);
        if (isNetted) INettingParts(address(this)).join(id, date);
    }

    /// @dev Both parties have agreed, or one that may do this alone; for a novation the new one too.
    function _requireConsents(Change calldata change) private view returns (bool isAlone) {
        bytes32 digest = _changeDigest(change);
        Trade storage trade_ = _trades[change.trade];
        bool byLender = _hasAgreed(digest, trade_.lender);
        bool byBorrower = _hasAgreed(digest, trade_.borrower);
        isAlone = byLender != byBorrower && _agreement(trade_).mayAlone(byLender, change.verb);
        if (change.verb == Verb.Novate) {
            // Alone, a party can only leave.
            isAlone = isAlone && change.from == (byLender ? trade_.lender : trade_.borrower);
        }
        if (!isAlone) {
            _requireAgreed(change, digest, trade_.lender);
            _requireAgreed(change, digest, trade_.borrower);
        }
        if (change.verb == Verb.Novate) _requireAgreed(change, digest, change.to);
    }

    function _requireAgreed(Change calldata change, bytes32 digest, address party) private view {
        if (_hasAgreed(digest, party)) return;
        if (_consents[digest][party] == RETRACTED) {
            revert IChangeConsent.AgreementRetracted(change.trade, party, digest);
        }
        revert IChanges.NotAgreed(change.trade, party, digest);
    }

    function _hasAgreed(bytes32 digest, address party) private view returns (bool) {
        uint8 consent = _consents[digest][party];
        return consent == AGREED || (consent != RETRACTED && party == msg.sender);
    }
}
