// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {Verbs} from "./Verbs.sol";
import {IChanges} from "./interfaces/IChanges.sol";
import {Status} from "./types/Account.sol";
import {Agreement, AgreementLib} from "./types/Agreement.sol";
import {BusinessDate} from "./types/BusinessDate.sol";
import {Change, ChangeLib} from "./types/Change.sol";
import {Trade} from "./types/Trade.sol";
import {TradeId} from "./types/TradeId.sol";
import {Verb} from "./types/Verb.sol";

/// @title Changes
/// @notice Who must agree to a change of a live trade. See {IChanges}, which is the manual; what a change does stands in
/// {Verbs}.
abstract contract Changes is IChanges, Verbs {
    using AgreementLib for Agreement;

    /// @inheritdoc IChanges
    function agree(Change calldata change) external {
        _agree(change, msg.sender);
    }

    /// @inheritdoc IChanges
    function agreeFor(Change calldata change, address party, bytes calldata signature) external {
        bytes32 digest = changeDigest(change);
        if (!SignatureChecker.isValidSignatureNowCalldata(party, digest, signature)) {
            revert BadSignature(digest, party);
        }
        _agree(change, party);
    }

    /// @inheritdoc IChanges
    function agreeAsGuardian(Change calldata change, address party) external {
        bool isNovation = change.verb == Verb.Novate && change.from == party;
        if (!isNovation || _guardians[party] != msg.sender) revert NotGuardian(party, msg.sender);
        _agree(change, party);
    }

    /// @inheritdoc IChanges
    function retract(Change calldata change) external {
        bytes32 digest = changeDigest(change);
        _requireSigner(change, msg.sender);
        if (_consents[digest][msg.sender] == RETRACTED) {
            revert AgreementRetracted(change.trade, msg.sender, digest);
        }
        _consents[digest][msg.sender] = RETRACTED;
        emit Retracted(change.trade, msg.sender, digest);
    }

    /// @inheritdoc IChanges
    function nameGuardian(address guardian) external {
        _guardians[msg.sender] = guardian;
        emit GuardianNamed(msg.sender, guardian);
    }

    /// @inheritdoc IChanges
    function make(Change calldata change, BusinessDate date) external nonReentrant {
        TradeId id = change.trade;
        _requireCurrent(date);
        _requireLive(change);
        _requireNotBefore(id, _trades[id].account, date);
        bool isAlone = _requireConsents(change);
        ++_lives[id].changes;
        emit Changed(id, change.verb, date, change);
        _make(change, date, isAlone);
    }

    /// @inheritdoc IChanges
    function changeDigest(Change calldata change) public view returns (bytes32) {
        return _hashTypedDataV4(ChangeLib.hash(change));
    }

    function _agree(Change calldata change, address party) private {
        bytes32 digest = changeDigest(change);
        _requireLive(change);
        _requireSigner(change, party);
        uint8 consent = _consents[digest][party];
        if (consent == AGREED) revert AlreadyAgreed(change.trade, party, digest);
        if (consent == RETRACTED) revert AgreementRetracted(change.trade, party, digest);
        _consents[digest][party] = AGREED;
        emit Agreed(change.trade, party, digest, change);
    }

    /// @dev The change is the next of an open trade.
    function _requireLive(Change calldata change) private view {
        _requireStatus(change.trade, _trades[change.trade].account.status(), Status.Open);
        uint32 next = _lives[change.trade].changes + 1;
        if (change.number != next) revert WrongNumber(change.trade, change.number, next);
        _requireUnexpired(change.expiry);
    }

    function _requireSigner(Change calldata change, address party) private view {
        Trade storage trade_ = _trades[change.trade];
        bool isNew = change.verb == Verb.Novate && party == change.to;
        if (party != trade_.lender && party != trade_.borrower && !isNew) {
            revert NotAParty(change.trade, party);
        }
    }

    /// @dev Both parties have agreed, or one that may do this alone; for a novation the new one too.
    function _requireConsents(Change calldata change) private view returns (bool isAlone) {
        bytes32 digest = changeDigest(change);
        Trade storage trade_ = _trades[change.trade];
        bool byLender = _hasAgreed(change, digest, trade_.lender);
        bool byBorrower = _hasAgreed(change, digest, trade_.borrower);
        isAlone = byLender != byBorrower;
        bool suffices = isAlone && _agreement(trade_).mayAlone(byLender, change.verb);
        if (!byLender && !suffices) revert NotAgreed(change.trade, trade_.lender, digest);
        if (!byBorrower && !suffices) revert NotAgreed(change.trade, trade_.borrower, digest);
        if (change.verb == Verb.Novate && !_hasAgreed(change, digest, change.to)) {
            revert NotAgreed(change.trade, change.to, digest);
        }
    }

    function _hasAgreed(Change calldata change, bytes32 digest, address party)
        private
        view
        returns (bool)
    {
        uint8 consent = _consents[digest][party];
        if (consent == RETRACTED) revert AgreementRetracted(change.trade, party, digest);
        return consent == AGREED || party == msg.sender;
    }
}
