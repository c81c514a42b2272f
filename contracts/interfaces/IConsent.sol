// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Status} from "../types/Account.sol";
import {Agreement} from "../types/Agreement.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {Terms} from "../types/Terms.sol";
import {TradeId} from "../types/TradeId.sol";
import {IEscrowErrors} from "./IEscrowErrors.sol";

/// @title Consent
/// @notice How terms become a trade: one party registers and the other approves, or both have signed.
interface IConsent is IEscrowErrors {
    /// @notice An agreement was entered.
    event Entered(bytes32 indexed hash, Agreement agreement);

    /// @notice A trade was booked, by the proposer or with both signatures. All that an indexer needs of it.
    event Registered(
        TradeId indexed id, address indexed lender, address indexed borrower, Terms terms
    );

    /// @notice `party` approved the terms.
    event Approved(TradeId indexed id, address indexed party);

    /// @notice `party` withdrew or rejected the terms; they can never be approved any more.
    event Withdrawn(TradeId indexed id, address indexed party);

    /// @notice The agreement has not been entered.
    error UnknownAgreement(bytes32 hash);

    /// @notice The approval of the other party is missing; the proposer cannot give it.
    error AlreadyApprovedBy(TradeId id, address caller);

    /// @notice These terms have been booked or withdrawn before.
    error AlreadyBooked(TradeId id, Status found);

    /// @notice A ratio is above zero.
    error ZeroRatio();

    /// @notice Collateral is called below the ratio and returned above it.
    error BadLevels(uint16 callBelowBps, uint16 ratioBps, uint16 returnAboveBps);

    /// @notice A threshold is at most the whole required value.
    error ThresholdTooHigh(uint16 found, uint16 most);

    /// @notice A trade cannot end before it starts.
    error EndsBeforeStart(uint40 start, uint40 end);

    /// @notice Enters an agreement, which trades can refer to from now on. Anyone may call; again is no change.
    /// Reverts with NotACurrency, ThresholdTooHigh.
    /// @return hash its identity, which stands for it in `Terms`.
    function enter(Agreement calldata agreement) external returns (bytes32 hash);

    /// @notice Proposes a trade; the caller is one of its parties and thereby approves it.
    /// Reverts with NotAParty, AlreadyBooked, Expired, NotListed, or what is wrong with the terms.
    /// @return id the EIP-712 digest of the terms.
    function register(Terms calldata terms) external returns (TradeId id);

    /// @notice Approves a proposal; the caller is the other party. From here the trade binds both.
    /// Reverts with WrongStatus, NotAParty, AlreadyApprovedBy, Expired.
    function approve(TradeId id) external;

    /// @notice Withdraws or rejects terms that are not approved by both, also terms signed but not yet booked. Parties
    /// only. The same terms can never be booked afterwards. Reverts with NotAParty, AlreadyBooked.
    function withdraw(Terms calldata terms) external;

    /// @notice Books a trade that both parties signed (EIP-712; EOA or ERC-1271). Anyone may relay.
    /// Reverts as `register` does, or with BadSignature.
    /// @return id the EIP-712 digest that was signed.
    function relay(
        Terms calldata terms,
        bytes calldata lenderSignature,
        bytes calldata borrowerSignature
    ) external returns (TradeId id);

    /// @notice `relay` and `settle` in one transaction: both happen or neither does. Anyone may call. Reverts as they do,
    /// and with what `settle` reports per trade.
    function open(
        Terms calldata terms,
        bytes calldata lenderSignature,
        bytes calldata borrowerSignature,
        BusinessDate date
    ) external returns (TradeId id);

    /// @notice The digest that both parties sign, and the trade's identity.
    function tradeIdOf(Terms calldata terms) external view returns (TradeId);
}
