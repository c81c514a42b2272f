// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {FEEDER_ROLE} from "../Roles.sol";
import {IQuorum} from "../interfaces/IQuorum.sol";
import {Signature} from "../types/Report.sol";

/// @title Quorum
/// @notice Counts feeders' signatures. See {IQuorum}, which is the manual.
abstract contract Quorum is IQuorum, AccessManaged {
    /// @inheritdoc IQuorum
    uint8 public quorum;

    /// @inheritdoc IQuorum
    uint8 public outlierQuorum;

    mapping(bytes32 digest => address[]) private _signers;

    mapping(bytes32 digest => mapping(address feeder => bool)) private _isWithdrawn;

    constructor(uint8 quorum_, uint8 outlierQuorum_) {
        _setQuorum(quorum_, outlierQuorum_);
    }

    /// @inheritdoc IQuorum
    function setQuorum(uint8 quorum_, uint8 outlierQuorum_) external restricted {
        _setQuorum(quorum_, outlierQuorum_);
    }

    /// @inheritdoc IQuorum
    function withdraw(bytes32 digest) external {
        _isWithdrawn[digest][msg.sender] = true;
        emit Withdrawn(digest, msg.sender);
    }

    /// @inheritdoc IQuorum
    function signersOf(bytes32 digest) external view returns (address[] memory signers) {
        uint256 count;
        (signers, count) = _countingOf(digest, 0);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(signers, count)
        }
    }

    /// @dev Feeders who have signed `digest`, each once: those who did so before, and those of `signatures`. They are the
    /// first `count` of what is returned.
    function _signersWith(bytes32 digest, Signature[] calldata signatures)
        internal
        returns (address[] memory signers, uint256 count)
    {
        (signers, count) = _countingOf(digest, signatures.length);
        for (uint256 i = 0; i < signatures.length; ++i) {
            address feeder = signatures[i].feeder;
            if (!_isFeeder(feeder)) revert NotAFeeder(feeder);
            if (_isWithdrawn[digest][feeder]) {
                if (feeder != msg.sender) revert SignatureWithdrawn(digest, feeder);
                delete _isWithdrawn[digest][feeder];
            }
            bytes calldata signature = signatures[i].signature;
            if (!SignatureChecker.isValidSignatureNowCalldata(feeder, digest, signature)) {
                revert BadFeederSignature(digest, feeder);
            }
            if (_contains(signers, count, feeder)) continue;
            signers[count] = feeder;
            ++count;
        }
    }

    /// @dev Keeps who has signed until there are enough; says whether nobody had before.
    function _keepSigners(bytes32 digest, address[] memory signers, uint256 count)
        internal
        returns (bool isFirst)
    {
        address[] storage kept = _signers[digest];
        uint256 before = kept.length;
        for (uint256 i = 0; i < count; ++i) {
            if (_contains(kept, before, signers[i])) continue;
            kept.push(signers[i]);
            emit Signed(digest, signers[i]);
        }
        return before == 0 && count != 0;
    }

    function _forgetSigners(bytes32 digest) internal {
        delete _signers[digest];
    }

    /// @dev Who signed before and still counts, with room for `more`.
    function _countingOf(bytes32 digest, uint256 more)
        private
        view
        returns (address[] memory signers, uint256 count)
    {
        address[] memory kept = _signers[digest];
        signers = new address[](kept.length + more);
        for (uint256 i = 0; i < kept.length; ++i) {
            if (!_isFeeder(kept[i]) || _isWithdrawn[digest][kept[i]]) continue;
            signers[count] = kept[i];
            ++count;
        }
    }

    function _setQuorum(uint8 quorum_, uint8 outlierQuorum_) private {
        if (quorum_ == 0 || outlierQuorum_ < quorum_) revert BadQuorum(quorum_, outlierQuorum_);
        (quorum, outlierQuorum) = (quorum_, outlierQuorum_);
        emit QuorumSet(quorum_, outlierQuorum_);
    }

    function _isFeeder(address account) private view returns (bool isMember) {
        // The other value is a delay of calls, and a signature is none.
        // slither-disable-next-line unused-return
        (isMember,) = IAccessManager(authority()).hasRole(FEEDER_ROLE, account);
    }

    function _contains(address[] memory among, uint256 count, address one)
        private
        pure
        returns (bool)
    {
        for (uint256 i = 0; i < count; ++i) {
            if (among[i] == one) return true;
        }
        return false;
    }
}
