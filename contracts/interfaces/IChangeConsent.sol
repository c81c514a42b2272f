// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Change} from "../types/Change.sol";
import {TradeId} from "../types/TradeId.sol";
import {IEscrowErrors} from "./IEscrowErrors.sol";

/// @title Consent to changes
/// @notice How the parties of a live trade agree to a {Change}, by transaction or signature, before anybody has it made
/// ({IChanges}).
interface IChangeConsent is IEscrowErrors {
    /// @notice `party` agreed to a change of trade `id`.
    event Agreed(TradeId indexed id, address indexed party, bytes32 digest, Change change);

    /// @notice `party` took back its agreement; with it the change can never be made.
    event Retracted(TradeId indexed id, address indexed party, bytes32 digest);

    /// @notice `party` named who may agree to novations of its trades in its place: the recovery of a lost key.
    event GuardianNamed(address indexed party, address indexed guardian);

    /// @notice The trade's next change has another number.
    error WrongNumber(TradeId id, uint32 found, uint32 needed);

    /// @notice `party` has agreed already.
    error AlreadyAgreed(TradeId id, address party, bytes32 digest);

    /// @notice `party` has taken its agreement back.
    error AgreementRetracted(TradeId id, address party, bytes32 digest);

    /// @notice The caller is not `party`'s guardian, or the change not its novation.
    error NotGuardian(address party, address caller);

    /// @notice The caller agrees to `change`. Its parties, and for a novation `to`. Reverts with WrongStatus, NotAParty,
    /// WrongNumber, Expired, AlreadyAgreed, AgreementRetracted.
    function agree(Change calldata change) external;

    /// @notice `party` agrees to `change` by its signature (EIP-712; EOA or ERC-1271). Anyone may relay. Reverts as
    /// `agree` does, or with BadSignature.
    function agreeFor(Change calldata change, address party, bytes calldata signature) external;

    /// @notice The guardian of `party`, which has lost its key, agrees in its place that another takes over its trade.
    /// Reverts as `agree` does, or with NotGuardian.
    function agreeAsGuardian(Change calldata change, address party) external;

    /// @notice The caller takes back its agreement, also one that it has signed and nobody relayed yet. Parties, and for
    /// a novation `to`. The same change can never be made afterwards, but by who may make it alone. Reverts with NotAParty, AgreementRetracted.
    function retract(Change calldata change) external;

    /// @notice Names who may agree to novations in the caller's place; zero: nobody.
    function nameGuardian(address guardian) external;

    /// @notice The digest that the parties sign.
    function changeDigest(Change calldata change) external view returns (bytes32);
}
