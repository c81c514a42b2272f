// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {Book} from "../book/Book.sol";
import {IChangeConsent} from "../interfaces/IChangeConsent.sol";
import {Change} from "../types/Change.sol";
import {Trade} from "../types/Trade.sol";
import {Verb} from "../types/Verb.sol";

/// @title ChangeConsent
/// @notice How the parties agree to a change of a live trade; see {IChangeConsent}, which is the manual.
abstract contract ChangeConsent is IChangeConsent, Book {
    /// @inheritdoc IChangeConsent
    function agree(Change calldata change) external {
        _agree(change, msg.sender);
    }

    /// @inheritdoc IChangeConsent
    function agreeFor(Change calldata change, address party, bytes calldata signature) external {
        bytes32 digest = _changeDigest(change);
        if (!SignatureChecker.isValidSignatureNowCalldata(party, digest, signature)) {
            revert BadSignature(digest, party);
        }
        _agree(change, party);
    }

    /// @inheritdoc IChangeConsent
    function agreeAsGuardian(Change calldata change, address party) external {
        bool isNovation = change.verb == Verb.Novate && change.from == party;
        if (!isNovation || _guardians[party] != msg.sender) revert NotGuardian(party, msg.sender);
        _agree(change, party);
    }

    /// @inheritdoc IChangeConsent
    function retract(Change calldata change) external {
        bytes32 digest = _changeDigest(change);
        _requireSigner(change, msg.sender);
        if (_consents[digest][msg.sender] == RETRACTED) {
            revert AgreementRetracted(change.trade, msg.sender, digest);
        }
        _consents[digest][msg.sender] = RETRACTED;
        emit Retracted(change.trade, msg.sender, digest);
    }

    /// @inheritdoc IChangeConsent
    function nameGuardian(address guardian) external {
        _guardians[msg.sender] = guardian;
        emit GuardianNamed(msg.sender, guardian);
    }

    /// @inheritdoc IChangeConsent
    function changeDigest(Change calldata change) external view returns (bytes32) {
        return _changeDigest(change);
    }

    function _agree(Change calldata change, address party) private {
        bytes32 digest = _changeDigest(change);
        _requireLive(change);
        _requireSigner(change, party);
        uint8 consent = _consents[digest][party];
        if (consent == AGREED) revert AlreadyAgreed(change.trade, party, digest);
        if (consent == RETRACTED) revert AgreementRetracted(change.trade, party, digest);
        _consents[digest][party] = AGREED;
        emit Agreed(change.trade, party, digest, change);
    }

    function _requireSigner(Change calldata change, address party) private view {
        Trade storage trade_ = _trades[change.trade];
        bool isNew = change.verb == Verb.Novate && party == change.to;
        if (party != trade_.lender && party != trade_.borrower && !isNew) {
            revert NotAParty(change.trade, party);
        }
    }
}
